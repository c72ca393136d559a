"""What the published figures rest on: notices of last season, answered and over, of enough members that none of them is the figure."""

from __future__ import annotations

from itertools import count

from coalition.access.viewer import as_system, as_viewer
from demo.times import ago
from enforcement.market.entering import enter, entered
from enforcement.notices import actions as notices
from enforcement.notices.models import NoticeItem

# Who, how many items, and how many of these the marketplace refused; a shop of each.
SEASON = [
    ("owner@northpeak.example", 3, 0, "山野工厂店", "Sam Whitfield"),
    ("owner@kestrel.example", 22, 1, "声浪数码", "Bo Lindqvist"),
    ("owner@lumiere.example", 23, 2, "美妆直供", "Amélie Roux"),
    ("owner@tessella.example", 22, 0, "小积木玩具", "Mads Bech"),
]


def tell(viewers, marks):
    """One notice each: mostly removed, some refused or gone already, three disputed, each dispute ending another way."""
    numbers = count(300_400_500, 7)
    for who, items, refused, shop, signatory in SEASON:
        with ago(days=121), as_viewer(viewers[who]) as viewer:
            rows = enter("\n".join(f"https://www.bazaar.example/item/{next(numbers)}" for _n in range(items)), seller_name=shop, by=viewer)
            (draft,) = notices.compose(entered(rows), by=viewer)
            notices.edit(
                draft, ground="counterfeit", right=marks[who][0], statement="The goods carry our mark and are not ours: print, closure and box differ.",
                signatory=signatory, in_good_faith=True, not_genuine=True, by=viewer,
            )  # fmt: skip
        with ago(days=120), as_viewer(viewers[who]) as viewer:
            notice = notices.submit(draft, by=viewer)
        if notice.state == notice.State.VETTING:
            with ago(days=119), as_viewer(viewers["analyst@coalition.example"]) as analyst:
                notices.approve(notice, by=analyst)
        _answer(viewers["trust@bazaar.example"], notice, refused)
        _dispute(viewers["trust@bazaar.example"], viewers[who], notice, signatory)


def _answer(bazaar, notice, refused: int):
    with ago(days=117), as_viewer(bazaar):
        items = list(NoticeItem.objects.filter(notice=notice).order_by("-pk"))
        parts = [
            (items[:refused], "rejected", {"why": "evidence", "reason": "The picture shows no mark."}),
            (items[refused : refused + 1], "gone", {}),
            (items[refused + 1 :], "removed", {}),
        ]
        for some, outcome, more in parts:
            if some:
                notices.answer(notice, {item.pk: item.decisions for item in some}, outcome=outcome, by=bazaar, **more)


def _dispute(bazaar, principal, notice, signatory: str):
    """Two claims are stood behind and stay down; one is withdrawn, or left to its clock."""
    for place, item in enumerate(_removed(bazaar, notice)):
        with ago(days=115), as_viewer(bazaar):
            made = notices.dispute(item, kind="counter_notice", statement="卖家声明：商品为正品。 The seller says the goods are genuine.", by=bazaar)
        if place < 2:
            with ago(days=113), as_viewer(principal):
                notices.stand_behind(made, signatory=signatory, evidence="Our own test purchase; the packaging is not ours.", by=principal)
            with ago(days=112), as_viewer(bazaar):
                notices.conclude(made, stays_down=True, by=bazaar)
        elif notice.item_count % 2:
            with ago(days=113), as_viewer(principal):
                notices.withdraw(made, reason="An outlet of ours sold the lot.", by=principal)
        else:
            with ago(days=110), as_system("let the demo’s clock run out"):
                notices.lapse(made)


def _removed(bazaar, notice):
    with as_viewer(bazaar):
        return list(NoticeItem.objects.filter(notice=notice, outcome="removed").order_by("pk")[:3])
