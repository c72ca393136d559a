from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.brought import views as brought
from coalition.dates import last_day
from coalition.lists import chips, export, labels_of
from coalition.members.forms import ReasonForm
from enforcement.rights import actions
from enforcement.rights.forms import AskForm, DescribedForm, DesignationForm, EndForm, FileForm, PaperForm, RecordationForm, RightForm, StatusForm
from enforcement.rights.models import Paper, Protection, Recordation, Right, RightsImport, Status
from enforcement.rights.pages import ListPage, RightPage
from enforcement.rights.permissions import can_enter

EXPORTED = {
    _later("Reference"): lambda right: right.reference,
    _later("Kind"): lambda right: right.get_kind_display(),
    _later("Name"): lambda right: right.name,
    _later("Number"): lambda right: right.number,
    _later("Register"): lambda right: right.jurisdiction,
    _later("Designates"): lambda right: ", ".join(right.designated(timezone.localdate())),
    _later("Holder"): lambda right: right.holder,
    _later("Nice classes"): lambda right: right.classes_text,
    _later("Goods and services"): lambda right: right.goods,
    _later("Filed"): lambda right: right.filed_on,
    _later("Registered"): lambda right: right.registered_on,
    _later("Last day"): lambda right: last_day(right.expires_on) if right.expires_on else None,
    _later("Status"): lambda right: right.newest.get_state_display() if right.newest else "",
    _later("Status since"): lambda right: right.newest.since if right.newest else None,
    _later("In force"): lambda right: _("yes") if right.is_in_force(timezone.localdate()) else _("no"),
    _later("Recorded at customs"): lambda right: ", ".join(row.authority for row in right.recordations.all() if row.state == "in_force"),
}


def right_list(request):
    page = ListPage(request.viewer, request.GET)
    if request.GET.get("export") in ("csv", "xlsx"):
        rows = page.found.with_facts().prefetch_related("recordations").order_by("name", "pk")
        return export(rows, EXPORTED, name="rights", format=request.GET["export"], viewer=request.viewer)
    context = {"page": page, "filter": page.filter, "chips": chips(request.GET, labels_of(page.filter.form))}
    return render(request, "enforcement/rights/list.html", context)


def new(request):
    require(can_enter(request.viewer))
    form = RightForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.enter(by=request.viewer, **form.cleaned_data))
    return render(request, "enforcement/rights/form.html", {"form": form}, status=422 if form.errors else 200)


def imports(request):
    """Bring in a portfolio that was kept elsewhere, and the files that were brought."""
    require(can_enter(request.viewer))
    form = FileForm(request.POST or None, request.FILES or None)
    return brought.files(request, RightsImport, form=form, bring=actions.bring, template="enforcement/rights/imports.html")


def _import(request, pk) -> RightsImport:
    require(can_enter(request.viewer))
    return get_object_or_404(RightsImport.objects.visible_to(request.viewer), pk=pk)


def one_import(request, pk):
    return brought.file(request, _import(request, pk), template="enforcement/rights/import.html", name="rights-rows")


@require_POST
def enter_all(request, pk):
    count = actions.enter_all(_import(request, pk), by=request.viewer)
    messages.success(request, ngettext("One right is entered.", "%(n)d rights are entered.", count) % {"n": count})
    return redirect("rights:import", pk)


@require_POST
def undo(request, pk):
    gone, stay = actions.undo(_import(request, pk), by=request.viewer)
    messages.success(request, _("%(gone)d are out again; %(stay)d stay, because somebody has built on them.") % {"gone": gone, "stay": stay})
    return redirect("rights:import", pk)


def _right(request, reference) -> Right:
    return get_object_or_404(Right.objects.visible_to(request.viewer).with_facts().select_related("space"), reference=reference)


def _shown(request, right, wrong=None, status=200):
    return render(request, "enforcement/rights/detail.html", {"right": right, "page": RightPage(right, request.viewer, wrong)}, status=status)


def detail(request, reference):
    """One right; asked with a country, a day and classes, whether it is valid there."""
    right = _right(request, reference)
    if "country" not in request.GET:
        return _shown(request, right)
    form = AskForm(request.GET)
    return _shown(request, right, {"ask": form}, status=200 if form.is_valid() else 422)


def _do(request, right, act, thing, form, name, said):
    """One verb of a right: done, or its page again with what was typed."""
    if acted(request, act, thing, form, said):
        return redirect(right)
    return _shown(request, _right(request, right.reference), {name: form}, status=422)


@require_POST
def amend(request, reference):
    right = _right(request, reference)
    return _do(request, right, actions.amend, right, DescribedForm(request.POST, auto_id="describe-%s"), "describe", _("Saved."))


@require_POST
def designate(request, reference):
    right = _right(request, reference)
    return _do(request, right, actions.designate, right, DesignationForm(request.POST), "designate", _("The designation is added."))


def _of(right: Right, rows, pk):
    return get_object_or_404(rows.filter(**{_path(rows.model): right}), pk=pk)


def _path(model) -> str:
    return "protection__right" if model is Status else "right"


@require_POST
def set_status(request, reference, pk):
    right = _right(request, reference)
    protection = _of(right, Protection.objects.visible_to(request.viewer).select_related("right"), pk)
    last = protection.statuses.first()
    form = StatusForm(request.POST, before=last.state if last else "", is_own=protection.territory == right.jurisdiction, auto_id=f"status-{pk}-%s")
    return _do(request, right, actions.set_status, protection, form, f"status-{pk}", _("Noted."))


@require_POST
def take_back_status(request, reference, pk):
    right = _right(request, reference)
    status = _of(right, Status.objects.visible_to(request.viewer).select_related("protection__right"), pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Http404
    actions.take_back_status(status, by=request.viewer, **form.cleaned_data)
    messages.success(request, _("The status is taken back."))
    return redirect(right)


@require_POST
def add_paper(request, reference):
    right, form = _right(request, reference), PaperForm(request.POST, request.FILES)
    if form.is_valid():
        with told_at(form):
            values = dict(form.cleaned_data)
            actions.add_paper(right, values.pop("upload"), by=request.viewer, **values)
            messages.success(request, _("The paper is kept with it."))
            return redirect(right)
    return _shown(request, right, {"paper": form}, status=422)


@require_POST
def remove_paper(request, reference, pk):
    right = _right(request, reference)
    actions.remove_paper(_of(right, Paper.objects.visible_to(request.viewer).select_related("right", "file"), pk), by=request.viewer)
    messages.success(request, _("It is taken off."))
    return redirect(right)


@require_POST
def record_at_customs(request, reference):
    right = _right(request, reference)
    return _do(request, right, actions.record_at_customs, right, RecordationForm(request.POST), "recordation", _("The recordation is noted."))


@require_POST
def end_recordation(request, reference, pk):
    right = _right(request, reference)
    recordation = _of(right, Recordation.objects.visible_to(request.viewer).select_related("right"), pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Http404
    actions.end_recordation(recordation, by=request.viewer, **form.cleaned_data)
    messages.success(request, _("It is ended."))
    return redirect(right)
