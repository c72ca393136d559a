"""Seats are given, offered, taken, changed and ended."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, AudienceMember
from coalition.access.viewer import Viewer, as_system
from coalition.accounts.actions import make_person
from coalition.accounts.models import Person
from coalition.activity.actions import record
from coalition.dates import midnight
from coalition.locks import one_at_a_time
from coalition.members import viewers
from coalition.members.actions.organisations import hold_still, tell_office
from coalition.members.links import digest_of, secret_of
from coalition.members.models import Invitation, MailDomain, Mandate, Organisation, RoleChange, Seat, Tier
from coalition.members.permissions import can_give, can_manage_seats
from coalition.members.standing import facts_of, standing

INVITATION_LASTS = timedelta(days=14)


@transaction.atomic
def give_seat(person, organisation: Organisation, *, role: str, by: Viewer | None, title: str = "", mandate: Mandate | None = None) -> Seat:
    """Seat a person at an organisation. Raises Refused when they have a live seat there, or the tier has none left.

    A seat under an agent's `mandate` is none of the tier's, and belongs to the organisation no longer than the mandate runs.
    """
    require(by is None or can_give(by, organisation, role))
    hold_still(organisation)
    if mandate is None:
        require_free_seat(organisation)
    if Seat.objects.filter(person=person, organisation=organisation, ends_at=None).exists():
        raise Refused(_("%(who)s has a seat at %(where)s already.") % {"who": person, "where": organisation})
    where = _("%(agent)s for %(name)s") % {"agent": mandate.agent.name, "name": organisation.name} if mandate else organisation.name
    audience = Audience.objects.create(kind=Audience.Kind.SEAT, label=f"{person.name} · {where}"[:200])
    begins = max(timezone.now(), midnight(mandate.starts_on)) if mandate else timezone.now()
    ends = midnight(mandate.ends_on) if mandate else None
    AudienceMember.objects.create(audience=organisation.audience, member=audience, starts_at=begins, ends_at=ends)
    if mandate is None:
        AudienceMember.objects.create(audience=organisation.people, member=audience, starts_at=begins)
    seat = Seat.objects.create(person=person, organisation=organisation, role=role, title=title, mandate=mandate, audience=audience)
    _follow_role(seat)
    record("seat.given", organisation, by=by, space=organisation.office_id, who=person.name, role=role)
    return seat


def _follow_role(seat: Seat) -> None:
    """Make a seat one of those that look after the organisation's money, or no more of them, as its role says."""
    if seat.role in Seat.OF_FINANCE:
        AudienceMember.objects.get_or_create(audience_id=seat.organisation.finance_id, member_id=seat.audience_id, ends_at=None)
    else:
        places = AudienceMember.objects.filter(audience_id=seat.organisation.finance_id, member_id=seat.audience_id, ends_at=None)
        places.update(ends_at=timezone.now())


@transaction.atomic
def end_seat(seat: Seat, *, by: Viewer | None) -> Seat:
    """End a seat now, once: from this moment it belongs to no audience. What the person wrote stays.

    Raises Refused for the last owner: an organisation nobody owns can be mended by nobody.
    """
    require(by is None or can_give(by, seat.organisation, seat.role), _("Only an owner makes or unmakes an owner."))
    hold_still(seat.organisation)
    if by is not None and seat.ends_at is None:
        _require_owner_besides(seat)
    now = timezone.now()
    if not Seat.objects.filter(pk=seat.pk, ends_at=None).update(ends_at=now):
        seat.refresh_from_db()
        return seat
    # Said while whoever ends it still belongs here: it may be their own.
    record("seat.ended", seat.organisation, by=by, space=seat.organisation.office_id, who=seat.person.name)
    places = AudienceMember.objects.filter(member=seat.audience)
    places.filter(starts_at__gt=now).delete()
    places.filter(Q(ends_at=None) | Q(ends_at__gt=now)).update(ends_at=now)
    if seat.mandate_id is None:
        # Who leaves the agent acts for none of its principals any more.
        with as_system("end what a person did for principals of the organisation they leave"):
            for other in Seat.objects.filter(person=seat.person, mandate__agent=seat.organisation_id, ends_at=None).select_related(
                "organisation", "person"
            ):
                end_seat(other, by=None)
    seat.refresh_from_db()
    return seat


def set_role(seat: Seat, role: str) -> None:
    """Write a seat's role, and what it was; part of the verbs that ask permission."""
    if role != seat.role:
        RoleChange.objects.create(seat=seat, before=seat.role)
    seat.role = role
    seat.save(update_fields=["role"])
    _follow_role(seat)


def _require_owner_besides(seat: Seat) -> None:
    others = Seat.objects.owners().filter(organisation=seat.organisation_id).exclude(pk=seat.pk)
    if seat.role == Seat.Role.OWNER and not others.exists():
        raise Refused(_("%(who)s is the only owner. Make somebody else owner first.") % {"who": seat.person})


def free_seats(organisation: Organisation) -> int | None:
    """How many seats its tier leaves free today; None where it gives any number. Ask with the organisation's row locked to rely on it."""
    tier = _tier_today(organisation)
    if tier is None or tier.seats is None:
        return None
    return max(tier.seats - Seat.objects.filter(organisation=organisation, ends_at=None, mandate=None).count(), 0)


def full_tier(organisation: Organisation) -> Tier | None:
    """The organisation's tier where all its seats are taken; None while there is room. Ask with the organisation's row locked."""
    return _tier_today(organisation) if free_seats(organisation) == 0 else None


def _tier_today(organisation: Organisation) -> Tier | None:
    term = organisation.term_on(timezone.localdate())
    return term.tier if term else None


def require_free_seat(organisation: Organisation) -> None:
    """Raise Refused when the tier's seats are all taken. Ask with the organisation's row locked."""
    if tier := full_tier(organisation):
        raise Refused(_("All %(n)d seats of the tier %(tier)s are taken. End one, or ask for a larger tier.") % {"n": tier.seats, "tier": tier})


@transaction.atomic
def change_role(seat: Seat, *, role: str, by: Viewer) -> Seat:
    """Give a seat another role. Only an owner makes or unmakes owners. Raises NotAllowed, and Refused for the last owner."""
    require(can_manage_seats(by, seat.organisation))
    hold_still(seat.organisation)
    seat = Seat.objects.select_related("organisation", "person").get(pk=seat.pk)
    if role not in Seat.Role.values or seat.ends_at is not None:
        raise Refused(_("Choose a role for somebody who has a seat."), field="role")
    if role == seat.role:
        return seat
    allowed = can_give(by, seat.organisation, role) and can_give(by, seat.organisation, seat.role)
    require(allowed, _("Only an owner makes or unmakes an owner."))
    _require_owner_besides(seat)
    if seat.mandate_id:
        raise Refused(_("What an agent may do is said in its mandate."), field="role")
    before = seat.get_role_display()
    set_role(seat, role)
    record(
        "seat.role_changed",
        seat.organisation,
        by=by,
        space=seat.organisation.office_id,
        who=seat.person.name,
        told=seat.audience_id,
        before=before,
        after=seat.get_role_display(),
    )
    return seat


@transaction.atomic
def invite(organisation: Organisation, *, email: str, role: str, by: Viewer | None, title: str = "", domain: MailDomain | None = None) -> Invitation:
    """Ask somebody, by a link to their address, to take a seat. Asking again sends a new link and ends the old one.

    `by` is None for the first owner, whom the coalition invites, and for whoever asked by their mail `domain`. Raises NotAllowed, and Refused
    when they sit there already.
    """
    require(by is None or can_manage_seats(by, organisation))
    if role not in Seat.Role.values:
        raise Refused(_("Choose a role."), field="role")
    require(by is None or can_give(by, organisation, role), _("Only an owner makes or unmakes an owner."))
    hold_still(organisation)
    email = email.strip().lower()
    if Seat.objects.filter(organisation=organisation, person__email__iexact=email, ends_at=None).exists():
        raise Refused(_("%(who)s has a seat here already.") % {"who": email}, field="email")
    now = timezone.now()
    Invitation.objects.filter(organisation=organisation, email=email, accepted_at=None, revoked_at=None).update(revoked_at=now)
    invitation = Invitation(
        space_id=organisation.office_id, organisation=organisation, email=email, role=role, title=title,
        invited_by_id=by.audience_id if by else None, expires_at=now + INVITATION_LASTS, domain=domain,
    )  # fmt: skip
    invitation.digest = digest_of(secret_of(invitation.key))
    invitation.save()
    record("seat.offered", invitation, by=by, email=email, role=invitation.get_role_display())
    return invitation


@transaction.atomic
def invite_owner(organisation: Organisation, *, email: str, by: Viewer) -> Invitation:
    """As who keeps the register: ask somebody to be the owner of an organisation that has none. Raises NotAllowed, and Refused where it has one."""
    require(by.may("keep_register"))
    with as_system("invite the owner of an organisation that has none"):
        if Seat.objects.owners().filter(organisation=organisation).exists():
            raise Refused(_("%(who)s has an owner, who invites its people.") % {"who": organisation}, field="email")
        invitation = invite(organisation, email=email, role=Seat.Role.OWNER, by=None)
    tell_office("organisation.owner_invited", organisation, by=by)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Viewer) -> Invitation:
    require(can_manage_seats(by, invitation.organisation))
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now()):
        record("seat.offer_revoked", invitation, by=by, email=invitation.email)
    invitation.refresh_from_db()
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, person: Person) -> Seat:
    """Take the seat one was invited to. The inviter's right is asked again, and the seats of the tier are counted under a lock.

    Raises Refused when the link is used up, revoked or too old, is another address's, or no seat is left.
    """
    with as_system(f"take the seat of invitation {invitation.pk}"):
        hold_still(invitation.organisation)
        invitation = lock(invitation, "organisation", "domain")
        organisation = invitation.organisation
        if not invitation.is_open:
            raise Refused(_("This invitation is used up or too old. Ask %(who)s for a new one.") % {"who": organisation})
        if (leaving := organisation.leaving()) and leaving.takes_effect_on <= timezone.localdate():
            raise Refused(_("%(who)s is no member any more.") % {"who": organisation})
        if person.email.lower() != invitation.email:
            raise Refused(_("This invitation is for %(email)s. Sign in with that address.") % {"email": invitation.email})
        inviter = viewers.viewer_of_audience(invitation.invited_by_id) if invitation.invited_by_id else None
        is_good = standing(facts_of(organisation), timezone.localdate()).is_good
        if invitation.domain and (invitation.domain.ended_at or not is_good):
            raise Refused(_("%(who)s takes nobody in by this mail domain any more.") % {"who": organisation})
        if invitation.invited_by_id and not is_good:
            raise Refused(_("%(who)s takes nobody in at present. The link works when it does again, until its day.") % {"who": organisation})
        if invitation.invited_by_id and not (inviter and can_give(inviter, organisation, invitation.role)):
            raise Refused(_("Whoever invited you may not do so any more. Ask %(who)s for a new invitation.") % {"who": organisation})
        if full_tier(organisation):
            # Whoever is invited may be a stranger yet: how large the tier is, is its own people's.
            raise Refused(_("No seat of %(who)s is free now. Ask whoever invited you.") % {"who": organisation})
        seat = give_seat(person, organisation, role=invitation.role, title=invitation.title, by=None)
        invitation.accepted_at, invitation.seat = timezone.now(), seat
        invitation.save(update_fields=["accepted_at", "seat"])
        record("seat.taken", invitation, by=viewers.viewer_of_seat(seat.pk), who=person.name)
    return seat


@transaction.atomic
def accept_with_new_account(invitation: Invitation, *, name: str, password: str) -> Seat:
    """Make the account of somebody invited who has none, and take the seat: both or neither.

    Raises Refused when an account was made meanwhile, or what taking the seat raises.
    """
    # Whoever posts the same link at this moment waits, and finds the account made.
    one_at_a_time(f"members.join.{invitation.pk}")
    if Person.objects.filter(email__iexact=invitation.email).exists():
        raise Refused(_("There is an account with this address now. Sign in to take the seat."))
    return accept_invitation(invitation, make_person(email=invitation.email, name=name, password=password))
