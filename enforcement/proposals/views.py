from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.lists import chips, export, labels_of
from enforcement.proposals import actions
from enforcement.proposals.forms import AcceptForm, DeclineForm, WithdrawForm
from enforcement.proposals.models import Proposal
from enforcement.proposals.pages import ListPage, ProposalPage
from enforcement.proposals.permissions import can_propose
from enforcement.proposals.registry import kinds

EXPORTED = {
    _later("Reference"): lambda row: row.reference,
    _later("Proposed"): lambda row: row.name,
    _later("Kind"): lambda row: row.of_kind.label,
    _later("By"): lambda row: row.proposer,
    _later("To"): lambda row: row.asked,
    _later("On"): lambda row: row.proposed_at,
    _later("Due"): lambda row: row.due_at,
    _later("State"): lambda row: row.get_answer_display(),
    _later("Answered"): lambda row: row.answered_at,
    _later("Why"): lambda row: row.because,
    _later("Reason given"): lambda row: row.reason,
}


def proposal_list(request):
    page = ListPage(request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(page.filter.qs, EXPORTED, name="proposals", format=request.GET["export"], viewer=request.viewer)
    context = {"page": page, "rows": page.rows, "filter": page.filter, "chips": chips(request.GET, labels_of(page.filter.form)), "kinds": kinds}
    return render(request, "enforcement/proposals/list.html", context)


def new(request, kind):
    require(can_propose(request.viewer))
    if kind not in kinds:
        raise Http404
    # What the page that one comes from knows already stands in the fields.
    form = kinds[kind].form(request.POST or None, initial=request.GET.dict(), viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.propose(kind, by=request.viewer, **form.proposed))
    return render(request, "enforcement/proposals/new.html", {"form": form, "kind": kinds[kind]}, status=422 if form.errors else 200)


def visible_proposal(request, reference) -> Proposal:
    found = Proposal.objects.visible_to(request.viewer).select_related("space", "proposer", "asked", "proposed_by", "answered_by")
    return get_object_or_404(found, reference=reference)


def detail(request, reference, wrong=None, status=200):
    page = ProposalPage(visible_proposal(request, reference), request.viewer, wrong)
    return render(request, "enforcement/proposals/detail.html", {"page": page, "proposal": page.proposal}, status=status)


def _do(request, reference, act, form, name, said):
    if acted(request, act, visible_proposal(request, reference), form, said):
        return redirect("proposals:detail", reference)
    return detail(request, reference, {name: form}, status=422)


@require_POST
def accept(request, reference):
    return _do(request, reference, actions.accept, AcceptForm(request.POST), "accept", _("Accepted, and done."))


@require_POST
def decline(request, reference):
    return _do(request, reference, actions.decline, DeclineForm(request.POST), "decline", _("Declined; they read your reason."))


@require_POST
def withdraw(request, reference):
    return _do(request, reference, actions.withdraw, WithdrawForm(request.POST), "withdraw", _("Taken back."))
