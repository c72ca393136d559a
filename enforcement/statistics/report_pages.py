"""The public pages of one published set of figures: all of it, and as a trusted flagger's report; and what platforms say of their own measures."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from coalition.access.errors import require, told_at
from coalition.lists import Keyset
from enforcement.notices.permissions import can_answer_notices, platforms_of
from enforcement.statistics import actions
from enforcement.statistics.forms import OwnMeasuresForm
from enforcement.statistics.models import OwnMeasures, Snapshot
from enforcement.statistics.reports import Report


def _report(pk) -> Report:
    found = Snapshot.objects.select_related("restates", "restated_by").prefetch_related("figures", "cells", "restates__figures")
    return Report(get_object_or_404(found, pk=pk))


def _pdf(report: Report, drawn: list[dict], title: str, name: str) -> HttpResponse:
    response = HttpResponse(report.pdf(drawn, title), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}-{report.snapshot.first}-{report.snapshot.last}-{report.snapshot.pk}.pdf"'
    return response


@login_not_required
def snapshot(request, pk):
    """One published set of figures, with what it breaks down into and what it restates."""
    report = _report(pk)
    if request.GET.get("format") == "pdf":
        return _pdf(report, report.annual(), _("What came of it"), "report")
    return render(request, "enforcement/statistics/snapshot.html", {"report": report, "snapshot": report.snapshot})


@login_not_required
def flagger(request, pk):
    """The same as a trusted flagger reports it."""
    report = _report(pk)
    if request.GET.get("format") == "pdf":
        return _pdf(report, report.flagger(), _("In the form of DSA art. 22"), "trusted-flagger")
    return render(request, "enforcement/statistics/flagger.html", {"report": report, "snapshot": report.snapshot, "blocks": report.flagger()})


def own_measures(request):
    """What platforms say they removed by themselves: their own word, and the form for their people."""
    require(request.viewer.may("see_enforcement"))
    can_say = can_answer_notices(request.viewer) and platforms_of(request.viewer).exists()
    form = OwnMeasuresForm(request.POST or None, viewer=request.viewer) if can_say else None
    if request.method == "POST":
        require(can_say)
        if form and form.is_valid():
            with told_at(form):
                actions.say_own_measures(by=request.viewer, **form.cleaned_data)
                messages.success(request, _("Every member reads it from now on."))
                return redirect("statistics:own_measures")
    rows = Keyset(OwnMeasures.objects.select_related("platform", "said_by", "replaced_by"), request.GET)
    status = 422 if form and form.errors else 200
    return render(request, "enforcement/statistics/own_measures.html", {"rows": rows, "form": form}, status=status)
