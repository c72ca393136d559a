"""What staff announce for a later day: seen, taken back, and gone then; a member nobody can sign in for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.access.errors import Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity.models import Event
from coalition.members import actions
from coalition.members.models import Category, CategoryHold, Invitation, Organisation, Seat
from coalition.members.standing import facts_of, standing
from tests.conftest import everything

pytestmark = pytest.mark.django_db


def in_days(n):
    return timezone.localdate() + timedelta(days=n)


def standing_of(slug, day):
    with as_system("look"):
        return standing(facts_of(Organisation.objects.get(slug=slug)), day)


def test_a_hold_announced_for_later_is_seen_and_taken_back(admin, browse):
    client, slug = browse(admin), Category.objects.get(organisations__slug="bazaar").slug
    hold, release = (f"/staff/register/categories/{slug}/{what}/" for what in ("hold", "release"))
    assert client.post(hold, {"effect": "suspended", "starts_on": in_days(20).isoformat(), "reason": "The vote of June."}).status_code == 302
    assert not standing_of("bazaar", in_days(21)).is_good
    with everything():
        told = Event.objects.filter(verb="category.held", subject_type="members.organisation").latest("pk")
    assert told.data["day"] == in_days(20).isoformat()
    assert client.post(release, {"reason": "Taken back in July.", "hold": CategoryHold.objects.latest("pk").pk}).status_code == 302
    assert standing_of("bazaar", in_days(21)).is_good
    with everything():
        assert Event.objects.filter(verb="category.released").latest("pk").data["reason"] == "Taken back in July."
    page = client.get("/staff/register/").content.decode()
    assert "The vote of June." not in page
    # And can be put on hold again.
    assert client.post(hold, {"effect": "closed", "starts_on": in_days(5).isoformat(), "reason": "The vote of August."}).status_code == 302
    assert "The vote of August." in client.get("/staff/register/").content.decode()


def test_a_suspension_announced_for_later_is_seen_and_taken_back(admin, browse):
    client = browse(admin)
    assert (
        client.post("/staff/register/kestrel/suspend/", {"starts_on": in_days(9).isoformat(), "reason": "The committee’s word."}).status_code == 302
    )
    page = client.get("/members/kestrel/").content.decode()
    assert "The committee’s word." in page
    assert "Reinstate it" in page
    assert client.post("/staff/register/kestrel/reinstate/", {"reason": "It was a mistake."}).status_code == 302
    assert standing_of("kestrel", in_days(10)).is_good
    assert "The committee’s word." not in client.get("/members/kestrel/").content.decode()


def test_staff_invite_the_owner_of_a_member_that_has_none(admin, aurelia, browse):
    client = browse(admin)
    assert "Invite its owner" not in client.get("/members/kestrel/").content.decode()
    assert client.post("/staff/register/kestrel/owner/", {"email": "new@kestrel.example"}).status_code == 422
    with as_system("everybody has left"):
        Seat.objects.filter(organisation__slug="kestrel").update(ends_at=timezone.now())
    assert "Invite its owner" in client.get("/members/kestrel/").content.decode()
    assert client.post("/staff/register/kestrel/owner/", {"email": "new@kestrel.example"}).status_code == 302
    with everything():
        invitation = Invitation.objects.open().get(email="new@kestrel.example")
    assert (invitation.role, invitation.organisation.slug) == ("owner", "kestrel")
    assert browse(aurelia).post("/staff/register/kestrel/owner/", {"email": "me@aurelia.example"}).status_code == 403
    with as_viewer(admin), pytest.raises(Refused, match="has an owner"):
        actions.invite_owner(Organisation.objects.get(slug="aurelia"), email="x@aurelia.example", by=admin)


def test_an_agent_reads_why_it_may_not(agent, browse):
    page = browse(agent).get("/organisation/").content.decode()
    assert "No mandate can give it" in page
    assert "eeds the role" not in page


def test_whoever_gets_another_role_and_an_owner_whose_colleague_came_by_mail_domain_are_told(aurelia, browse):
    from coalition.activity.actions import deliver_batch
    from coalition.activity.models import InboxItem
    from tests.conftest import who

    colleague = who("member@aurelia.example")
    with as_viewer(aurelia):
        actions.change_role(Seat.objects.get(pk=colleague.seat_id), role="manager", by=aurelia)
    with everything():
        deliver_batch()
        assert InboxItem.objects.of(colleague).filter(event__verb="seat.role_changed").exists()


def test_the_treasurer_is_told_nothing_of_applications(treasurer, analyst):
    from coalition.activity.actions import deliver_batch
    from coalition.activity.models import InboxItem

    with everything():
        deliver_batch()
        assert not InboxItem.objects.of(treasurer).filter(event__verb__startswith="application.").exists()
        assert InboxItem.objects.of(analyst).filter(event__verb__startswith="application.").exists()
