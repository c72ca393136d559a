"""Pages of *Our organisation* beside its seats: agents, mail domains, and what is handed over."""

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import Refused, require, told_at
from coalition.dates import DayField, LastDayField
from coalition.lists import whole
from coalition.members import actions
from coalition.members.countries import COUNTRIES
from coalition.members.forms import Beside, PickMany, ReasonForm
from coalition.members.models import Handover, MailDomain, Mandate, Organisation, Seat
from coalition.members.permissions import can_appoint_agent, can_hand_over, can_seat_agents
from coalition.members.tasks import answer_wish


class DomainForm(Beside, forms.Form):
    domain = forms.CharField(label=_later("Domain"), max_length=190, help_text=_later("As in your addresses: what stands after the @."))
    role = forms.ChoiceField(label=_later("Whoever joins by it is"), choices=[(role, role.label) for role in (Seat.Role.MEMBER, Seat.Role.READER)])


class MandateForm(forms.Form):
    agent = forms.CharField(
        label=_later("Agent"),
        max_length=160,
        widget=forms.TextInput(attrs={"list": "agents"}),
        help_text=_later("A law firm, an agency or an association that is a member."),
    )
    scope = forms.MultipleChoiceField(label=_later("For"), choices=list(Mandate.SCOPE.items()), widget=forms.CheckboxSelectMultiple)
    territory = forms.MultipleChoiceField(
        label=_later("In"), choices=COUNTRIES, required=False,
        help_text=_later("As the power of attorney says; none chosen means everywhere. It is stated on the mandate, not enforced on each listing."),
        widget=PickMany,
    )  # fmt: skip
    starts_on = DayField(label=_later("From"), initial=timezone.localdate)
    ends_on = LastDayField(label=_later("Last day"))
    signatory = forms.CharField(label=_later("Signed by"), max_length=250)
    power_of_attorney = forms.FileField(label=_later("Power of attorney"), help_text=_later("A PDF, or a picture of the paper."))


class OfferForm(Beside, forms.Form):
    taker = forms.ModelChoiceField(label=_later("To"), queryset=Seat.objects.none(), empty_label=_later("Choose…"))
    stays_as = forms.ChoiceField(
        label=_later("You stay as"), choices=[c for c in Seat.Role.choices if c[0] != Seat.Role.OWNER], initial=Seat.Role.MANAGER
    )

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["taker"].queryset = colleagues(viewer).exclude(role=Seat.Role.OWNER)


class DeputyForm(forms.Form):
    deputy = forms.ModelChoiceField(label=_later("Deputy"), queryset=Seat.objects.none(), empty_label=_later("Choose…"))
    ends = forms.BooleanField(label=_later("and the seat ends now"), required=False)

    def __init__(self, *args, seat, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = actions.deputies(seat).select_related("person", "organisation")
        self.fields["deputy"].label_from_instance = lambda other: f"{other.person.name}, {other.get_role_display()}"  # type: ignore[attr-defined]


def colleagues(viewer):
    """The seats of one's own organisation, without one's own and those of agents."""
    seats = Seat.objects.filter(organisation_id=viewer.organisation_id, ends_at=None, mandate=None).exclude(pk=viewer.seat_id)
    return seats.select_related("person", "organisation")


def _own(request) -> Organisation:
    return get_object_or_404(Organisation.objects.select_related("category", "audience"), pk=request.viewer.organisation_id)


# ---- mail domains ---------------------------------------------------------------------------------------------------------------


def domains(request):
    organisation = _own(request)
    may = request.viewer.may("own_organisation")
    form = DomainForm(request.POST or None)
    if request.method == "POST" and acted(request, actions.claim_domain, organisation, form, _("Claimed. Now prove it.")):
        return redirect("members:domains")
    claimed = MailDomain.objects.visible_to(request.viewer).filter(organisation=organisation, ended_at=None).order_by("domain")
    context = {"organisation": organisation, "domains": claimed, "form": form, "may": may}
    return render(request, "coalition/members/domains.html", context, status=422 if form.errors else 200)


def _domain(request, pk) -> MailDomain:
    claimed = MailDomain.objects.visible_to(request.viewer).select_related("organisation")
    return get_object_or_404(claimed, pk=pk, organisation_id=request.viewer.organisation_id, ended_at=None)


@require_POST
def prove_domain(request, pk):
    actions.prove_domain(_domain(request, pk), by=request.viewer)
    messages.success(request, _("It is proved: whoever has an address there can ask for a seat."))
    return redirect("members:domains")


@require_POST
def end_domain(request, pk):
    actions.end_domain(_domain(request, pk), by=request.viewer)
    messages.success(request, _("Nobody joins by it any more."))
    return redirect("members:domains")


@login_not_required
def wish(request):
    """Ask for a seat where one's mail address belongs. The page says the same whatever the address."""
    email = request.POST.get("email", "").strip().lower()
    wrong = ""
    if request.method == "POST":
        field = forms.EmailField(max_length=254)
        try:
            email = field.clean(email)
        except forms.ValidationError:
            wrong = _("Give your work address.")
        if not wrong and not ratelimit.consume(request, action="join", key=email):
            wrong = _("That was often. Try again in an hour.")
        if not wrong:
            answer_wish.delay(email)
            return render(request, "coalition/members/wish.html", {"asked": email})
    return render(request, "coalition/members/wish.html", {"email": email, "wrong": wrong}, status=422 if wrong else 200)


# ---- agents ---------------------------------------------------------------------------------------------------------------------


def _mandates(request):
    mandates = Mandate.objects.visible_to(request.viewer).with_live().select_related("principal", "agent", "power_of_attorney")
    # An agent reads its own mandate, not those of its principal's other agents.
    if request.viewer.is_agent:
        own = Seat.objects.filter(pk=request.viewer.seat_id).values("mandate")
        return mandates.filter(pk__in=own)
    return mandates


def agents(request):
    """Who acts for us, and for whom we act."""
    organisation = _own(request)
    may = can_appoint_agent(request.viewer, organisation)
    form = MandateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        with told_at(form):
            agent = Organisation.objects.listed().select_related("category", "audience").called(values.pop("agent"))
            if agent is None:
                raise Refused(_("No member is called so."), field="agent")
            mandate = actions.appoint_agent(organisation, agent, by=request.viewer, **values)
            messages.success(request, _("%(who)s can name its people now.") % {"who": mandate.agent})
            return redirect(mandate)
    mandates = list(_mandates(request).order_by("-pk"))
    context = {
        "organisation": organisation, "may": may, "form": form,
        "given": [mandate for mandate in mandates if mandate.principal_id == organisation.pk],
        "held": [mandate for mandate in mandates if mandate.agent_id == organisation.pk],
        "firms": Organisation.objects.listed().filter(category__kind__in=["professional", "association"]).exclude(pk=organisation.pk) if may else [],
    }  # fmt: skip
    return render(request, "coalition/members/agents.html", context, status=422 if form.errors else 200)


def _mandate(request, pk) -> Mandate:
    return get_object_or_404(_mandates(request), pk=pk)


def mandate(request, pk, status=200, form=None):
    found = _mandate(request, pk)
    acting = list(found.seats.filter(ends_at=None).select_related("person"))
    seats = can_seat_agents(request.viewer, found)
    context = {
        "mandate": found, "acting": acting, "seats": seats, "ends": seats or can_appoint_agent(request.viewer, found.principal),
        "candidates": colleagues_of_agent(request.viewer, acting) if seats else [], "reason_form": form or ReasonForm(),
    }  # fmt: skip
    return render(request, "coalition/members/mandate.html", context, status=status)


def colleagues_of_agent(viewer, acting):
    """One's own people who do not act under the mandate yet."""
    own = Seat.objects.filter(organisation_id=viewer.organisation_id, ends_at=None, mandate=None).select_related("person")
    return own.exclude(person__in=[seat.person_id for seat in acting])


@require_POST
def seat_agent(request, pk):
    found = _mandate(request, pk)
    own = Seat.objects.filter(organisation=request.viewer.organisation_id).select_related("person", "organisation")
    seat = get_object_or_404(own, pk=whole(request.POST.get("seat", "")))
    actions.seat_agent(found, seat, by=request.viewer)
    messages.success(request, _("%(who)s acts under it now.") % {"who": seat.person})
    return redirect(found)


@require_POST
def unseat_agent(request, pk):
    found = _mandate(request, pk)
    seat = get_object_or_404(found.seats.filter(ends_at=None).select_related("person", "organisation"), pk=whole(request.POST.get("seat", "")))
    actions.unseat_agent(found, seat, by=request.viewer)
    messages.success(request, _("%(who)s does not act under it any more.") % {"who": seat.person})
    return redirect(found)


@require_POST
def end_mandate(request, pk):
    found, form = _mandate(request, pk), ReasonForm(request.POST)
    if acted(request, actions.end_mandate, found, form, _("The mandate has ended, and the seats with it.")):
        return redirect("members:agents")
    return mandate(request, pk, status=422, form=form)


# ---- handed over ----------------------------------------------------------------------------------------------------------------


def hand_over(request, pk):
    """Everything a person looks after, in one screen, and who gets it."""
    seats = Seat.objects.select_related("organisation", "person", "audience")
    seat = get_object_or_404(seats, pk=pk, organisation_id=request.viewer.organisation_id, ends_at=None, mandate=None)
    require(can_hand_over(request.viewer, seat))
    form = DeputyForm(request.POST or None, seat=seat, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            moved = actions.hand_over(seat, form.cleaned_data["deputy"], ends=form.cleaned_data["ends"], by=request.viewer)
            said = ", ".join(f"{words} {n}" for words, n in moved.items()) or _("nothing was open")
            messages.success(request, _("%(who)s has it now: %(what)s.") % {"who": form.cleaned_data["deputy"].person, "what": said})
            return redirect("members:own" if request.viewer.seat_id != seat.pk or not form.cleaned_data["ends"] else "home")
    is_own = seat.pk == request.viewer.seat_id
    context = {"seat": seat, "form": form, "held": actions.looked_after(seat, is_own=is_own), "is_own": is_own}
    return render(request, "coalition/members/hand_over.html", context, status=422 if form.errors else 200)


@require_POST
def offer_ownership(request):
    form = OfferForm(request.POST, viewer=request.viewer)
    if not form.is_valid():
        raise Refused(_("Choose to whom, and what you stay as."))
    actions.offer_ownership(form.cleaned_data["taker"], stays_as=form.cleaned_data["stays_as"], by=request.viewer)
    messages.success(request, _("%(who)s is asked. Nothing changes until they take it.") % {"who": form.cleaned_data["taker"].person})
    return redirect("members:own")


def _offer(request, pk) -> Handover:
    offers = Handover.objects.visible_to(request.viewer).select_related("organisation")
    found = get_object_or_404(offers, pk=pk, organisation_id=request.viewer.organisation_id)
    if request.viewer.seat_id not in (found.giver_id, found.taker_id):
        raise Http404
    return found


@require_POST
def take_ownership(request, pk):
    actions.take_ownership(_offer(request, pk), by=request.viewer)
    messages.success(request, _("You own the membership now."))
    return redirect("members:own")


@require_POST
def refuse_ownership(request, pk):
    actions.refuse_ownership(_offer(request, pk), by=request.viewer)
    messages.success(request, _("The offer is off."))
    return redirect("members:own")
