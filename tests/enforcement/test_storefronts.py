"""What a platform does to storefronts: under a notice for its parties, on the record for every member."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import Event, InboxItem
from enforcement.market.models import Platform
from enforcement.storefronts import actions
from enforcement.storefronts.models import Act
from tests.conftest import everything
from tests.enforcement.test_notices import decide, sent

pytestmark = pytest.mark.django_db


def shop_in(notice):
    with everything():
        return notice.items.exclude(seller_key="").first().seller_key


def offence(aurelia, analyst, bazaar, kind="strike", **more):
    """An act of today under a new notice of Aurelia's; gives the notice, the storefront and the act."""
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "removed")
    shop = shop_in(notice)
    return notice, shop, act_under(bazaar, notice, shop, kind, **more)


def act_under(viewer, notice, shop, kind="strike", **more):
    with as_viewer(viewer):
        return actions.note_under(notice, seller_key=shop, kind=kind, by=viewer, **{"on": timezone.localdate(), "grounds": "zyxgrounds", **more})


def test_a_strike_is_one_a_notice_and_runs_out_by_the_policy(aurelia, analyst, bazaar):
    notice, shop, strike = offence(aurelia, analyst, bazaar)
    today = timezone.localdate()
    assert (strike.ends_on - today).days in (366, 367)
    with pytest.raises(Refused, match="one notice is one offence"):
        act_under(bazaar, notice, shop)
    with as_viewer(bazaar):
        counted = [Act.objects.in_force(day).filter(pk=strike.pk).exists() for day in (today, strike.ends_on - timedelta(days=1), strike.ends_on)]
    assert counted == [True, True, False]
    while deliver_batch():
        pass
    with as_viewer(aurelia):
        assert InboxItem.objects.of(aurelia).filter(event__verb="storefront.acted").exists()


def test_what_is_impossible_is_refused_at_its_field(aurelia, analyst, bazaar):
    notice, shop, _strike = offence(aurelia, analyst, bazaar)
    today = timezone.localdate()
    for change, field in (
        ({"on": today + timedelta(days=1)}, "on"), ({"on": today - timedelta(days=30)}, "on"), ({"shop": "bazaar:nobody"}, "seller_key"),
        ({"shop": ""}, "seller_key"), ({"kind": "closed", "ends_on": today + timedelta(days=3)}, "ends_on"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            act_under(bazaar, notice, **{"shop": shop, "kind": "warned", **change})
        assert refusal.value.field == field
    platform = Platform.objects.get(slug="bazaar")
    for change, field in (({"kind": "strike"}, "kind"), ({"shop": " "}, "shop"), ({"on": today + timedelta(days=1)}, "on")):
        with as_viewer(bazaar), pytest.raises(Refused) as refusal:
            actions.note(platform, by=bazaar, **{"shop": "x", "name": "X", "kind": "closed", "on": today, **change})
        assert refusal.value.field == field


def test_only_the_platform_itself_says_what_it_did(aurelia, northpeak, analyst, bazaar, kiosk):
    notice, shop, strike = offence(aurelia, analyst, bazaar)
    for viewer in (aurelia, analyst, northpeak, kiosk):
        with pytest.raises(NotAllowed):
            act_under(viewer, notice, shop, "warned")
        with as_viewer(viewer), pytest.raises(NotAllowed):
            actions.note(Platform.objects.get(slug="bazaar"), shop="x", name="X", kind="closed", on=timezone.localdate(), by=viewer)
    for viewer in (aurelia, analyst):
        with as_viewer(viewer), pytest.raises(NotAllowed):
            actions.reverse(strike, on=timezone.localdate(), reason="We would rather not.", by=viewer)


def test_a_closure_is_for_all_and_its_notice_is_not(aurelia, northpeak, outsider, analyst, bazaar, browse):
    notice, shop, closed = offence(aurelia, analyst, bazaar, "banned")
    address = f"/enforcement/sellers/{shop}/"
    for viewer in (northpeak, outsider):
        with as_viewer(viewer):
            (seen,) = Act.objects.filter(seller_key=shop, kind="banned")
            assert (seen.pk, seen.notice_id, seen.grounds) == (closed.recorded_id, None, "")
            told = list(Event.objects.visible_to(viewer).filter(verb__startswith="storefront.", data__what__contains=seen.seller_name))
            assert not [event for event in told if "zyxgrounds" in str(event.data) or event.subject_id == closed.pk]
        for page in (address, seen.get_absolute_url(), "/enforcement/storefronts/?export=csv", "/api/v1/storefronts/"):
            content = b"".join(browse(viewer).get(page)).decode()
            assert [word in content for word in ("banned", "zyxgrounds", notice.reference)] == [True, False, False]
        assert browse(viewer).get(closed.get_absolute_url()).status_code == 404
    own = browse(aurelia).get(address).content.decode()
    assert [word in own for word in ("banned", "zyxgrounds", notice.reference)] == [True, True, True]


def test_what_two_notices_led_to_stays_on_the_record_while_one_of_them_stands(aurelia, northpeak, analyst, bazaar):
    _first, shop, one = offence(aurelia, analyst, bazaar, "banned")
    notice = sent(northpeak, analyst)
    with everything():
        notice.items.update(seller_key=shop)
    two = act_under(bazaar, notice, shop, "banned")
    assert one.recorded_id == two.recorded_id
    today = timezone.localdate()
    with as_viewer(bazaar), pytest.raises(Refused, match="on the record since"):
        actions.note(Platform.objects.get(slug="bazaar"), shop=shop.partition(":")[2], name="", kind="banned", on=today, by=bazaar)
    with as_viewer(bazaar):
        other = actions.appeal(two, on=today, by=bazaar)
        actions.decide_appeal(actions.appeal(one, on=today, by=bazaar), outcome="granted", on=today, reason="zyxappeal was upheld.", by=bazaar)
        with pytest.raises(Conflict):
            actions.reverse(one, on=today, reason="Once more.", by=bazaar)
    with as_viewer(northpeak):
        mine, kept = (Act.objects.get(pk=pk) for pk in (two.pk, two.recorded_id))
        assert (mine.reversed_on, kept.reversed_on, mine.appeals.get().outcome) == (None, None, "")
    with as_viewer(bazaar):
        actions.reverse(two, on=today, reason="zyxother reason.", by=bazaar)
        with pytest.raises(Conflict):
            actions.decide_appeal(other, outcome="upheld", on=today, reason="It stands.", by=bazaar)
    with as_viewer(northpeak):
        mine, kept = (Act.objects.get(pk=pk) for pk in (two.pk, two.recorded_id))
        assert [bool(act.reversed_on) for act in (mine, kept)] == [True, True]
        # A rival's reason is not among what it reads; its appeal has ended with the act.
        assert (mine.reversed_because, kept.reversed_because, mine.appeals.get().outcome) == ("zyxother reason.", "", "granted")
        assert not [event for event in Event.objects.visible_to(northpeak) if "zyxappeal" in str(event.data)]
    # A shop that was let back and closed again has two dates.
    again = act_under(bazaar, notice, shop, "banned")
    assert again.recorded_id not in (None, one.recorded_id)
    with as_viewer(bazaar):
        actions.reverse(Act.objects.get(pk=again.recorded_id), on=today, reason="The shop is another.", by=bazaar)
    with as_viewer(northpeak):
        assert Act.objects.get(pk=again.pk).reversed_because == "The shop is another."


def test_a_strike_is_an_upheld_offence(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    shop = shop_in(notice)
    for outcome in ("", "rejected"):
        if outcome:
            decide(bazaar, notice, outcome, reason="It is genuine.")
        with pytest.raises(Refused, match="upheld offence") as refused:
            act_under(bazaar, notice, shop)
        assert refused.value.field == "kind"
    assert act_under(bazaar, notice, shop, "warned").kind == "warned"


def test_by_the_pages_of_a_platform(aurelia, northpeak, analyst, bazaar, browse):
    notice = sent(aurelia, analyst)
    shop, client, today = shop_in(notice), browse(bazaar), timezone.localdate()
    assert "Note what you did" in client.get(notice.get_absolute_url()).content.decode()
    assert "Note what you did" not in browse(aurelia).get(notice.get_absolute_url()).content.decode()
    address = f"/enforcement/storefronts/under/{notice.reference}/"
    wrong = client.post(address, {"seller_key": shop, "kind": "warned", "on": today + timedelta(days=2), "grounds": "zyxkept"})
    assert (wrong.status_code, "still to come" in wrong.content.decode(), "zyxkept" in wrong.content.decode()) == (422, True, True)
    assert client.post(address, {"seller_key": shop, "kind": "banned", "on": today, "grounds": ""}).status_code == 302
    assert [browse(viewer).post(address, {}).status_code for viewer in (aurelia, northpeak)] == [403, 404]
    own = {"platform": "bazaar", "shop": "zyxown", "name": "Zyx 店", "kind": "closed", "on": today}
    made = client.post("/enforcement/storefronts/new/", own)
    assert "Zyx 店" in browse(northpeak).get("/enforcement/storefronts/?q=zyxown").content.decode()
    assert client.post(made.url + "reverse/", {"on": today, "reason": "x"}).status_code == 422
    assert client.post(made.url + "reverse/", {"on": today, "reason": "A mistake of ours."}).status_code == 302
    page = browse(northpeak).get(made.url).content.decode()
    assert ("taken back" in page, "A mistake of ours" in page) == (True, False)
    assert browse(northpeak).get("/enforcement/storefronts/new/").status_code == 403


def test_by_the_api_of_a_platform(aurelia, analyst, bazaar, northpeak, browse):
    notice = sent(aurelia, analyst)
    shop, client = shop_in(notice), browse(bazaar)
    body = {"notice": notice.reference, "seller_key": shop, "kind": "suspended", "on": str(timezone.localdate()), "ends_on": "2031-01-31"}
    made = client.post("/api/v1/storefronts/under/", body, content_type="application/json")
    assert (made.status_code, made.json()["ends_on"]) == (201, "2031-01-31")
    assert client.post("/api/v1/storefronts/under/", body | {"kind": "nothing"}, content_type="application/json").status_code == 400
    assert browse(northpeak).post("/api/v1/storefronts/under/", body, content_type="application/json").status_code == 404
    own = {"platform": "bazaar", "shop": "zyxown", "kind": "banned", "on": str(timezone.localdate())}
    kept = client.post("/api/v1/storefronts/", own, content_type="application/json")
    assert kept.status_code == 201
    back = f"/api/v1/storefronts/{kept.json()['id']}/reverse/"
    assert client.post(back, {"on": str(timezone.localdate()), "reason": "A mistake."}, content_type="application/json").json()["reversed_on"]


def test_the_record_asks_as_many_queries_for_many_as_for_few(bazaar, northpeak, browse):
    client, platform = browse(northpeak), Platform.objects.get(slug="bazaar")

    def asked():
        client.get("/enforcement/storefronts/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/enforcement/storefronts/").status_code == 200
        return len(queries)

    few = asked()
    with as_viewer(bazaar):
        for n in range(12):
            actions.note(platform, shop=f"zyx{n}", name=f"Zyx {n}", kind="closed", on=timezone.localdate(), by=bazaar)
    assert asked() == few
