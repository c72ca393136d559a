from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.actions import live_grants
from coalition.access.errors import NotAllowed, Refused, require, told_at
from coalition.access.models import Audience, Space
from coalition.access.permissions import can_break_glass
from coalition.accounts.models import Person
from coalition.lists import whole
from coalition.members import actions, links, pages
from coalition.members.forms import (
    AcceptForm,
    BreakGlassForm,
    FromDayForm,
    InviteForm,
    JoinForm,
    OpenCategoryForm,
    OwnerForm,
    PolicyForm,
    ReasonForm,
    TermForm,
    VouchForm,
)
from coalition.members.middleware import SEAT
from coalition.members.models import Invitation, Organisation, Policy, Seat
from coalition.members.our_organisation import OfferForm
from coalition.members.permissions import can_keep_register, can_read_directory


@require_POST
def switch(request):
    """Act for another organisation: only a seat this person holds now."""
    seats = {str(seat.seat_id): seat for seat in request.viewer.other_seats}
    seat = seats.get(request.POST.get("seat", ""))
    if seat is None:
        raise Http404
    request.session[SEAT] = seat.seat_id
    messages.success(request, _("You now act for %(name)s.") % {"name": seat.organisation_name})
    return redirect("home")


def detail(request, slug, status=200, **forms_with_errors):
    """One organisation, as the directory shows it; where staff keep its membership too."""
    require(can_read_directory(request.viewer))
    known = Organisation.objects.all() if can_keep_register(request.viewer) else Organisation.objects.known()
    organisation = get_object_or_404(known.select_related("category"), slug=slug)
    page = pages.OrganisationPage(organisation, request.viewer)
    context = {"page": page, "organisation": organisation}
    if page.standing:
        context |= {
            "vouch_form": VouchForm(), "term_form": TermForm(organisation=organisation), "suspend_form": FromDayForm(),
            "reinstate_form": ReasonForm(), "owner_form": OwnerForm(),
        }  # fmt: skip
    return render(request, "coalition/members/detail.html", context | forms_with_errors, status=status)


def own(request, status=200, **forms_with_errors):
    """One's own organisation, for everybody who has a seat there; owners and managers work here. An agent reads for whom it acts."""
    organisation = get_object_or_404(Organisation.objects.select_related("category"), pk=request.viewer.organisation_id)
    if request.viewer.is_agent:
        context = {"page": pages.AgentPage(organisation, request.viewer), "organisation": organisation}
        return render(request, "coalition/members/acted_for.html", context, status=status)
    page = pages.OwnPage(organisation, request.viewer)
    context = {
        "page": page, "organisation": organisation, "invite_form": InviteForm(roles=page.roles), "accept_form": AcceptForm(),
        "offer_form": OfferForm(viewer=request.viewer) if page.can_accept else None,
    }  # fmt: skip
    return render(request, "coalition/members/own.html", context | forms_with_errors, status=status)


def _own_organisation(request) -> Organisation:
    return get_object_or_404(Organisation, pk=request.viewer.organisation_id)


@require_POST
def invite(request):
    form = InviteForm(request.POST, roles=Seat.Role.choices)
    if form.is_valid():
        with told_at(form):
            # Whoever has no account chose nothing: their mail is not for us to fill.
            if not ratelimit.consume(request, action="invite", key=form.cleaned_data["email"].lower()):
                raise Refused(_("This address was written to often. Try again in an hour; the last link still works."), field="email")
            if not ratelimit.consume(request, action="invite_for", key=str(request.viewer.organisation_id)):
                raise Refused(_("Your organisation invited many within the hour. Go on in an hour."), field="email")
            invitation = actions.invite(_own_organisation(request), by=request.viewer, **form.cleaned_data)
            messages.success(request, _("%(who)s has an invitation.") % {"who": invitation.email})
            free, asked = actions.free_seats(invitation.organisation), Invitation.objects.open().filter(organisation=invitation.organisation).count()
            if free is not None and free < asked:
                said = ngettext(
                    "%(asked)d are invited and one seat is free: who comes after it is taken finds none.",
                    "%(asked)d are invited and %(free)d seats are free: who comes after they are taken finds none.",
                    free,
                )
                messages.warning(request, said % {"asked": asked, "free": free})
            return redirect("members:own")
    return own(request, status=422, invite_form=form)


@require_POST
def revoke(request, pk):
    invitations = Invitation.objects.visible_to(request.viewer).select_related("organisation")
    actions.revoke_invitation(get_object_or_404(invitations, pk=pk, organisation_id=request.viewer.organisation_id), by=request.viewer)
    messages.success(request, _("The invitation was taken back."))
    return redirect("members:own")


def _own_seat(request, pk) -> Seat:
    seats = Seat.objects.select_related("organisation", "person", "audience")
    return get_object_or_404(seats, pk=pk, organisation_id=request.viewer.organisation_id, ends_at=None)


@require_POST
def change_role(request, pk):
    seat = actions.change_role(_own_seat(request, pk), role=request.POST.get("role", ""), by=request.viewer)
    messages.success(request, _("%(who)s is %(role)s now.") % {"who": seat.person, "role": seat.get_role_display()})
    return redirect("members:own")


@require_POST
def end_seat(request, pk):
    seat = actions.end_seat(_own_seat(request, pk), by=request.viewer)
    messages.success(request, _("%(who)s has no seat here any more.") % {"who": seat.person})
    return redirect("members:own")


@require_POST
def accept_policies(request):
    form = AcceptForm(request.POST)
    if form.is_valid():
        actions.accept_policies(_own_organisation(request), by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Accepted."))
        return redirect("members:own")
    return own(request, status=422, accept_form=form)


def register(request, status=200, policy_form=None, category_form=None):
    """What the membership is made of: the categories, what everybody accepts, and the coalition's teams."""
    require(can_keep_register(request.viewer))
    context = {"page": pages.RegisterPage(), "policy_form": policy_form or PolicyForm(), "category_form": category_form or OpenCategoryForm()}
    return render(request, "coalition/members/register.html", context, status=status)


def _team(pk) -> Audience:
    return get_object_or_404(Audience, pk=pk, kind=Audience.Kind.TEAM)


@require_POST
def join_team(request, pk):
    require(can_keep_register(request.viewer))
    email, slug = request.POST.get("email", "").strip(), request.POST.get("organisation", "").strip()
    seats = Seat.objects.select_related("person", "organisation", "audience").filter(person__email__iexact=email, ends_at=None)
    seat = (seats.filter(organisation__slug=slug) if slug else seats).first()
    if seat is None:
        raise Refused(_("Nobody with the address “%(email)s” has a seat.") % {"email": email[:80]})
    actions.join_team(_team(pk), seat, by=request.viewer)
    messages.success(request, _("%(who)s is on it now.") % {"who": seat.person})
    return redirect("members:register")


@require_POST
def leave_team(request, pk):
    require(can_keep_register(request.viewer))
    chosen = request.POST.get("seat", "")
    seat = get_object_or_404(Seat.objects.select_related("person", "organisation", "audience"), pk=whole(chosen))
    actions.leave_team(_team(pk), seat, by=request.viewer)
    messages.success(request, _("%(who)s is off it.") % {"who": seat.person})
    return redirect("members:register")


@require_POST
def publish_policy(request):
    require(can_keep_register(request.viewer))
    form = PolicyForm(request.POST)
    if form.is_valid():
        with told_at(form):
            policy = actions.publish_policy(form.cleaned_data.pop("kind"), by=request.viewer, **form.cleaned_data)
            messages.success(request, _("%(policy)s is published; every member is asked to accept it.") % {"policy": policy})
            return redirect("members:register")
    return register(request, status=422, policy_form=form)


def kept(request, slug) -> Organisation:
    require(can_keep_register(request.viewer))
    return get_object_or_404(Organisation.objects.select_related("category"), slug=slug)


def of_one(request, organisation, act, form, name, said):
    """One verb of the register on an organisation: done, or its page again with what was typed."""
    if acted(request, act, organisation, form, said):
        return redirect(organisation)
    return detail(request, organisation.slug, status=422, **{name: form})


@require_POST
def invite_owner(request, slug):
    return of_one(request, kept(request, slug), actions.invite_owner, OwnerForm(request.POST), "owner_form", _("The invitation is sent."))


@require_POST
def vouch_for_domain(request, slug):
    return of_one(request, kept(request, slug), actions.vouch_for_domain, VouchForm(request.POST), "vouch_form", _("The domain counts as proved."))


@require_POST
def suspend(request, slug):
    return of_one(request, kept(request, slug), actions.suspend, FromDayForm(request.POST), "suspend_form", _("Suspended."))


@require_POST
def reinstate(request, slug):
    return of_one(request, kept(request, slug), actions.reinstate, ReasonForm(request.POST), "reinstate_form", _("Reinstated."))


@login_not_required
def policy(request, kind, version):
    return render(request, "coalition/members/policy.html", {"policy": get_object_or_404(Policy, kind=kind, version=version)})


@login_not_required
def join(request, secret):
    """Take the seat a link offers: with the account one has, or with one made here."""
    invitation = links.invitation_of(secret)
    if invitation is None:
        raise Http404("No invitation has this link.")
    person = Person.objects.filter(email__iexact=invitation.email).first()
    is_signed_in = request.user.is_authenticated
    form = JoinForm(request.POST or None, email=invitation.email)
    is_other = is_signed_in and person != request.user
    wrong = ""
    if request.method == "POST" and invitation.is_open and not is_other:
        try:
            # A refusal takes back all of it, the account too.
            with transaction.atomic():
                if is_signed_in:
                    return _seated(request, actions.accept_invitation(invitation, request.user))
                if person is None and form.is_valid():
                    seat = actions.accept_with_new_account(invitation, **form.cleaned_data)
                    login(request, seat.person, backend="allauth.account.auth_backends.AuthenticationBackend")
                    return _seated(request, seat)
        except (Refused, NotAllowed) as refusal:
            wrong = str(refusal)
    context = {
        "invitation": invitation, "form": form, "is_signed_in": is_signed_in, "has_account": person is not None, "is_other": is_other, "wrong": wrong,
    }  # fmt: skip
    refused = wrong or (form.errors and not is_signed_in and person is None)
    return render(request, "coalition/members/join.html", context, status=422 if refused else 200)


def _seated(request, seat: Seat):
    request.session[SEAT] = seat.pk
    messages.success(request, _("Welcome. You act for %(name)s.") % {"name": seat.organisation})
    return redirect("home")


def who_can_see(request, space_id):
    """Who can see this, and why; asked by somebody who can."""
    if not request.viewer.role_in(space_id):
        raise Http404
    space = get_object_or_404(Space.objects.select_related("owner"), pk=space_id)
    if space.kind == Space.Kind.CARD and space.owner_id != request.viewer.audience_id:
        # Whose contacts somebody has is theirs to know.
        raise Http404
    page = pages.WhoCanSeePage(space, live_grants(space_id), request.viewer)
    back = request.GET.get("back", "")
    back = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/") else ""
    return render(request, "coalition/members/who_can_see.html", {"page": page, "space": space, "back": back})


def break_glass(request):
    if not can_break_glass(request.viewer):
        raise Http404
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            thing = actions.break_glass(by=request.viewer, **form.cleaned_data)
            messages.warning(request, _("You may read this for one hour. Its owner has been told."))
            return redirect(thing.get_absolute_url())
    return render(request, "coalition/members/break_glass.html", {"form": form})
