"""The pages on which a refusal is complained about, and looked at again."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from coalition.access.acting import acted
from coalition.access.actions import live_grants
from coalition.access.errors import require, told_at
from coalition.clocks.models import Clock
from enforcement.notices import actions
from enforcement.notices.forms import ComplaintAnswerForm, ComplaintForm
from enforcement.notices.models import Complaint
from enforcement.notices.permissions import can_answer, is_principal
from enforcement.notices.views import visible_notice


def complain(request, reference, pk):
    notice = visible_notice(request, reference)
    require(is_principal(request.viewer, notice))
    item = get_object_or_404(notice.items.select_related("notice__platform__organisation"), pk=pk)
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.complain(item, by=request.viewer, **form.cleaned_data))
    context = {"notice": notice, "item": item, "form": form, "until": actions.complaint_until(notice, item)}
    return render(request, "enforcement/notices/complain.html", context, status=422 if form.errors else 200)


def complaint(request, pk):
    related = ("item__notice__platform__organisation", "item__notice__principal", "decision__decided_by", "made_by", "answered_by", "space")
    found = get_object_or_404(Complaint.objects.visible_to(request.viewer).select_related(*related), pk=pk)
    notice = found.item.notice
    form = ComplaintAnswerForm(request.POST or None)
    if request.method == "POST":
        require(can_answer(request.viewer, notice))
        if acted(request, actions.answer_complaint, found, form, _("The rights holder has your answer.")):
            return redirect(found)
    clocks = Clock.objects.visible_to(request.viewer).running().filter(subject_type="notices.complaint", subject_id=pk)
    context = {
        "complaint": found, "notice": notice, "form": form, "clock": clocks.select_related("policy").first(), "grants": live_grants(found.space_id),
        "can_answer": not found.outcome and can_answer(request.viewer, notice),
    }  # fmt: skip
    return render(request, "enforcement/notices/complaint.html", context, status=422 if form.errors else 200)
