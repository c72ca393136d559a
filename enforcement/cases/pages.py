"""The case page: what it gathers, one property a panel."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter

from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.actions import live_grants
from coalition.access.models import Audience, Grant
from coalition.activity.models import Event
from coalition.clocks.models import Clock
from coalition.dates import read_day
from coalition.files.models import Attachment
from coalition.lists import label_fields, wholes
from enforcement.cases.actions import may_owe, merged_here, parties_of
from enforcement.cases.filters import CaseFilter, TaskFilter
from enforcement.cases.forms import ChangeTaskForm, DescribeForm, RelateForm, StageForm, TaskForm
from enforcement.cases.models import Case, CaseListing, Move, Note, Related, SideRoom, Task
from enforcement.cases.moving import MOVABLES
from enforcement.cases.permissions import can_change_task, can_contribute, can_lead, can_leave, can_open_side_room, can_split, can_undo, can_write

SHOWN = 60


class CasePage:
    """A case, or one of its side rooms, as one viewer sees it."""

    def __init__(self, case: Case, viewer, room: SideRoom | None = None, wrong: dict | None = None):
        # Forms that were refused, by name.
        self.case, self.viewer, self.room, self.wrong = case, viewer, room, wrong or {}
        self.space = room.space if room else case.space

    @cached_property
    def grants(self) -> list[Grant]:
        return live_grants(self.space.pk)

    @property
    def can_contribute(self) -> bool:
        return can_write(self.viewer, self.space.pk)

    @property
    def can_leave(self) -> bool:
        return not self.can_lead and can_leave(self.viewer)

    @property
    def can_lead(self) -> bool:
        return self.room is None and can_lead(self.viewer, self.case)

    @property
    def can_open_side_room(self) -> bool:
        return self.room is None and not self.side_room and can_open_side_room(self.viewer, self.case)

    @property
    def can_add(self) -> bool:
        return can_contribute(self.viewer, self.case) and self.case.state == Case.State.OPEN

    @cached_property
    def side_room(self) -> SideRoom | None:
        return SideRoom.objects.visible_to(self.viewer).filter(case=self.case).select_related("party").first()

    @cached_property
    def merged(self) -> list[Case]:
        return merged_here(self.case, self.viewer)

    @cached_property
    def old_rooms(self) -> list[SideRoom]:
        """One's own side rooms beside the cases that were merged into this one."""
        if not self.merged:
            return []
        return list(SideRoom.objects.visible_to(self.viewer).filter(case__in=self.merged).select_related("party", "case"))

    @property
    def can_split(self) -> bool:
        return self.room is None and self.case.state == Case.State.OPEN and can_split(self.viewer, self.case)

    @cached_property
    def moves(self) -> list[dict]:
        """Merges and splits of this case that were not undone, as far as one sees both sides."""
        found = Move.objects.visible_to(self.viewer).filter(Q(source=self.case) | Q(target=self.case), undone_at=None)
        found = found.select_related("source__space", "target__space", "done_by").order_by("-pk")[:20]
        return [{"move": move, "can_undo": can_undo(self.viewer, move)} for move in found]

    @cached_property
    def timeline(self) -> list[dict]:
        """What people wrote and what happened, newest first, in one stream."""
        notes = Note.objects.visible_to(self.viewer).filter(space=self.space, case=self.case).select_related("author").order_by("-pk")[:SHOWN]
        # The history of what was merged into it stays in the rooms where it happened.
        spaces = [self.space.pk, *([] if self.room else [case.space_id for case in self.merged])]
        events = Event.objects.visible_to(self.viewer).newest().filter(space__in=spaces).exclude(verb="case.noted")[:SHOWN]
        entries = [{"at": note.written_at, "note": note} for note in notes]
        entries += [{"at": event.at, "event": event} for event in events]
        return sorted(entries, key=itemgetter("at"), reverse=True)[:SHOWN]

    @cached_property
    def listings(self):
        return (
            CaseListing.objects.visible_to(self.viewer)
            .filter(case=self.case)
            .select_related("platform", "brought_by", "verified_by", "case")
            .order_by("-pk")
        )

    @cached_property
    def unverified_count(self) -> int:
        return self.listings.filter(verified_at=None).count()

    @cached_property
    def related(self) -> list[dict]:
        """Cases that belong with this one, said here or there, as far as this viewer may read both."""
        links = Related.objects.visible_to(self.viewer).filter(Q(case=self.case) | Q(other=self.case)).order_by("-pk")[:50]
        others = {link.other_id if link.case_id == self.case.pk else link.case_id for link in links}
        seen = Case.objects.visible_to(self.viewer).in_bulk(others)
        pairs = [(link, seen.get(link.other_id if link.case_id == self.case.pk else link.case_id)) for link in links]
        return [{"link": link, "case": case, "is_here": link.case_id == self.case.pk} for link, case in pairs if case]

    @property
    def describe_form(self) -> DescribeForm:
        initial = {"title": self.case.title, "summary": self.case.summary, "tags": ", ".join(self.case.tags)}
        return self.wrong.get("describe") or DescribeForm(initial=initial)

    @property
    def stage_form(self) -> StageForm:
        return StageForm(initial={"stage": self.case.stage})

    @property
    def relate_form(self) -> RelateForm:
        return self.wrong.get("relate") or RelateForm()

    @cached_property
    def listing_count(self) -> int:
        return self.listings.count()

    @cached_property
    def sellers(self) -> list[dict]:
        """The sellers of the case's listings, those that several parties know first."""
        found = (
            self.listings.order_by()
            .exclude(seller_key="")
            .values("seller_key", "platform__name")
            .annotate(name=Max("seller_name"), listings=Count("pk"), parties=Count("brought_by", distinct=True))
        )
        return list(found.order_by("-parties", "-listings", "seller_key")[:100])

    @cached_property
    def tasks(self) -> list[dict]:
        """The open ones by their last day, then those that ended lately; each with what this viewer may do."""
        found = Task.objects.visible_to(self.viewer).filter(case=self.case, space=self.space).select_related("owed_by", "ended_by", "case")
        live = found.filter(state=Task.State.OPEN).order_by(F("due_on").asc(nulls_last=True), "pk")[:200]
        over = found.exclude(state=Task.State.OPEN).order_by("-ended_at")[:50]
        return [{"task": task, "can_change": can_change_task(self.viewer, task), "form": self._task_form(task)} for task in (*live, *over)]

    def _task_form(self, task: Task) -> ChangeTaskForm:
        initial = {"owed_by": task.owed_by_id, "due_on": task.due_on}
        return self.wrong.get(f"task-{task.pk}") or ChangeTaskForm(initial=initial, owing=self.may_owe, auto_id=f"task-{task.pk}-%s")

    @cached_property
    def may_owe(self) -> list[Audience]:
        return may_owe(self.case, self.viewer, self.room)

    @property
    def task_form(self) -> TaskForm:
        return self.wrong.get("task") or TaskForm(owing=self.may_owe)

    @cached_property
    def open_tasks(self) -> int:
        return Task.objects.visible_to(self.viewer).filter(case=self.case, space=self.space, state=Task.State.OPEN).count()

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.visible_to(self.viewer).filter(space=self.space).select_related("blob", "attached_by").order_by("-pk")[:100])


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


class SplitPage:
    """What may be split off a case, kind by kind, with what was ticked; and who would be in the new one."""

    def __init__(self, case: Case, query, seller: str = ""):
        self.case, self.query, self.seller = case, query, seller

    @cached_property
    def kinds(self) -> list[dict]:
        kinds = []
        for kind in MOVABLES:
            rows = list(kind.of(self.case).order_by("-pk")[:500])
            ticked = set(wholes(self.query.getlist(kind.name))) if self.query else {row.pk for row in rows if self.is_of_seller(row)}
            if rows:
                kinds.append({"kind": kind, "rows": rows, "ticked": ticked})
        return kinds

    def is_of_seller(self, row) -> bool:
        return bool(self.seller) and getattr(row, "seller_key", "") == self.seller

    @property
    def chosen(self) -> dict[str, list[int]]:
        return {kind.name: wholes(self.query.getlist(kind.name)) for kind in MOVABLES}

    @cached_property
    def parties(self) -> list[dict]:
        """Everybody who is in, ticked unless somebody unticked them; the owner stays."""
        ticked = set(wholes(self.query.getlist("party"))) if self.query else None
        return [
            {"audience": party, "ticked": ticked is None or party.pk in ticked, "stays": party.pk == self.case.owner_id}
            for party in parties_of(self.case)
        ]


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


def tasks_waiting(viewer) -> list[dict]:
    """For the home page: what one owes without a day; what has one stands among what is due."""
    if not viewer.may("work_case"):
        return []
    tasks = Task.objects.visible_to(viewer).filter(state=Task.State.OPEN, due_on=None, owed_by__in=viewer.audience_ids)
    return [
        {"title": task.title, "detail": task.case.reference, "address": task.get_absolute_url(), "due_at": None}
        for task in tasks.select_related("case").order_by("pk")[:8]
    ]


def own_cases(viewer) -> list[dict]:
    """For the home page: the open cases one is in, the last touched first."""
    if not viewer.may("see_enforcement"):
        return []
    cases = Case.objects.visible_to(viewer).filter(state=Case.State.OPEN).select_related("owner").order_by("-pk")[:6]
    return [
        {"title": f"{case.reference} · {case.title}", "detail": str(case.owner), "address": case.get_absolute_url(), "at": case.changed_at}
        for case in cases
    ]


def seller_panel(key: str, viewer) -> dict | None:
    """The cases in which a seller occurs, on its page."""
    found = CaseListing.objects.visible_to(viewer).filter(seller_key=key)
    counts = dict(found.order_by().values_list("case").annotate(Count("pk")))
    if not counts:
        return None
    cases = Case.objects.visible_to(viewer).filter(pk__in=counts).order_by("-changed_at")[:20]
    return {
        "title": _("Cases"), "name": found.exclude(seller_name="").values_list("seller_name", flat=True).first() or "",
        "rows": [
            {"address": case.get_absolute_url(), "words": f"{case.reference} {case.title}", "at": case.changed_at,
             "more": ngettext("one listing of it", "%(n)d listings of it", counts[case.pk]) % {"n": counts[case.pk]}}
            for case in cases
        ],
    }  # fmt: skip
