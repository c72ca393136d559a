"""What customs authorities are told of a right."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from enforcement.rights.actions.entering import held, require_days
from enforcement.rights.models import Recordation, Right
from enforcement.rights.watch import RECORDATION


@transaction.atomic
def record_at_customs(right: Right, *, authority: str, number: str, starts_on: date, ends_on: date, by: Viewer) -> Recordation:
    """Note what a customs authority was told of a right, until a day; one that begins when another of it ends is its renewal.

    `ends_on` is the first day without it. Raises NotAllowed, and Refused for days that another covers.
    """
    right = held(right, by)
    require_days(starts_on, ends_on, field="ends_on")
    others = right.recordations.filter(authority=authority)
    if other := others.filter(starts_on__lt=ends_on, ends_on__gt=starts_on).first():
        raise Refused(_("These days are in the recordation %(number)s.") % {"number": other.number}, field="starts_on")
    follows = others.filter(ends_on__lte=starts_on, followed_by=None).first()
    recordation = Recordation.objects.create(
        space_id=right.space_id, right=right, authority=authority, number=number.strip(), starts_on=starts_on, ends_on=ends_on, follows=follows
    )
    if follows:
        clocks.stop(RECORDATION, follows)
    record("right.recorded", right, by=by, where=str(recordation.get_authority_display()), number=recordation.number, day=starts_on.isoformat())
    return recordation


@transaction.atomic
def end_recordation(recordation: Recordation, *, ends_on: date, reason: str, by: Viewer) -> Recordation:
    """End a recordation before its day, saying why. Raises Conflict when it has ended, Refused for a day that is not within it."""
    reason = reason_given(reason)
    right = held(recordation.right, by)
    recordation.refresh_from_db()
    if recordation.state == "ended":
        raise Conflict(_("It has ended already."))
    if not recordation.starts_on < ends_on < recordation.ends_on:
        raise Refused(_("Choose a day within it, before its own end."), field="ends_on")
    recordation.ends_on, recordation.ended_because = ends_on, reason[:200]
    recordation.save(update_fields=["ends_on", "ended_because"])
    clocks.stop(RECORDATION, recordation, outcome=Clock.Outcome.CANCELLED)
    record("right.recordation_ended", right, by=by, where=str(recordation.get_authority_display()), day=ends_on.isoformat(), reason=reason[:300])
    return recordation
