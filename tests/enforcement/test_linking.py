"""Storefronts judged to be one seller: pair by pair, one's own, found together when they are read."""

import pytest
from django.db import DatabaseError, transaction

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_viewer
from enforcement.market.entering import enter
from enforcement.market.linking import link, linked, suggested
from enforcement.market.models import SellerLink
from tests.conftest import everything

A, B, C, D = "bazaar:shop a", "bazaar:shop b", "kiosk:shop c", "kiosk:shop d"


@pytest.fixture
def shops(aurelia):
    with as_viewer(aurelia):
        enter("https://bazaar.example/item/700201", seller_name="Shop A", by=aurelia)
        enter("https://bazaar.example/item/700202", seller_name="Shop B", by=aurelia)
        enter("https://kiosk.example/p/700203", seller_name="Shop C", by=aurelia)
        enter("https://kiosk.example/p/700204", seller_name="Shop D", by=aurelia)
        enter("https://kiosk.example/p/700205", seller_name="Shop A", by=aurelia)


def judge(viewer, one, other, verdict="same", **more):
    with as_viewer(viewer):
        return link(one, other, by=viewer, **({"verdict": verdict, "confidence": "high", "source": "One return address."} | more))


def beside(viewer, key):
    with as_viewer(viewer):
        return [(shop.key, shop.steps, shop.judgement and shop.judgement.verdict) for shop in linked(key, viewer)]


def test_what_is_judged_the_same_is_found_together_through_others_too(aurelia, shops):
    judge(aurelia, A, B)
    judge(aurelia, C, B)
    assert beside(aurelia, A) == [(B, 1, "same"), (C, 2, None)]
    assert beside(aurelia, C) == [(B, 1, "same"), (A, 2, None)]


def test_the_newest_judgement_counts_and_takes_apart_what_hung_on_it(aurelia, shops):
    judge(aurelia, A, B)
    judge(aurelia, B, C)
    judge(aurelia, C, B, "different", source="Two licences.")
    assert beside(aurelia, A) == [(B, 1, "same")]
    assert beside(aurelia, C) == [(B, 0, "different")]
    with everything():
        assert SellerLink.objects.filter(one=B, other=C).count() == 2
    with as_viewer(aurelia), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        SellerLink.objects.filter(one=B).delete()


def test_a_judgement_is_its_organisation_s_own(browse, aurelia, northpeak, shops):
    judge(aurelia, A, B)
    assert beside(northpeak, A) == []
    assert "One return address" in browse(aurelia).get(f"/enforcement/sellers/{A}/").content.decode()
    assert browse(northpeak).get(f"/enforcement/sellers/{A}/").status_code == 404
    assert browse(northpeak).post(f"/enforcement/sellers/{A}/link/", {"other": B}).status_code == 404


def test_by_name_where_it_is_one_shop_and_asked_which_where_it_is_several(aurelia, shops):
    judge(aurelia, A, "shop b")
    with as_viewer(aurelia), pytest.raises(Refused, match="Several storefronts") as refused:
        link(B, "Shop A", verdict="same", confidence="low", source="Name.", by=aurelia)
    assert refused.value.field == "other"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"other": A}, "other"), ({"other": "nobody"}, "other"), ({"other": ""}, "other"), ({"verdict": "perhaps"}, "verdict"),
     ({"confidence": "total"}, "confidence"), ({"source": " "}, "source")],
)  # fmt: skip
def test_what_is_no_judgement_is_refused_at_its_field(aurelia, shops, given, field):
    with as_viewer(aurelia), pytest.raises(Refused) as refused:
        link(A, by=aurelia, **({"other": B, "verdict": "same", "confidence": "high", "source": "One return address."} | given))
    assert refused.value.field == field


def test_the_same_name_elsewhere_is_suggested_until_somebody_judged_it(browse, aurelia, shops):
    with as_viewer(aurelia):
        assert suggested(A, "Shop A", aurelia) == [("kiosk:shop a", "Kiosk")]
    judge(aurelia, A, "kiosk:shop a", "different")
    with as_viewer(aurelia):
        assert suggested(A, "Shop A", aurelia) == []


def test_the_page_takes_a_judgement_and_says_what_is_wrong(browse, aurelia, shops):
    client = browse(aurelia)
    sent = {"other": "Shop D", "verdict": "same", "confidence": "low", "source": "The same photographs."}
    assert client.post(f"/enforcement/sellers/{A}/link/", sent).status_code == 302
    assert beside(aurelia, A) == [(D, 1, "same")]
    page = client.post(f"/enforcement/sellers/{A}/link/", sent | {"other": "nobody"})
    assert page.status_code == 422
    assert "The same photographs" in page.content.decode()


def test_who_imports_nothing_judges_nothing_and_a_platform_only_what_notices_to_it_name(officer, bazaar, shops):
    for viewer, refusal in ((officer, NotAllowed), (bazaar, Refused)):
        with as_viewer(viewer), pytest.raises(refusal):
            link(A, B, verdict="same", confidence="low", source="x", by=viewer)
