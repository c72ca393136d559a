"""Agents: an organisation appoints another to act for it, the agent names its people, and it ends."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.models import Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.dates import last_day
from coalition.files.actions import clean_name, require_paper, store
from coalition.files.models import Attachment
from coalition.members.actions.organisations import hold_still
from coalition.members.actions.seats import end_seat, give_seat
from coalition.members.countries import NAMES
from coalition.members.models import Category, Mandate, Organisation, Seat
from coalition.members.permissions import can_appoint_agent, can_seat_agents

AGENTS = (Category.Kind.PROFESSIONAL, Category.Kind.ASSOCIATION)


@transaction.atomic
def appoint_agent(
    principal: Organisation,
    agent: Organisation,
    *,
    scope: list[str],
    territory: list[str],
    starts_on: date,
    ends_on: date,
    signatory: str,
    power_of_attorney,
    by: Viewer,
) -> Mandate:
    """Appoint a law firm or an agency to act for one's organisation, under a power of attorney that is kept with it.

    Raises NotAllowed, and Refused, at its field, for whoever is no agent, for no scope, for days that are none or gone by.
    """
    require(can_appoint_agent(by, principal))
    if agent.pk == principal.pk or agent.category.kind not in AGENTS:
        raise Refused(_("Choose a law firm, an agency or an association that is a member."), field="agent")
    if unknown := [name for name in scope if name not in Mandate.SCOPE] or (not scope and [_("nothing")]):
        raise Refused(_("A mandate is for something it can be for, not: %(what)s.") % {"what": ", ".join(map(str, unknown))}, field="scope")
    if unknown := [code for code in territory if code not in NAMES]:
        raise Refused(_("Countries are given by their two letters, not: %(what)s.") % {"what": ", ".join(unknown)}, field="territory")
    if ends_on <= starts_on or ends_on <= timezone.localdate():
        raise Refused(_("A mandate ends after it begins, and not before tomorrow."), field="ends_on")
    hold_still(principal)
    running = Mandate.objects.visible_to(by).filter(principal=principal, agent=agent, ended_on=None, starts_on__lt=ends_on, ends_on__gt=starts_on)
    if running.exists():
        raise Refused(_("%(who)s has a mandate in these days: end it first.") % {"who": agent}, field="agent")
    require_paper(power_of_attorney, field="power_of_attorney")
    blob = store(power_of_attorney, field="power_of_attorney")
    with as_system("open the room of a mandate for both"):
        label = _("%(agent)s for %(principal)s") % {"agent": agent, "principal": principal}
        room = access.open_space(Space.Kind.MANDATE, by=None, owner=principal.people, label=label[:120], mark=Tlp.AMBER_STRICT)
        access.grant(room, agent.people, Grant.Role.READ, by=None, reason=_("the agent"))
        file = Attachment.objects.create(space=room, blob=blob, name=clean_name(power_of_attorney.name), attached_by_id=by.audience_id)
        mandate = Mandate.objects.create(
            space=room, principal=principal, agent=agent, scope=sorted(scope), territory=sorted(territory), starts_on=starts_on, ends_on=ends_on,
            signatory=signatory.strip()[:250], power_of_attorney=file, given_by_id=by.audience_id,
        )  # fmt: skip
        until = last_day(ends_on).isoformat()
        record("mandate.given", mandate, by=by, agent=agent.name, principal=principal.name, until=until, told=agent.audience_id)
    by.forget_spaces()
    return mandate


@transaction.atomic
def seat_agent(mandate: Mandate, seat: Seat, *, by: Viewer) -> Seat:
    """As the agent: let one of one's people act under a mandate, in a seat at the principal that gives what the mandate says."""
    require(can_seat_agents(by, mandate))
    if seat.organisation_id != mandate.agent_id or seat.ends_at is not None or seat.mandate_id:
        raise Refused(_("Choose somebody of your own organisation."), field="seat")
    if mandate.state not in ("in_force", "ahead"):
        raise Refused(_("This mandate is %(state)s.") % {"state": mandate.state_words})
    with as_system("seat an agent’s person at its principal"):
        principal = Organisation.objects.select_related("audience").get(pk=mandate.principal_id)
        for old in Seat.objects.filter(person=seat.person, organisation=principal, ends_at=None, mandate__isnull=False).select_related(
            "mandate", "organisation", "person"
        ):
            # A seat of an earlier mandate that has run out gives way to this one's.
            if old.mandate_id != mandate.pk and old.mandate and old.mandate.state in ("ended", "run_out"):
                end_seat(old, by=None)
        given = give_seat(seat.person, principal, role=Seat.Role.MEMBER, title=seat.title, by=None, mandate=mandate)
        # Who acts under it reads it from the seat they act in.
        access.grant(mandate.space, given.audience, Grant.Role.READ, by=None, reason=_("acts under it"))
        record("mandate.seated", mandate, by=by, who=seat.person.name, told=principal.audience_id)
    return given


@transaction.atomic
def unseat_agent(mandate: Mandate, seat: Seat, *, by: Viewer) -> Seat:
    """As the agent or the principal: take one of the agent's people off a mandate."""
    require(can_seat_agents(by, mandate) or can_appoint_agent(by, mandate.principal))
    if seat.mandate_id != mandate.pk:
        raise Refused(_("Choose somebody who acts under this mandate."), field="seat")
    with as_system("unseat an agent’s person at its principal"):
        ended = end_seat(seat, by=None)
        record("mandate.unseated", mandate, by=by, who=seat.person.name, told=mandate.principal.audience_id)
    return ended


@transaction.atomic
def end_mandate(mandate: Mandate, *, reason: str, by: Viewer) -> Mandate:
    """As either side: end a mandate today, saying why. Its people's seats end at this moment; what they wrote stays."""
    require(can_seat_agents(by, mandate) or can_appoint_agent(by, mandate.principal))
    reason = reason_given(reason)
    with as_system("end a mandate and its seats"):
        mandate = lock(mandate, "principal", "agent")
        if mandate.ended_on:
            return mandate
        mandate.ended_on, mandate.ended_because = timezone.localdate(), reason
        mandate.save(update_fields=["ended_on", "ended_because"])
        for seat in mandate.seats.filter(ends_at=None).select_related("organisation", "person"):
            end_seat(seat, by=None)
        other = mandate.principal if by.organisation_id == mandate.agent_id else mandate.agent
        record("mandate.ended", mandate, by=by, agent=mandate.agent.name, reason=reason[:300], told=other.audience_id)
    return mandate
