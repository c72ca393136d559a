"""What is reported of published figures: drawn from the snapshot alone, told by platform, ground and answer, and giving no member away."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from enforcement.market.models import Platform
from enforcement.notices import actions as notices
from enforcement.notices.models import Notice
from enforcement.statistics import actions
from enforcement.statistics.breakdown import counted
from enforcement.statistics.disclosure import OTHERS, told, withheld
from enforcement.statistics.metrics import Cohort
from enforcement.statistics.models import OwnMeasures, PublishedCount, Snapshot
from enforcement.statistics.reports import Report
from enforcement.storefronts import actions as storefronts
from tests.enforcement.test_notices import decide, draft, fill, sent

PARTS = st.dictionaries(
    st.sampled_from("abcdef"), st.dictionaries(st.integers(1, 8), st.integers(1, 40), min_size=1, max_size=8), min_size=1, max_size=6
)


@given(PARTS)
def test_every_number_that_is_said_may_be_said_and_so_may_what_is_left_of_the_whole(parts):
    why = told(parts)

    def together(names):
        return sum((Counter(parts[name]) for name in names), Counter()).values()

    by_itself = [name for name, reason in why.items() if not reason]
    others = [name for name, reason in why.items() if reason == OTHERS]
    nothing = [name for name, reason in why.items() if reason not in ("", OTHERS)]
    assert not nothing or len(nothing) == len(parts)
    for name in by_itself:
        assert withheld(parts[name].values()) == ""
    if others:
        # No part by itself is what is left of the whole, and what is left may be said.
        assert len(others) > 1
        assert withheld(together(others)) == ""
    assert bool(withheld(together(parts))) == bool(nothing)
    if not any(withheld(of.values()) for of in parts.values()):
        assert len(by_itself) == len(parts)


pytestmark = pytest.mark.django_db


@pytest.fixture
def published(admin):
    """The demo's figures of the last year, as they stand now."""
    with as_viewer(admin):
        before = Snapshot.objects.get(restated_by=None)
        more = {"note": "zyxfirst", "restates": before, "procedures": "Paid by **members** alone."}
        return actions.publish(first=before.first, last=before.last, by=admin, **more)


def test_every_part_is_a_recount_and_they_add_up_to_the_notices_that_were_passed_on(published):
    with as_system("recount"):
        found = Notice.objects.filter(sent_at__isnull=False, vetted_at__isnull=False, submitted_at__date__gte=published.first)
        cells = list(published.cells.all())
        for what, name in (("platforms", "platform__name"), ("grounds", "ground")):
            assert {cell.part: cell.n for cell in cells if cell.what == what} == dict(found.values_list(name).annotate(Count("pk")).order_by())
        assert actions.differences() == []
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            PublishedCount.objects.filter(pk=cells[0].pk).update(n=0)


def test_what_is_taken_out_before_a_notice_is_sent_never_reached_the_platform(published, aurelia, analyst):
    notice = draft(aurelia, count=3)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        notices.submit(notice, by=aurelia)
    with as_viewer(analyst):
        notices.give_back(notice, reason="One of them is yours.", by=analyst)
    with as_viewer(aurelia):
        first = notice.items.order_by("pk").first()
        notices.leave_out(notice, [first.pk], by=aurelia)
        notices.submit(notice, by=aurelia)
    with as_viewer(analyst):
        notices.approve(notice, by=analyst)
    with as_system("count"):
        cohort = Cohort(published.first, published.last, timezone.now())
        before = {(cell.what, cell.part): cell.n for cell in published.cells.all()}
        now = {(cell.what, cell.part): cell.n for cell in counted(cohort)}
    assert now["platforms", "Bazaar"] == before["platforms", "Bazaar"] + 1


def test_days_that_were_published_are_restated_and_never_published_beside(published, admin, browse):
    today = timezone.localdate()
    for first, last, field in (
        (today - timedelta(days=30), today, "first"),
        (published.first, published.last, "first"),
        (today, today + timedelta(days=1), "last"),
    ):
        with as_viewer(admin), pytest.raises(Refused) as refused:
            actions.publish(first=first, last=last, note="", by=admin)
        assert refused.value.field == field
    page = browse(admin).post(
        "/enforcement/statistics/publish/", {"first": today - timedelta(days=30), "last": today, "note": "", "procedures": "", "restates": ""}
    )
    assert (page.status_code, "restate them, or choose other days" in page.content.decode()) == (422, True)


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
    assert all(
        words in text for words in ("What came of it", "M1 v2", "Notices by platform", "Notices by ground", "TLP:CLEAR", published.query_hash[:20])
    )
    address = f"{published.get_absolute_url()}trusted-flagger/"
    page = client.get(address).content.decode()
    for words in ("article 22(3)", "Notices by ground", "removed by the platform", "Paid by <strong>members</strong> alone"):
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
    # The demo says nothing of the last week.
    days = {"first": today - timedelta(days=6), "last": today - timedelta(days=1)}
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
    own = browse(aurelia).get(f"/enforcement/statistics/?first={today - timedelta(days=6)}&last={today}")
    assert [(str(row.platform), str(row.percent)) for row in own.context["measures"]] == [("Bazaar", "98.0")]
    assert browse(aurelia).get("/enforcement/statistics/").context["figures"]["M1"].counts == before
    with as_viewer(bazaar):
        first = OwnMeasures.objects.get(source="zyxsource")
        actions.say_own_measures(platform, by=bazaar, **{**values, "by_itself": 1980, "replaces": first})
        # Once replaced it is replaced no more, and no days are told twice.
        for more in ({"replaces": first}, {}):
            with pytest.raises(Refused) as refused:
                actions.say_own_measures(platform, by=bazaar, **{**values, **more})
            assert refused.value.field == "replaces"
    page = browse(aurelia).get(address).content.decode()
    assert ("corrected since" in page, "99.0 %" in page) == (True, True)
    assert browse(aurelia).get(f"/enforcement/statistics/?first={today - timedelta(days=5)}&last={today}").context["measures"] == []


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
        stands = Snapshot.objects.get(restated_by=None)
        snapshot = actions.publish(first=stands.first, last=stands.last, note="What was terminated.", restates=stands, by=admin)
    page = client.get(snapshot.get_absolute_url()).content.decode()
    assert all(words in page for words in ("merchant account terminated", "domain seized or transferred"))
