"""The tasks a person owes in cases, and how they pass to a deputy."""

from __future__ import annotations

from coalition.members.models import Seat
from enforcement.cases.models import Task


def tasks_of(seat: Seat) -> list[Task]:
    return list(Task.objects.filter(owed_by=seat.audience, state=Task.State.OPEN).select_related("case").order_by("due_on", "pk"))


def move_tasks(seat: Seat, deputy: Seat, tasks: list[Task]) -> None:
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(owed_by=deputy.audience)
