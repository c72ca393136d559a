"""What staff, the committee and members see of applications."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.applications import actions
from coalition.applications.filters import ApplicationFilter
from coalition.applications.models import Application, Candidate, Check, CommitteeVote
from coalition.applications.pages import ApplicationPage, to_do
from coalition.applications.permissions import can_object, can_see_queue
from coalition.applications.quotes import Quotes
from coalition.lists import Keyset, chips, export, label_fields, labels_of
from coalition.members.forms import ReasonForm
from coalition.members.models import Organisation, Tier

LONG = forms.Textarea(attrs={"rows": 3, "data-keep": ""})


class FindingForm(forms.Form):
    kind = forms.ChoiceField(label=_later("Looked into"), choices=Check.Kind)
    is_clear = forms.TypedChoiceField(
        label=_later("Found"), choices=[("yes", _later("clear")), ("no", _later("a concern"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_later("Note"), max_length=4000, widget=LONG, help_text=_later("Where you looked, and what you saw there."))


class VoteForm(ReasonForm):
    choice = forms.ChoiceField(label=_later("Your decision"), choices=CommitteeVote.Choice, widget=forms.RadioSelect)
    field_order = ["choice", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _later("Staff and the committee read it under your name. Where the committee declines, the applicant "
                                                 "is sent the reasons of those against, without names. A tie declines.")  # fmt: skip


class TierField(forms.ModelChoiceField):
    """Tiers with what the first invoice of each would ask of the applicant."""

    quotes: Quotes

    def label_from_instance(self, tier):
        return self.quotes.of(tier)


class SponsorForm(forms.Form):
    """Which member the applicant means by a name."""

    typed = forms.CharField(max_length=160, widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(label=_later("It is this member:"), queryset=Organisation.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.listed().filter(category__is_member=True).order_by("name")


class FirstDuesForm(forms.Form):
    tier = TierField(label=_later("Tier"), queryset=Tier.objects.none(), empty_label=_later("Choose…"))

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["tier"]
        field.quotes, field.initial = Quotes(application), application.wished_tier
        field.queryset = Tier.objects.filter(category_id=application.category_id).offered(timezone.localdate())
        if wished := application.wished_tier:
            field.help_text = _("It asked for %(tier)s.") % {"tier": wished}


EXPORTED = {
    _later("Reference"): lambda application: application.reference,
    _later("Name"): lambda application: application.name,
    _later("Category"): lambda application: application.category.name,
    _later("Country"): lambda application: application.country,
    _later("State"): lambda application: application.get_state_display(),
    _later("Submitted"): lambda application: application.submitted_at,
    _later("Decided"): lambda application: application.decided_at,
}


def queue(request):
    """Everything that was handed in, what waits for this person first."""
    require(can_see_queue(request.viewer))
    seen = Application.objects.visible_in_order_to(request.viewer).exclude(state=Application.State.DRAFT).for_list()
    found = ApplicationFilter(request.GET, seen, request=request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(found.qs, EXPORTED, name="applications", format=request.GET["export"], viewer=request.viewer)
    label_fields(found.form)
    context = {
        "rows": Keyset(found.qs, request.GET), "filter": found, "chips": chips(request.GET, labels_of(found.form)),
        "waiting": to_do(request.viewer).order_by("changed_at")[:20] if not request.GET else [],
    }  # fmt: skip
    return render(request, "coalition/applications/queue.html", context)


def visible_application(request, reference):
    require(can_see_queue(request.viewer))
    applications = Application.objects.visible_to(request.viewer).exclude(state=Application.State.DRAFT)
    return get_object_or_404(applications.select_related("category", "space", "organisation", "vetted_by"), reference=reference)


def detail(request, reference):
    return _show(request, visible_application(request, reference))


def _show(request, application, status=200, **forms_with_errors):
    page = ApplicationPage(application, request.viewer)
    context = {
        "application": application,
        "page": page,
        "reason_form": ReasonForm(),
        "finding_form": FindingForm(),
        "vote_form": VoteForm(),
        "dues_form": FirstDuesForm(application=application),
        "sponsor_form": SponsorForm() if application.state == Application.State.VETTING and page.can_vet else None,
    }
    return render(request, "coalition/applications/detail.html", context | forms_with_errors, status=status)


def _do(request, reference, form, name, action, said):
    """One verb with its form: done, or shown again with what was typed."""
    application = visible_application(request, reference)
    if acted(request, action, application, form, said):
        return redirect("applications:detail", reference)
    return _show(request, application, status=422, **{name: form})


@require_POST
def ask(request, reference):
    return _do(request, reference, ReasonForm(request.POST), "reason_form", actions.ask_more, _("The applicant was asked."))


def _letters(application) -> set[tuple]:
    """The sponsors who are asked, each with the day until which."""
    return set(application.letters.values_list("organisation__name", "expires_at"))


@require_POST
def vet(request, reference):
    application = visible_application(request, reference)
    before = _letters(application)
    actions.begin_vetting(application, by=request.viewer)
    who = ", ".join(sorted(name for name, _until in _letters(application) - before))
    said = _("Written to for a sponsor’s letter: %(who)s.") % {"who": who} if who else _("In vetting; no sponsor had to be written to.")
    messages.success(request, said)
    return redirect("applications:detail", reference)


@require_POST
def name_sponsor(request, reference):
    return _do(request, reference, SponsorForm(request.POST), "sponsor_form", actions.name_sponsor, _("Written to for a sponsor’s letter."))


@require_POST
def finding(request, reference):
    return _do(request, reference, FindingForm(request.POST), "finding_form", actions.note_check, _("Noted."))


@require_POST
def window(request, reference):
    actions.open_window(visible_application(request, reference), by=request.viewer)
    messages.success(request, _("Members can object now."))
    return redirect("applications:detail", reference)


@require_POST
def review(request, reference):
    passes = request.POST.get("result") == "pass"
    said = _("The committee has it.") if passes else _("It is in vetting again.")

    def act(application, **values):
        actions.review(application, passes=passes, **values)

    return _do(request, reference, ReasonForm(request.POST), "reason_form", act, said)


@require_POST
def vote(request, reference):
    return _do(request, reference, VoteForm(request.POST), "vote_form", actions.vote, _("Your decision was counted."))


@require_POST
def decline(request, reference):
    return _do(request, reference, ReasonForm(request.POST), "reason_form", actions.decline, _("It was declined; the applicant may appeal."))


@require_POST
def hear(request, reference):
    admits = request.POST.get("result") == "admit"

    def act(application, **values):
        actions.hear_appeal(application, admits=admits, **values)

    return _do(request, reference, ReasonForm(request.POST), "reason_form", act, _("Recorded."))


@require_POST
def first_dues(request, reference):
    form = FirstDuesForm(request.POST, application=visible_application(request, reference))
    return _do(request, reference, form, "dues_form", actions.invite_to_pay, _("The applicant has its invoice."))


@require_POST
def waive(request, reference):
    return _do(
        request, reference, ReasonForm(request.POST), "reason_form", actions.waive_first_dues, _("It is a member now; its owner has an invitation.")
    )


# ---- members ----------------------------------------------------------------------------------------------------------------


def candidates(request):
    found = Candidate.objects.visible_to(request.viewer).select_related("category").filter(closes_at__gt=timezone.now())
    return render(request, "coalition/applications/candidates.html", {"candidates": found})


def candidate(request, pk):
    found = get_object_or_404(Candidate.objects.visible_to(request.viewer).select_related("category", "space"), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            actions.object_to(found, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("Those who decide have your objection. No other member reads it."))
            return redirect(found)
    has_objected = actions.has_objected(found, request.viewer)
    context = {"candidate": found, "form": form, "can_object": can_object(request.viewer, found) and not has_objected, "has_objected": has_objected}
    return render(request, "coalition/applications/candidate.html", context, status=422 if form.errors else 200)
