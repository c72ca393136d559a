"""Merging, splitting, and undoing either."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import require, told_at
from coalition.lists import wholes
from enforcement.cases import actions
from enforcement.cases.forms import MergeForm, SplitForm
from enforcement.cases.models import Move
from enforcement.cases.pages.case import CasePage
from enforcement.cases.pages.moves import SplitPage
from enforcement.cases.permissions import can_split
from enforcement.cases.views.case import visible_case


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
    """What is taken and who comes with it; then what that changes; done on the second step alone."""
    case = visible_case(request, reference)
    require(can_split(request.viewer, case))
    page = SplitPage(case, request.POST if request.method == "POST" else None, request.GET.get("seller", ""))
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            parties = wholes(request.POST.getlist("party"))
            chosen = {"chosen": page.chosen, "parties": parties, "by": request.viewer}
            if request.POST.get("step") == "confirm":
                move = actions.split(case, **chosen, **form.cleaned_data)
                messages.success(request, _("%(case)s was opened with what you chose.") % {"case": move.target.reference})
                return redirect(move.target)
            actions.check_split(case, **chosen)
            page.is_shown = True
    return render(request, "enforcement/cases/split.html", {"case": case, "form": form, "page": page}, status=422 if form.errors else 200)


@require_POST
def undo_move(request, reference, pk):
    case = visible_case(request, reference)
    found = Move.objects.visible_to(request.viewer).filter(Q(source=case) | Q(target=case))
    move = actions.undo(get_object_or_404(found, pk=pk), by=request.viewer)
    messages.success(request, _("Undone: what was moved lies in %(case)s again.") % {"case": move.source.reference})
    return redirect(move.source)
