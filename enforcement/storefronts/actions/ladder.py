"""The ladder by which a platform acts on strikes: its own policy, step by step, from now on."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from enforcement.market.models import Platform
from enforcement.shapes.actions import end_dated, say_of_platform
from enforcement.storefronts import rules
from enforcement.storefronts.models import LadderStep, ladder_of
from enforcement.storefronts.permissions import can_keep_ladder

MOST_STRIKES = 99


@transaction.atomic
def set_step(platform: Platform, *, strikes: int, kind: str, clause: str, by: Viewer, days: int | None = None) -> LadderStep:
    """Say what happens at so many strikes that count, from now on; a step of the same number gives way to it.

    Raises NotAllowed, and Refused, at its field, for a number that is none, days of what does not end, no clause, or a step milder than one
    before it.
    """
    require(can_keep_ladder(by, platform))
    platform = lock(platform)
    if not 1 <= strikes <= MOST_STRIKES:
        raise Refused(_("Give a number from 1 to %(n)d.") % {"n": MOST_STRIKES}, field="strikes")
    if kind not in LadderStep.Kind.values:
        raise Refused(_("Choose what happens."), field="kind")
    if days is not None and (kind != LadderStep.Kind.SUSPENDED or days < 1):
        raise Refused(_("Only a suspension lasts for some days."), field="days")
    if not clause.strip():
        raise Refused(_("Say which clause of your policy it is."), field="clause")
    running = ladder_of(platform)
    new = rules.Step(strikes, kind, days, clause.strip(), timezone.localdate())
    if rules.falls([new, *(row.step for row in running if row.strikes != strikes)]):
        raise Refused(_("A step is no milder than those before it, and none after it is: set those first."), field="kind")
    now, before = timezone.now(), next((row for row in running if row.strikes == strikes), None)
    if before and (before.kind, before.days, before.clause) == (kind, days, new.clause):
        return before
    if before:
        end_dated(before, by, now)
    made = LadderStep.objects.create(platform=platform, strikes=strikes, kind=kind, days=days, clause=new.clause, set_by_id=by.audience_id, since=now)
    say_of_platform("platform.step_set", platform, by=by, strikes=strikes, what=str(made.get_kind_display()))
    return made


@transaction.atomic
def end_step(step: LadderStep, *, by: Viewer) -> LadderStep:
    """Let nothing happen any more at so many strikes. Raises NotAllowed, and Conflict where nothing does."""
    require(can_keep_ladder(by, step.platform))
    step = lock(step, "platform")
    if step.until is not None:
        raise Conflict(_("It is no step of the ladder any more."))
    end_dated(step, by, timezone.now())
    say_of_platform("platform.step_ended", step.platform, by=by, strikes=step.strikes, what=str(step.get_kind_display()))
    return step
