"""How long platforms take, with what is still open: by the ranks where nothing is, and never faster for what is."""

from datetime import timedelta
from math import ceil

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.viewer import as_system, as_viewer
from demo.times import ago
from enforcement.market.models import Platform
from enforcement.notices import actions
from enforcement.notices.models import NoticeItem
from enforcement.statistics.metrics import Cohort
from enforcement.statistics.relisting import relist_rate
from enforcement.statistics.times import PERCENTILES, percentiles, times
from enforcement.storefronts import actions as storefronts
from tests.enforcement.test_notices import decide, sent

HOURS = st.integers(0, 200)


@given(st.lists(HOURS, min_size=1, max_size=80))
def test_without_open_items_they_are_the_nearest_ranks(hours):
    ranked = sorted(hours)
    found = percentiles([(one, True, 1) for one in hours])
    assert found == {share: ranked[ceil(share * len(hours) / 100) - 1] for share in PERCENTILES}


@given(st.lists(st.tuples(HOURS, st.booleans()), min_size=1, max_size=60))
def test_what_is_open_never_makes_it_faster(spans):
    """Leaving the open ones out, as if they were not there, is never slower than heeding them."""
    heeded = percentiles([(hours, ended, 1) for hours, ended in spans])
    closed = [(hours, True, 1) for hours, ended in spans if ended]
    alone = percentiles(closed) if closed else dict.fromkeys(PERCENTILES)
    for share in PERCENTILES:
        assert heeded[share] is None or heeded[share] >= alone[share]
    order = [heeded[share] for share in PERCENTILES if heeded[share] is not None]
    assert order == sorted(order)


@given(st.lists(st.tuples(HOURS, st.booleans(), st.integers(0, 9)), max_size=30))
def test_how_rows_are_gathered_does_not_matter(rows):
    single = [(hours, ended, 1) for hours, ended, n in rows for _one in range(n)]
    assert percentiles(rows) == percentiles(single)


@pytest.mark.django_db
def test_a_recount_by_hand_gives_the_same(aurelia, analyst, bazaar):
    with ago(hours=50):
        slow = sent(aurelia, analyst)
    with ago(hours=49), as_viewer(bazaar):
        actions.acknowledge(slow, by=bazaar)
    with ago(hours=2):
        decide(bazaar, slow, "clarification", reason="Which?")
    with ago(hours=30):
        quick = sent(aurelia, analyst)
    with ago(hours=27, minutes=30):
        decide(bazaar, quick, "removed")
    now = timezone.now()
    cohorts = [Cohort(timezone.localdate() - timedelta(days=400), timezone.localdate(), now, is_live=live) for live in (False, True)]
    with as_system("recount"):
        spans = []
        for item in NoticeItem.objects.filter(notice__sent_at__isnull=False).select_related("notice").prefetch_related("decided"):
            decisions = [one.decided_at for one in item.decided.all() if one.outcome != "clarification"]
            begun = item.notice.received_at or item.notice.sent_at
            if item.outcome == "withdrawn" and not decisions:
                continue
            hours = ceil(((min(decisions) if decisions else now) - begun).total_seconds() / 3600)
            spans.append((max(hours, 1), bool(decisions), 1))
        found, live = (times(cohort, NoticeItem.objects.all()) for cohort in cohorts)
    assert (found.counts, found.hours) == (live.counts, live.hours)
    assert found.counts["denominator"] == len(spans)
    assert found.counts["numerator"] == sum(ended for _hours, ended, _n in spans)
    assert found.hours == percentiles(spans)


@pytest.mark.django_db
def test_every_figure_of_it_opens_its_rows(aurelia, bazaar, browse):
    for viewer in (aurelia, bazaar):
        client = browse(viewer)
        page = client.get("/enforcement/statistics/?platform=bazaar")
        for code, counts in (("M9", page.context["times"].counts), ("M11", page.context["relists"].counts)):
            for part, n in counts.items():
                rows = client.get(f"/enforcement/statistics/{code}/{part}/?{page.context['period']}").context["rows"]
                assert rows.count == n, (code, part)


@pytest.mark.django_db
def test_what_comes_back_is_counted_by_how_soon(aurelia, analyst, bazaar):
    with ago(days=120):
        notice = sent(aurelia, analyst)
    with ago(days=118):
        decide(bazaar, notice, "removed")
    cohort = Cohort(timezone.localdate() - timedelta(days=125), timezone.localdate() - timedelta(days=119), timezone.now(), is_live=True)
    with as_system("let three come back, after ten, sixty and a hundred days"):
        removed = list(NoticeItem.objects.filter(notice=notice).order_by("pk"))
        assert relist_rate(cohort, NoticeItem.objects.filter(notice=notice)).counts == {"numerator": 0, "denominator": 3, "soon": 0, "young": 0}
    for item, days in zip(removed, (108, 58, 18), strict=True):
        with ago(days=days):
            again = sent(aurelia, analyst)
        with as_system("say of what it is come back"):
            NoticeItem.objects.filter(pk=NoticeItem.objects.filter(notice=again).order_by("pk").first().pk).update(relist_of=item)
    with as_system("count"):
        assert relist_rate(cohort, NoticeItem.objects.filter(notice=notice)).counts == {"numerator": 2, "denominator": 3, "soon": 1, "young": 0}


@pytest.mark.django_db
def test_closures_and_bans_are_two_counts_and_each_opens_its_record(aurelia, bazaar, browse):
    platform = Platform.objects.get(slug="bazaar")
    with as_viewer(bazaar):
        for shop, kind in (("zyx1", "closed"), ("zyx2", "closed"), ("zyx3", "banned")):
            storefronts.note(platform, shop=shop, name=shop, kind=kind, on=timezone.localdate(), by=bazaar)
        act = storefronts.note(platform, shop="zyx4", name="zyx4", kind="closed", on=timezone.localdate(), by=bazaar)
        storefronts.reverse(act, on=timezone.localdate(), reason="A mistake of ours.", by=bazaar)
    client, today = browse(aurelia), timezone.localdate()
    for narrowed in ("", f"first={today}&last={today}", "platform=bazaar", "platform=kiosk"):
        page = client.get(f"/enforcement/statistics/?{narrowed}")
        cohort, counts = page.context["cohort"], page.context["storefronts"]
        assert [count.code for count in counts] == ["M12", "M13", "M14", "M15"]
        for count in counts:
            days = f"kind={count.kind}&first={cohort.first}&last={cohort.last}&{narrowed if 'platform' in narrowed else ''}"
            for more, n in (("", count.n), ("&standing=no", count.reversed)):
                assert client.get(f"/enforcement/storefronts/?{days}{more}").context["page"].rows.count == n, (narrowed, count.kind, more)
    only = client.get(f"/enforcement/statistics/?first={today}&last={today}").context["storefronts"]
    assert [(count.n >= 3, count.reversed >= 1) for count in only[:1]] == [(True, True)]
