"""M10: sellers, not items; days, not listings; storefronts judged to be one seller are one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.viewer import as_viewer
from demo.times import ago
from enforcement.market.linking import link, same_sellers
from enforcement.market.models import Listing, SellerLink
from enforcement.notices.models import NoticeItem
from enforcement.statistics.infringers import Infringers
from enforcement.statistics.metrics import Cohort
from tests.conftest import everything
from tests.enforcement.test_relists import line, removed

pytestmark = pytest.mark.django_db


def counted(viewer, *shops):
    """Of the sellers that have one of these storefronts: each with its days and its items."""
    today = timezone.localdate()
    with as_viewer(viewer):
        found = Infringers(Cohort(today, today, timezone.now(), is_live=True), NoticeItem.objects.visible_to(viewer), viewer)
        return [(seller.keys, seller.days, seller.items) for seller in found.sellers if set(seller.keys) & {f"bazaar:{shop}" for shop in shops}]


def test_one_notice_about_many_listings_is_one_day_and_storefronts_of_one_seller_are_one(aurelia, analyst, bazaar, northpeak, browse):
    with ago(days=3):
        removed(aurelia, analyst, bazaar, rows=line(4, "Zyx Hat"))
    with everything():
        for model in (NoticeItem, Listing):
            model.objects.filter(key__endswith="880004").update(seller_key="bazaar:zyxthree")
    removed(aurelia, analyst, bazaar, rows=line(1, "Zyx Bag") + line(2, "Zyx Belt"))
    # Two sellers on one day each, unless somebody judges them the same.
    assert sorted(counted(aurelia, "zyxshop", "zyxthree")) == [(("bazaar:zyxshop",), 1, 2), (("bazaar:zyxthree",), 1, 1)]
    with as_viewer(aurelia):
        link("bazaar:zyxshop", "bazaar:zyxthree", verdict="same", confidence="high", source="The same bank account.", by=aurelia)
    assert counted(aurelia, "zyxshop") == [(("bazaar:zyxshop", "bazaar:zyxthree"), 2, 3)]
    page = browse(aurelia).get("/enforcement/statistics/").content.decode()
    assert "M10" in page
    shown = browse(aurelia).get("/enforcement/statistics/M10/numerator/").content.decode()
    assert "bazaar:zyxthree" in shown
    assert "zyxshop" not in browse(northpeak).get("/enforcement/statistics/M10/denominator/").content.decode()
    taken = b"".join(browse(aurelia).get("/enforcement/statistics/M10/denominator/?export=csv").streaming_content).decode()
    assert "bazaar:zyxshop, bazaar:zyxthree" in taken


def test_what_was_put_back_or_lies_longer_ago_than_a_year_is_not_upheld(aurelia, analyst, bazaar):
    notice = removed(aurelia, analyst, bazaar)
    assert counted(aurelia, "zyxshop")
    with everything():
        notice.items.update(final=NoticeItem.Final.UP)
    assert counted(aurelia, "zyxshop") == []
    with everything():
        notice.items.update(final="")
        type(notice).objects.filter(pk=notice.pk).update(submitted_at=timezone.now() - timedelta(days=370))
    assert counted(aurelia, "zyxshop") == []


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans()), max_size=14))
def test_who_hangs_together_is_one_however_the_pairs_come(pairs):
    """Held against a search over the pairs, the newest of each."""
    newest = {}
    for one, other, same in pairs:
        if one != other:
            newest[tuple(sorted((one, other)))] = same

    class Rows(list):
        on_desk_of = lambda self, viewer: self  # noqa: E731
        order_by = lambda self, *names: self  # noqa: E731

    rows = Rows(
        SellerLink(one=min(one, other), other=max(one, other), verdict="same" if same else "different") for one, other, same in pairs if one != other
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SellerLink, "objects", rows)
        found = same_sellers("abcdef", None)
    for start in "abcdef":
        reached, edge = {start}, [start]
        while edge:
            at = edge.pop()
            for pair, same in newest.items():
                if same and at in pair:
                    (next_one,) = set(pair) - {at}
                    if next_one not in reached:
                        reached.add(next_one)
                        edge.append(next_one)
        assert {key for key in "abcdef" if found.get(key, key) == found.get(start, start)} == reached
