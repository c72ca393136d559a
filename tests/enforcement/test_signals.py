"""Risk signals of a listing: facts with what they rest on, as far as a viewer may know them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from coalition.access.viewer import as_viewer
from enforcement.market.models import Listing
from enforcement.market.signals import MANY, signals
from enforcement.notices.models import NoticeItem
from tests.conftest import everything


def listing(**more):
    return SimpleNamespace(**({"title": "", "quantity": None, "price": None, "currency": "", "brand": "", "seller_key": "", "space_id": 0} | more))


def said(viewer, marks=(), **more):
    with as_viewer(viewer):
        return {signal.words: signal.because for signal in signals(listing(**more), viewer, marks)}


@pytest.mark.parametrize("title", ["Watch AAA+ quality", "手表 高仿 包邮", "Bag 1:1 mirror quality", "réplica de reloj", "腕表 复刻 N厂"])
def test_a_title_that_says_what_it_is(aurelia, title):
    assert "Its title says what it is" in said(aurelia, title=title)


@pytest.mark.parametrize("title", ["Leather watch strap, 11:10 on the dial", "Battery AA, pack of 10", "Aaaron's bag", "Watch 2026"])
def test_a_title_that_does_not(aurelia, title):
    assert said(aurelia, title=title) == {}


@pytest.mark.parametrize("title", ["Aure1ia watch", "Аurelia watch", "A.u.r.e.l.i.a watch", "AUREL\u200bIA handbag xn--"])
def test_a_mark_in_letters_that_look_like_it(aurelia, title):
    assert "It writes your mark in letters that look like it" in said(aurelia, marks=["Aurelia"], title=title)


def test_the_mark_itself_is_no_signal(aurelia):
    assert said(aurelia, marks=["Aurelia", "Au"], title="AURELIA watch") == {}


def test_a_trader_s_stock(aurelia):
    assert "Many are offered" in said(aurelia, quantity=MANY)
    assert said(aurelia, quantity=MANY - 1) == {}


def test_a_price_far_below_the_desk_s_own(aurelia):
    with everything():
        own = list(Listing.objects.filter(space=aurelia.desk_id).order_by("pk")[:25])
        for row in own:
            row.brand, row.price, row.currency = "Zyxbrand", Decimal(200), "EUR"
        Listing.objects.bulk_update(own, ["brand", "price", "currency"])
    about = {"brand": "Zyxbrand", "currency": "EUR", "space_id": aurelia.desk_id}
    assert "cost over 200.00" in said(aurelia, price=Decimal(20), **about)["It costs far less than others of the brand"]
    assert said(aurelia, price=Decimal(60), **about) == {}
    assert said(aurelia, price=Decimal(1), **(about | {"currency": "USD"})) == {}


def test_what_was_taken_down_of_its_seller_as_far_as_one_may_know(aurelia, kestrel, browse):
    with everything():
        item = NoticeItem.objects.filter(notice__principal__slug="aurelia", outcome="removed").exclude(seller_key="")[0]
    assert "Listings of its seller were taken down before" in said(aurelia, seller_key=item.seller_key)
    assert "Listings of its seller were taken down before" not in said(kestrel, seller_key=item.seller_key)
    assert "Risk signals" in browse(aurelia).get(f"/enforcement/listings/{item.listing_id}/").content.decode()
