"""Tasks of a case or of one's own side room: who owes what, perhaps by when, and how it ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.dates import midnight
from coalition.members.models import Seat
from enforcement.cases.actions.cases import require_open, touch
from enforcement.cases.models import Case, SideRoom, Task
from enforcement.cases.permissions import can_change_task, can_write

DUE = "case_task"
FURTHEST = timedelta(days=36_525)


def may_owe(case: Case, viewer: Viewer, room: SideRoom | None = None) -> list[Audience]:
    """Who can be given a task: whoever was let in, and where that is one's whole organisation its people; of others nobody is named."""
    grants = Grant.objects.live().filter(space=room.space_id if room else case.space_id).select_related("audience").order_by("audience__label")
    found = {grant.audience_id: grant.audience for grant in grants}
    if viewer.organisation_audience_id in found:
        now = timezone.now()
        seats = Seat.objects.filter(organisation_id=viewer.organisation_id, starts_at__lte=now).exclude(ends_at__lte=now)
        found |= {seat.audience_id: seat.audience for seat in seats.select_related("audience").order_by("person__name")}
    return list(found.values())


@transaction.atomic
def add_task(
    case: Case, *, title: str, owed_by: Audience, by: Viewer, due_on: date | None = None, detail: str = "", room: SideRoom | None = None
) -> Task:
    """Say that somebody owes something in the case, or in one's own side room; with a last day, a clock runs for them.

    Raises NotAllowed, and Refused, at its field, for who cannot read it, a day that is over, and a closed case.
    """
    task = _add(case, room, title=title, owed_by=owed_by, by=by, due_on=due_on, detail=detail)
    record("case.task_added", case, by=by, space=task.space_id, title=task.title, who=owed_by.label, owed_by=owed_by.pk, task=task.pk)
    return task


@transaction.atomic
def add_tasks(case: Case, tasks: list[tuple[str, date | None]], *, owed_by: Audience, by: Viewer, said: str) -> int:
    """Give several at once, each with its last day, perhaps; whoever owes them is told once, in which `said` stands for where they come from."""
    for title, due_on in tasks:
        _add(case, None, title=title, owed_by=owed_by, by=by, due_on=due_on)
    if tasks:
        record("case.tasks_added", case, by=by, count=len(tasks), who=owed_by.label, owed_by=owed_by.pk, name=said)
    return len(tasks)


def _add(case: Case, room: SideRoom | None, *, title: str, owed_by: Audience, by: Viewer, due_on: date | None, detail: str = "") -> Task:
    space_id = room.space_id if room else case.space_id
    require(can_write(by, space_id))
    if room is None:
        require_open(case)
    if owed_by not in may_owe(case, by, room):
        raise Refused(_("Choose somebody who can read this."), field="owed_by")
    _day(due_on)
    task = Task.objects.create(
        space_id=space_id, case=case, title=title.strip(), detail=detail.strip(), owed_by=owed_by, due_on=due_on, added_by_id=by.audience_id,
        added_for_id=by.organisation_audience_id,
    )  # fmt: skip
    _start(task)
    if room is None:
        touch(case)
    return task


def _day(due_on: date | None) -> None:
    if due_on is not None and due_on < timezone.localdate():
        raise Refused(_("That day is over."), field="due_on")
    if due_on is not None and due_on > timezone.localdate() + FURTHEST:
        raise Refused(_("That is more than a hundred years ahead."), field="due_on")


def _start(task: Task) -> None:
    if task.due_on:
        due_at = midnight(task.due_on + timedelta(days=1)) - timedelta(seconds=1)
        clocks.start(DUE, task, owed_by_id=task.owed_by_id, label=task.title, due_at=due_at)


def _held(task: Task, by: Viewer) -> Task:
    held = lock(task, "case__space", "owed_by")
    require(can_change_task(by, held))
    return held


@transaction.atomic
def change_task(task: Task, *, owed_by: Audience, due_on: date | None, by: Viewer) -> Task:
    """Give a task to somebody else, or another last day. Raises NotAllowed, Conflict once it is ended, Refused at its field."""
    task = _held(task, by)
    if task.state != Task.State.OPEN:
        raise Conflict(_("It is %(state)s already.") % {"state": task.get_state_display()})
    room = task.case.side_rooms.filter(space=task.space_id).first()
    if owed_by != task.owed_by and owed_by not in may_owe(task.case, by, room):
        raise Refused(_("Choose somebody who can read this."), field="owed_by")
    if due_on != task.due_on:
        _day(due_on)
    _give(task, owed_by, due_on, by=by)
    return task


def _give(task: Task, owed_by: Audience, due_on: date | None, *, by: Viewer) -> None:
    clocks.stop(DUE, task, outcome=Clock.Outcome.CANCELLED)
    task.owed_by, task.due_on = owed_by, due_on
    task.save(update_fields=["owed_by", "due_on"])
    _start(task)
    day = due_on.isoformat() if due_on else _("no day")
    record("case.task_changed", task.case, by=by, space=task.space_id, title=task.title, who=owed_by.label, owed_by=owed_by.pk, day=day, task=task.pk)


def _still_to_come(due_on: date | None) -> date | None:
    """The last day, where it is not over."""
    return due_on if due_on and due_on >= timezone.localdate() else None


@transaction.atomic
def end_task(task: Task, *, state: str, by: Viewer, remark: str = "") -> Task:
    """Say that a task is done, or needed no longer. The same again does no harm. Raises NotAllowed, and Conflict where it ended otherwise."""
    task = _held(task, by)
    if state not in (Task.State.DONE, Task.State.DROPPED):
        raise Refused(_("Say that it is done, or needed no longer."), field="state")
    if task.state == state:
        return task
    if task.state != Task.State.OPEN:
        raise Conflict(_("It is %(state)s already.") % {"state": task.get_state_display()})
    task.state, task.ended_at, task.ended_by_id, task.remark = state, timezone.now(), by.audience_id, remark.strip()[:300]
    task.save(update_fields=["state", "ended_at", "ended_by", "remark"])
    clocks.stop(DUE, task, outcome=Clock.Outcome.MET if state == Task.State.DONE else Clock.Outcome.CANCELLED)
    verb = "case.task_done" if state == Task.State.DONE else "case.task_dropped"
    record(verb, task.case, by=by, space=task.space_id, title=task.title, remark=task.remark, task=task.pk)
    return task


def pass_on(case: Case, gone: Collection[int], *, by: Viewer) -> None:
    """What those who are in a case no more still owe there passes to whoever's case it is, by the same day."""
    for task in case.tasks.filter(space=case.space_id, state=Task.State.OPEN, owed_by__in=gone).exclude(owed_by=case.owner_id).select_for_update():
        _give(task, case.owner, _still_to_come(task.due_on), by=by)


def drop_beside(case: Case, gone: Collection[int]) -> None:
    """What was still to be done in the side rooms of those who are in a case no more is needed no longer: nobody could do it, and no clock of
    it runs on.
    """
    with as_system("end the tasks in the side rooms of those who are out of a case"):
        party_in = dict(SideRoom.objects.filter(case=case, party__in=gone).values_list("space", "party"))
        for task in Task.objects.filter(space__in=party_in, state=Task.State.OPEN).select_for_update():
            task.state, task.ended_at, task.ended_by_id = Task.State.DROPPED, timezone.now(), party_in[task.space_id]
            task.remark = _("Not in the case any more.")
            task.save(update_fields=["state", "ended_at", "ended_by", "remark"])
            clocks.stop(DUE, task, outcome=Clock.Outcome.CANCELLED)
            record("case.task_dropped", case, by=None, space=task.space_id, title=task.title, remark=task.remark, task=task.pk)


@transaction.atomic
def reopen_task(task: Task, *, by: Viewer) -> Task:
    """A task that was ended too soon is open again, with its last day where that is still to come. Raises NotAllowed."""
    if task.space_id == task.case.space_id:
        require_open(task.case)
    task = _held(task, by)
    if task.state == Task.State.OPEN:
        return task
    task.state, task.ended_at, task.ended_by_id, task.remark = Task.State.OPEN, None, None, ""
    task.due_on = _still_to_come(task.due_on)
    task.save(update_fields=["state", "ended_at", "ended_by", "remark", "due_on"])
    _start(task)
    record("case.task_reopened", task.case, by=by, space=task.space_id, title=task.title, task=task.pk)
    return task
