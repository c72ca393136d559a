"""Categories, tiers and what they give, opened, amended and ended by page: from a day on, and nothing before it is rewritten."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_system, as_viewer
from coalition.activity.actions import deliver_batch
from coalition.api import actions as tokens
from coalition.applications.models import Application
from coalition.ballots.actions import electorate
from coalition.members import actions
from coalition.members.models import CapabilityRule, Category, Organisation, Tier
from coalition.members.viewers import viewer_of_seat
from enforcement.cases import actions as cases
from enforcement.cases.models import Case
from groups.engagement import actions as groups
from groups.engagement.models import Group
from tests.conftest import everything

pytestmark = pytest.mark.django_db

LIST = "/staff/register/categories/"
WHY = "The board’s vote of May."


def in_days(n):
    return timezone.localdate() + timedelta(days=n)


@pytest.fixture
def staff(admin):
    """The coalition's admin, at work."""
    with as_viewer(admin):
        yield admin


def opened(by, **values):
    return actions.open_category(
        by=by,
        **{"name": "General Associate", "summary": "Runs a service.", "kind": "platform", "opens_on": timezone.localdate(), "reason": WHY} | values,
    )


def test_a_second_category_of_a_kind_is_opened_and_applied_for(admin, browse, client):
    like, staff = Category.objects.get(slug="platform"), browse(admin)
    values = {
        "name": "General Associate",
        "summary": "Runs a small service.",
        "kind": "platform",
        "like": "platform",
        "is_public": "on",
        "reason": WHY,
    }
    assert staff.post(LIST, values | {"opens_on": in_days(-1)}).status_code == 422
    assert staff.post(LIST, values | {"opens_on": in_days(10), "name": "general MEMBER"}).status_code == 422
    page = staff.post(LIST, values | {"opens_on": in_days(10)}, follow=True)
    assert page.status_code == 200
    category = Category.objects.get(slug="general-associate")
    assert {rule.capability for rule in category.capability_rules.all()} == {rule.capability for rule in like.capability_rules.in_force(in_days(0))}
    # Until its day it is announced, and takes nobody.
    day = in_days(10)
    for address in ("/membership/", "/apply/"):
        assert f"{day:%-d} {day:%B}"[:5] in client.get(address).content.decode()
    assert client.post("/apply/", {"category": "general-associate", "email": "new@example.org"}).status_code == 422
    category.opens_on = in_days(0)
    category.save()
    assert client.post("/apply/", {"category": "general-associate", "email": "new@example.org"}).status_code == 200
    with everything():
        application = Application.objects.get(email="new@example.org")
    assert application.category == category
    assert application.steps[2] == "services"
    assert WHY in staff.get(category.get_absolute_url()).content.decode()


def test_what_a_category_gives_begins_and_ends_on_a_day(admin, bazaar, browse):
    category, staff = Category.objects.get(slug="platform"), browse(admin)
    address, bodies = f"{LIST}platform/", Organisation.objects.filter(slug="bazaar")
    assert not bazaar.may("vote")
    assert not set(electorate("vote")) & set(bodies)
    give = {"capability": "vote", "roles": ["owner", "manager"], "valid_from": in_days(0), "reason": WHY}
    assert staff.post(f"{address}give/", give | {"valid_from": in_days(-1)}).status_code == 422
    assert staff.post(f"{address}give/", give | {"roles": []}).status_code == 422
    assert staff.post(f"{address}give/", give).status_code == 302
    # Twice is once.
    assert staff.post(f"{address}give/", give).status_code == 422
    assert staff.post(f"{address}give/", give | {"roles": [""]}).status_code == 422
    seat = viewer_of_seat(bazaar.seat_id)
    assert seat.may("vote") == (seat.role in ("owner", "manager"))
    assert set(bodies) <= set(electorate("vote"))
    # It is told to whom it concerns, and ends on a day; until then they have it.
    deliver_batch()
    assert "Vote in ballots" in browse(bazaar).get("/inbox/").content.decode()
    end = {"capability": "vote", "roles": ["owner", "manager"], "valid_to": in_days(3), "reason": "The members’ vote of June."}
    assert staff.post(f"{address}end/", end).status_code == 302
    assert "Vote in ballots" in staff.get(address).content.decode()
    assert set(bodies) <= set(electorate("vote"))
    assert {rule.valid_to for rule in category.capability_rules.filter(capability="vote")} == {in_days(3)}
    assert staff.post(f"{address}end/", end | {"valid_to": in_days(4)}).status_code == 422


def test_what_was_only_announced_never_begins(staff, browse):
    category = Category.objects.get(slug="platform")
    actions.give_capability(category, capability="vote", roles=["owner"], valid_from=in_days(5), reason=WHY, by=staff)
    with pytest.raises(Refused):
        actions.give_capability(category, capability="vote", roles=["owner"], valid_from=in_days(2), reason=WHY, by=staff)
    actions.end_capability(category, capability="vote", roles=["owner"], valid_to=in_days(0), reason=WHY, by=staff)
    assert not CapabilityRule.objects.in_force(in_days(6)).filter(category=category, capability="vote").exists()
    assert "never for a whole day" in browse(staff).get(f"{LIST}platform/").content.decode()
    actions.give_capability(category, capability="vote", roles=["owner"], valid_from=in_days(2), reason=WHY, by=staff)


def test_a_tier_gives_what_its_category_does_not(staff, aurelia, northpeak):
    brand = Category.objects.get(slug="brand")
    full = Tier.objects.get(slug="brand-full")
    assert Organisation.objects.get(slug="aurelia").term_on(in_days(0)).tier == full
    other = Tier.objects.get(slug="brand-patron")
    actions.give_capability(brand, capability="publish_guidance", roles=["owner", "member"], tier=other, valid_from=in_days(0), reason=WHY, by=staff)
    assert not viewer_of_seat(aurelia.seat_id).may("publish_guidance")
    assert "aurelia" not in [organisation.slug for organisation in electorate("publish_guidance")]
    actions.give_capability(brand, capability="publish_guidance", roles=["owner", "member"], tier=full, valid_from=in_days(0), reason=WHY, by=staff)
    assert viewer_of_seat(aurelia.seat_id).may("publish_guidance")
    assert "aurelia" in [organisation.slug for organisation in electorate("publish_guidance")]
    with pytest.raises(Refused):
        tier = Tier.objects.get(slug="platform-general")
        actions.give_capability(brand, capability="vote", roles=["owner"], tier=tier, valid_from=in_days(0), reason=WHY, by=staff)


def test_nobody_gives_what_is_the_coalitions_own(admin, aurelia):
    brand, house = Category.objects.get(slug="brand"), Category.objects.get(slug="coalition")
    for capability in ("keep_register", "break_glass", "own_organisation", "nonsense"):
        with pytest.raises(Refused):
            actions.give_capability(brand, capability=capability, roles=["owner"], valid_from=in_days(0), reason=WHY, by=admin)
    with pytest.raises(Refused):
        actions.give_capability(house, capability="vote", roles=["owner"], valid_from=in_days(0), reason=WHY, by=admin)
    with pytest.raises(NotAllowed):
        actions.give_capability(brand, capability="vote", roles=["reader"], valid_from=in_days(0), reason=WHY, by=aurelia)
    with pytest.raises(Refused):
        opened(admin, kind="coalition")
    with pytest.raises(Refused):
        opened(admin, like=Category.objects.get(slug="partner"))


def test_a_closed_tier_is_kept_and_not_taken(admin, treasurer, browse):
    full, client = Tier.objects.get(slug="brand-full"), browse(admin)
    assert client.post("/staff/register/tiers/brand-full/close/", {"closes_on": in_days(0), "reason": WHY}).status_code == 302
    public = client.get("/membership/").content.decode()
    assert "Patron" in public
    assert ">Full<" not in public
    full.refresh_from_db()
    holder = Organisation.objects.get(slug="aurelia")
    stranger = Organisation.objects.filter(category__slug="brand").exclude(terms__tier=full).first()
    if stranger is None:
        with as_system("one that never had it"):
            stranger = actions.found_organisation(slug="stranger", name="Stranger", prefix="STR", category=full.category, country="FR", by=None)
    with as_system("judge"):
        actions.require_offered(full, holder, in_days(0))
        with pytest.raises(Refused):
            actions.require_offered(full, stranger, in_days(0))
    assert client.post("/staff/register/tiers/brand-full/reopen/", {"reason": WHY}).status_code == 302
    with as_system("judge"):
        actions.require_offered(Tier.objects.get(pk=full.pk), stranger, in_days(0))


def test_a_tier_is_added_and_amended(admin, aurelia, browse):
    client, brand = browse(admin), Category.objects.get(slug="brand")
    assert client.post(f"{LIST}brand/tiers/", {"name": "full", "seats": "3"}).status_code == 422
    assert client.post(f"{LIST}brand/tiers/", {"name": "Start-up", "seats": "3"}).status_code == 302
    assert brand.tiers.get(name="Start-up").slug == "brand-start-up"
    assert (
        client.post("/staff/register/tiers/brand-full/amend/", {"name": "Full", "seats": "40", "reason": "As the board decided."}).status_code == 302
    )
    assert Tier.objects.get(slug="brand-full").seats == 40
    deliver_batch()
    assert "seats: 40 (were 25)" in browse(aurelia).get("/inbox/").content.decode()


def test_an_announced_closing_is_told_to_the_public(staff, client):
    day = in_days(20)
    actions.hold_category(Category.objects.get(slug="platform"), effect="closed", starts_on=day, reason=WHY, by=staff)
    assert "Closes to new members on" in client.get("/membership/").content.decode()
    page = client.get("/apply/").content.decode()
    assert "hand in your application before" in page
    # Why is the members' own business.
    assert WHY not in page


def test_what_ends_today_is_over_at_the_next_click(admin, aurelia, browse):
    brand = Category.objects.get(slug="brand")

    def end(capability, *roles):
        with as_viewer(admin):
            actions.end_capability(brand, capability=capability, roles=roles, valid_to=in_days(0), reason=WHY, by=admin)

    client = browse(aurelia)
    assert client.get("/enforcement/cases/new/").status_code == 200
    end("open_case", "owner", "manager", "member")
    assert not viewer_of_seat(aurelia.seat_id).may("open_case")
    assert client.get("/enforcement/cases/new/").status_code == 403
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        cases.open_case(title="Too late", by=viewer_of_seat(aurelia.seat_id))
    assert client.get("/enforcement/cases/").status_code == 200
    # Reading is a door of its own: cases it was let into stay what they are, behind it.
    with as_viewer(aurelia):
        case = Case.objects.visible_to(aurelia).first()
    end("see_enforcement", "")
    for address in ("/enforcement/cases/", case.get_absolute_url(), "/enforcement/listings/", "/enforcement/statistics/"):
        assert client.get(address).status_code == 403
    assert case.get_absolute_url() not in client.get(f"/search/?q={case.reference}").content.decode()
    end("read_directory", "")
    for address in ("/members/", "/members/people/", "/library/", "/groups/", "/ballots/"):
        assert client.get(address).status_code == 403
    # Of the public's pages they see what the public sees, and their own membership as ever.
    for address in ("/home/", "/inbox/", "/organisation/", "/guidance/", "/organisation/dues/"):
        assert client.get(address).status_code == 200


def test_a_program_is_before_the_same_doors(staff, aurelia):
    with as_viewer(aurelia):
        _token, secret = tokens.make_token(name="t", days=5, by=aurelia)
    client = Client(headers={"authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/cases/").status_code == 200
    with as_viewer(staff):
        brand = Category.objects.get(slug="brand")
        actions.end_capability(brand, capability="see_enforcement", roles=[""], valid_to=in_days(0), reason=WHY, by=staff)
    for route in ("cases", "listings", "notices", "rights", "storefronts"):
        assert client.get(f"/api/v1/{route}/").status_code == 403


def test_a_member_of_a_new_category_can_pay_whatever_it_gives(staff, northpeak, browse):
    category = opened(staff, kind="brand")
    assert not [rule for rule in category.capability_rules.all() if rule.capability != "see_dues"]
    with as_system("move one there"):
        Organisation.objects.filter(slug="northpeak").update(category=category)
    assert viewer_of_seat(northpeak.seat_id).may("see_dues")
    assert browse(northpeak).get("/organisation/dues/").status_code == 200


def test_a_closed_category_is_suspended_besides_and_both_are_read(admin, browse):
    client, address = browse(admin), f"{LIST}platform/"
    hold = {"effect": "closed", "starts_on": in_days(0), "reason": "First closed."}
    assert client.post(f"{address}hold/", hold).status_code == 302
    assert client.post(f"{address}hold/", {"effect": "suspended", "starts_on": in_days(10), "reason": "Then suspended."}).status_code == 302
    for page in (client.get(address), client.get("/staff/register/")):
        text = page.content.decode()
        assert "First closed." in text
        assert "Then suspended." in text


def test_two_who_hold_or_release_at_once_are_told(admin, browse):
    client, address = browse(admin), f"{LIST}platform/"
    assert client.post(f"{address}hold/", {"effect": "suspended", "starts_on": in_days(5), "reason": "The first of two."}).status_code == 302
    late = client.post(f"{address}hold/", {"effect": "closed", "starts_on": in_days(5), "reason": "The second of two."})
    assert late.status_code == 422
    assert "is on hold already." in late.content.decode()
    hold = Category.objects.get(slug="platform").holds.get().pk
    assert client.post(f"{address}release/", {"reason": "The first of two.", "hold": hold}).status_code == 302
    late = client.post(f"{address}release/", {"reason": "The second of two.", "hold": hold})
    assert (late.status_code, "is not on hold." in late.content.decode()) == (422, True)


def test_of_two_holds_each_is_ended_by_itself(admin, browse):
    """Taken back, an announced suspension leaves the closing before it as it was; ended, the closing leaves the suspension."""
    client, address, category = browse(admin), f"{LIST}platform/", Category.objects.get(slug="platform")
    for effect, days in (("closed", 5), ("suspended", 10)):
        client.post(f"{address}hold/", {"effect": effect, "starts_on": in_days(days), "reason": "By the board."})
    closed, suspended = category.holds.order_by("starts_on")
    page = client.get(address).content.decode()
    assert page.count('name="hold"') == 2
    assert client.post(f"{address}release/", {"reason": "It voted no.", "hold": suspended.pk}).status_code == 302
    closed.refresh_from_db()
    assert (closed.ends_on, category.holds.on(in_days(12)).count()) == (None, 1)
    client.post(f"{address}hold/", {"effect": "suspended", "starts_on": in_days(10), "reason": "It voted again."})
    assert client.post(f"{address}release/", {"reason": "Open until then.", "hold": closed.pk}).status_code == 302
    assert [hold.effect for hold in category.holds.on(in_days(12))] == ["suspended"]
    assert not category.holds.on(in_days(6)).exists()


def test_who_may_lead_a_group_and_who_may_not(admin, aurelia, bazaar, browse):
    with everything():
        group = Group.objects.filter(is_open=True).order_by("pk").first()
    for viewer in (aurelia, bazaar):
        with as_viewer(viewer):
            viewer.forget_spaces()
            if group.audience_id not in viewer.audience_ids:
                groups.enrol(group, Audience.objects.get(pk=viewer.organisation_audience_id), by=viewer)
    client, address = browse(admin), group.get_absolute_url()
    assert "cannot lead a group" in client.post(f"{address}chair/", {"chair": "trust@bazaar.example"}).content.decode()
    assert client.post(f"{address}chair/", {"chair": "nobody@nowhere.example"}).status_code == 422
    assert client.post(f"{address}chair/", {"chair": "owner@aurelia.example"}).status_code == 302
    assert "Nobody leads it" not in browse(bazaar).get(address).content.decode()
    assert browse(aurelia).post(f"{address}charter/", {"charter": "zyxcharter"}).status_code == 302
    assert browse(bazaar).post(f"{address}charter/", {"charter": "intruder"}).status_code == 403
    # Whose category gives it no more leads no longer.
    with as_viewer(admin):
        brand, roles = Category.objects.get(slug="brand"), ["owner", "manager", "member"]
        actions.end_capability(brand, capability="chair_group", roles=roles, valid_to=in_days(0), reason=WHY, by=admin)
    assert "Nobody leads it" in browse(bazaar).get(address).content.decode()
    assert browse(aurelia).post(f"{address}charter/", {"charter": "again"}).status_code == 403
