"""A platform answers from a file: what waits taken out, filled in, judged row by row, written once."""

import csv
import io

import pytest
from django.core.files.base import ContentFile

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from enforcement.notices import answering
from enforcement.notices.models import AnswerFile, NoticeItem
from tests.enforcement.test_notices import decide, sent

pytestmark = pytest.mark.django_db

ADDRESS = "/enforcement/notices/answers/"


def file(*rows, head="notice,item,answer,reason"):
    out = io.StringIO()
    csv.writer(out).writerows([head.split(","), *rows])
    return ContentFile(out.getvalue().encode(), name="answers.csv")


def items_of(notice):
    return list(NoticeItem.objects.filter(notice=notice).order_by("pk"))


def test_what_waits_is_taken_out_filled_in_and_brought_back(aurelia, analyst, bazaar, kiosk, browse):
    notice = sent(aurelia, analyst)
    client = browse(bazaar)
    assert "Answers from a file" in client.get("/enforcement/notices/queue/").content.decode()
    out = b"".join(client.get(f"{ADDRESS}open/?export=csv").streaming_content).decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(out)) if row["Notice"] == notice.reference]
    assert len(rows) == notice.item_count
    for row, (answer, reason) in zip(rows, [("removed", ""), ("Rejected", "Sold by a dealer."), ("gone", "")], strict=True):
        row |= {"Answer": answer, "Reason": reason}
    back = io.StringIO()
    writer = csv.DictWriter(back, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    upload = ContentFile(back.getvalue().encode(), name="answered.csv")
    page = client.post(ADDRESS, {"file": upload}, follow=True)
    ((address, _code),) = page.redirect_chain
    with as_viewer(bazaar):
        assert AnswerFile.objects.latest("pk").rows.filter(verdict="new").count() == 3
        # Nothing is written before it is said so.
        assert {item.outcome for item in items_of(notice)} == {"pending"}
    assert client.post(f"{address}enter/").status_code == 302
    with as_viewer(bazaar):
        assert [(item.outcome, item.reason) for item in items_of(notice)] == [("removed", ""), ("rejected", "Sold by a dealer."), ("gone", "")]
        notice.refresh_from_db()
        assert notice.state == "decided"
        with pytest.raises(Conflict):
            answering.enter(AnswerFile.objects.latest("pk"), by=bazaar)
    # Another platform neither reads the file nor answers by it.
    for other in (kiosk, aurelia):
        assert browse(other).get(address).status_code in (403, 404)
        assert browse(other).post(f"{address}enter/").status_code in (403, 404)


def test_an_unknown_answer_is_refused_and_not_guessed(aurelia, analyst, bazaar, northpeak):
    notice, theirs = sent(aurelia, analyst), sent(northpeak, analyst, platform="bazaar")
    with as_viewer(bazaar):
        one, two, three = items_of(notice)
        (other, *_rest) = items_of(theirs)
        brought = answering.bring(
            file(
                [notice.reference, one.key, "remove", ""],
                [notice.reference, one.key, "rejected", ""],
                ["", "https://www.bazaar.example/item/1", "removed", ""],
                [theirs.reference, one.key, "removed", ""],
                [notice.reference, two.address, "removed", ""],
                [notice.reference, two.key, "gone", ""],
                ["", three.key, "seller_removed", ""],
                ["", other.key, "Removed by the seller", ""],
            ),
            by=bazaar,
        )
        said = {row.number: (row.verdict, row.problem) for row in brought.rows.all()}
    assert [verdict for verdict, _problem in said.values()] == ["refused", "refused", "refused", "refused", "new", "refused", "new", "new"]
    problems = [problem for _verdict, problem in said.values()]
    for problem, words in zip(
        problems, ["is none. Write one of", "Say why by one of the reasons", "in no notice to you", "in no notice to you"], strict=False
    ):
        assert words in problem


def test_what_somebody_answered_meanwhile_is_not_overwritten(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    with as_viewer(bazaar):
        rows = [[notice.reference, item.key, "removed", ""] for item in items_of(notice)]
        brought = answering.bring(file(*rows), by=bazaar)
    decide(bazaar, notice, "rejected", reason="By hand, meanwhile.")
    with as_viewer(bazaar):
        assert answering.enter(brought, by=bazaar) == (0, 3)
        assert {item.outcome for item in items_of(notice)} == {"rejected"}
        assert {row.verdict for row in brought.rows.all()} == {"refused"}
        assert all("meanwhile" in row.problem for row in brought.rows.all())


def test_only_whoever_answers_brings_answers(aurelia, officer, bazaar):
    for viewer in (aurelia, officer):
        with as_viewer(viewer), pytest.raises(NotAllowed):
            answering.bring(file(["x", "y", "removed", ""]), by=viewer)
    with as_viewer(bazaar), pytest.raises(Refused, match="columns are missing"):
        answering.bring(file(["x"], head="notice"), by=bazaar)


def test_a_file_costs_the_queries_of_its_notices_and_not_of_its_rows(aurelia, analyst, bazaar, django_assert_max_num_queries):
    notice = sent(aurelia, analyst, count=5)
    with as_viewer(bazaar):
        brought = answering.bring(file(*[[notice.reference, item.key, "removed", ""] for item in items_of(notice)]), by=bazaar)
        with django_assert_max_num_queries(40):
            assert answering.enter(brought, by=bazaar) == (5, 0)


def test_a_file_filled_in_by_half_leaves_the_rest_and_two_words_about_one_item_are_told(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    with as_viewer(bazaar):
        one, two, three = items_of(notice)
        brought = answering.bring(
            file(
                [notice.reference, one.key, "removed", ""],
                [notice.reference, two.key, "", ""],
                [notice.reference, one.key, "gone", ""],
                [notice.reference, three.key, "rejected", "x" * 301],
            ),
            by=bazaar,
        )
        said = [(row.verdict, row.problem) for row in brought.rows.order_by("number")]
        assert [verdict for verdict, _problem in said] == ["new", "left", "refused", "refused"]
        assert "answers it otherwise" in said[2][1]
        assert "at most 300 letters" in said[3][1]
        assert answering.enter(brought, by=bazaar) == (1, 0)
        assert [item.outcome for item in items_of(notice)] == ["removed", "pending", "pending"]
