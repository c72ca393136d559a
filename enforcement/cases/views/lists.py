"""Cases and tasks over all: table, board and calendar."""

from django.contrib import messages
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.errors import require
from coalition.lists import Keyset, chips, export, label_fields, labels_of, wholes
from coalition.saved.models import filters_of
from enforcement.cases import actions
from enforcement.cases.filters import CaseFilter
from enforcement.cases.models import Case
from enforcement.cases.pages.kept import kept_rooms
from enforcement.cases.pages.lists import Board, Calendar, TaskList, name_cases, own_decisions
from enforcement.cases.permissions import can_open

EXPORTED = {
    _later("Reference"): lambda case: case.reference,
    _later("Title"): lambda case: case.title,
    _later("State"): lambda case: case.get_state_display(),
    _later("Stands"): lambda case: case.get_stage_display() if case.state == Case.State.OPEN else "",
    _later("Outcome"): lambda case: case.get_outcome_display(),
    _later("Tags"): lambda case: ", ".join(case.tags),
    _later("TLP"): lambda case: case.space.tlp,
    _later("PAP"): lambda case: case.pap,
    _later("Led by"): lambda case: case.owner,
    _later("Opened"): lambda case: case.opened_at,
    _later("Last changed"): lambda case: case.changed_at,
}


TASKS = {
    _later("Task"): lambda task: task.title,
    _later("Case"): lambda task: task.case.reference,
    _later("Owed by"): lambda task: task.owed_by,
    _later("Last day"): lambda task: task.due_on,
    _later("State"): lambda task: task.get_state_display(),
    _later("Ended"): lambda task: task.ended_at,
    _later("Remark"): lambda task: task.remark,
}


DECISIONS = {
    _later("Case"): lambda decision: decision.reference,
    _later("Title"): lambda decision: decision.read.title if decision.read else "",
    _later("What we do"): lambda decision: decision.get_course_display(),
    _later("Why"): lambda decision: decision.reason,
    _later("Decided by"): lambda decision: decision.decided_by,
    _later("On"): lambda decision: decision.decided_at,
}


def case_list(request):
    found = CaseFilter(request.GET, Case.objects.visible_to(request.viewer).for_list(), request=request)
    if request.GET.get("export") in ("csv", "xlsx"):
        actions.note_list_taken(found.qs, _("a list of cases"), by=request.viewer)
        return export(found.qs, EXPORTED, name="cases", format=request.GET["export"], viewer=request.viewer)
    label_fields(found.form)
    context = {
        "rows": Keyset(found.qs, request.GET),
        "filter": found,
        "chips": chips(request.GET, labels_of(found.form)),
        "can_open": can_open(request.viewer),
        "can_work": request.viewer.may("work_case"),
        "stages": Case.Stage.choices,
        "outcomes": Case.Outcome.to_close_with(),
        "has_kept": kept_rooms(request.viewer).exists(),
    }
    return render(request, "enforcement/cases/list.html", context)


@require_POST
@transaction.atomic
def together(request):
    """Something for several ticked cases at once: where they stand, what came of them, or tags. What one may not change stays, and it is said."""
    ids = wholes(request.POST.getlist("case"))[:200]
    chosen = list(Case.objects.visible_to(request.viewer).select_related("space").filter(pk__in=ids).order_by("pk"))
    request.viewer.learn_roles([case.space_id for case in chosen])
    if "close" in request.POST:
        count = actions.close_all(chosen, outcome=request.POST.get("outcome", ""), by=request.viewer)
    elif request.POST.get("stage"):
        count = actions.stage_all(chosen, stage=request.POST["stage"], by=request.viewer)
    else:
        count = actions.tag_all(chosen, tags=request.POST.get("tags", ""), by=request.viewer)
    said = ngettext("%(n)d case was changed.", "%(n)d cases were changed.", count) % {"n": count}
    if left := len(chosen) - count:
        said += " " + ngettext("%(n)d is not yours to change so.", "%(n)d are not yours to change so.", left) % {"n": left}
    messages.success(request, said)
    return redirect(f"{reverse('cases:list')}?{filters_of(QueryDict(request.POST.get('back', '')))}")


def decisions(request):
    """What one's own organisation decided, case by case: each acts by itself, and can show when and why."""
    require(request.viewer.may("see_enforcement"))
    found = own_decisions(request.viewer)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(
            found, DECISIONS, name="own-decisions", format=request.GET["export"], viewer=request.viewer,
            prepare=lambda rows: name_cases(rows, request.viewer),
        )  # fmt: skip
    rows = Keyset(found, request.GET)
    name_cases(list(rows), request.viewer)
    return render(request, "enforcement/cases/decisions.html", {"rows": rows})


def board(request):
    page = Board(request)
    context = {"page": page, "filter": page.filter, "chips": chips(request.GET, labels_of(page.filter.form))}
    return render(request, "enforcement/cases/board.html", context)


def calendar(request):
    return render(request, "enforcement/cases/calendar.html", {"page": Calendar(request.viewer, request.GET.get("month", ""))})


def task_list(request):
    if not request.GET:
        return redirect(f"{reverse('cases:tasks')}?whose=us&state=open")
    page = TaskList(request)
    if request.GET.get("export") in ("csv", "xlsx"):
        cases = Case.objects.visible_to(request.viewer).filter(pk__in=page.found.order_by().values("case"))
        actions.note_list_taken(cases, _("a list of tasks"), by=request.viewer)
        return export(page.found, TASKS, name="tasks", format=request.GET["export"], viewer=request.viewer)
    context = {"rows": Keyset(page.found, request.GET), "filter": page.filter, "chips": chips(request.GET, labels_of(page.filter.form))}
    return render(request, "enforcement/cases/tasks.html", context)
