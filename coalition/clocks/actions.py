"""Start, pause, resume and end clocks; sweep those that ran out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from coalition.access.errors import Refused
from coalition.access.viewer import as_system
from coalition.clocks.models import Clock, ClockPolicy
from coalition.clocks.registry import on_lapse
from coalition.dates import midnight

log = logging.getLogger(__name__)


@transaction.atomic
def start(
    kind: str, subject, *, owed_by_id: int, label: str, scope: str | Sequence[str] = "", at: datetime | None = None, due_at: datetime | None = None
) -> Clock:
    """Start the clock that the policy in force on the day sets for the first of some scopes that has one; its due instants are frozen here.

    Where a document says the day itself, as a certificate its last, it is given as `due_at`; the policy then says how long before it
    is watched (`ClockPolicy.watched_from`). Raises Refused when no policy of this kind is in force.
    """
    at = at or timezone.now()
    policy = ClockPolicy.objects.in_force(kind, at, scope)
    if policy is None:
        raise Refused(f"No policy sets a deadline of kind {kind} on {at:%d %B %Y}. Staff can add one.")
    return Clock.objects.create(
        space_id=subject.space_id,
        policy=policy,
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        label=label[:200],
        address=subject.get_absolute_url(),
        owed_by_id=owed_by_id,
        started_at=at,
        earliest_at=policy.due(at, policy.earliest) if policy.earliest is not None else None,
        due_at=due_at or policy.due(at, policy.amount),
        calendar=policy.calendar,
    )


def watch(kind: str, subject, ends_on: date, *, label: str, scope: str = "") -> bool:
    """Start the clock of what a document ends before a day, once its policy's time ahead of it has come; whether it was started now.

    Said again, it starts none twice; one that was stopped because of what was taken back since is started anew.
    """
    policy, due_at = ClockPolicy.objects.in_force(kind, timezone.now(), scope), midnight(ends_on)
    if policy is None or policy.watched_from(ends_on) > timezone.localdate():
        return False
    same = Clock.objects.filter(kind=kind, subject_type=subject._meta.label_lower, subject_id=subject.pk)
    if same.filter(Q(ended_at=None) | Q(due_at=due_at, outcome=Clock.Outcome.LAPSED)).exists():
        return False
    start(kind, subject, owed_by_id=subject.space.owner_id, label=label, scope=scope, due_at=due_at)
    return True


def running(kind: str, subject) -> Clock | None:
    return Clock.objects.running().filter(kind=kind, subject_type=subject._meta.label_lower, subject_id=subject.pk).select_for_update().first()


@transaction.atomic
def stop(kind: str, subject, *, outcome: str = Clock.Outcome.MET, at: datetime | None = None) -> Clock | None:
    """End the running clock of this kind on a subject, if one runs."""
    clock = running(kind, subject)
    if clock:
        clock.ended_at, clock.outcome = at or timezone.now(), outcome
        clock.save(update_fields=["ended_at", "outcome"])
    return clock


@transaction.atomic
def pause(kind: str, subject, *, reason: str) -> Clock | None:
    clock = running(kind, subject)
    if clock and clock.paused_at is None:
        clock.paused_at, clock.pause_reason = timezone.now(), reason
        clock.save(update_fields=["paused_at", "pause_reason"])
    return clock


@transaction.atomic
def resume(kind: str, subject) -> Clock | None:
    """Let a paused clock go on: its due instants move by as long as it stood, in its policy's own unit and calendar."""
    clock = running(kind, subject)
    if clock and clock.paused_at:
        policy, since, now = clock.policy, clock.paused_at, timezone.now()
        clock.due_at = policy.moved(clock.due_at, since, now)
        clock.earliest_at = policy.moved(clock.earliest_at, since, now) if clock.earliest_at else None
        clock.paused_at, clock.pause_reason = None, ""
        clock.save(update_fields=["due_at", "earliest_at", "paused_at", "pause_reason"])
    return clock


def sweep(at: datetime | None = None) -> int:
    """Run out every clock whose time has come; each in its own transaction, so that one fault stops no other."""
    at, count = at or timezone.now(), 0
    with as_system("sweep clocks"):
        due = list(Clock.objects.overdue(at).order_by("due_at").values_list("pk", flat=True)[:1000])
    for pk in due:
        try:
            with as_system("sweep clocks"):
                clock = Clock.objects.overdue(at).select_for_update(skip_locked=True).filter(pk=pk).first()
                if clock is None:
                    continue
                clock.ended_at, clock.outcome = at, Clock.Outcome.LAPSED
                clock.save(update_fields=["ended_at", "outcome"])
                if handler := on_lapse.get(clock.kind):
                    handler(clock)
                count += 1
        except Exception:
            # Rolled back whole: the clock still runs and the next sweep tries again; the log tells staff.
            log.exception("Clock %s could not run out", pk)
    return count
