"""The statement of reasons a platform owes the seller of each item it took down: what it says, of which day, and who may draw it."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_viewer
from enforcement.market.models import Platform
from enforcement.notices import actions as notices
from enforcement.notices.models import UPHELD, Notice
from enforcement.notices.reasons import statements
from enforcement.shapes import actions
from enforcement.shapes.models import Ground, Reasons
from enforcement.shapes.reasons import WORDS
from tests.conftest import everything
from tests.enforcement.test_notices import decide, disputed, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def bazaars(bazaar):
    """The platform, of which nothing is said yet."""
    with everything():
        Reasons.objects.all().delete()
    return Platform.objects.get(slug="bazaar")


def say(viewer, platform, **more):
    with as_viewer(viewer):
        return actions.give_reasons(platform, by=viewer, **{"means": "partly", "clauses": {"counterfeit": "zyxclause 2.1"}, **more})


def text_of(viewer, notice, language="en", place=0):
    with as_viewer(viewer):
        found = statements(notice, list(notice.items.filter(UPHELD).order_by("pk")), language)
        return "\n".join("".join(run["text"] for run in block.get("runs", [])) for block in found[place].blocks)


def test_it_says_what_the_law_asks_and_not_who_sent_the_notice(bazaars, aurelia, analyst, bazaar):
    say(bazaar, bazaars)
    notice = sent(aurelia, analyst)
    with as_viewer(bazaar):
        first, *_rest = items = list(notice.items.order_by("pk"))
        notices.answer(notice, {first.pk: 0}, outcome="disabled", territories=["FR", "DE"], reason="zyxfound by our team", by=bazaar)
        notices.answer(notice, {items[1].pk: 0}, outcome="rejected", why="authorised", by=bazaar)
    said = text_of(bazaar, notice)
    for words in (
        "disabled on",
        "Germany, France",
        "registered trade mark",
        "zyxclause 2.1",
        "a person decided",
        "or go to court",
        first.title,
        "item/" + first.key.rpartition(":")[2],
        "zyxfound",
    ):
        assert words in said, words
    # Titles and rights name the brand; who sent the notice, nothing does.
    for words in ("Claire Fontaine", notice.reference, notice.statement, "utm_source"):
        assert words not in said, words
    with as_viewer(bazaar):
        assert [item.pk for item in notice.items.filter(UPHELD)] == [first.pk]
    chinese = text_of(bazaar, notice, "zh-hans")
    assert all(words in chinese for words in ("停止访问", "德国、法国", "假冒商品", "自动化手段仅作辅助", "zyxclause 2.1"))


def test_what_a_platform_says_of_itself_holds_for_what_it_decides_from_then_on(bazaars, aurelia, analyst, bazaar):
    one, two = sent(aurelia, analyst), sent(aurelia, analyst, platform="bazaar-global")
    decide(bazaar, one, "removed")
    assert "not said yet" in text_of(bazaar, one)
    say(bazaar, bazaars)
    # What was decided before anybody said it is not said to be so.
    assert "not said yet" in text_of(bazaar, one)
    later = sent(aurelia, analyst, count=1)
    decide(bazaar, later, "removed")
    say(bazaar, bazaars, means="fully", redress="Write to appeals@bazaar.example.")
    assert "a person decided" in text_of(bazaar, later)
    assert "appeals@bazaar.example" not in text_of(bazaar, later)
    again = sent(aurelia, analyst, count=2)
    decide(bazaar, again, "removed")
    told = text_of(bazaar, again)
    assert all(words in told for words in ("taken by automated means", "appeals@bazaar.example", "go to court"))
    decide(bazaar, two, "removed")
    assert "not said yet" in text_of(bazaar, two)


def test_it_is_the_platform_s_own_to_draw(bazaars, aurelia, northpeak, kiosk, analyst, bazaar, browse):
    notice = sent(aurelia, analyst)
    address = f"{notice.get_absolute_url()}reasons/"
    assert "taken nothing of it down" in browse(bazaar).get(address).content.decode()
    assert "not said yet, and a statement must say so" in browse(bazaar).get(address).content.decode()
    decide(bazaar, notice, "removed")
    with as_viewer(bazaar):
        item = notice.items.order_by("pk").first()
    for where in (address, f"{address}{item.pk}/"):
        assert [browse(viewer).get(where).status_code for viewer in (aurelia, analyst, northpeak, kiosk)] == [403, 403, 404, 404]
    assert "statements of reasons" in browse(bazaar).get(notice.get_absolute_url()).content.decode()
    assert "statements of reasons" not in browse(aurelia).get(notice.get_absolute_url()).content.decode()
    assert "处理理由说明" in browse(bazaar).get(f"{address}{item.pk}/?language=zh-hans").content.decode()
    # A file for each seller, a page each, with nothing of the portal or of who drew it on it.
    sellers = browse(bazaar).get(address).context["sellers"]
    assert sum(seller["n"] for seller in sellers) == notice.item_count
    for seller in sellers:
        answer = browse(bazaar).get(address, {"format": "pdf", "language": "en", "seller": seller["seller_key"]})
        printed = PdfReader(io.BytesIO(answer.content))
        text = "".join(one.extract_text() for one in printed.pages)
        assert text.count("Statement of reasons") == seller["n"] <= len(printed.pages)
        for words in (notice.reference, "TLP", bazaar.person_name, "utm_source"):
            assert words not in text, words
        assert bazaar.person_name not in str(printed.metadata)
    assert browse(bazaar).get(address, {"format": "pdf", "seller": "bazaar:nobody"}).status_code == 404
    assert browse(bazaar).get(f"{address}{item.pk + 100_000}/").status_code == 404


def test_nothing_is_owed_for_what_was_put_back(bazaars, aurelia, analyst, bazaar, browse):
    found = disputed(aurelia, analyst, bazaar)
    with as_viewer(bazaar):
        notice, item = found.item.notice, found.item
        owed = notice.items.filter(UPHELD).count()
    with as_viewer(aurelia):
        notices.withdraw(found, reason="It is genuine after all.", by=aurelia)
    with as_viewer(bazaar):
        assert notice.items.filter(UPHELD).count() == owed - 1
    assert browse(bazaar).get(f"{notice.get_absolute_url()}reasons/{item.pk}/").status_code == 404


def test_how_it_is_contested_is_of_the_law_of_the_provider_s_place(bazaars, aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "removed")
    for country, words, not_words in (
        ("NL", "art. 20 and 21", "art. 43"),
        ("CN", "art. 43", "2022/2065"),
        ("US", "look at the decision again", "art."),
    ):
        with everything():
            Notice.objects.filter(pk=notice.pk).update(recipient_country=country)
        said = text_of(bazaar, _again(bazaar, notice))
        assert words in said
        assert not_words not in said


def _again(viewer, notice):
    with as_viewer(viewer):
        return Notice.objects.select_related("platform__organisation").get(pk=notice.pk)


def test_what_all_statements_say_is_kept_where_the_form_is(bazaars, aurelia, kiosk, bazaar, admin, browse):
    address = "/enforcement/platforms/bazaar/form/reasons/"
    body = {"means": "none", "clause_counterfeit": "zyxkept 1", "clause_patent": "", "redress": "Write to us."}
    assert [browse(viewer).post(address, body).status_code for viewer in (aurelia, kiosk)] == [403, 403]
    wrong = browse(bazaar).post(address, body | {"means": "sometimes"})
    assert (wrong.status_code, "zyxkept 1" in wrong.content.decode()) == (422, True)
    assert [browse(viewer).post(address, body).status_code for viewer in (bazaar, admin)] == [302, 302]
    with everything():
        (row,) = Reasons.objects.filter(platform=bazaars)
        assert (row.clauses, row.redress, row.means) == ({"counterfeit": "zyxkept 1"}, "Write to us.", "none")
    assert "zyxkept 1" in browse(aurelia).get("/enforcement/platforms/bazaar/form/").content.decode()
    with as_viewer(kiosk), pytest.raises(NotAllowed):
        actions.give_reasons(bazaars, means="none", clauses={}, by=kiosk)
    with as_viewer(bazaar), pytest.raises(Refused) as refused:
        actions.give_reasons(bazaars, means="none", clauses={"nothing": "x"}, by=bazaar)
    assert refused.value.field == "clauses"


def test_every_ground_and_every_means_has_its_words():
    for said in WORDS.values():
        assert set(said["why"]) == set(Ground.values)
        assert set(said["means"]) == {"", *Reasons.Means.values}


def test_the_list_asks_as_many_queries_for_many_items_as_for_few(aurelia, analyst, bazaar, browse):
    client, asked = browse(bazaar), []
    for count in (1, 3):
        notice = sent(aurelia, analyst, count=count)
        decide(bazaar, notice, "removed")
        client.get(f"{notice.get_absolute_url()}reasons/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{notice.get_absolute_url()}reasons/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
