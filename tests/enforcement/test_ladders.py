"""A platform's ladder: strikes counted by offence over one seller's shops, what they come to, appeals, and new shops of those who were banned."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from enforcement.market import linking
from enforcement.market.models import Listing, Platform
from enforcement.storefronts import actions, rules
from enforcement.storefronts.ladders import repeat_infringers
from enforcement.storefronts.models import Act, LadderStep
from enforcement.storefronts.rules import Done, Offence, Step
from tests.conftest import everything
from tests.enforcement.test_notices import decide, sent
from tests.enforcement.test_storefronts import act_under, offence, shop_in

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 400).map(lambda n: FIRST + timedelta(days=n))
OFFENCES = st.lists(st.builds(Offence, notice=st.integers(1, 6), shop=st.sampled_from("abc"), on=DAYS, ends_on=st.none() | DAYS), max_size=12)
LADDER = [Step(1, "warned"), Step(2, "suspended", 14), Step(4, "closed"), Step(5, "banned")]
DONE = st.lists(
    st.builds(Done, shop=st.sampled_from("abc"), kind=st.sampled_from(list(rules.GRAVITY)), on=DAYS, ends_on=st.none() | DAYS), max_size=6
)


@given(OFFENCES, DAYS)
def test_one_notice_is_one_offence_whatever_shops_it_was_about(offences, on):
    counted = rules.counting(offences, on)
    assert len(counted) == len({one.notice for one in offences if one.counts(on)})
    assert counted == sorted(counted)
    assert all(day <= on for day in counted)


@given(OFFENCES, DONE, DAYS, st.integers(0, 11))
def test_taking_back_never_brings_a_seller_higher_and_doing_what_is_owed_ends_it(offences, done, on, which):
    before = rules.reached(offences, LADDER, on)
    fewer = offences[:which] + offences[which + 1 :]
    after = rules.reached(fewer, LADDER, on)
    assert (after[0].strikes if after else 0) <= (before[0].strikes if before else 0)
    owed = rules.owed(offences, LADDER, done, on)
    if owed:
        assert before == (owed.step, owed.since)
        assert owed.shops
        assert set(owed.shops) <= {one.shop for one in offences if one.counts(on)}
        acts = [Done(shop, owed.step.kind, on) for shop in owed.shops]
        assert rules.owed(offences, LADDER, [*done, *acts], on) is None


@given(OFFENCES, DONE, DAYS, st.integers(1, 200))
def test_that_time_goes_by_makes_nothing_owed(offences, done, on, more):
    """What was done for a step stays done while no strike joins: not when an older strike runs out, nor when a suspension ends."""
    later = on + timedelta(days=more)
    offences = [one for one in offences if one.on <= on]
    done = [act for act in done if act.on <= on]
    before, after = rules.owed(offences, LADDER, done, on), rules.owed(offences, LADDER, done, later)
    steps = [found and found[0] for found in (rules.reached(offences, LADDER, on), rules.reached(offences, LADDER, later))]
    if before is None and steps[0] == steps[1]:
        assert after is None


def test_a_step_is_taken_by_a_graver_act_and_not_by_a_milder_or_an_older_one_that_has_ended():
    offences = [Offence(1, "a", FIRST), Offence(2, "a", FIRST + timedelta(days=10))]
    on = FIRST + timedelta(days=20)

    def owed(*done):
        return rules.owed(offences, LADDER, done, on)

    assert owed() == rules.Owed(LADDER[1], FIRST + timedelta(days=10), ("a",))
    assert owed(Done("a", "closed", FIRST)) is None
    assert owed(Done("a", "warned", on)) is not None
    assert owed(Done("b", "suspended", on)) is not None
    old, since = FIRST + timedelta(days=2), FIRST + timedelta(days=10)
    assert owed(Done("a", "suspended", old, old + timedelta(days=3))) is not None
    assert owed(Done("a", "suspended", old, since + timedelta(days=30))) is None
    # A suspension of a day is none of a fortnight; one without an end is.
    assert owed(Done("a", "suspended", since, since + timedelta(days=1))) is not None
    assert owed(Done("a", "suspended", since, since + timedelta(days=14))) is None
    assert owed(Done("a", "suspended", since)) is None
    assert rules.falls([Step(2, "closed"), Step(3, "warned")]) == Step(3, "warned")
    assert rules.falls([Step(2, "suspended", 30), Step(3, "suspended", 7)]) == Step(3, "suspended", 7)
    assert rules.falls([Step(2, "suspended", 7), Step(3, "suspended")]) is None
    # Since the strike that led to it, not since one that joined; and never before the step was written.
    more = [*offences, Offence(3, "a", FIRST + timedelta(days=15))]
    assert rules.reached(more, LADDER, on) == (LADDER[1], since)
    young = [Step(2, "closed", set_on=on)]
    assert rules.reached(more, young, on) == (young[0], on)
    # A warning of years ago is no warning of now.
    assert rules.owed([Offence(1, "a", on)], LADDER, [Done("a", "warned", FIRST)], on) is not None


pytestmark = pytest.mark.django_db


@pytest.fixture
def ladder(bazaar):
    """Bazaar's own: a warning, then a suspension, then closed."""
    platform = Platform.objects.get(slug="bazaar")
    with as_viewer(bazaar):
        LadderStep.objects.filter(platform=platform, until=None).update(until=timezone.now())
        for strikes, kind, days in ((1, "warned", None), (2, "suspended", 14), (3, "closed", None)):
            actions.set_step(platform, strikes=strikes, kind=kind, days=days, clause="3", by=bazaar)
    return platform


def seller_with(viewer, platform, shop):
    with as_viewer(viewer):
        return next((seller for seller in repeat_infringers(platform, viewer) if shop in seller.keys), None)


def struck(shop, viewer, by, analyst):
    """A strike against a shop under a new notice of a rights holder."""
    notice = sent(by, analyst)
    decide(viewer, notice, "removed")
    with everything():
        notice.items.update(seller_key=shop)
    return act_under(viewer, notice, shop)


def test_a_seller_of_two_shops_comes_to_a_step_once_they_are_judged_one_and_leaves_it_when_that_is_taken_back(
    ladder, aurelia, northpeak, analyst, bazaar
):
    struck("bazaar:zyx one", bazaar, aurelia, analyst)
    struck("bazaar:zyx two", bazaar, northpeak, analyst)
    assert [seller_with(bazaar, ladder, f"bazaar:zyx {n}").owed.step.kind for n in ("one", "two")] == ["warned", "warned"]

    def judge(verdict):
        with as_viewer(bazaar):
            more = {"confidence": "high", "source": "One bank account.", "by": bazaar}
            judged = linking.link("bazaar:zyx one", "bazaar:zyx two", verdict=verdict, **more)
            return linking.comes_of(judged, bazaar)

    said = judge("same")
    assert ("2 strikes that count" in said, "suspended for 14 days" in said) == (True, True)
    seller = seller_with(bazaar, ladder, "bazaar:zyx one")
    assert (seller.keys, seller.owed.step.strikes, seller.owed.shops) == (
        {"bazaar:zyx one", "bazaar:zyx two"}, 2, ("bazaar:zyx one", "bazaar:zyx two"),
    )  # fmt: skip
    assert judge("different").count("one strike that counts") == 2
    assert seller_with(bazaar, ladder, "bazaar:zyx one").strikes == 1
    # What the platform judges is its own affair.
    with as_viewer(aurelia):
        assert linking.same_sellers(["bazaar:zyx one", "bazaar:zyx two"], aurelia) == {key: key for key in ("bazaar:zyx one", "bazaar:zyx two")}


def test_the_ladder_is_the_platform_s_to_keep_and_every_member_s_to_read(ladder, aurelia, bazaar, kiosk, admin, browse):
    address = "/enforcement/storefronts/ladder/bazaar/"
    page = browse(aurelia).get(address).content.decode()
    assert ("suspended for 14 days" in page, "Sellers with strikes" in page, "Set a step" in page) == (True, False, False)
    assert [browse(viewer).get(address + "?export=csv").status_code for viewer in (aurelia, kiosk, admin)] == [403, 403, 403]
    body = {"strikes": 5, "kind": "banned", "clause": "3.9"}
    assert [browse(viewer).post(address + "set/", body).status_code for viewer in (aurelia, kiosk)] == [403, 403]
    milder = browse(bazaar).post(address + "set/", body | {"kind": "warned", "clause": "zyxclause"})
    assert (milder.status_code, "no milder" in milder.content.decode(), "zyxclause" in milder.content.decode()) == (422, True, True)
    assert browse(bazaar).post(address + "set/", body).status_code == 302
    assert browse(admin).post(address + "set/", body | {"strikes": 6}).status_code == 302
    with everything():
        step = LadderStep.objects.get(platform=ladder, strikes=6, until=None)
    assert browse(aurelia).post(f"{address}{step.pk}/end/").status_code == 403
    assert [browse(bazaar).post(f"{address}{step.pk}/end/").status_code for _turn in range(2)] == [302, 409]
    for change, field in (({"strikes": 0}, "strikes"), ({"kind": "strike"}, "kind"), ({"days": 3}, "days"), ({"clause": " "}, "clause")):
        with as_viewer(bazaar), pytest.raises(Refused) as refused:
            actions.set_step(ladder, by=bazaar, **{"strikes": 7, "kind": "banned", "clause": "x", **change})
        assert refused.value.field == field


def test_whoever_strikes_is_told_what_it_comes_to_and_finds_it_at_home_until_it_is_done(ladder, aurelia, northpeak, analyst, bazaar, browse):
    shop, client = "bazaar:zyx three", browse(bazaar)
    for brand in (aurelia, northpeak):
        notice = sent(brand, analyst)
        decide(bazaar, notice, "removed")
        with everything():
            notice.items.update(seller_key=shop, seller_name="Zyxthree")
        body = {"seller_key": shop, "kind": "strike", "on": timezone.localdate()}
        page = client.post(f"/enforcement/storefronts/under/{notice.reference}/", body, follow=True).content.decode()
    assert "Zyxthree has 2 strikes that count. Your ladder says: suspended for 14 days." in page
    assert "step of your ladder" in client.get("/home/").content.decode()
    ladder_page = client.get("/enforcement/storefronts/ladder/bazaar/?owed=yes").content.decode()
    assert "Zyxthree" in ladder_page
    assert b"Zyxthree" in b"".join(client.get("/enforcement/storefronts/ladder/bazaar/?export=csv"))
    act_under(bazaar, notice, shop, "suspended", ends_on=timezone.localdate() + timedelta(days=14))
    assert seller_with(bazaar, ladder, shop).owed is None
    assert "Zyxthree" not in client.get("/enforcement/storefronts/ladder/bazaar/?owed=yes").content.decode()
    # A rights holder reads of its own notices' strikes alone.
    theirs = browse(aurelia).get(f"/enforcement/sellers/{shop}/").content.decode()
    assert ("1 strike that counts, under your own notices" in " ".join(theirs.split()), "2 strikes" in theirs, "ladder" in theirs) == (
        True,
        False,
        False,
    )


def test_an_appeal_counts_until_it_is_decided_and_granted_takes_the_act_back(ladder, aurelia, northpeak, analyst, bazaar, browse):
    notice, _shop, strike = offence(aurelia, analyst, bazaar)
    client, address, today = browse(bazaar), strike.get_absolute_url(), timezone.localdate()
    before = seller_with(bazaar, ladder, strike.seller_key)
    assert [browse(viewer).post(address + "appeal/", {"on": today}).status_code for viewer in (aurelia, northpeak)] == [403, 404]
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        actions.appeal(strike, on=today, by=aurelia)
    assert client.post(address + "appeal/", {"on": today + timedelta(days=1), "said": "x"}).status_code == 422
    assert client.post(address + "appeal/", {"on": today, "said": "zyxsaid by the shop"}).status_code == 302
    with as_viewer(bazaar), pytest.raises(Conflict):
        actions.appeal(strike, on=today, by=bazaar)
    assert "An appeal of" in client.get("/home/").content.decode()
    assert seller_with(bazaar, ladder, strike.seller_key).appealed == before.appealed + 1
    assert strike.counts
    page = browse(aurelia).get(address).content.decode()
    assert ("zyxsaid" in page, "Decide the appeal" in page) == (True, False)
    with as_viewer(bazaar):
        found = strike.appeals.get()
    decide = f"{address}appeals/{found.pk}/"
    assert browse(aurelia).post(decide, {"outcome": "granted", "on": today, "reason": "It is ours."}).status_code in (403, 422)
    assert client.post(decide, {"outcome": "", "on": today, "reason": "zyxreason"}).status_code == 422
    assert client.post(decide, {"outcome": "granted", "on": today, "reason": "Its invoices hold."}).status_code == 302
    with as_viewer(bazaar), pytest.raises(Conflict):
        actions.decide_appeal(found, outcome="upheld", on=today, reason="No.", by=bazaar)
    while deliver_batch():
        pass
    with as_viewer(aurelia):
        seen = Act.objects.get(pk=strike.pk)
        assert (seen.reversed_on, seen.reversed_because, seen.appeals.get().outcome) == (today, "Its invoices hold.", "granted")
        verbs = set(InboxItem.objects.of(aurelia).filter(event__verb__startswith="storefront.").values_list("event__verb", flat=True))
        # It is told once that it is taken back.
        assert {"storefront.appealed", "storefront.reversed"} <= verbs
        assert "storefront.appeal_decided" not in verbs
    after = seller_with(bazaar, ladder, strike.seller_key)
    assert (after.strikes if after else 0) == before.strikes - 1
    assert notice.reference in browse(aurelia).get(address).content.decode()


def test_an_appeal_against_what_is_on_the_record_says_there_no_words(bazaar, northpeak, browse):
    platform, today = Platform.objects.get(slug="bazaar"), timezone.localdate()
    with as_viewer(bazaar):
        act = actions.note(platform, shop="zyxown", name="Zyx", kind="closed", on=today, by=bazaar)
        with pytest.raises(Refused) as refused:
            actions.appeal(act, on=today, said="zyxwords", by=bazaar)
        assert refused.value.field == "said"
        found = actions.appeal(act, on=today, by=bazaar)
        actions.decide_appeal(found, outcome="upheld", on=today, reason="zyxwhy of the platform", by=bazaar)
    page = browse(northpeak).get(act.get_absolute_url()).content.decode()
    assert ("it stands" in page, "zyxwhy" in page) == (True, False)


def test_a_new_shop_of_a_banned_seller_shows_the_link_to_every_member(aurelia, northpeak, analyst, bazaar, browse):
    platform, today = Platform.objects.get(slug="bazaar"), timezone.localdate()
    with as_viewer(bazaar):
        banned = actions.note(platform, shop="zyxfirst", name="Zyx First", kind="banned", on=today, by=bazaar)
        for wrong, kind, field in (("nobody", "closed", "new_shop_of"), ("zyxsecond", "closed", "new_shop_of")):
            with pytest.raises(Refused) as refused:
                actions.note(platform, shop="zyxsecond", name="", kind=kind, on=today, new_shop_of=wrong, by=bazaar)
            assert refused.value.field == field
    notice = sent(aurelia, analyst)
    shop = shop_in(notice)
    body = {"seller_key": shop, "kind": "closed", "on": today, "new_shop_of": "zyx first"}
    assert browse(bazaar).post(f"/enforcement/storefronts/under/{notice.reference}/", body).status_code == 302
    with as_viewer(northpeak):
        (kept,) = Act.objects.filter(seller_key=shop, kind="closed")
        assert kept.earlier_id == banned.pk
    page = browse(northpeak).get(kept.get_absolute_url()).content.decode()
    assert ("A new shop of" in page, "Zyx First permanently banned" in page) == (True, True)
    assert "came back as" in browse(northpeak).get(banned.get_absolute_url()).content.decode()
    for viewer in (aurelia, bazaar):
        assert "a new shop of Zyx First" in browse(viewer).get(f"/enforcement/sellers/{shop}/").content.decode()
    with as_viewer(bazaar), pytest.raises(Refused, match="each the later"):
        actions.note(platform, shop="zyxfirst", name="", kind="closed", on=today, new_shop_of=shop, by=bazaar)
    assert "a new shop of Zyx First" in browse(northpeak).get("/enforcement/storefronts/").content.decode()
    row = next(row for row in browse(northpeak).get("/api/v1/storefronts/").json()["results"] if row["id"] == kept.pk)
    assert row["new_shop_of"] == "bazaar:zyxfirst"


def test_a_rights_holder_who_judges_a_shop_to_be_a_banned_seller_s_reads_it_on_the_listing(aurelia, bazaar, browse):
    platform, today = Platform.objects.get(slug="bazaar"), timezone.localdate()
    with as_viewer(bazaar):
        actions.note(platform, shop="zyxgone", name="Zyx Gone", kind="banned", on=today, by=bazaar)
    with as_viewer(aurelia):
        listing = Listing.objects.filter(space_id=aurelia.desk_id).exclude(seller_key="").first()
        linking.link(listing.seller_key, "Zyx Gone", verdict="same", confidence="medium", source="The same pictures.", by=aurelia)
    page = browse(aurelia).get(listing.get_absolute_url()).content.decode()
    assert ("Another shop of the seller is on the record" in page, "Zyx Gone: permanently banned" in page) == (True, True)
    assert "Zyx Gone" in browse(aurelia).get(f"/enforcement/sellers/{listing.seller_key}/").content.decode()


def test_by_the_api_a_platform_notes_an_appeal_and_decides_it(aurelia, northpeak, analyst, bazaar, browse):
    _notice, _shop, strike = offence(aurelia, analyst, bazaar)
    today, address = str(timezone.localdate()), f"/api/v1/storefronts/{strike.pk}/appeals/"

    def post(viewer, address, **body):
        return browse(viewer).post(address, body, content_type="application/json")

    assert post(northpeak, address, on=today).status_code == 404
    assert post(bazaar, address, on=today, said="zyx").status_code == 201
    assert post(bazaar, address, on=today).status_code == 409
    assert post(bazaar, address + "decide/", outcome="nothing", on=today, reason="x").status_code == 400
    assert post(bazaar, address + "decide/", outcome="granted", on=today, reason="It was another.").json()["reversed_on"] == today
    assert browse(aurelia).get(address).json()["results"][0]["outcome"] == "granted"


def test_the_ladder_asks_as_many_queries_for_many_sellers_as_for_few(ladder, aurelia, analyst, bazaar, browse):
    client = browse(bazaar)

    def asked(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    struck("bazaar:zyx0", bazaar, aurelia, analyst)
    few = [asked(address) for address in ("/enforcement/storefronts/ladder/bazaar/", "/home/")]
    for n in range(1, 6):
        struck(f"bazaar:zyx{n}", bazaar, aurelia, analyst)
    # The home page stops asking once it is full.
    many = [asked(address) for address in ("/enforcement/storefronts/ladder/bazaar/", "/home/")]
    assert many[0] == few[0]
    assert many[1] <= few[1]
