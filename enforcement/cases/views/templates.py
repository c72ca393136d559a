"""Case templates of one's own organisation."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import require, told_at
from enforcement.cases import actions
from enforcement.cases.forms import KeepForm, TemplateForm, TemplateTasks
from enforcement.cases.models import CaseTemplate
from enforcement.cases.permissions import can_keep_templates
from enforcement.cases.views.case import case_page, visible_case


def own_templates(viewer):
    return CaseTemplate.objects.visible_to(viewer).filter(space_id=viewer.desk_id).select_related("changed_by").order_by("name")


def template_list(request):
    context = {"templates": own_templates(request.viewer), "can_keep": can_keep_templates(request.viewer)}
    return render(request, "enforcement/cases/templates.html", context)


def new(request):
    return _edit(request, None)


def template(request, pk):
    return _edit(request, get_object_or_404(own_templates(request.viewer), pk=pk))


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
    kept = get_object_or_404(own_templates(request.viewer), pk=pk)
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
