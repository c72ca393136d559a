from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.errors import Refused, require, told_at
from coalition.brought import views as brought
from coalition.dates import last_day
from coalition.dues.permissions import can_keep_accounts
from coalition.lists import chips, export, label_fields, labels_of, wholes
from coalition.members.forms import TermForm
from coalition.members.models import Organisation
from coalition.members.permissions import can_keep_register
from coalition.members.views import kept, of_one
from coalition.register import actions, pages
from coalition.register.forms import LetterForm, ManyForm, RegisterFileForm
from coalition.register.models import RegisterImport

# So many are named of those that were passed over.
SAID = 10
EXPORTED = {
    _later("Name"): lambda row: row.name,
    _later("Category"): lambda row: row.category.name,
    _later("Country"): lambda row: row.country,
    _later("Joined"): lambda row: row.joined_on,
    _later("Standing"): lambda row: row.judged.words,
    _later("Why"): lambda row: row.judged.because,
    # With its category: what this file says, the register can be brought in from.
    _later("Tier"): lambda row: row.last_term.tier.full_name if row.last_term and row.last_term.tier else "",
    _later("Term from"): lambda row: row.last_term.starts_on if row.last_term else "",
    _later("Term until"): lambda row: last_day(row.last_term.until) if row.last_term else "",
    _later("Member until"): lambda row: last_day(row.member_until) if row.member_until else "",
    _later("Seats taken"): lambda row: row.seats_taken,
    _later("Seats given"): lambda row: (row.last_term.tier.seats if row.last_term and row.last_term.tier else None) or "",
    _later("Owners"): lambda row: ", ".join(seat.person.name for seat in row.owners),
    _later("Owner email"): lambda row: next((seat.person.email for seat in row.owners), ""),
    _later("Billing email"): lambda row: row.billed.email if row.billed else "",
    _later("Band"): lambda row: row.billed.band.name if row.billed and row.billed.band else "",
    _later("VAT number"): lambda row: row.billed.tax_number if row.billed else "",
    _later("Open dues"): lambda row: ", ".join(f"{amount:.2f} {currency}" for currency, amount in row.open_dues.items()),
    _later("Policies accepted"): lambda row: ", ".join(row.accepted),
    _later("Resigned with effect from"): lambda row: row.last_word.takes_effect_on if row.last_word else "",
    _later("Reason of resignation"): lambda row: row.last_word.reason if row.last_word else "",
    _later("Suspended from"): lambda row: row.held.starts_on if row.held else "",
    _later("Address"): lambda row: row.slug,
    _later("Reference prefix"): lambda row: row.prefix,
}


def dashboard(request):
    require(can_keep_register(request.viewer))
    return render(request, "coalition/register/dashboard.html", {"page": pages.DashboardPage(request.GET)})


def organisations(request, status=200, letter_form=None, many_form=None):
    """The organisations of the register, narrowed; what is chosen of them is written to, suspended, renewed, or taken out as a file."""
    require(can_keep_register(request.viewer))
    page = pages.ListPage(request.GET)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(
            page.found.order_by("name", "pk"), EXPORTED, name="register", format=request.GET["export"], viewer=request.viewer,
            prepare=lambda rows: pages.in_full(rows, request.viewer),
        )  # fmt: skip
    label_fields(page.filter.form)
    context = {
        "page": page,
        "filter": page.filter,
        "chips": chips(request.GET, labels_of(page.filter.form)),
        "letter_form": letter_form or LetterForm(),
        "many_form": many_form or ManyForm(renews=can_keep_accounts(request.viewer)),
        "may_renew": can_keep_accounts(request.viewer),
        "ticked": wholes(request.POST.getlist("organisation")),
    }
    return render(request, "coalition/register/list.html", context, status=status)


@require_POST
def write(request):
    require(can_keep_register(request.viewer))
    form = LetterForm(request.POST)
    if not form.is_valid():
        return organisations(request, status=422, letter_form=form)
    count, nobody = actions.write_to_owners(_chosen(request), by=request.viewer, **form.cleaned_data)
    said = ngettext("The owners of one organisation have your letter.", "The owners of %(n)d organisations have your letter.", count)
    messages.success(request, said % {"n": count})
    if nobody:
        messages.warning(request, _("Nobody owns a seat there, so nobody has it: %(who)s.") % {"who": ", ".join(map(str, nobody[:20]))})
    return _back_to_list(request)


@require_POST
def act(request):
    """Suspend, reinstate or renew whom one chose of the list."""
    require(can_keep_register(request.viewer))
    form = ManyForm(request.POST, renews=can_keep_accounts(request.viewer))
    if form.is_valid():
        with told_at(form):
            count, refused = _done_to_many(form.cleaned_data, _chosen(request), by=request.viewer)
            said = ngettext("It is done for one organisation.", "It is done for %(n)d organisations.", count)
            if count:
                messages.success(request, said % {"n": count})
            for sentence in refused[:SAID]:
                messages.warning(request, sentence)
            if len(refused) > SAID:
                messages.warning(request, _("And %(n)d more were passed over.") % {"n": len(refused) - SAID})
            return _back_to_list(request)
    return organisations(request, status=422, many_form=form)


def _done_to_many(said, chosen, *, by):
    if said["verb"] == ManyForm.SUSPEND:
        return actions.suspend_many(chosen, starts_on=said["starts_on"], reason=said["reason"], by=by)
    if said["verb"] == ManyForm.REINSTATE:
        return actions.reinstate_many(chosen, reason=said["reason"], by=by)
    return actions.renew_many(chosen, by=by)


def _chosen(request):
    """The organisations of the list that were ticked, or all it was narrowed to. Raises Refused for none."""
    is_all = request.POST.get("scope") == "all"
    ticked = wholes(request.POST.getlist("organisation"))
    chosen = pages.ListPage(request.GET).found if is_all else pages.organisations().filter(pk__in=ticked)
    if not chosen.exists():
        raise Refused(_("Tick whom it concerns."))
    return chosen.order_by("name", "pk")


def _back_to_list(request):
    return redirect(f"{reverse('register:list')}?{request.GET.urlencode()}")


@require_POST
def give_term(request, slug):
    """A term by hand, from an organisation's page."""
    organisation = kept(request, slug)
    form = TermForm(request.POST, organisation=organisation)
    return of_one(request, organisation, actions.give_term, form, "term_form", _("The term is given."))


def imports(request):
    require(can_keep_register(request.viewer))
    form = RegisterFileForm(request.POST or None, request.FILES or None)
    return brought.files(request, RegisterImport, form=form, bring=actions.bring, template="coalition/register/imports.html")


def _import(request, pk) -> RegisterImport:
    require(can_keep_register(request.viewer))
    return get_object_or_404(RegisterImport.objects.visible_to(request.viewer), pk=pk)


def one_import(request, pk):
    return brought.file(request, _import(request, pk), template="coalition/register/import.html", name="register-rows")


@require_POST
def enter(request, pk):
    count = actions.enter(_import(request, pk), by=request.viewer)
    said = ngettext("One member is entered.", "%(n)d members are entered.", count)
    messages.success(request, f"{said} {_('Whose row named an owner’s address has an invitation.')}" % {"n": count})
    return redirect("register:import", pk)


@require_POST
def undo(request, pk):
    gone, stay = actions.undo(_import(request, pk), by=request.viewer)
    messages.success(request, _("%(gone)d are out again; %(stay)d stay, because somebody has built on them.") % {"gone": gone, "stay": stay})
    return redirect("register:import", pk)


def _value(request, organisation):
    return render(request, "coalition/register/value.html", {"organisation": organisation, "page": pages.ValuePage(organisation, request.viewer)})


def own_value(request):
    """What the membership gave one's own organisation."""
    require(request.viewer.may("own_organisation"))
    return _value(request, get_object_or_404(Organisation.objects.select_related("category"), pk=request.viewer.organisation_id))


def value(request, slug):
    require(can_keep_register(request.viewer))
    return _value(request, get_object_or_404(pages.organisations(), slug=slug))
