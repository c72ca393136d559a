from datetime import datetime, time

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import Refused, require, told_at
from coalition.access.models import Grant
from coalition.lists import Keyset, chips, export, label_fields, labels_of, whole, wholes
from enforcement.cases import actions
from enforcement.cases.filters import CaseFilter
from enforcement.cases.forms import (
    CaseForm,
    ChangeTaskForm,
    CloseForm,
    DescribeForm,
    FileForm,
    MarkForm,
    MergeForm,
    NoteForm,
    RelateForm,
    ShareForm,
    SplitForm,
    TaskForm,
)
from enforcement.cases.models import Case, Move, Related, SideRoom, Task
from enforcement.cases.pages import Board, Calendar, CasePage, SplitPage, TaskList
from enforcement.cases.panels import tabs
from enforcement.cases.permissions import can_lead, can_open, can_split
from enforcement.market.models import Listing

EXPORTED = {
    _("Reference"): lambda case: case.reference,
    _("Title"): lambda case: case.title,
    _("State"): lambda case: case.get_state_display(),
    _("Stands"): lambda case: case.get_stage_display() if case.state == Case.State.OPEN else "",
    _("Outcome"): lambda case: case.get_outcome_display(),
    _("Tags"): lambda case: ", ".join(case.tags),
    _("TLP"): lambda case: case.space.tlp,
    _("Led by"): lambda case: case.owner,
    _("Opened"): lambda case: case.opened_at,
    _("Last changed"): lambda case: case.changed_at,
}


LISTINGS = {
    _("Title"): lambda row: row.title,
    _("Platform"): lambda row: row.platform.name,
    _("Key"): lambda row: row.key,
    _("Address"): lambda row: row.address,
    _("Seller"): lambda row: row.seller_name,
    _("Price"): lambda row: row.price,
    _("Currency"): lambda row: row.currency,
    _("Brought by"): lambda row: row.brought_by,
    _("Added"): lambda row: row.added_at,
    _("Verified"): lambda row: row.verified_at,
    _("Verified by"): lambda row: row.verified_by or "",
}


def case_list(request):
    found = CaseFilter(request.GET, Case.objects.visible_to(request.viewer).for_list(), request=request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(found.qs, EXPORTED, name="cases", format=request.GET["export"], viewer=request.viewer)
    label_fields(found.form)
    context = {
        "rows": Keyset(found.qs, request.GET),
        "filter": found,
        "chips": chips(request.GET, labels_of(found.form)),
        "can_open": can_open(request.viewer),
    }
    return render(request, "enforcement/cases/list.html", context)


def visible_case(request, reference):
    return get_object_or_404(Case.objects.visible_to(request.viewer).select_related("space", "owner", "opened_by"), reference=reference)


def chosen_listings(request):
    """The own listings that were ticked on the page before, or on this one."""
    ids = wholes(request.POST.getlist("listing") or request.GET.getlist("listing"))
    return Listing.objects.visible_to(request.viewer).filter(space_id=request.viewer.desk_id, pk__in=ids).select_related("platform")


def new(request):
    require(can_open(request.viewer))
    listings = chosen_listings(request)
    form = CaseForm(request.POST if "title" in request.POST else None)
    if form.is_bound and form.is_valid():
        case = actions.open_case(by=request.viewer, listings=listings, **form.cleaned_data)
        return redirect(case)
    return render(request, "enforcement/cases/form.html", {"form": form, "listings": listings})


@require_POST
def add(request):
    """Add ticked listings to a case chosen by its reference."""
    reference = request.POST.get("case", "").strip()
    case = Case.objects.visible_to(request.viewer).select_related("space").filter(reference__iexact=reference).first()
    if case is None:
        raise Refused(_("No case of yours has the reference “%(ref)s”.") % {"ref": reference})
    added = actions.add_listings(case, chosen_listings(request), verified="unverified" not in request.POST, by=request.viewer)
    said = ngettext("%(n)d listing was added to %(case)s.", "%(n)d listings were added to %(case)s.", added)
    messages.success(request, said % {"n": added, "case": case.reference})
    return redirect(case)


def detail(request, reference):
    case = visible_case(request, reference)
    if case.merged_into_id and (into := Case.objects.visible_to(request.viewer).filter(pk=case.merged_into_id).first()):
        messages.info(request, _("%(case)s goes on in %(into)s.") % {"case": case.reference, "into": into.reference})
        return redirect(into)
    return _case_page(request, case, request.GET.get("tab", "timeline"))


def merge(request, reference):
    """Which case, then what moves and who comes to read what; done on the second step alone."""
    case = visible_case(request, reference)
    require(can_split(request.viewer, case))
    form = MergeForm(request.POST or request.GET or None, targets=actions.may_merge_into(case, request.viewer))
    context = {"case": case, "form": form, "page": CasePage(case, request.viewer)}
    if form.is_bound and form.is_valid():
        target = form.cleaned_data["target"]
        if request.method == "POST":
            with told_at(form):
                actions.merge(case, target, seen=request.POST.get("seen", ""), by=request.viewer)
                messages.success(request, _("%(case)s was merged into %(into)s.") % {"case": case.reference, "into": target.reference})
                return redirect(target)
        context["change"] = actions.merging(case, target)
    return render(request, "enforcement/cases/merge.html", context, status=422 if form.errors else 200)


def split(request, reference):
    case = visible_case(request, reference)
    require(can_split(request.viewer, case))
    page = SplitPage(case, request.POST if request.method == "POST" else None, request.GET.get("seller", ""))
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            parties = wholes(request.POST.getlist("party"))
            move = actions.split(case, chosen=page.chosen, parties=parties, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("%(case)s was opened with what you chose.") % {"case": move.target.reference})
            return redirect(move.target)
    return render(request, "enforcement/cases/split.html", {"case": case, "form": form, "page": page}, status=422 if form.errors else 200)


@require_POST
def undo_move(request, reference, pk):
    case = visible_case(request, reference)
    found = Move.objects.visible_to(request.viewer).filter(Q(source=case) | Q(target=case))
    move = actions.undo(get_object_or_404(found, pk=pk), by=request.viewer)
    messages.success(request, _("Undone: what was moved lies in %(case)s again.") % {"case": move.source.reference})
    return redirect(move.source)


def _case_page(request, case, tab, wrong=None, status=200):
    page = CasePage(case, request.viewer, wrong=wrong)
    context = {"page": page, "case": case, "tab": tab, "note_form": NoteForm(), "file_form": FileForm(), "tabs": tabs(case, request.viewer)}
    if tab == "listings":
        lane = request.GET.get("lane") == "unverified"
        found = page.listings.filter(verified_at=None) if lane else page.listings
        if request.GET.get("export") in ("csv", "xlsx"):
            return export(found, LISTINGS, name=f"{case.reference}-listings", format=request.GET["export"], viewer=request.viewer)
        context |= {"rows": Keyset(found, request.GET, rows=100), "lane": lane}
    return render(request, "enforcement/cases/detail.html", context, status=status)


def board(request):
    return render(request, "enforcement/cases/board.html", {"page": (page := Board(request)), "filter": page.filter})


def calendar(request):
    return render(request, "enforcement/cases/calendar.html", {"page": Calendar(request.viewer, request.GET.get("month", ""))})


@require_POST
def describe(request, reference):
    case, form = visible_case(request, reference), DescribeForm(request.POST)
    if acted(request, actions.describe, case, form, _("Saved.")):
        return redirect(case)
    return _case_page(request, case, "timeline", {"describe": form}, 422)


@require_POST
def set_stage(request, reference):
    case = actions.set_stage(visible_case(request, reference), stage=request.POST.get("stage", ""), by=request.viewer)
    return redirect("cases:board" if request.POST.get("back") == "board" else case)


@require_POST
def relate(request, reference):
    """Note another case that belongs with this one; one that this viewer may not read is none."""
    case, form = visible_case(request, reference), RelateForm(request.POST)
    if form.is_valid():
        other = Case.objects.visible_to(request.viewer).filter(reference__iexact=form.cleaned_data["other"].strip()).first()
        if other is None:
            form.add_error("other", _("No case of yours has this reference."))
        else:
            with told_at(form):
                actions.relate(case, other, because=form.cleaned_data["because"], by=request.viewer)
                return redirect(case)
    return _case_page(request, case, "timeline", {"relate": form}, 422)


@require_POST
def unrelate(request, reference, pk):
    case = visible_case(request, reference)
    actions.unrelate(get_object_or_404(Related.objects.visible_to(request.viewer).select_related("case"), pk=pk, case=case), by=request.viewer)
    return redirect(case)


@require_POST
def verify(request, reference):
    case = visible_case(request, reference)
    count = actions.verify(case, wholes(request.POST.getlist("row")), by=request.viewer)
    messages.success(request, ngettext("%(n)d listing is verified.", "%(n)d listings are verified.", count) % {"n": count})
    return redirect(f"{case.get_absolute_url()}?tab=listings")


def summary(request, reference):
    """One page to print: what the case is, who is in it, its sellers, what is owed and what happened last."""
    case = visible_case(request, reference)
    page = CasePage(case, request.viewer)
    counts = {tab["label"]: len(tab["content"][:1000]) for tab in tabs(case, request.viewer)}
    return render(request, "enforcement/cases/summary.html", {"case": case, "page": page, "counts": counts, "now": timezone.now()})


TASKS = {
    _("Task"): lambda task: task.title,
    _("Case"): lambda task: task.case.reference,
    _("Owed by"): lambda task: task.owed_by,
    _("Last day"): lambda task: task.due_on,
    _("State"): lambda task: task.get_state_display(),
    _("Ended"): lambda task: task.ended_at,
    _("Remark"): lambda task: task.remark,
}


def task_list(request):
    if not request.GET:
        return redirect(f"{reverse('cases:tasks')}?whose=us&state=open")
    page = TaskList(request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(page.found, TASKS, name="tasks", format=request.GET["export"], viewer=request.viewer)
    context = {"rows": Keyset(page.found, request.GET), "filter": page.filter, "chips": chips(request.GET, labels_of(page.filter.form))}
    return render(request, "enforcement/cases/tasks.html", context)


def _room_named(request, case):
    """The own side room that a form was sent from, if it was."""
    pk = whole(request.POST.get("room"))
    return visible_room(request, case.reference, pk) if pk else None


@require_POST
def add_task(request, reference):
    case = visible_case(request, reference)
    room = _room_named(request, case)
    form = TaskForm(request.POST, owing=actions.may_owe(case, request.viewer, room))
    if form.is_valid():
        with told_at(form):
            actions.add_task(case, by=request.viewer, room=room, **form.cleaned_data)
            return redirect(room or f"{case.get_absolute_url()}?tab=tasks")
    return _room_page(request, case, room, {"task": form}, 422) if room else _case_page(request, case, "tasks", {"task": form}, 422)


def _task(request, case, pk):
    return get_object_or_404(Task.objects.visible_to(request.viewer).select_related("case__space"), pk=pk, case=case)


def _after_task(request, case, task):
    room = SideRoom.objects.visible_to(request.viewer).filter(space=task.space_id).first()
    return redirect(room or f"{case.get_absolute_url()}?tab=tasks")


@require_POST
def change_task(request, reference, pk):
    case = visible_case(request, reference)
    task = _task(request, case, pk)
    room = SideRoom.objects.visible_to(request.viewer).select_related("space", "party").filter(space=task.space_id).first()
    form = ChangeTaskForm(request.POST, owing=[task.owed_by, *actions.may_owe(case, request.viewer, room)], auto_id=f"task-{pk}-%s")
    if acted(request, actions.change_task, task, form, _("Changed.")):
        return _after_task(request, case, task)
    wrong = {f"task-{pk}": form}
    return _room_page(request, case, room, wrong, 422) if room else _case_page(request, case, "tasks", wrong, 422)


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


@require_POST
def note(request, reference):
    return _write(request, visible_case(request, reference), None)


def visible_room(request, reference, pk):
    rooms = SideRoom.objects.visible_to(request.viewer).select_related("space", "party")
    return get_object_or_404(rooms, pk=pk, case=visible_case(request, reference))


def side_room(request, reference, pk):
    room = visible_room(request, reference, pk)
    case = visible_case(request, reference)
    if request.method == "POST":
        return _write(request, case, room)
    return _room_page(request, case, room)


def _room_page(request, case, room, wrong=None, status=200):
    page = CasePage(case, request.viewer, room, wrong)
    context = {"page": page, "case": case, "room": room, "note_form": NoteForm(), "file_form": FileForm()}
    return render(request, "enforcement/cases/side_room.html", context, status=status)


def _write(request, case, room):
    form = NoteForm(request.POST)
    place = room or case
    if "file" in request.FILES:
        actions.add_file(case, request.FILES["file"], by=request.viewer, room=room)
        messages.success(request, _("The file was added."))
    elif form.is_valid():
        actions.write_note(case, by=request.viewer, room=room, **form.cleaned_data)
    else:
        messages.error(request, _("Write something first."))
    return redirect(place)


@require_POST
def open_side_room(request, reference):
    return redirect(actions.open_side_room(visible_case(request, reference), by=request.viewer))


def share(request, reference):
    """Who is in now, who would be then, and what changes; the grant is written on the second step alone."""
    case = visible_case(request, reference)
    require(can_lead(request.viewer, case))
    form = ShareForm(request.POST or None)
    context = {"case": case, "page": CasePage(case, request.viewer), "form": form, "mark_form": MarkForm(initial={"tlp": case.space.tlp})}
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["expires_on"]
        end = timezone.make_aware(datetime.combine(day, time.max)) if day else None
        audience, role = form.cleaned_data["audience"], form.cleaned_data["role"]
        if request.POST.get("step") == "confirm":
            try:
                actions.share(case, audience, role=role, by=request.viewer, expires_at=end)
            except Refused as refusal:
                form.add_error("audience", refusal.message)
            else:
                messages.success(request, _("%(who)s can read this now.") % {"who": audience})
                return redirect(case)
        context["difference"] = actions.difference(case, audience)
        context["role"] = Grant.Role(role).label
    return render(request, "enforcement/cases/share.html", context)


@require_POST
def unshare(request, reference):
    case = visible_case(request, reference)
    # Only somebody who is in: a number must not tell the name of anybody else.
    grant = get_object_or_404(Grant.objects.live().select_related("audience"), space=case.space_id, audience_id=whole(request.POST.get("audience")))
    audience = grant.audience
    actions.unshare(case, audience, by=request.viewer)
    messages.success(request, _("%(who)s can no longer read this.") % {"who": audience})
    return redirect("cases:share", case.reference)


@require_POST
def leave(request, reference):
    case = visible_case(request, reference)
    actions.leave(case, by=request.viewer)
    messages.success(request, _("Your organisation left %(case)s.") % {"case": case.reference})
    return redirect("cases:list")


@require_POST
def mark(request, reference):
    case = visible_case(request, reference)
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a TLP mark."))
    actions.mark(case, by=request.viewer, **form.cleaned_data)
    messages.success(request, _("The mark is TLP:%(mark)s now.") % {"mark": form.cleaned_data["tlp"]})
    return redirect("cases:share", case.reference)


@require_POST
def close(request, reference):
    case = visible_case(request, reference)
    actions.close(case, outcome=request.POST.get("outcome", ""), by=request.viewer)
    return redirect(case)


@require_POST
def reopen(request, reference):
    return redirect(actions.reopen(visible_case(request, reference), by=request.viewer))


def closing(request, reference):
    case = visible_case(request, reference)
    require(can_lead(request.viewer, case))
    return render(request, "enforcement/cases/close.html", {"case": case, "form": CloseForm()})
