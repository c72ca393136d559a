"""Tasks of a case and of its side rooms."""

from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.lists import whole
from enforcement.cases import actions
from enforcement.cases.forms import ChangeTaskForm, TaskForm
from enforcement.cases.models import SideRoom, Task
from enforcement.cases.permissions import can_change_task, can_write
from enforcement.cases.views.case import case_page, visible_case
from enforcement.cases.views.rooms import room_page, visible_room


def _room_named(request, case):
    """The own side room that a form was sent from, if it was."""
    pk = whole(request.POST.get("room"))
    return visible_room(request, case.reference, pk) if pk else None


@require_POST
def add_task(request, reference):
    case = visible_case(request, reference)
    room = _room_named(request, case)
    require(can_write(request.viewer, room.space_id if room else case.space_id))
    form = TaskForm(request.POST, owing=actions.may_owe(case, request.viewer, room))
    if form.is_valid():
        with told_at(form):
            actions.add_task(case, by=request.viewer, room=room, **form.cleaned_data)
            return redirect(room or f"{case.get_absolute_url()}?tab=tasks")
    return room_page(request, case, room, {"task": form}, 422) if room else case_page(request, case, "tasks", {"task": form}, 422)


def _task(request, case, pk):
    return get_object_or_404(Task.objects.visible_to(request.viewer).select_related("case__space"), pk=pk, case=case)


def _after_task(request, case, task):
    room = SideRoom.objects.visible_to(request.viewer).filter(space=task.space_id).first()
    return redirect(room or f"{case.get_absolute_url()}?tab=tasks")


@require_POST
def change_task(request, reference, pk):
    case = visible_case(request, reference)
    task = _task(request, case, pk)
    require(can_change_task(request.viewer, task))
    room = SideRoom.objects.visible_to(request.viewer).select_related("space", "party").filter(space=task.space_id).first()
    form = ChangeTaskForm(request.POST, owing=[task.owed_by, *actions.may_owe(case, request.viewer, room)], auto_id=f"task-{pk}-%s")
    if acted(request, actions.change_task, task, form, _("Changed.")):
        return _after_task(request, case, task)
    wrong = {f"task-{pk}": form}
    return room_page(request, case, room, wrong, 422) if room else case_page(request, case, "tasks", wrong, 422)


@require_POST
def end_task(request, reference, pk):
    """Done, needed no longer, or open again."""
    case = visible_case(request, reference)
    task = _task(request, case, pk)
    if request.POST.get("state") == Task.State.OPEN:
        actions.reopen_task(task, by=request.viewer)
    else:
        actions.end_task(task, state=request.POST.get("state", ""), remark=request.POST.get("remark", ""), by=request.viewer)
    return _after_task(request, case, task)
