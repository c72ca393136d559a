"""The page of a seller as each sees it, and the allow list that stops notices."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import Event, InboxItem
from coalition.clocks.actions import sweep
from coalition.clocks.models import Clock
from enforcement.cases import actions as cases
from enforcement.market import allowing
from enforcement.market.models import AllowedSeller, Listing, Platform
from enforcement.notices import actions as notices
from tests.enforcement.test_imports import HEAD, bring, row
from tests.enforcement.test_notices import draft, fill

pytestmark = pytest.mark.django_db


def shop_of(viewer):
    """A seller of the viewer's newest listings on Bazaar."""
    with as_viewer(viewer):
        return Listing.objects.filter(space_id=viewer.desk_id, platform__slug="bazaar").exclude(seller_key="").order_by("pk").first()


def allow(viewer, shop, **more):
    values = {"platform": shop.platform, "name": shop.seller_name, "kind": "authorised", "because": "Licence of 2024.", **more}
    with as_viewer(viewer):
        return allowing.allow(shop.seller_key, by=viewer, **values)


def test_a_notice_against_an_allowed_seller_is_stopped_and_says_why(aurelia, agent, browse):
    shop, notice = shop_of(aurelia), draft(aurelia)
    fill(aurelia, notice)
    entry = allow(aurelia, shop)
    for viewer in (aurelia, agent):
        with as_viewer(viewer), pytest.raises(Refused, match="None of its sellers is on your allow list"):
            notices.submit(notice, by=viewer)
    assert entry.name in browse(aurelia).get(notice.get_absolute_url()).content.decode()
    with as_viewer(aurelia):
        allowing.end(entry, reason="The licence was ended.", by=aurelia)
        assert notices.submit(notice, by=aurelia).submitted_at


def test_the_allow_list_is_one_s_own_and_dated(aurelia, northpeak, browse):
    shop, today = shop_of(aurelia), timezone.localdate()
    entry = allow(aurelia, shop, ends_on=today + timedelta(days=10))
    with pytest.raises(Refused, match="on your allow list on these days"):
        allow(aurelia, shop)
    later = allow(aurelia, shop, starts_on=today + timedelta(days=10), because="The next licence.")
    with as_viewer(aurelia):
        found = {day: allowing.allowed_among([shop.seller_key], desk_id=aurelia.desk_id, on=today + timedelta(days=day)) for day in (0, 9, 10)}
        assert found == {0: [entry], 9: [entry], 10: [later]}
        assert allowing.end(later, reason="Signed by mistake.", by=aurelia).ends_on == later.starts_on
        with pytest.raises(Refused):
            allowing.allow("kiosk:x", platform=shop.platform, name="x", kind="own", because="Ours, surely.", by=aurelia)
    # A rival's notices do not ask it, and a rival neither reads nor ends it.
    assert allow(northpeak, shop, kind="own").space_id == northpeak.desk_id
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        allowing.end(entry, reason="Not theirs to end.", by=northpeak)
    assert "The next licence." not in browse(northpeak).get("/enforcement/sellers/allowed/").content.decode()


def test_the_allow_list_by_its_pages(aurelia, officer, browse):
    shop, client = shop_of(aurelia), browse(aurelia)
    address = f"/enforcement/sellers/{shop.seller_key}/"
    wrong = client.post(address + "allow/", {"name": "", "kind": "own", "because": "It is."})
    assert (wrong.status_code, "This field is required." in wrong.content.decode()) == (422, True)
    assert client.post(address + "allow/", {"name": "Our shop", "kind": "own", "because": "It is ours."}).status_code == 302
    assert "on your allow list" in client.get(address).content.decode()
    assert "allowed" in client.get("/enforcement/sellers/").content.decode().partition("<main")[2]
    with as_viewer(aurelia):
        (entry,) = AllowedSeller.objects.filter(seller_key=shop.seller_key)
    assert client.post(f"{address}allowed/{entry.pk}/end/", {"reason": "x"}).status_code == 422
    assert client.post(f"{address}allowed/{entry.pk}/end/", {"reason": "Sold it."}).status_code == 302
    with as_viewer(aurelia), pytest.raises(Conflict):
        allowing.end(entry, reason="Sold it twice.", by=aurelia)
    site = {"platform": Platform.objects.get(slug="web").pk, "shop": "aurelia.example", "name": "金曜", "kind": "own", "because": "Our own domain."}
    page = client.get(client.post("/enforcement/sellers/allowed/", site).url).content.decode()
    assert ("金曜" in page, "web:aurelia.example" in page) == (True, True)
    assert browse(officer).get("/enforcement/sellers/allowed/").status_code == 403


def test_a_seller_s_page_shows_what_each_may_see_of_it(aurelia, northpeak, outsider, bazaar, browse):
    bring(aurelia, HEAD + row(1, title="zyxbag", seller="zyxshop"))
    with as_viewer(aurelia):
        case = cases.open_case(title="zyxcase", summary="", listings=Listing.objects.filter(title="zyxbag"), by=aurelia)
    address = "/enforcement/sellers/bazaar:zyxshop/"
    assert [word in browse(aurelia).get(address).content.decode() for word in ("zyxbag", "zyxcase")] == [True, True]
    assert {browse(viewer).get(address).status_code for viewer in (northpeak, outsider, bazaar)} == {404}
    with as_viewer(aurelia):
        cases.share(case, Audience.objects.get(pk=northpeak.organisation_audience_id), role="read", by=aurelia)
    shared = browse(northpeak).get(address).content.decode()
    assert [word in shared for word in ("zyxshop", "zyxcase", "zyxbag", "Your listings of it")] == [True, True, False, False]
    assert {browse(viewer).get(address).status_code for viewer in (outsider, bazaar)} == {404}


def test_the_allow_list_and_a_seller_s_page_ask_as_many_queries_for_many_as_for_few(aurelia, browse):
    shop, client = shop_of(aurelia), browse(aurelia)

    def asked(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    allow(aurelia, shop)
    bring(aurelia, HEAD + row(1, seller="zyxshop"))
    addresses = ("/enforcement/sellers/allowed/", "/enforcement/sellers/", "/enforcement/sellers/bazaar:zyxshop/")
    few = [asked(address) for address in addresses]
    bring(aurelia, HEAD + "".join(row(n, seller="zyxshop") for n in range(2, 20)), name="more.csv")
    with as_viewer(aurelia):
        for n in range(15):
            allowing.allow(
                f"kiosk:shop {n}", platform=Platform.objects.get(slug="kiosk"), name=f"Shop {n}", kind="own", because="Ours too.", by=aurelia
            )
    assert [asked(address) for address in addresses] == few


def test_an_entry_that_ends_is_told_ahead_and_renewing_it_ends_the_clock(aurelia):
    shop, today = shop_of(aurelia), timezone.localdate()
    soon = allow(aurelia, shop, ends_on=today + timedelta(days=20))
    with as_viewer(aurelia):
        allowing.allow("kiosk:far", platform=Platform.objects.get(slug="kiosk"), name="Far", kind="own", because="Ours too.",
                       ends_on=today + timedelta(days=200), by=aurelia)  # fmt: skip
    assert (allowing.watch(), allowing.watch()) == (1, 0)
    while deliver_batch():
        pass
    with as_viewer(aurelia):
        assert InboxItem.objects.of(aurelia).filter(event__verb="seller.allowance_ends", event__subject_id=soon.pk).exists()
        clock = Clock.objects.of(aurelia).get(kind="allow_list_ending")
        assert clock.due_at.date() == today + timedelta(days=20)
    allow(aurelia, shop, starts_on=soon.ends_on, because="The next licence.")
    with as_viewer(aurelia):
        assert not Clock.objects.of(aurelia).filter(kind="allow_list_ending").exists()
    assert allowing.watch() == 0


def test_an_entry_that_ran_out_is_said(aurelia):
    entry = allow(aurelia, shop_of(aurelia), ends_on=timezone.localdate() + timedelta(days=5))
    allowing.watch()
    sweep(timezone.now() + timedelta(days=6))
    with as_viewer(aurelia):
        assert Event.objects.filter(verb="seller.allowance_ended", subject_id=entry.pk).exists()


def test_a_shop_named_in_capitals_is_the_same_shop(aurelia):
    bring(aurelia, HEAD + row(41, seller="H5 Uhrenhaus"))
    with as_viewer(aurelia):
        listing = Listing.objects.get(space_id=aurelia.desk_id, seller_name="H5 Uhrenhaus")
        entry = allowing.allow("bazaar:H5 Uhrenhaus", platform=listing.platform, name="H5", kind="own", because="Ours since May.", by=aurelia)
        assert listing.seller_key != entry.seller_key
        assert allowing.allowed_among([listing.seller_key], desk_id=aurelia.desk_id, on=timezone.localdate()) == [entry]
        with pytest.raises(Refused, match="on your allow list on these days"):
            allowing.allow(listing.seller_key, platform=listing.platform, name="H5", kind="own", because="Ours since May.", by=aurelia)
    # And another file of it is stopped.
    assert bring(aurelia, HEAD + row(42, seller="h5 UHRENHAUS"), write=False).counts == {"allowed": 1}


def test_an_analyst_brings_a_listing_into_a_case_it_works_on(aurelia, analyst):
    with as_viewer(aurelia):
        case = cases.open_case(title="zyxwithus", by=aurelia)
        cases.share(case, Audience.objects.get(kind="team", label__icontains="analysts"), role="contribute", by=aurelia)
    analyst.forget_spaces()
    with as_viewer(analyst):
        assert cases.enter_listings(case, "https://bazaar.example/item/98989898", verified=False, by=analyst) == 1
