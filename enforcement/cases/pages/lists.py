"""Cases and tasks over all that one may read: board, month, list of tasks."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from coalition.access.viewer import as_system
from coalition.clocks.models import Clock
from coalition.dates import read_day
from coalition.lists import label_fields
from enforcement.cases.filters import CaseFilter, TaskFilter
from enforcement.cases.models import Case, OwnDecision, Task
from enforcement.cases.permissions import can_contribute


class Board:
    """The open cases that fit the filters, in columns by where they stand; a column shows its newest and counts the rest."""

    SHOWN = 40

    def __init__(self, request):
        self.viewer = request.viewer
        open_ones = Case.objects.visible_to(self.viewer).filter(state=Case.State.OPEN).select_related("owner")
        self.filter = CaseFilter(request.GET, open_ones, request=request)
        for name in ("state", "stage"):
            self.filter.form.fields.pop(name, None)
        label_fields(self.filter.form)

    @cached_property
    def columns(self) -> list[dict]:
        newest = self.filter.qs.order_by("-changed_at")
        by_stage = {stage: list(newest.filter(stage=stage)[: self.SHOWN + 1]) for stage in Case.Stage}
        shown = [case for cases in by_stage.values() for case in cases]
        owed = Task.objects.visible_to(self.viewer).filter(case__in=shown, state=Task.State.OPEN)
        tasks = {row["case"]: row for row in owed.order_by().values("case").annotate(n=Count("pk"), due=Min("due_on"))}
        self.viewer.learn_roles([case.space_id for case in shown])
        return [
            {
                "stage": stage, "words": stage.label, "more": len(cases) > self.SHOWN,
                "cards": [
                    {"case": case, "tasks": tasks.get(case.pk), "can_move": can_contribute(self.viewer, case)} for case in cases[: self.SHOWN]
                ],
            }
            for stage, cases in by_stage.items()
        ]  # fmt: skip

    stages = Case.Stage.choices


def own_decisions(viewer) -> QuerySet[OwnDecision]:
    """What the viewer's organisation decided to do in all cases, the newest first."""
    return OwnDecision.objects.on_desk_of(viewer).select_related("decided_by").order_by("-pk")


def name_cases(decisions: list[OwnDecision], viewer) -> None:
    """Give each decision the reference its case had when it was made, and the case itself where it may still be read: leaving a case takes
    nobody's own decisions away.
    """
    with as_system("name the cases of one’s own decisions"):
        references = dict(Case.objects.filter(pk__in={one.case_id for one in decisions}).values_list("pk", "reference"))
    seen = Case.objects.visible_to(viewer).in_bulk(list(references))
    for one in decisions:
        one.reference, one.read = references[one.case_id], seen.get(one.case_id)  # type: ignore[attr-defined]


class Calendar:
    """A month of what is due: tasks of the cases one may read, and one's own clocks."""

    def __init__(self, viewer, month: str):
        self.viewer = viewer
        today = timezone.localdate()
        self.first = read_day(f"{month}-01", ["%Y-%m-%d"]) or today.replace(day=1)

    @cached_property
    def weeks(self) -> list[list[dict]]:
        """Weeks from Monday, each of seven days with what falls on it."""
        days = list(calendar.Calendar().itermonthdates(self.first.year, self.first.month))
        due = self._due(days[0], days[-1])
        today = timezone.localdate()
        cells = [{"day": day, "is_in": day.month == self.first.month, "is_today": day == today, "due": due.get(day, [])} for day in days]
        return [cells[n : n + 7] for n in range(0, len(cells), 7)]

    def _due(self, first: date, last: date) -> dict[date, list[dict]]:
        found: dict[date, list[dict]] = {}
        tasks = Task.objects.visible_to(self.viewer).filter(state=Task.State.OPEN, due_on__range=(first, last)).select_related("case", "owed_by")
        for task in tasks.order_by("due_on", "pk")[:500]:
            found.setdefault(task.due_on, []).append(
                {"words": task.title, "more": f"{task.owed_by} · {task.case.reference}", "address": task.get_absolute_url()}
            )
        clocks = Clock.objects.of(self.viewer).filter(due_at__date__range=(first, last)).exclude(subject_type="cases.task")
        for clock in clocks[:500]:
            found.setdefault(timezone.localdate(clock.due_at), []).append({"words": clock.label, "more": "", "address": clock.address})
        return found

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"


class TaskList:
    """Tasks over all cases that a viewer may read."""

    def __init__(self, request):
        self.viewer = request.viewer
        tasks = Task.objects.visible_to(self.viewer).select_related("case", "owed_by").order_by("-pk")
        self.filter = TaskFilter(request.GET, tasks, request=request)
        label_fields(self.filter.form)

    @cached_property
    def found(self):
        return self.filter.qs
