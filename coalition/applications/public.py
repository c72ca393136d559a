"""What people without a seat see: the applicant by their link, the sponsor by theirs."""

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from coalition.access.errors import Conflict, Refused, told_at
from coalition.access.viewer import as_system
from coalition.applications import actions, links, rules
from coalition.applications.forms import STEPS, StartForm
from coalition.applications.models import Application, SponsorLetter, papers_of
from coalition.applications.pages import FirstDues, declined_because, pages_of, way_of
from coalition.dues import card
from coalition.dues.printing import printed
from coalition.files.views import as_download
from coalition.members.models import Category

LONG = forms.Textarea(attrs={"rows": 4, "data-keep": ""})


class ReplyForm(forms.Form):
    reply = forms.CharField(label=_later("Your answer"), max_length=8000, widget=LONG)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_later("Why"), max_length=8000, widget=LONG)


class LetterForm(forms.Form):
    supports = forms.TypedChoiceField(
        label=_later("Does your organisation stand for it?"), choices=[("yes", _later("yes")), ("no", _later("no"))], widget=forms.RadioSelect
    )
    text = forms.CharField(label=_later("What you know of it"), max_length=8000, required=False, widget=LONG)


def _application(token: str) -> Application:
    application = links.application_of(token)
    if application is None:
        raise Http404("No application has this link, or it is too old.")
    return application


@login_not_required
def start(request):
    """Choose a category and give an address; the answer is the same whether the address is known or not."""
    today = timezone.localdate()
    categories = list(Category.objects.filter(is_public=True))
    for category in categories:
        category.is_open, category.opens = category.is_open_on(today), category.opens_after(today)
        category.closes = category.closes_after(today)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = next((category for category in categories if category.slug == request.POST.get("category")), None)
        email = form.cleaned_data["email"].lower()
        if chosen is None:
            form.add_error(None, _("Choose what kind of member you would be."))
        elif not ratelimit.consume(request, action="apply", key=email):
            form.add_error(None, _("That was often. Try again in an hour; the link we sent still works."))
        else:
            with told_at(form):
                application = actions.start(chosen, email=email)
                # The link goes to the address and to nobody else: whoever types another's gets nothing to open.
                context = {"email": email, "path": links.applicant_path(application) if settings.DEMO else ""}
                return render(request, "coalition/applications/sent.html", context)
    context = {"categories": categories, "form": form, "chosen": request.POST.get("category") or request.GET.get("category")}
    return render(request, "coalition/applications/start.html", context, status=422 if form.errors else 200)


@login_not_required
def step(request, token, step):
    """One page of the application; the next one follows until all are answered, then the check."""
    application = _application(token)
    if step not in application.steps:
        raise Http404
    if not application.is_with_applicant:
        return redirect("applications:status", token)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = STEPS[step](*posted, initial=application.answers.get(step), application=application)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if not name.startswith("policy_")}
        if step == "signatory":
            values["policies"] = form.accepted
        with told_at(form):
            application = actions.answer_step(application, step, values, files=values.pop("add", []))
            following = application.next_step
            if following is None or "check" in request.POST:
                return redirect("applications:check", token)
            return redirect("applications:step", token, following)
    place = application.steps.index(step)
    context = {
        "application": application, "token": token, "form": form, "place": place + 1, "places": len(application.steps),
        "before": application.steps[place - 1] if place else None, "was_answered": step in application.answers,
    }  # fmt: skip
    return render(request, "coalition/applications/step.html", context, status=422 if form.errors else 200)


@login_not_required
def paper(request, token, pk):
    """A file the applicant put with its application."""
    application = _application(token)
    found = next((paper for paper in papers_of(application) if paper.pk == pk), None)
    if found is None:
        raise Http404
    with as_system("an applicant opens its own paper by its link"):
        return as_download(found.blob, found.name)


@login_not_required
def check(request, token):
    """All answers, each with a way to change it; then it is handed in."""
    application = _application(token)
    if not application.is_with_applicant:
        return redirect("applications:status", token)
    asked = application.state == Application.State.ASKED
    form = ReplyForm(request.POST or None) if asked else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            actions.submit(application, reply=form.cleaned_data["reply"] if form else "")
        except (Refused, Conflict) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("We have your application. A letter with your link is on its way."))
            return redirect("applications:status", token)
    context = {"application": application, "token": token, "pages": pages_of(application), "form": form}
    return render(request, "coalition/applications/check.html", context)


@login_not_required
def status(request, token, form=None, code=200):
    """Where it stands, and what the applicant can do now."""
    application = _application(token)
    if application.state == Application.State.DRAFT:
        return redirect("applications:check" if application.next_step is None else "applications:step", token, *filter(None, [application.next_step]))
    state = application.state
    context = {
        "application": application,
        "token": token,
        "way": way_of(application),
        "pages": pages_of(application),
        "form": form or ReasonForm(),
        "dues": FirstDues(application),
        "can_withdraw": rules.may_follow(state, "withdrawn"),
        "can_appeal": rules.may_follow(state, "appealed"),
        "declined_because": declined_because(application) if state == Application.State.REJECTED else "",
    }
    return render(request, "coalition/applications/status.html", context, status=code)


def _say(request, token, action, said):
    application, form = _application(token), ReasonForm(request.POST)
    if form.is_valid():
        with told_at(form):
            action(application, **form.cleaned_data)
            messages.success(request, said)
            return redirect("applications:status", token)
    return status(request, token, form=form, code=422)


@login_not_required
def invoice(request, token):
    """The applicant's invoice of its first dues, as PDF."""
    application = _application(token)
    with as_system("an applicant opens its own invoice by its link"):
        found = actions.first_dues(application)
        if found is None:
            raise Http404("There is no invoice yet.")
        file = printed(found).file
        return as_download(file.blob, file.name, "application/pdf")


@login_not_required
@require_POST
def pay(request, token):
    """On to the card service, for the first dues."""
    application = _application(token)
    if not card.is_on():
        raise Http404
    return redirect(actions.pay_by_card(application))


@login_not_required
@require_POST
def withdraw(request, token):
    return _say(request, token, actions.withdraw, _("The application was withdrawn."))


@login_not_required
@require_POST
def appeal(request, token):
    return _say(request, token, actions.appeal, _("Your appeal has come in."))


@login_not_required
def sponsor(request, token):
    """A sponsor reads whom they are asked about and answers, once."""
    letter: SponsorLetter | None = links.letter_of(token)
    if letter is None:
        raise Http404("No letter has this link, or it is too old.")
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            letter = actions.answer_letter(letter, supports=form.cleaned_data["supports"] == "yes", text=form.cleaned_data["text"])
            messages.success(request, _("Thank you. Only those who decide read your answer."))
            return redirect("applications:sponsor", token)
    return render(request, "coalition/applications/sponsor.html", {"letter": letter, "form": form}, status=422 if form.errors else 200)
