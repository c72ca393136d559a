"""Seats: invited by link, counted under a lock, handed on, ended."""

import re
import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.accounts.actions import make_person
from coalition.accounts.models import Person
from coalition.activity import letters
from coalition.activity.actions import deliver_batch
from coalition.members import actions, links
from coalition.members.models import Invitation, Organisation, Seat, Tier
from tests.conftest import who


@pytest.fixture
def house(aurelia):
    return Organisation.objects.get(slug="aurelia")


def invite(viewer, house, email="new@aurelia.example", role="member"):
    with as_viewer(viewer):
        return actions.invite(house, email=email, role=role, by=viewer)


@pytest.mark.django_db
def test_the_link_is_in_the_letter_and_not_in_the_database(aurelia, house):
    invitation = invite(aurelia, house)
    while deliver_batch():
        pass
    letters.send_owed_outside()
    (letter,) = [letter for letter in mail.outbox if letter.to == ["new@aurelia.example"]]
    secret = re.search(r"/join/([0-9a-f]+)/", letter.body).group(1)
    assert links.invitation_of(secret) == invitation
    with as_system("read the row as a thief would"):
        row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert secret not in {str(value) for value in row.values()}


@pytest.mark.django_db
def test_an_invitation_works_once_for_its_address_while_its_inviter_may_invite(aurelia, house, admin):
    invitation = invite(aurelia, house)
    stranger = make_person(email="other@else.example", name="Other", password="a long enough sentence")
    with pytest.raises(Refused, match="is for new@aurelia"):
        actions.accept_invitation(invitation, stranger)
    person = make_person(email="new@aurelia.example", name="New", password="a long enough sentence")
    seat = actions.accept_invitation(invitation, person)
    assert (seat.organisation, seat.role) == (house, "member")
    with pytest.raises(Refused, match="used up"):
        actions.accept_invitation(invitation, person)


@pytest.mark.django_db
def test_an_inviter_who_lost_the_right_invited_nobody(aurelia, house):
    invitation = invite(aurelia, house)
    with as_system("unseat the inviter"):
        Seat.objects.filter(audience_id=aurelia.audience_id).update(role="reader")
    person = make_person(email="new@aurelia.example", name="New", password="a long enough sentence")
    with pytest.raises(Refused, match="may not do so any more"):
        actions.accept_invitation(invitation, person)


@pytest.mark.django_db
def test_asking_again_ends_the_link_of_before(aurelia, house):
    first, second = invite(aurelia, house), invite(aurelia, house)
    with as_system("look"):
        first.refresh_from_db()
    assert (first.is_open, second.is_open) == (False, True)


@pytest.mark.django_db
def test_members_invite_nobody_and_managers_make_no_owner(house, aurelia):
    member = who("member@aurelia.example")
    with as_viewer(member), pytest.raises(NotAllowed):
        actions.invite(house, email="x@aurelia.example", role="member", by=member)
    with as_system("make a manager"):
        Seat.objects.filter(audience_id=member.audience_id).update(role="manager")
    manager = who("member@aurelia.example")
    with as_viewer(manager):
        actions.invite(house, email="x@aurelia.example", role="member", by=manager)
        with pytest.raises(NotAllowed, match="Only an owner"):
            actions.invite(house, email="y@aurelia.example", role="owner", by=manager)
        with pytest.raises(NotAllowed, match="Only an owner"):
            actions.change_role(Seat.objects.get(audience_id=aurelia.audience_id), role="reader", by=manager)


@pytest.mark.django_db
def test_the_last_owner_stays_until_there_is_another(house, aurelia):
    own = Seat.objects.get(audience_id=aurelia.audience_id)
    with as_viewer(aurelia):
        with pytest.raises(Refused, match="only owner"):
            actions.end_seat(own, by=aurelia)
        colleague = Seat.objects.get(person__email="member@aurelia.example", organisation=house)
        actions.change_role(colleague, role="owner", by=aurelia)
        actions.change_role(own, role="reader", by=aurelia)
    assert who("owner@aurelia.example").may("own_organisation") is False
    assert who("member@aurelia.example").may("own_organisation")


@pytest.mark.django_db
def test_the_page_does_it_and_nobody_else_s_seat(aurelia, northpeak, browse, house):
    client = browse(aurelia)
    assert client.post("/organisation/invite/", {"email": "page@aurelia.example", "role": "reader"}).status_code == 302
    assert client.post("/organisation/invite/", {"email": "member@aurelia.example", "role": "reader"}).status_code == 422
    page = client.get("/organisation/").content.decode()
    assert "page@aurelia.example" in page
    assert "Chair a group" in page
    theirs = Seat.objects.get(audience_id=northpeak.audience_id)
    assert client.post(f"/organisation/seats/{theirs.pk}/end/").status_code == 404
    colleague = Seat.objects.get(person__email="member@aurelia.example", organisation=house)
    inside = browse(who("member@aurelia.example"))
    assert inside.get("/enforcement/cases/").status_code == 200
    assert client.post(f"/organisation/seats/{colleague.pk}/end/").status_code == 302
    assert inside.get("/enforcement/cases/").status_code == 403


@pytest.mark.django_db
def test_a_link_nobody_was_sent_opens_nothing():
    assert Client().get("/join/" + "0" * 64 + "/").status_code == 404


def test_fifty_at_once_take_no_more_seats_than_there_are(own_database):
    """The tier's cap holds though everybody accepts at the same moment."""
    aurelia = who("owner@aurelia.example")
    with as_viewer(aurelia), as_system("shrink the tier and invite fifty"):
        house = Organisation.objects.get(slug="aurelia")
        taken = Seat.objects.filter(organisation=house, ends_at=None, mandate=None).count()
        house.terms.update(tier=Tier.objects.create(category=house.category, slug="small", name="Small", seats=taken + 5))
        made = [
            (actions.invite(house, email=f"p{n}@aurelia.example", role="reader", by=aurelia),
             make_person(email=f"p{n}@aurelia.example", name=f"P{n}", password="a long enough sentence"))
            for n in range(50)
        ]  # fmt: skip
    together, got, refused = threading.Barrier(50), [], []

    def accept(invitation, person):
        together.wait()
        try:
            got.append(actions.accept_invitation(invitation, person))
        except Refused as refusal:
            refused.append(refusal.message)
        connection.close()

    threads = [threading.Thread(target=accept, args=pair) for pair in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(refused)) == (5, 45)
    assert all("is free now" in message for message in refused)


@pytest.mark.django_db
def test_a_refused_seat_says_why_and_leaves_no_account(aurelia, house):
    invitation = invite(aurelia, house, role="manager")
    with as_system("fill the tier"):
        tier = house.term_on(timezone.localdate()).tier
        tier.seats = house.seats.filter(ends_at=None, mandate=None).count()
        tier.save(update_fields=["seats"])
    client, address = Client(), f"/join/{links.secret_of(invitation.key)}/"
    answer = client.post(address, {"name": "New\r\nBcc: all", "password": "a long enough sentence 7"})
    assert (answer.status_code, "is free now" in answer.content.decode()) == (422, True)
    assert not Person.objects.filter(email="new@aurelia.example").exists()
    assert "no-store" in answer["Cache-Control"]
    with as_system("make room"):
        tier.seats = None
        tier.save(update_fields=["seats"])
    assert client.post(address, {"name": "New\r\nBcc: all", "password": "a long enough sentence 7"}).url == "/home/"
    assert Person.objects.get(email="new@aurelia.example").name == "New Bcc: all"


@pytest.mark.django_db
def test_a_member_out_of_standing_invites_nobody(admin, aurelia, house, browse):
    with as_viewer(admin):
        actions.suspend(house, starts_on=timezone.localdate(), reason="Under inquiry.", by=admin)
    assert browse(aurelia).post("/organisation/invite/", {"email": "new@aurelia.example", "role": "member"}).status_code == 403


def test_a_link_posted_by_many_windows_at_once_makes_one_account(own_database):
    aurelia = who("owner@aurelia.example")
    invitation = invite(aurelia, Organisation.objects.get(slug="aurelia"))
    together, got, refused = threading.Barrier(6), [], []

    def accept():
        together.wait()
        try:
            got.append(actions.accept_with_new_account(invitation, name="New", password="a long enough sentence 7"))
        except Refused as refusal:
            refused.append(refusal.message)
        connection.close()

    windows = [threading.Thread(target=accept) for _n in range(6)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert (len(got), set(refused)) == (1, {"There is an account with this address now. Sign in to take the seat."})


@pytest.mark.django_db
def test_nobody_s_mail_is_filled_with_invitations(aurelia, browse, settings):
    client, asked = browse(aurelia), {"email": "bomb@victim.example", "role": "member"}
    answers = [client.post("/organisation/invite/", asked) for _n in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 422]
    assert "written to often" in answers[-1].content.decode()
    assert client.post("/organisation/invite/", {**asked, "email": "other@victim.example"}).status_code == 302


@pytest.mark.django_db
def test_more_invitations_than_free_seats_are_said(aurelia, browse):
    with as_system("leave one seat free"):
        house = Organisation.objects.get(pk=aurelia.organisation_id)
        taken = house.seats.filter(ends_at=None, mandate=None).count()
        Invitation.objects.filter(organisation=house).update(revoked_at=timezone.now())
        house.terms.update(tier=Tier.objects.create(category=house.category, slug="small", name="Small", seats=taken + 1))
    client = browse(aurelia)
    first = client.post("/organisation/invite/", {"email": "one@aurelia.example", "role": "member"}, follow=True).content.decode()
    assert "one seat is free" not in first
    second = client.post("/organisation/invite/", {"email": "two@aurelia.example", "role": "member"}, follow=True).content.decode()
    assert "2 are invited and one seat is free" in second
