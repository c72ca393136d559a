"""What is reported of published figures: drawn from the snapshot alone, told by platform, ground and answer, and giving no member away."""

import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from enforcement.market.models import Platform
from enforcement.notices.models import Ground, NoticeItem
from enforcement.statistics import actions
from enforcement.statistics.disclosure import BESIDE, complemented
from enforcement.statistics.models import OwnMeasures, PublishedCount, Snapshot
from enforcement.statistics.reports import Report, said
from enforcement.storefronts import actions as storefronts
from tests.enforcement.test_notices import decide, sent

CELLS = st.dictionaries(
    st.tuples(st.sampled_from("PQRS"), st.sampled_from("abcd")),
    st.tuples(st.integers(0, 40), st.sampled_from(["", "", "", "few", "share"])),
    max_size=16,
)


@given(CELLS)
def test_no_row_and_no_column_lacks_a_single_cell_that_a_sum_would_give_away(cells):
    why = complemented(cells)
    assert {key: reason for key, reason in why.items() if cells[key][1]} == {key: reason for key, (_n, reason) in cells.items() if reason}
    assert {reason for key, reason in why.items() if not cells[key][1]} <= {"", BESIDE}
    for side in (0, 1):
        for name in {key[side] for key in cells}:
            line = [key for key in cells if key[side] == name]
            hidden = sum(bool(why[key]) for key in line)
            assert hidden != 1 or len(line) == 1
    if not any(reason for _n, reason in cells.values()):
        assert not any(why.values())


pytestmark = pytest.mark.django_db


@pytest.fixture
def published(admin):
    today = timezone.localdate()
    with as_viewer(admin):
        return actions.publish(first=today - timedelta(days=365), last=today, note="", procedures="Paid by **members** alone.", by=admin)


def test_every_cell_is_a_recount_and_what_they_add_up_to_is_what_was_sent(published):
    with as_system("recount"):
        items = NoticeItem.objects.filter(notice__sent_at__isnull=False, notice__submitted_at__date__gte=published.first)
        cells = published.cells.all()
        assert sum(cell.n for cell in cells if cell.what == "items" and cell.platform and cell.part) == items.count()
        sums = {(cell.what, cell.platform, cell.part): cell.n for cell in cells}
        assert sums["items", "", ""] == items.count()
        assert sums["items", "", "removed"] == items.filter(outcome="removed").count()
        notices = items.values("notice__platform__name", "notice__ground", "notice").distinct().count()
        assert sum(cell.n for cell in cells if cell.what == "notices" and cell.platform and cell.part) == notices
        for cell in cells:
            if cell.what == "items" and cell.platform and cell.part not in ("", "pending"):
                assert cell.n == items.filter(notice__platform__name=cell.platform, outcome=cell.part).count(), cell
        assert actions.differences() == []
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            PublishedCount.objects.filter(pk=cells[0].pk).update(n=0)


def test_what_few_items_or_one_member_make_is_kept_and_not_said(published, client):
    with as_system("look"):
        cells = list(published.cells.all())
    withheld = [cell for cell in cells if cell.withheld]
    assert withheld
    assert {said(cell) for cell in withheld} <= {"fewer than 5", "not said"}
    page = client.get(published.get_absolute_url())
    report = page.context["report"]
    shown = {(one.what, platform, head): cell for one in report.breakdowns for platform, row in one.rows for head, cell in row}
    words = {"notices": dict(Ground.choices), "items": dict(NoticeItem.Outcome.choices)}
    for cell in withheld:
        assert not shown[cell.what, cell.platform or "all", str(words[cell.what].get(cell.part, "all"))].isdecimal(), cell


def test_it_says_for_ever_what_it_said_and_a_restatement_shows_what_changed(published, admin, aurelia, analyst, bazaar, client):
    with as_system("look"):
        before = Report(Snapshot.objects.get(pk=published.pk)).annual()
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "rejected", reason="It is genuine.")
    with as_system("look"):
        assert Report(Snapshot.objects.get(pk=published.pk)).annual() == before
    with as_viewer(admin):
        restated = actions.publish(first=published.first, last=published.last, note="zyxwhy it changed", restates=published, by=admin)
    old, new = (client.get(one.get_absolute_url()).content.decode() for one in (published, restated))
    assert ("These figures were restated" in old, "zyxwhy it changed" in old, restated.get_absolute_url() in old) == (True, True, True)
    assert ("What it restates" in new, published.get_absolute_url() in new) == (True, True)
    changes = client.get(restated.get_absolute_url()).context["report"].changes
    was, now = next(pair for pair in changes if pair[1].code == "M1")
    assert now.denominator == was.denominator + notice.item_count
    with as_system("recount"):
        assert actions.differences() == []


def test_it_is_public_on_paper_and_as_a_trusted_flagger_reports_it(published, client):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(client.get(published.get_absolute_url() + "?format=pdf").content)).pages)
    assert all(words in text for words in ("What came of it", "M1 v2", "Notices by platform and ground", "TLP:CLEAR", published.query_hash[:20]))
    address = f"{published.get_absolute_url()}trusted-flagger/"
    page = client.get(address).content.decode()
    for words in ("article 22(3)", "counterfeit", "Bazaar", "removed", "Paid by <strong>members</strong> alone"):
        assert words in page, words
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(client.get(address + "?format=pdf").content)).pages)
    assert "Procedures that keep it independent" in text
    # No member and no person is named.
    for words in ("Aurelia", "Northpeak", "Claire", "Ines"):
        assert words not in page.partition("<main")[2].partition("</main")[0], words
        assert words not in text, words
    assert client.get("/statistics/99999/").status_code == 404


def test_what_a_platform_says_of_itself_is_its_own_word_and_credited_to_nothing(bazaar, aurelia, kiosk, admin, browse):
    platform, today = Platform.objects.get(slug="bazaar"), timezone.localdate()
    days = {"first": today - timedelta(days=30), "last": today - timedelta(days=1)}
    values = {"by_itself": 980, "after_notices": 20, "source": "zyxsource", **days}
    for viewer in (aurelia, kiosk, admin):
        with as_viewer(viewer), pytest.raises(NotAllowed):
            actions.say_own_measures(platform, by=viewer, **values)
    for change, field in (
        ({"last": today + timedelta(days=1)}, "last"), ({"first": today}, "last"), ({"by_itself": 0, "after_notices": 0}, "by_itself"),
        ({"source": " "}, "source"),
    ):  # fmt: skip
        with as_viewer(bazaar), pytest.raises(Refused) as refused:
            actions.say_own_measures(platform, by=bazaar, **{**values, **change})
        assert refused.value.field == field
    address = "/enforcement/statistics/own-measures/"
    wrong = browse(bazaar).post(address, values | {"platform": "bazaar", "by_itself": "-1"})
    assert (wrong.status_code, "zyxsource" in wrong.content.decode()) == (422, True)
    before = browse(aurelia).get("/enforcement/statistics/").context["figures"]["M1"].counts
    assert browse(bazaar).post(address, values | {"platform": "bazaar"}).status_code == 302
    assert [browse(viewer).post(address, values).status_code for viewer in (aurelia, admin)] == [403, 403]
    own = browse(aurelia).get(f"/enforcement/statistics/?first={today - timedelta(days=40)}&last={today}")
    assert [(str(row.platform), str(row.percent)) for row in own.context["measures"]] == [("Bazaar", "98.0")]
    assert browse(aurelia).get("/enforcement/statistics/").context["figures"]["M1"].counts == before
    with as_viewer(bazaar):
        first = OwnMeasures.objects.get(source="zyxsource")
        actions.say_own_measures(platform, by=bazaar, **{**values, "by_itself": 1980, "replaces": first})
        with pytest.raises(Refused) as refused:
            actions.say_own_measures(platform, by=bazaar, **{**values, "replaces": first})
        assert refused.value.field == "replaces"
    page = browse(aurelia).get(address).content.decode()
    assert ("corrected since" in page, "99.0 %" in page) == (True, True)
    assert browse(aurelia).get(f"/enforcement/statistics/?first={today - timedelta(days=10)}&last={today}").context["measures"] == []


def test_month_by_month_adds_up_to_the_whole_and_opens_its_rows(aurelia, browse):
    today = timezone.localdate()
    days = f"first={today - timedelta(days=300)}&last={today}"
    client = browse(aurelia)
    page = client.get(f"/enforcement/statistics/months/?{days}")
    months, whole = page.context["months"], client.get(f"/enforcement/statistics/?{days}").context["figures"]
    for place, metric in enumerate(page.context["page"].metrics):
        for part in metric.parts:
            assert sum(month.figures[place].counts[part] for month in months if month.figures[place]) == whole[metric.code].counts[part]
    full = next(month for month in months if month.figures[0] and month.figures[0].numerator)
    rows = client.get(f"/enforcement/statistics/M1/numerator/?{full.period}")
    assert rows.context["rows"].count == full.figures[0].numerator
    assert (months[0].last, months[-1].first) == (today, today - timedelta(days=300))
    long_ago = client.get("/enforcement/statistics/months/?first=2001-01-01&last=2026-01-01")
    assert (long_ago.status_code, len(long_ago.context["months"]), long_ago.context["page"].is_cut) == (200, 36, True)


def test_the_months_ask_as_many_queries_for_many_as_for_few(aurelia, browse):
    client, asked = browse(aurelia), []
    for days in (20, 700):
        address = f"/enforcement/statistics/months/?first={timezone.localdate() - timedelta(days=days)}"
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_an_account_and_a_domain_are_facts_of_their_own(bazaar, aurelia, browse, client, admin):
    platform, today = Platform.objects.get(slug="bazaar"), timezone.localdate()
    with as_viewer(bazaar):
        for kind, shop in (("terminated", "zyxpays"), ("domain", "zyxshop.example")):
            storefronts.note(platform, shop=shop, name="", kind=kind, on=today, by=bazaar)
    counts = {count.code: count.n for count in browse(aurelia).get(f"/enforcement/statistics/?first={today}&last={today}").context["storefronts"]}
    assert counts == {"M12": 0, "M13": 0, "M14": 1, "M15": 1}
    with as_viewer(admin):
        snapshot = actions.publish(first=today, last=today, note="", by=admin)
    page = client.get(snapshot.get_absolute_url()).content.decode()
    assert all(words in page for words in ("merchant account terminated", "domain seized or transferred"))
