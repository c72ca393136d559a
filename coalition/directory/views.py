from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from coalition.access.errors import require, told_at
from coalition.directory import actions, pages
from coalition.directory.forms import CardForm, MessageForm, OrganisationCardForm
from coalition.directory.models import FIELDS, Card, Contact, Level, OrganisationCard
from coalition.directory.permissions import can_keep_organisation_card, can_write_to_people
from coalition.lists import chips
from coalition.members.countries import NAMES
from coalition.members.models import Organisation, Seat
from coalition.members.permissions import can_read_directory

FILTERS = {
    "category": (_later("Category"), str), "jurisdiction": (_later("Jurisdiction"), lambda code: NAMES.get(code, code)),
    "sectors": (_later("Sector"), str),
    "marketplaces": (_later("Marketplace"), str), "expertise": (_later("Expertise"), str), "q": (_later("Name"), str),
}  # fmt: skip


def organisations(request):
    require(can_read_directory(request.viewer))
    page = pages.OrganisationsPage(request.GET)
    return render(request, "coalition/directory/organisations.html", {"page": page, "chips": chips(request.GET, FILTERS)})


def people(request):
    require(can_read_directory(request.viewer))
    return render(request, "coalition/directory/people.html", {"page": pages.PeoplePage(request.viewer, request.GET)})


@login_not_required
def person(request, pk, status=200, form=None):
    """Somebody's card, for whoever may see any of it; for everybody else there is nobody here."""
    seat = get_object_or_404(Seat.objects.select_related("organisation__category", "person"), pk=pk, ends_at=None)
    page = pages.PersonPage(seat, request.viewer)
    if not page.is_found:
        raise Http404
    context = {
        "page": page,
        "seat": seat,
        "form": form or MessageForm(),
        "can_write": can_write_to_people(request.viewer),
        "is_own": seat.pk == request.viewer.seat_id,
    }
    return render(request, "coalition/directory/person.html", context, status=status)


@require_POST
def write_to(request, pk):
    seat = get_object_or_404(Seat.objects.select_related("audience", "organisation"), pk=pk)
    if not pages.PersonPage(seat, request.viewer).is_found:
        raise Http404
    form = MessageForm(request.POST)
    if form.is_valid():
        with told_at(form):
            contact = actions.get_in_touch(seat, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("Sent. They read it in the portal and by mail; neither of you learns an address."))
            return redirect(contact)
    return person(request, pk, status=422, form=form)


def contacts(request):
    found = Contact.objects.of(request.viewer).with_people().order_by("-pk")
    return render(request, "coalition/directory/contacts.html", {"contacts": found[:200]})


def _contact(request, pk) -> Contact:
    return get_object_or_404(Contact.objects.of(request.viewer).with_people(), pk=pk)


def contact(request, pk):
    found = _contact(request, pk)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            actions.write(found, by=request.viewer, **form.cleaned_data)
            return redirect(found)
    context = {
        "contact": found,
        "form": form,
        "said": found.messages.select_related("author__person"),
        "is_asked": found.asked_id == request.viewer.seat_id,
    }
    return render(request, "coalition/directory/contact.html", context, status=422 if form.errors else 200)


@require_POST
def accept(request, pk):
    found = actions.accept_contact(_contact(request, pk), by=request.viewer)
    messages.success(request, _("You are contacts: each sees what the other shows to contacts."))
    return redirect(found)


@require_POST
def end(request, pk):
    actions.end_contact(_contact(request, pk), by=request.viewer)
    messages.success(request, _("Ended."))
    return redirect("directory:contacts")


def _own_seat(request) -> Seat:
    return get_object_or_404(Seat.objects.select_related("organisation", "person", "audience"), pk=request.viewer.seat_id)


def own_card(request):
    """One's own card, field by field, and as others see it."""
    seat = _own_seat(request)
    named = f"{seat.person.name}{', ' if seat.title else ''}{seat.title}"
    kept, levels = {}, {}
    for card in Card.objects.visible_to(request.viewer).filter(seat=seat):
        kept |= card.fields
        levels |= dict.fromkeys(card.fields, card.level)
    initial = {"email": seat.person.email, **kept, **{f"{name}_level": levels.get(name, _first_level(name)) for name in FIELDS}}
    form = CardForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data.get(name, "") for name in FIELDS} | {"name": named}
        actions.keep_card(seat, values=values, levels={name: form.cleaned_data[f"{name}_level"] for name in FIELDS}, by=request.viewer)
        messages.success(request, _("Saved. Beside it you see it as others do."))
        return redirect("directory:own_card")
    level = request.GET.get("as", Level.MEMBERS)
    level = level if level in (Level.PUBLIC, Level.MEMBERS, Level.CONTACTS) else Level.MEMBERS
    seen = pages.viewed_as(seat, level)
    context = {
        "form": form, "seat": seat, "named": named, "level": level, "levels": [Level.MEMBERS, Level.CONTACTS, Level.PUBLIC], "is_listed": bool(kept),
        "seen": [(FIELDS[name], seen[name]) for name in FIELDS if name in seen],
    }  # fmt: skip
    return render(request, "coalition/directory/own_card.html", context, status=422 if form.errors else 200)


def _first_level(name: str) -> str:
    """Members by default; an address is shown to nobody before one says so."""
    return Level.NOBODY if name in ("email", "phone") else Level.MEMBERS


@require_POST
def take_down(request):
    """Out of the directory altogether."""
    actions.keep_card(_own_seat(request), values={}, levels={}, by=request.viewer)
    messages.success(request, _("You are in no directory any more."))
    return redirect("directory:own_card")


def organisation_card(request):
    organisation = get_object_or_404(Organisation.objects.select_related("category"), pk=request.viewer.organisation_id)
    require(can_keep_organisation_card(request.viewer))
    card = OrganisationCard.objects.filter(organisation=organisation).first()
    initial = {"about": organisation.about, "sectors": [word.strip() for word in organisation.sectors.split(",") if word.strip()]}
    if card:
        initial |= {name: getattr(card, name) for name in ("website", "sectors", "jurisdictions", "marketplaces", "expertise")}
    form = OrganisationCardForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.keep_organisation_card(organisation, by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(organisation)
    return render(
        request, "coalition/directory/organisation_card.html", {"form": form, "organisation": organisation}, status=422 if form.errors else 200
    )
