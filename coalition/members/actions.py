"""Organisations and seats come into being, change and end; policies are accepted; somebody breaks the glass."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access import permissions as access_permissions
from coalition.access.errors import Refused, reason_given, require
from coalition.access.models import Audience, AudienceMember, Grant, Space, SpaceModel
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.accounts.models import Person
from coalition.activity.actions import record
from coalition.members import viewers
from coalition.members.links import digest_of, secret_of
from coalition.members.models import (
    Acceptance,
    Category,
    CategoryHold,
    Invitation,
    Organisation,
    Policy,
    Resignation,
    Seat,
    Suspension,
    Term,
    Tier,
)
from coalition.members.permissions import can_give, can_manage_seats
from coalition.members.standing import facts_of, good_spells

GLASS_STAYS_BROKEN_FOR = timedelta(hours=1)
INVITATION_LASTS = timedelta(days=14)


@transaction.atomic
def found_organisation(
    *, slug: str, name: str, prefix: str, category: Category, country: str, by: Viewer | None, about: str = "", sectors: str = ""
) -> Organisation:
    """Bring an organisation into being with its audience and its desk. `by` is None for set-up work and for approved applicants."""
    require(by is None or by.may("keep_register"))
    audience = Audience.objects.create(kind=Audience.Kind.ORGANISATION, label=name)
    desk = access.open_space(Space.Kind.DESK, by=None, owner=audience, label=(_("%(name)s’s desk") % {"name": name})[:120], mark=Tlp.AMBER_STRICT)
    organisation = Organisation.objects.create(
        slug=slug, name=name, prefix=prefix, category=category, country=country, about=about, sectors=sectors,
        audience=audience, desk=desk,
        finance=Audience.objects.create(kind=Audience.Kind.OFFICE, label=(_("%(name)s: owner and finance") % {"name": name})[:200]),
    )  # fmt: skip
    record("organisation.founded", organisation, by=by, space=desk)
    return organisation


@transaction.atomic
def admit(organisation: Organisation, *, starts_on: date, ends_on: date, by: Viewer | None, tier: Tier | None = None) -> Term:
    """Give a membership term: for its days the organisation is one of all members in good standing. A renewal is the next one.

    Raises NotAllowed, and Refused for days that another term covers, for a tier of another category, or for days gone by: what
    was, stays as it was.
    """
    require(by is None or by.may("keep_register"))
    _hold_still(organisation)
    if ends_on <= starts_on:
        raise Refused(_("The last day lies before the first."), field="ends_on")
    if starts_on < timezone.localdate():
        raise Refused(_("What was, stays as it was: choose today or a later day."), field="starts_on")
    running = organisation.terms.filter(starts_on__lt=ends_on, ends_on__gt=starts_on)
    # Whoever resigned has no term that still counts, and comes back with this one.
    has_resigned = organisation.has_resigned()
    if has_resigned and starts_on < (left_on := organisation.resignations.latest("takes_effect_on").takes_effect_on):
        raise Refused(_("It leaves on %(day)s: a new term begins then, or later.") % {"day": left_on}, field="starts_on")
    if (other := running.first()) and not has_resigned:
        said = _("These days are in its term of %(first)s to %(last)s.") % {"first": other.starts_on, "last": other.ends_on}
        raise Refused(said, field="starts_on")
    if tier and tier.category_id != organisation.category_id:
        raise Refused(_("Choose a tier of its own category."), field="tier")
    term = Term.objects.create(organisation=organisation, starts_on=starts_on, ends_on=ends_on, tier=tier)
    follow_standing(organisation)
    _tell_desk("organisation.admitted", organisation, by=by, until=ends_on.isoformat())
    return term


def _hold_still(organisation: Organisation) -> None:
    """Those who change an organisation's facts or seats wait for each other: each judges what the other left."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def follow_standing(organisation: Organisation) -> None:
    """Make the organisation one of all members for exactly the days from today on at which its standing is good.

    The one door between facts and access: called in the transaction of whatever changes a fact. The days before today stay as
    they were, and nothing needs to run on the day when standing begins or ends.
    """
    if not organisation.category.is_member:
        return
    now, spells = timezone.now(), good_spells(facts_of(organisation), timezone.localdate())
    rows = AudienceMember.objects.filter(audience=Audience.members(), member=organisation.audience)
    rows.filter(starts_at__gt=now).delete()
    live = rows.filter(Q(ends_at=None) | Q(ends_at__gt=now)).first()
    goes_on = bool(spells) and spells[0].starts_on <= timezone.localdate()
    if live:
        live.ends_at = _until(spells.pop(0).ends_on) if goes_on else now
        live.save(update_fields=["ends_at"])
    for spell in spells:
        begins = now if spell.starts_on <= timezone.localdate() else _midnight(spell.starts_on)
        AudienceMember.objects.create(audience=Audience.members(), member=organisation.audience, starts_at=begins, ends_at=_until(spell.ends_on))


def _until(day: date | None) -> datetime | None:
    return _midnight(day) if day else None


@transaction.atomic
def suspend(organisation: Organisation, *, starts_on: date, reason: str, by: Viewer) -> Suspension:
    """Suspend an organisation from a day on, saying why. Raises Refused for a day gone by, or while it is suspended already."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    _hold_still(organisation)
    if starts_on < timezone.localdate():
        raise Refused(_("What was, stays as it was: choose today or a later day."), field="starts_on")
    if organisation.suspensions.filter(ends_on=None).exists():
        raise Refused(_("%(who)s is suspended already.") % {"who": organisation})
    suspension = Suspension.objects.create(organisation=organisation, starts_on=starts_on, reason=reason)
    follow_standing(organisation)
    _tell_desk("organisation.suspended", organisation, by=by, day=starts_on.isoformat(), reason=reason[:300])
    return suspension


@transaction.atomic
def reinstate(organisation: Organisation, *, reason: str, by: Viewer) -> Suspension:
    """End a suspension today, saying why."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    _hold_still(organisation)
    suspension = organisation.suspensions.select_for_update().filter(ends_on=None).first()
    if suspension is None:
        raise Refused(_("%(who)s is not suspended.") % {"who": organisation})
    suspension.ends_on = max(timezone.localdate(), suspension.starts_on)
    suspension.save(update_fields=["ends_on"])
    follow_standing(organisation)
    _tell_desk("organisation.reinstated", organisation, by=by, reason=reason[:300])
    return suspension


@transaction.atomic
def resign(organisation: Organisation, *, takes_effect_on: date, reason: str, by: Viewer) -> Resignation:
    """As its owner, or as the coalition for an organisation that wrote so: leave with effect from a day, saying why."""
    require((by.organisation_id == organisation.pk and by.may("own_organisation")) or by.may("keep_register"))
    reason = reason_given(reason)
    _hold_still(organisation)
    if takes_effect_on < timezone.localdate():
        raise Refused(_("What was, stays as it was: choose today or a later day."), field="takes_effect_on")
    if organisation.has_resigned():
        raise Refused(_("%(who)s has resigned already.") % {"who": organisation})
    resignation = Resignation.objects.create(organisation=organisation, takes_effect_on=takes_effect_on, reason=reason)
    follow_standing(organisation)
    _tell_desk("organisation.resigned", organisation, by=by, day=takes_effect_on.isoformat(), reason=reason[:300])
    return resignation


@transaction.atomic
def hold_category(category: Category, *, effect: str, starts_on: date, reason: str, by: Viewer) -> CategoryHold:
    """Close a category to new members, or suspend it with everybody in it, from a day on; saying why."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    category = Category.objects.select_for_update().get(pk=category.pk)
    if effect not in CategoryHold.Effect.values:
        raise Refused(_("Choose what the hold does."), field="effect")
    if category.kind == Category.Kind.COALITION:
        raise Refused(_("The coalition itself cannot be put on hold."))
    if starts_on < timezone.localdate():
        raise Refused(_("What was, stays as it was: choose today or a later day."), field="starts_on")
    if category.holds.filter(ends_on=None).exists():
        raise Refused(_("%(name)s is on hold already.") % {"name": category.name})
    hold = CategoryHold.objects.create(category=category, effect=effect, starts_on=starts_on, reason=reason)
    _category_follows(hold, "category.held", by=by)
    return hold


@transaction.atomic
def release_category(category: Category, *, reason: str, by: Viewer) -> CategoryHold:
    """End a category's hold today, saying why."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    category = Category.objects.select_for_update().get(pk=category.pk)
    hold = category.holds.select_for_update().filter(ends_on=None).first()
    if hold is None:
        raise Refused(_("%(name)s is not on hold.") % {"name": category.name})
    hold.ends_on = max(timezone.localdate(), hold.starts_on)
    hold.save(update_fields=["ends_on"])
    _category_follows(hold, "category.released", by=by)
    return hold


def _category_follows(hold: CategoryHold, verb: str, *, by: Viewer) -> None:
    if hold.effect == CategoryHold.Effect.SUSPENDED:
        for organisation in Organisation.objects.filter(category=hold.category).select_related("category", "audience"):
            follow_standing(organisation)
            _tell_desk(verb, organisation, by=by, name=hold.category.name, effect=hold.get_effect_display(), reason=hold.reason[:300])
    record(verb, hold, by=by, space=by.desk_id, name=hold.category.name, effect=hold.get_effect_display(), reason=hold.reason[:300])


@transaction.atomic
def join_team(team: Audience, seat: Seat, *, by: Viewer) -> None:
    """Put a seat on a team of the coalition's: its committee, its analysts. Once, however often it is asked."""
    require(by.may("keep_register"))
    if team.kind != Audience.Kind.TEAM:
        raise Refused(_("Choose a team."))
    if seat.ends_at is not None:
        raise Refused(_("%(who)s has no seat any more.") % {"who": seat.person})
    _row, created = AudienceMember.objects.get_or_create(audience=team, member=seat.audience, ends_at=None)
    if created:
        _tell_desk("team.joined", seat.organisation, by=by, who=seat.person.name, team=team.label)


@transaction.atomic
def leave_team(team: Audience, seat: Seat, *, by: Viewer) -> None:
    """Take a seat off a team, from now on; what it decided there stays."""
    require(by.may("keep_register"))
    if AudienceMember.objects.filter(audience=team, member=seat.audience, ends_at=None).update(ends_at=timezone.now()):
        _tell_desk("team.left", seat.organisation, by=by, who=seat.person.name, team=team.label)


def _tell_desk(verb: str, organisation: Organisation, *, by: Viewer | None, **data) -> None:
    """Record on the organisation's own desk what the coalition did, though its staff cannot enter there."""
    with as_system("record on an organisation’s desk what was done to its membership"):
        record(verb, organisation, by=by, space=organisation.desk_id, members=organisation.audience_id, **data)


@transaction.atomic
def give_seat(person, organisation: Organisation, *, role: str, by: Viewer | None, title: str = "", acts_for: str = "") -> Seat:
    """Seat a person at an organisation. Raises Refused when they have a live seat there, or the tier has none left."""
    require(by is None or can_give(by, organisation, role))
    _hold_still(organisation)
    require_free_seat(organisation)
    if Seat.objects.filter(person=person, organisation=organisation, ends_at=None).exists():
        raise Refused(_("%(who)s has a seat at %(where)s already.") % {"who": person, "where": organisation})
    where = f"{acts_for} for {organisation.name}" if acts_for else organisation.name
    audience = Audience.objects.create(kind=Audience.Kind.SEAT, label=f"{person.name} · {where}")
    AudienceMember.objects.create(audience=organisation.audience, member=audience)
    seat = Seat.objects.create(person=person, organisation=organisation, role=role, title=title, acts_for=acts_for, audience=audience)
    _follow_role(seat)
    record("seat.given", organisation, by=by, space=organisation.desk_id, who=person.name, role=role)
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
    _hold_still(seat.organisation)
    if by is not None and seat.ends_at is None:
        _require_owner_besides(seat)
    now = timezone.now()
    if not Seat.objects.filter(pk=seat.pk, ends_at=None).update(ends_at=now):
        seat.refresh_from_db()
        return seat
    places = AudienceMember.objects.filter(member=seat.audience)
    places.filter(starts_at__gt=now).delete()
    places.filter(Q(ends_at=None) | Q(ends_at__gt=now)).update(ends_at=now)
    record("seat.ended", seat.organisation, by=by, space=seat.organisation.desk_id, who=seat.person.name)
    seat.refresh_from_db()
    return seat


def _require_owner_besides(seat: Seat) -> None:
    others = Seat.objects.filter(organisation_id=seat.organisation_id, role=Seat.Role.OWNER, ends_at=None).exclude(pk=seat.pk)
    if seat.role == Seat.Role.OWNER and not others.exists():
        raise Refused(_("%(who)s is the only owner. Make somebody else owner first.") % {"who": seat.person})


def require_free_seat(organisation: Organisation) -> None:
    """Raise Refused when the tier's seats are all taken. Ask with the organisation's row locked."""
    term = organisation.term_on(timezone.localdate())
    tier = term.tier if term else None
    if tier and tier.seats is not None and Seat.objects.filter(organisation=organisation, ends_at=None).count() >= tier.seats:
        raise Refused(_("All %(n)d seats of the tier %(tier)s are taken. End one, or ask for a larger tier.") % {"n": tier.seats, "tier": tier})


@transaction.atomic
def change_role(seat: Seat, *, role: str, by: Viewer) -> Seat:
    """Give a seat another role. Only an owner makes or unmakes owners. Raises NotAllowed, and Refused for the last owner."""
    require(can_manage_seats(by, seat.organisation))
    _hold_still(seat.organisation)
    seat = Seat.objects.select_related("organisation", "person").get(pk=seat.pk)
    if role not in Seat.Role.values or seat.ends_at is not None:
        raise Refused(_("Choose a role for somebody who has a seat."), field="role")
    if role == seat.role:
        return seat
    allowed = can_give(by, seat.organisation, role) and can_give(by, seat.organisation, seat.role)
    require(allowed, _("Only an owner makes or unmakes an owner."))
    _require_owner_besides(seat)
    before, seat.role = seat.get_role_display(), role
    seat.save(update_fields=["role"])
    _follow_role(seat)
    record(
        "seat.role_changed",
        seat.organisation,
        by=by,
        space=seat.organisation.desk_id,
        who=seat.person.name,
        before=before,
        after=seat.get_role_display(),
    )
    return seat


@transaction.atomic
def invite(organisation: Organisation, *, email: str, role: str, by: Viewer | None, title: str = "") -> Invitation:
    """Ask somebody, by a link to their address, to take a seat. Asking again sends a new link and ends the old one.

    `by` is None for the first owner, whom the coalition invites. Raises NotAllowed, and Refused when they sit there already.
    """
    require(by is None or can_manage_seats(by, organisation))
    if role not in Seat.Role.values:
        raise Refused(_("Choose a role."), field="role")
    require(by is None or can_give(by, organisation, role), _("Only an owner makes or unmakes an owner."))
    _hold_still(organisation)
    email = email.strip().lower()
    if Seat.objects.filter(organisation=organisation, person__email__iexact=email, ends_at=None).exists():
        raise Refused(_("%(who)s has a seat here already.") % {"who": email}, field="email")
    now = timezone.now()
    Invitation.objects.filter(organisation=organisation, email=email, accepted_at=None, revoked_at=None).update(revoked_at=now)
    invitation = Invitation(
        space_id=organisation.desk_id, organisation=organisation, email=email, role=role, title=title,
        invited_by_id=by.audience_id if by else None, expires_at=now + INVITATION_LASTS,
    )  # fmt: skip
    invitation.digest = digest_of(secret_of(invitation.key))
    invitation.save()
    record("seat.offered", invitation, by=by, email=email, role=invitation.get_role_display())
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
        _hold_still(invitation.organisation)
        invitation = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
        organisation = invitation.organisation
        if not invitation.is_open:
            raise Refused(_("This invitation is used up or too old. Ask %(who)s for a new one.") % {"who": organisation})
        if person.email.lower() != invitation.email:
            raise Refused(_("This invitation is for %(email)s. Sign in with that address.") % {"email": invitation.email})
        inviter = viewers.viewer_of_audience(invitation.invited_by_id) if invitation.invited_by_id else None
        if invitation.invited_by_id and not (inviter and can_give(inviter, organisation, invitation.role)):
            raise Refused(_("Whoever invited you may not do so any more. Ask %(who)s for a new invitation.") % {"who": organisation})
        seat = give_seat(person, organisation, role=invitation.role, title=invitation.title, by=None)
        invitation.accepted_at, invitation.seat = timezone.now(), seat
        invitation.save(update_fields=["accepted_at", "seat"])
        record("seat.taken", invitation, by=viewers.viewer_of_seat(seat.pk), who=person.name)
    return seat


@transaction.atomic
def accept_policies(organisation: Organisation, *, signatory: str, by: Viewer | None, signed: list[Policy] | None = None) -> int:
    """Accept, for an organisation, the policies in force that it has not accepted, or those that were `signed`; returns how many."""
    require(by is None or (by.organisation_id == organisation.pk and by.may("own_organisation")))
    if not signatory.strip():
        raise Refused(_("Who signs for this?"), field="signatory")
    _hold_still(organisation)
    count = 0
    for policy in organisation.policies_to_accept() if signed is None else signed:
        Acceptance.objects.create(policy=policy, organisation=organisation, signatory=signatory.strip()[:250])
        record("policy.accepted", organisation, by=by, space=organisation.desk_id, title=str(policy), signatory=signatory.strip()[:250])
        count += 1
    follow_standing(organisation)
    return count


@transaction.atomic
def break_glass(reference: str, *, by: Viewer, reason: str) -> Space:
    """Enter a space for an hour without being invited: recorded there, and its owner is told.

    Raises NotAllowed, and Refused for an unknown reference, a space one is in already, or a thin reason.
    """
    require(access_permissions.can_break_glass(by))
    if len(reason.strip()) < 15:
        raise Refused(_("Say why, in a sentence: the owner will read it."), field="reason")
    with as_system(f"break glass by {by.person_name}: {reason}"):
        thing = _by_reference(reference.strip())
        if thing is None:
            raise Refused(_("Nothing has this reference."), field="reference")
        space = Space.objects.get(pk=thing.space_id)
        if by.role_in(space.pk):
            raise Refused(_("You can enter this already."), field="reference")
        # The seat itself, even under TLP:RED: a named person who is recorded and must answer for it.
        seat_audience = Audience.objects.get(pk=by.audience_id)
        access.grant(
            space, seat_audience, Grant.Role.READ, by=by, reason=_("broke the glass: %s") % reason[:170],
            expires_at=timezone.now() + GLASS_STAYS_BROKEN_FOR,
        )  # fmt: skip
        record("space.glass_broken", thing, by=by, space=space, reason=reason, owner=space.owner_id)
    return thing


def _by_reference(reference: str):
    for model in apps.get_models():
        named = issubclass(model, SpaceModel) and any(field.name == "reference" for field in model._meta.fields)
        if named and (found := model._default_manager.filter(reference__iexact=reference).first()):
            return found
    return None
