"""Organisations and seats come into being; somebody breaks the glass."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access import permissions as access_permissions
from coalition.access.errors import Refused, require
from coalition.access.models import Audience, AudienceMember, Grant, Space, SpaceModel
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.members.models import Category, Organisation, Seat, Term

GLASS_STAYS_BROKEN_FOR = timedelta(hours=1)


@transaction.atomic
def found_organisation(
    *, slug: str, name: str, prefix: str, category: Category, country: str, by: Viewer | None, about: str = "", sectors: str = ""
) -> Organisation:
    """Bring an organisation into being with its audience and its desk. `by` is None for set-up work."""
    audience = Audience.objects.create(kind=Audience.Kind.ORGANISATION, label=name)
    desk = access.open_space(Space.Kind.DESK, by=None, owner=audience, label=_("%(name)s’s desk") % {"name": name}, mark=Tlp.AMBER_STRICT)
    organisation = Organisation.objects.create(
        slug=slug, name=name, prefix=prefix, category=category, country=country, about=about, sectors=sectors,
        audience=audience, desk=desk,
    )  # fmt: skip
    record("organisation.founded", organisation, by=by, space=desk)
    return organisation


@transaction.atomic
def admit(organisation: Organisation, *, starts_on: date, ends_on: date, by: Viewer | None) -> Term:
    """Give a membership term: for its days the organisation is one of all members in good standing."""
    term = Term.objects.create(organisation=organisation, starts_on=starts_on, ends_on=ends_on)
    if organisation.category.is_member:
        AudienceMember.objects.create(
            audience=Audience.members(), member=organisation.audience, starts_at=_midnight(starts_on), ends_at=_midnight(ends_on)
        )
    record("organisation.admitted", organisation, by=by, space=organisation.desk_id, until=ends_on.isoformat())
    return term


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


@transaction.atomic
def give_seat(person, organisation: Organisation, *, role: str, by: Viewer | None, title: str = "", acts_for: str = "") -> Seat:
    """Seat a person at an organisation. Raises Refused when they have a live seat there."""
    if Seat.objects.filter(person=person, organisation=organisation, ends_at=None).exists():
        raise Refused(_("%(who)s has a seat at %(where)s already.") % {"who": person, "where": organisation})
    where = f"{acts_for} for {organisation.name}" if acts_for else organisation.name
    audience = Audience.objects.create(kind=Audience.Kind.SEAT, label=f"{person.name} · {where}")
    AudienceMember.objects.create(audience=organisation.audience, member=audience)
    seat = Seat.objects.create(person=person, organisation=organisation, role=role, title=title, acts_for=acts_for, audience=audience)
    record("seat.given", organisation, by=by, space=organisation.desk_id, who=person.name, role=role)
    return seat


@transaction.atomic
def end_seat(seat: Seat, *, by: Viewer | None) -> Seat:
    """End a seat now, once: from this moment it belongs to no audience. What the person wrote stays."""
    now = timezone.now()
    if not Seat.objects.filter(pk=seat.pk, ends_at=None).update(ends_at=now):
        seat.refresh_from_db()
        return seat
    AudienceMember.objects.filter(member=seat.audience, ends_at=None).update(ends_at=now)
    record("seat.ended", seat.organisation, by=by, space=seat.organisation.desk_id, who=seat.person.name)
    seat.refresh_from_db()
    return seat


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
