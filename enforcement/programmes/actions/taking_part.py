"""Organisations ask to take part in a programme, are let in or declined, leave, and may come back."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, NotAllowed, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.models import Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.dates import long_day
from coalition.locks import one_at_a_time
from coalition.members.models import Organisation
from enforcement.programmes.models import Asking, Enrolment, Programme, Warning
from enforcement.programmes.permissions import can_ask, can_run

GOOD_FAITH = "good_faith"


def room_of(programme: Programme, organisation: Organisation) -> Space:
    """Where an organisation's part in a programme lies: led by the coalition, read by the organisation. Opened when it is first needed."""
    with as_system("open the room of an organisation’s part in a programme"):
        one_at_a_time(f"part of {organisation.pk} in {programme.pk}")
        for kind in (Enrolment, Asking):
            if held := kind.objects.filter(programme=programme, organisation=organisation).select_related("space").order_by("pk").first():
                return held.space
        house, label = Organisation.objects.house(), _("%(who)s in %(what)s") % {"who": organisation, "what": programme}
        space = access.open_space(Space.Kind.ENROLMENT, by=None, owner=house.audience, label=label[:120], mark=Tlp.AMBER_STRICT)
        access.grant(space, organisation.audience, Grant.Role.READ, by=None, reason=_("its own part"))
        return space


@transaction.atomic
def enrol(programme: Programme, organisation: Organisation, *, by: Viewer | None, since: date | None = None) -> Enrolment:
    """Enrol an organisation from today; the enrolment it has, if it has one. Raises Refused where the programme is full."""
    if by:
        require(can_run(by))
    programme = lock(programme)
    room = room_of(programme, organisation)
    with as_system("enrol an organisation that the board let in"):
        if held := Enrolment.objects.filter(programme=programme, organisation=organisation, until=None).first():
            return held
        if programme.capacity is not None and programme.enrolments.on(timezone.localdate()).count() >= programme.capacity:
            raise Refused(_("It is full: it takes %(n)d.") % {"n": programme.capacity})
        made = Enrolment.objects.create(space=room, programme=programme, organisation=organisation, since=since or timezone.localdate())
    record("programme.enrolled", made, by=by, programme=programme.name, who=organisation.audience_id)
    return made


@transaction.atomic
def ask(programme: Programme, *, rights: list[str], signatory: str, by: Viewer) -> Asking:
    """As an owner: ask that one's organisation take part, naming its rights and who signs its promise of good faith.

    Raises NotAllowed; Refused out of a window (but for whoever took part before), while it rests after it left, without a right or a
    signatory; Conflict where it takes part or has asked already.
    """
    require(can_ask(by))
    programme = lock(programme)
    organisation = Organisation.objects.get(pk=by.organisation_id)
    room, today = room_of(programme, organisation), timezone.localdate()
    held = Enrolment.objects.filter(programme=programme, organisation=organisation)
    if held.filter(until=None).exists():
        raise Conflict(_("Your organisation takes part already."))
    if Asking.objects.filter(programme=programme, organisation=organisation, state=Asking.State.ASKED).exists():
        raise Conflict(_("Your organisation has asked already."))
    last = held.order_by("-pk").first()
    if last and last.rests_until and today < last.rests_until:
        raise Refused(_("It may ask again from %(day)s on.") % {"day": long_day(last.rests_until)})
    if last is None and programme.window_on(today) is None:
        raise Refused(_("Nobody can ask at present: no window is open."))
    if not rights:
        raise Refused(_("Choose the rights it comes with."), field="rights")
    if not signatory.strip():
        raise Refused(_("Who signs its promise of good faith?"), field="signatory")
    # An organisation reads its part and writes this one row of it.
    with as_system("write that an organisation asks to take part in a programme"):
        made = Asking.objects.create(
            space=room, programme=programme, organisation=organisation, rights=[name[:300] for name in rights], signatory=signatory.strip()[:120],
            asked_by_id=by.audience_id,
        )  # fmt: skip
    record("programme.asked", made, by=by, programme=programme.name, who=organisation.name, house=room.owner_id)
    return made


def _waiting(asking: Asking) -> Asking:
    """The wish, held, while nothing is decided. Raises Conflict once it is."""
    asking = lock(asking, "programme", "organisation__audience", "space")
    if asking.state != Asking.State.ASKED:
        raise Conflict(_("It is %(state)s already.") % {"state": asking.get_state_display()})
    return asking


def _decide(asking: Asking, state: str, *, by: Viewer, **values) -> Asking:
    asking.state, asking.decided_at, asking.decided_by_id = state, timezone.now(), by.audience_id
    for name, value in values.items():
        setattr(asking, name, value)
    asking.save()
    return asking


@transaction.atomic
def accept(asking: Asking, *, votes_for: int, votes_against: int, by: Viewer) -> Enrolment:
    """Let an organisation in after the board's vote, as it was minuted.

    Raises NotAllowed, Conflict once decided, Refused where the vote does not carry, and where the programme is full.
    """
    require(can_run(by))
    asking = _waiting(asking)
    if votes_for < 1 or votes_for <= votes_against:
        raise Refused(_("The board did not let it in by this vote."), field="votes_for")
    if asking.programme.is_unanimous and votes_against:
        raise Refused(_("The board has to be of one mind: one vote against, and it is declined."), field="votes_against")
    enrolment = enrol(asking.programme, asking.organisation, by=by)
    _decide(asking, Asking.State.ACCEPTED, by=by, votes_for=votes_for, votes_against=votes_against)
    return enrolment


@transaction.atomic
def decline(asking: Asking, *, reason: str, by: Viewer) -> Asking:
    """Decline, saying why: the organisation reads it."""
    require(can_run(by))
    asking = _decide(_waiting(asking), Asking.State.DECLINED, by=by, reason=reason_given(reason)[:1000])
    record("programme.declined", asking, by=by, programme=asking.programme.name, reason=asking.reason[:300], who=asking.organisation.audience_id)
    return asking


@transaction.atomic
def withdraw(asking: Asking, *, by: Viewer) -> Asking:
    """As the owner: take the wish back while nothing is decided."""
    if asking.organisation_id != by.organisation_id:
        raise NotAllowed(_("Another organisation asked."))
    require(can_ask(by))
    with as_system("take back that an organisation asks to take part in a programme"):
        asking = _decide(_waiting(asking), Asking.State.WITHDRAWN, by=by)
    record("programme.withdrawn", asking, by=by, programme=asking.programme.name, who=asking.organisation.name, house=asking.space.owner_id)
    return asking


@transaction.atomic
def leave(enrolment: Enrolment, *, reason: str, by: Viewer) -> Enrolment:
    """As the owner: take one's organisation out, saying why; it waits before it may ask again. What was handed in goes on."""
    if enrolment.organisation_id != by.organisation_id:
        raise NotAllowed(_("Another organisation takes part."))
    require(can_ask(by))
    reason = reason_given(reason)
    with as_system("end an organisation’s part in a programme at its wish"):
        enrolment = close(enrolment, Enrolment.Ending.LEFT, reason)
    record("programme.left", enrolment, by=by, programme=enrolment.programme.name, reason=reason[:300], house=enrolment.space.owner_id)
    return enrolment


@transaction.atomic
def end(enrolment: Enrolment, *, reason: str, by: Viewer) -> Enrolment:
    """End an organisation's part, saying why: it reads it."""
    require(can_run(by))
    reason = reason_given(reason)
    enrolment = close(enrolment, Enrolment.Ending.ENDED, reason)
    record("programme.ended", enrolment, by=by, programme=enrolment.programme.name, reason=reason[:300], who=enrolment.organisation.audience_id)
    return enrolment


def close(enrolment: Enrolment, ending: str, reason: str) -> Enrolment:
    """Write that it is over from today, and from when on it may ask again; a warning is over with it. Raises Conflict once over."""
    enrolment = lock(enrolment, "programme", "organisation__audience", "space")
    if enrolment.until is not None:
        raise Conflict(_("It is over since %(day)s.") % {"day": long_day(enrolment.until)})
    today = timezone.localdate()
    rule = enrolment.programme.good_faith_on(today)
    enrolment.until, enrolment.ending, enrolment.why_ended = today, ending, reason[:1000]
    enrolment.rests_until = today + relativedelta(months=rule.rest_months) if rule else None
    enrolment.save()
    if warning := enrolment.warnings.filter(outcome="").first():
        outcome = Warning.Outcome.SUSPENDED if ending == Enrolment.Ending.SUSPENDED else Warning.Outcome.OVER
        warning.outcome, warning.ended_at = outcome, timezone.now()
        warning.save(update_fields=["outcome", "ended_at"])
        clocks.stop(GOOD_FAITH, warning, outcome=Clock.Outcome.CANCELLED)
    return enrolment
