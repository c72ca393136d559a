from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import Refused, require, told_at
from coalition.ballots import actions
from coalition.ballots.forms import AmendForm, BallotForm, OpenForm, RecuseForm, VoterForm
from coalition.ballots.models import Ballot, Delegation, Elector
from coalition.ballots.pages import BallotPage
from coalition.ballots.permissions import can_hold_ballots, can_name_voter
from coalition.lists import Keyset, whole
from coalition.members.forms import ReasonForm
from coalition.members.models import Organisation


def ballots(request):
    rows = Keyset(Ballot.objects.visible_to(request.viewer).for_list(), request.GET)
    return render(request, "coalition/ballots/list.html", {"rows": rows, "may_hold": can_hold_ballots(request.viewer)})


def new(request):
    require(can_hold_ballots(request.viewer))
    form = BallotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.draft(by=request.viewer, **form.cleaned_data))
    return render(request, "coalition/ballots/new.html", {"form": form}, status=422 if form.errors else 200)


def amend(request, reference):
    """A draft, written anew by those who hold ballots."""
    ballot = visible_ballot(request, reference)
    require(can_hold_ballots(request.viewer))
    if ballot.state != "draft" and request.method == "GET":
        return redirect(ballot)
    form = AmendForm(request.POST or None, initial=AmendForm.said(ballot))
    if request.method == "POST" and acted(request, actions.amend, ballot, form, _("Amended.")):
        return redirect(ballot)
    return render(request, "coalition/ballots/new.html", {"form": form, "ballot": ballot}, status=422 if form.errors else 200)


def visible_ballot(request, reference) -> Ballot:
    return get_object_or_404(Ballot.objects.visible_to(request.viewer), reference=reference)


def detail(request, reference, status=200, **forms_with_errors):
    ballot = visible_ballot(request, reference)
    page = BallotPage(ballot, request.viewer)
    context = {
        "ballot": ballot,
        "page": page,
        "open_form": page.open_form,
        "reason_form": ReasonForm(),
        "recuse_form": RecuseForm(auto_id="recuse-%s"),
    }
    return render(request, "coalition/ballots/detail.html", context | forms_with_errors, status=status)


@require_POST
def open_ballot(request, reference):
    ballot, form = visible_ballot(request, reference), OpenForm(request.POST)
    if acted(request, actions.open_ballot, ballot, form, _("It is open; every member is told.")):
        return redirect(ballot)
    return detail(request, reference, status=422, open_form=form)


def _elector(request, ballot, name="elector") -> Elector:
    return get_object_or_404(ballot.electors.select_related("organisation"), pk=whole(request.POST.get(name, "")))


@require_POST
def vote(request, reference):
    ballot = visible_ballot(request, reference)
    chosen = request.POST.getlist("chosen")
    if not chosen and not request.POST.get("abstains"):
        raise Refused(_("Choose one of the options, or say that you abstain."))
    elector = actions.vote(_elector(request, ballot), chosen=[] if request.POST.get("abstains") else chosen, by=request.viewer)
    messages.success(request, _("The vote of %(who)s is cast.") % {"who": elector.organisation})
    return redirect(ballot)


@require_POST
def proxy(request, reference):
    ballot = visible_ballot(request, reference)
    to = _elector(request, ballot, "proxy") if request.POST.get("proxy") else None
    actions.give_proxy(_elector(request, ballot), to, by=request.viewer)
    messages.success(request, _("%(who)s votes for you.") % {"who": to.organisation} if to else _("You vote yourself again."))
    return redirect(ballot)


@require_POST
def recuse(request, reference):
    ballot, form = visible_ballot(request, reference), RecuseForm(request.POST, auto_id="recuse-%s")
    if form.is_valid():
        with told_at(form):
            actions.recuse(_elector(request, ballot), by=request.viewer, **form.cleaned_data)
            messages.success(request, _("Noted: you stand aside."))
            return redirect(ballot)
    return detail(request, reference, status=422, recuse_form=form)


@require_POST
def withdraw(request, reference):
    ballot, form = visible_ballot(request, reference), ReasonForm(request.POST)
    if acted(request, actions.withdraw, ballot, form, _("Withdrawn. What was voted is never counted.")):
        return redirect(ballot)
    return detail(request, reference, status=422, reason_form=form)


def voter(request):
    organisation = get_object_or_404(Organisation, pk=request.viewer.organisation_id)
    require(can_name_voter(request.viewer, organisation))
    named = Delegation.objects.visible_to(request.viewer).filter(organisation=organisation).first()
    initial = {"voter": named.voter_id, "alternate": named.alternate_id} if named else {}
    form = VoterForm(request.POST or None, organisation=organisation, initial=initial)
    if request.method == "POST" and acted(request, actions.name_voter, organisation, form, _("Named, for the ballots that open from now on.")):
        return redirect("members:own")
    return render(request, "coalition/ballots/voter.html", {"form": form, "organisation": organisation}, status=422 if form.errors else 200)
