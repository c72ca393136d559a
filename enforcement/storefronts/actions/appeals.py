"""A seller appeals against what was done to its storefront: the platform tells of it, and decides."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dates import long_day
from enforcement.storefronts.actions.acts import not_to_come, reverse
from enforcement.storefronts.models import Act, Appeal
from enforcement.storefronts.permissions import can_note


@transaction.atomic
def appeal(act: Act, *, on: date, by: Viewer, said: str = "") -> Appeal:
    """As the platform: note that the seller appeals against an act, and what it says; the act counts until that is decided.

    Raises NotAllowed; Conflict for one that was taken back or is appealed against already; Refused, at its field, for a day to come or before
    the act, and for words on the record, which every member reads.
    """
    require(can_note(by, act.platform))
    held = lock(act, "platform", "notice__principal")
    if held.reversed_on is not None:
        raise Conflict(_("It was taken back on %(day)s.") % {"day": long_day(held.reversed_on)})
    not_to_come(on)
    if on < held.on:
        raise Refused(_("It was done after that day."), field="on")
    if Appeal.objects.open().filter(act=held).exists():
        raise Conflict(_("An appeal against it is being looked at already."))
    if said.strip() and held.notice_id is None:
        raise Refused(_("Every member reads the record: leave this empty there."), field="said")
    made = Appeal.objects.create(space_id=held.space_id, act=held, on=on, said=said.strip()[:4000], noted_by_id=by.audience_id)
    to = held.notice.principal.audience_id if held.notice else None
    record("storefront.appealed", made, by=by, what=str(held), day=on.isoformat(), members=to)
    return made


@transaction.atomic
def decide_appeal(found: Appeal, *, outcome: str, on: date, reason: str, by: Viewer) -> Appeal:
    """As the platform: let the act stand, or take it back from a day, saying why. Whose notice led to it reads the reason; the record says none.

    Raises NotAllowed; Conflict once it is decided; Refused at its field.
    """
    found = lock(found, "act__platform", "act__notice__principal")
    act = found.act
    require(can_note(by, act.platform))
    if act.reversed_on is not None:
        raise Conflict(_("It was taken back on %(day)s.") % {"day": long_day(act.reversed_on)})
    if found.outcome:
        raise Conflict(_("It is decided: %(how)s.") % {"how": found.get_outcome_display()})
    if outcome not in (Appeal.Outcome.UPHELD, Appeal.Outcome.GRANTED):
        raise Refused(_("Choose what becomes of it."), field="outcome")
    reason = reason_given(reason)[:300]
    not_to_come(on)
    if on < found.on:
        raise Refused(_("The seller appealed after that day."), field="on")
    found.outcome, found.ended_on, found.ended_by_id = outcome, on, by.audience_id
    found.reason = reason if act.notice_id else ""
    found.save()
    if outcome == Appeal.Outcome.GRANTED:
        # Whose notice led to it is told that it is taken back, and why.
        reverse(act, on=on, reason=reason, by=by)
        return found
    to = act.notice.principal.audience_id if act.notice else None
    record("storefront.appeal_decided", found, by=by, what=str(act), how=str(found.get_outcome_display()), day=on.isoformat(), members=to)
    return found
