"""Adding in place: addresses typed into a case, and all of a seller."""

import pytest

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_viewer
from enforcement.cases import actions
from enforcement.cases.models import Case, CaseListing
from enforcement.market.actions import undo
from enforcement.market.allowing import allow
from enforcement.market.entering import enter, entered
from enforcement.market.models import Import, ImportRow, Listing, Platform
from enforcement.market.working import work_on
from tests.conftest import everything

TYPED = "https://bazaar.example/item/700100\n\n  https://bazaar.example/item/700101?utm_source=mail \nhttps://bazaar.example/item/700100#again"


@pytest.fixture
def case(aurelia):
    with as_viewer(aurelia):
        return actions.open_case(title="Typed", by=aurelia)


def test_addresses_typed_in_become_listings_of_the_case(browse, aurelia, case):
    client = browse(aurelia)
    response = client.post(f"{case.get_absolute_url()}listings/", {"addresses": TYPED, "seller_name": "Nova 商店", "verified": "on"})
    assert response.status_code == 302
    with everything():
        rows = [(row.key, row.seller_name, row.verified_at is None) for row in CaseListing.objects.filter(case=case).order_by("key")]
        job = Import.objects.filter(space=aurelia.desk_id).latest("pk")
    assert rows == [("bazaar:item:700100", "Nova 商店", False), ("bazaar:item:700101", "Nova 商店", False)]
    assert (job.state, job.counts["written"]) == ("done", 2)
    # Again: nothing is doubled, and it is said.
    page = client.post(f"{case.get_absolute_url()}listings/", {"addresses": TYPED}, follow=True)
    assert "They were in the case already" in page.content.decode()
    with everything():
        assert CaseListing.objects.filter(case=case).count() == 2


def test_what_nobody_looked_at_stands_in_its_lane(browse, aurelia, case):
    browse(aurelia).post(f"{case.get_absolute_url()}listings/", {"addresses": TYPED})
    with everything():
        assert CaseListing.objects.filter(case=case, verified_at=None).count() == 2


def test_a_line_that_is_no_address_is_told_and_nothing_is_written(browse, aurelia, case):
    page = browse(aurelia).post(f"{case.get_absolute_url()}listings/", {"addresses": f"{TYPED}\nhello <b>\njavascript:alert(1)"})
    assert page.status_code == 422
    said = page.content.decode()
    assert "Line 4, hello &lt;b&gt;" in said
    assert "Line 5, javascript:alert(1)" in said
    assert "https://bazaar.example/item/700101?utm_source=mail" in said
    with everything():
        assert not CaseListing.objects.filter(case=case).exists()
        assert not Listing.objects.filter(key="bazaar:item:700100").exists()


def test_a_seller_on_the_allow_list_is_told(aurelia, case):
    with as_viewer(aurelia):
        bazaar = Platform.objects.get(slug="bazaar")
        allow("bazaar:nova", platform=bazaar, name="Nova", kind="licensed", because="Our dealer.", by=aurelia)
        with pytest.raises(Refused, match="allow list") as refused:
            actions.enter_listings(case, "https://bazaar.example/item/700100", seller_name="Nova", by=aurelia)
    assert refused.value.field == "addresses"


@pytest.mark.parametrize(
    ("addresses", "said"), [(" \n ", "at least one"), ("\n".join(f"https://bazaar.example/item/{n}" for n in range(101)), "At most")]
)
def test_none_and_too_many_are_refused(aurelia, addresses, said):
    with as_viewer(aurelia), pytest.raises(Refused, match=said):
        enter(addresses, by=aurelia)


def test_what_was_typed_in_can_be_undone_until_somebody_builds_on_it(aurelia):
    with as_viewer(aurelia):
        job = enter("https://bazaar.example/item/700100", title="Watch", by=aurelia)
        assert entered(job).get().title == "Watch"
        assert job.rows.get().verdict == ImportRow.Verdict.NEW
        undo(job, by=aurelia)
    work_on(job.pk)
    with everything():
        assert not Listing.objects.filter(key="bazaar:item:700100").exists()


def test_all_listings_of_a_seller_are_brought_in(browse, aurelia, case):
    with everything():
        own = Listing.objects.filter(space=aurelia.desk_id, seller_name="Uhrenparadies")
        count, key = own.count(), own[0].seller_key
    assert count
    page = browse(aurelia).post(f"{case.get_absolute_url()}seller/", {"seller": "uhrenPARADIES"})
    assert page.status_code == 302
    with everything():
        assert CaseListing.objects.filter(case=case).count() == count
    page = browse(aurelia).post(f"{case.get_absolute_url()}seller/", {"seller": key}, follow=True)
    assert "already" in page.content.decode()


def test_a_seller_of_a_rival_alone_is_none(browse, aurelia, northpeak, case):
    with everything():
        theirs = Listing.objects.filter(space=northpeak.desk_id).exclude(
            seller_key__in=Listing.objects.filter(space=aurelia.desk_id).values("seller_key")
        ).exclude(seller_key="")[0]  # fmt: skip
    page = browse(aurelia).post(f"{case.get_absolute_url()}seller/", {"seller": theirs.seller_key})
    assert page.status_code == 422
    assert "No listing of your desk has this seller" in page.content.decode()


def test_a_closed_case_and_a_reader_take_nothing_in(aurelia, officer, case):
    with everything():
        other = Case.objects.get(title__startswith="金龙皮具专营店")
    with as_viewer(officer), pytest.raises(NotAllowed):
        actions.enter_listings(other, TYPED, by=officer)
    with as_viewer(aurelia):
        actions.close(case, outcome="abandoned", by=aurelia)
        with pytest.raises(Refused, match="closed"):
            actions.enter_listings(case, TYPED, by=aurelia)
        assert not Listing.objects.filter(key="bazaar:item:700100").exists()
