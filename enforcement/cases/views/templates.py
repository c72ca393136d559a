"""Templates of one's own organisation, for cases and for reports on them, and the reports."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import require, told_at
from coalition.files.actions import clean_name
from coalition.lists import made_for, whole
from enforcement.cases import actions, reports
from enforcement.cases.forms import KeepForm, ReportTemplateForm, TemplateForm, TemplateTasks
from enforcement.cases.models import CaseTemplate, ReportTemplate
from enforcement.cases.pages.case import CasePage
from enforcement.cases.permissions import can_keep_templates
from enforcement.cases.views.case import case_page, visible_case


def own(model, viewer):
    """The templates of a kind that the viewer's organisation keeps, by name."""
    return model.objects.on_desk_of(viewer).select_related("changed_by").order_by("name")


def template_list(request):
    context = {
        "templates": own(CaseTemplate, request.viewer),
        "reports": own(ReportTemplate, request.viewer),
        "can_keep": can_keep_templates(request.viewer),
    }
    return render(request, "enforcement/cases/templates.html", context)


def new(request):
    return _edit(request, None)


def template(request, pk):
    return _edit(request, get_object_or_404(own(CaseTemplate, request.viewer), pk=pk))


def _edit(request, kept):
    require(can_keep_templates(request.viewer))
    initial = {"name": kept.name, "title": kept.title, "summary": kept.summary, "tags": ", ".join(kept.tags), "tlp": kept.tlp} if kept else None
    form = TemplateForm(request.POST or None, initial=initial)
    # A row sent as it stood is one that stays, so what is sent is compared with nothing.
    tasks = TemplateTasks(request.POST or None, initial=kept.tasks if kept and not request.POST else None, prefix="tasks")
    if form.is_bound and form.is_valid() and tasks.is_valid():
        with told_at(form):
            kept = actions.keep_template(kept, by=request.viewer, tasks=[task.cleaned_data for task in tasks], **form.cleaned_data)
            messages.success(request, _("“%(name)s” is kept.") % {"name": kept.name})
            return redirect("cases:templates")
    context = {"form": form, "tasks": tasks, "template": kept}
    return render(request, "enforcement/cases/template.html", context, status=422 if form.is_bound else 200)


@require_POST
def drop(request, pk):
    return _drop(request, CaseTemplate, pk)


@require_POST
def drop_report_template(request, pk):
    return _drop(request, ReportTemplate, pk)


def _drop(request, model, pk):
    kept = get_object_or_404(own(model, request.viewer), pk=pk)
    actions.drop_template(kept, by=request.viewer)
    messages.success(request, _("“%(name)s” is no template any more.") % {"name": kept.name})
    return redirect("cases:templates")


@require_POST
def template_of(request, reference):
    """Keep a case one reads as a template of one's own organisation."""
    case = visible_case(request, reference)
    require(can_keep_templates(request.viewer))
    form = KeepForm(request.POST)
    if form.is_valid():
        with told_at(form):
            return redirect(actions.template_of(case, by=request.viewer, **form.cleaned_data))
    return case_page(request, case, "timeline", {"keep": form}, 422)


def new_report_template(request):
    return _edit_report(request, None)


def report_template(request, pk):
    return _edit_report(request, get_object_or_404(own(ReportTemplate, request.viewer), pk=pk))


def _edit_report(request, kept):
    require(can_keep_templates(request.viewer))
    initial = {"name": kept.name, "body": kept.body} if kept else {"body": reports.standard()}
    form = ReportTemplateForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        with told_at(form):
            kept = actions.keep_report_template(kept, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is kept.") % {"name": kept.name})
            return redirect("cases:templates")
    fields = {name: words for name, (words, _make) in reports.FIELDS.items()}
    context = {"form": form, "template": kept, "fields": fields, "parts": reports.parts()}
    return render(request, "enforcement/cases/report_template.html", context, status=422 if form.is_bound else 200)


def report(request, reference):
    """A report on a case as PDF, by the standard template or one of one's own."""
    case, kept = visible_case(request, reference), own(ReportTemplate, request.viewer)
    pk = request.GET.get("template", "")
    if not pk:
        return render(request, "enforcement/cases/report.html", {"case": case, "templates": kept, "can_keep": can_keep_templates(request.viewer)})
    chosen = None if pk == "standard" else get_object_or_404(kept, pk=whole(pk))
    body, name = (chosen.body, chosen.name) if chosen else (reports.standard(), _("standard"))
    pdf = reports.report(CasePage(case, request.viewer), body, at=timezone.now(), made_for=made_for(request.viewer))
    actions.note_taken(case, _("a report as PDF"), by=request.viewer)
    return FileResponse(BytesIO(pdf), content_type="application/pdf", as_attachment=True, filename=clean_name(f"{case.reference} {name}.pdf"))
