"""Listings whose key an earlier table made are given that of the present one, in the background, and nothing is lost."""

import pytest

from coalition.access.viewer import as_system, as_viewer
from coalition.activity.models import Event
from coalition.search.actions import search
from enforcement.cases import actions as cases
from enforcement.cases.models import CaseListing
from enforcement.market import rekeying
from enforcement.market.entering import enter, entered
from enforcement.market.key_rules import VERSION
from enforcement.market.models import ImportRow, Listing, Platform
from tests.conftest import everything

SHOP = "https://www.etsy.com/uk/shop/NiceShop?ref=1"


@pytest.fixture
def old(aurelia):
    """A listing as an earlier table had it, when it knew nothing of that platform's shops."""
    with as_viewer(aurelia):
        row = entered(enter(SHOP, title="A shop", by=aurelia)).get()
    with as_system("make it old"):
        web = Platform.objects.get(slug="web")
        key = "web:page:etsy.com/uk/shop/NiceShop"
        ImportRow.objects.filter(key=row.key).update(key=key)
        Listing.objects.filter(pk=row.pk).update(
            key=key, key_version=2, platform=web, kind="page", seller_key="web:etsy.com", canonical="https://etsy.com/uk/shop/NiceShop"
        )
    return row.pk


def test_it_is_given_the_key_of_the_present_table(aurelia, old):
    assert rekeying.rekey() == {"changed": 1}
    assert rekeying.rekey() == {}
    with everything():
        row = Listing.objects.select_related("platform").get(pk=old)
        assert Event.objects.filter(verb="listings.rekeyed", space=aurelia.desk_id, data__count=1).exists()
        assert ImportRow.objects.filter(key=row.key).exists()
    assert (row.key, row.key_version, row.kind, row.platform.slug, row.seller_key) == (
        "etsy:store:NICESHOP",
        VERSION,
        "store",
        "etsy",
        "etsy:NICESHOP",
    )
    assert (row.address, row.title) == (SHOP, "A shop")
    with as_viewer(aurelia):
        assert search("etsy:store:NICESHOP", by=aurelia, kinds=["listing"])[0].subject_id == old


def test_where_another_of_the_desk_has_the_key_both_stay(aurelia, old):
    with as_viewer(aurelia):
        enter("https://www.etsy.com/shop/niceshop", by=aurelia)
    assert rekeying.rekey() == {"twins": 1}
    with everything():
        assert Listing.objects.get(pk=old).key.startswith("web:page:")


def test_what_a_case_says_of_it_stays_and_is_not_doubled(aurelia, old):
    with as_viewer(aurelia):
        case = cases.open_case(title="Shop", listings=Listing.objects.filter(pk=old), by=aurelia)
    rekeying.rekey()
    with as_viewer(aurelia):
        assert cases.add_listings(case, Listing.objects.filter(pk=old), by=aurelia) == 0
        assert CaseListing.objects.get(case=case).key.startswith("web:page:")


def test_an_address_that_is_read_no_more_keeps_its_key(aurelia, old):
    with as_system("an address that an earlier table took"):
        Listing.objects.filter(pk=old).update(address="nonsense")
    assert rekeying.rekey() == {"same": 1}
