"""One case: its page, what it says of itself, its listings, its end."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import Refused, require, told_at
from coalition.lists import Keyset, export, whole, wholes
from enforcement.cases import actions
from enforcement.cases.forms import CaseForm, CloseForm, DecideForm, DescribeForm, EnterForm, FileForm, NoteForm, RelateForm, SellerForm
from enforcement.cases.models import Case, CaseTemplate, Related
from enforcement.cases.pages.case import CasePage
from enforcement.cases.panels import tabs
from enforcement.cases.permissions import can_contribute, can_decide, can_lead, can_open
from enforcement.market.models import Listing

LISTINGS = {
    _later("Title"): lambda row: row.title,
    _later("Platform"): lambda row: row.platform.name,
    _later("Key"): lambda row: row.key,
    _later("Address"): lambda row: row.address,
    _later("Seller"): lambda row: row.seller_name,
    _later("Price"): lambda row: row.price,
    _later("Currency"): lambda row: row.currency,
    _later("Brought by"): lambda row: row.brought_by,
    _later("Added"): lambda row: row.added_at,
    _later("Verified"): lambda row: row.verified_at,
    _later("Verified by"): lambda row: row.verified_by or "",
}


def visible_case(request, reference):
    return get_object_or_404(Case.objects.visible_to(request.viewer).select_related("space", "owner", "opened_by"), reference=reference)


def chosen_listings(request):
    """The own listings that were ticked on the page before, or on this one."""
    ids = wholes(request.POST.getlist("listing") or request.GET.getlist("listing"))
    return Listing.objects.on_desk_of(request.viewer).filter(pk__in=ids).select_related("platform")


def new(request):
    require(can_open(request.viewer))
    listings, begins_with = chosen_listings(request), _template_chosen(request)
    form = CaseForm(request.POST if "title" in request.POST else None, initial=_begun(begins_with))
    if form.is_bound and form.is_valid():
        with told_at(form), transaction.atomic():
            case = actions.open_case(by=request.viewer, listings=listings, **form.cleaned_data)
            if begins_with is not None:
                actions.begin_with(case, begins_with, by=request.viewer)
            return redirect(case)
    kept = CaseTemplate.objects.on_desk_of(request.viewer).order_by("name")
    context = {"form": form, "listings": listings, "templates": kept, "template": begins_with}
    return render(request, "enforcement/cases/form.html", context, status=422 if form.is_bound else 200)


def _template_chosen(request):
    pk = whole(request.POST.get("template") or request.GET.get("template"))
    return CaseTemplate.objects.on_desk_of(request.viewer).filter(pk=pk).first() if pk else None


def _begun(template):
    """What a form to open a case begins with."""
    if template is None:
        return None
    return {"title": template.title, "summary": template.summary, "tags": ", ".join(template.tags), "tlp": template.tlp}


@require_POST
def add(request):
    """Add ticked listings to a case chosen by its reference."""
    reference = request.POST.get("case", "").strip()
    case = Case.objects.visible_to(request.viewer).select_related("space").filter(reference__iexact=reference).first()
    if case is None:
        raise Refused(_("No case of yours has the reference “%(ref)s”.") % {"ref": reference})
    added = actions.add_listings(case, chosen_listings(request), verified="unverified" not in request.POST, by=request.viewer)
    said = ngettext("%(n)d listing was added to %(case)s.", "%(n)d listings were added to %(case)s.", added)
    messages.success(request, said % {"n": added, "case": case.reference})
    return redirect(case)


@require_POST
def enter_listings(request, reference):
    """Addresses typed in on the page of the case."""
    return _brought_in(request, reference, EnterForm, "enter", actions.enter_listings)


@require_POST
def add_seller(request, reference):
    return _brought_in(request, reference, SellerForm, "seller", actions.add_seller)


def _brought_in(request, reference, form_class, name, act):
    case, form = visible_case(request, reference), form_class(request.POST)
    require(can_contribute(request.viewer, case))
    if form.is_valid():
        with told_at(form):
            added = act(case, by=request.viewer, **form.cleaned_data)
            said = ngettext("%(n)d listing was added.", "%(n)d listings were added.", added) if added else _("They were in the case already.")
            messages.success(request, said % {"n": added})
            return redirect(case)
    return case_page(request, case, "timeline", {name: form}, 422)


def detail(request, reference):
    case = visible_case(request, reference)
    if case.merged_into_id and (into := Case.objects.visible_to(request.viewer).filter(pk=case.merged_into_id).first()):
        messages.info(request, _("%(case)s goes on in %(into)s.") % {"case": case.reference, "into": into.reference})
        return redirect(into)
    return case_page(request, case, request.GET.get("tab", "timeline"))


def case_page(request, case, tab, wrong=None, status=200):
    page = CasePage(case, request.viewer, wrong=wrong)
    context = {"page": page, "case": case, "tab": tab, "note_form": NoteForm(), "file_form": FileForm(), "tabs": tabs(case, request.viewer)}
    if tab == "listings":
        lane = request.GET.get("lane") == "unverified"
        found = page.listings.filter(verified_at=None) if lane else page.listings
        if request.GET.get("export") in ("csv", "xlsx"):
            actions.note_taken(case, _("the listings as %(format)s") % {"format": request.GET["export"].upper()}, by=request.viewer)
            return export(found, LISTINGS, name=f"{case.reference}-listings", format=request.GET["export"], viewer=request.viewer)
        rows = Keyset(found, request.GET, rows=100)
        context |= {"rows": rows, "lane": lane, "shared_keys": page.brought_by_several(rows)}
    return render(request, "enforcement/cases/detail.html", context, status=status)


@require_POST
def describe(request, reference):
    case, form = visible_case(request, reference), DescribeForm(request.POST)
    if acted(request, actions.describe, case, form, _("Saved.")):
        return redirect(case)
    return case_page(request, case, "timeline", {"describe": form}, 422)


@require_POST
def decide(request, reference):
    """What one's own organisation does, by itself."""
    case, form = visible_case(request, reference), DecideForm(request.POST)
    require(can_decide(request.viewer, case))
    if acted(request, actions.decide, case, form, _("Kept on your own desk.")):
        return redirect(case)
    return case_page(request, case, "timeline", {"decide": form}, 422)


@require_POST
def set_stage(request, reference):
    case = actions.set_stage(visible_case(request, reference), stage=request.POST.get("stage", ""), by=request.viewer)
    return redirect("cases:board" if request.POST.get("back") == "board" else case)


@require_POST
def relate(request, reference):
    """Note another case that belongs with this one; one that this viewer may not read is none."""
    case, form = visible_case(request, reference), RelateForm(request.POST)
    if form.is_valid():
        other = Case.objects.visible_to(request.viewer).filter(reference__iexact=form.cleaned_data["other"].strip()).first()
        if other is None:
            form.add_error("other", _("No case of yours has this reference."))
        else:
            with told_at(form):
                actions.relate(case, other, because=form.cleaned_data["because"], by=request.viewer)
                return redirect(case)
    return case_page(request, case, "timeline", {"relate": form}, 422)


@require_POST
def unrelate(request, reference, pk):
    case = visible_case(request, reference)
    known = Related.objects.visible_to(request.viewer).filter(case=case, other__in=Case.objects.visible_to(request.viewer))
    actions.unrelate(get_object_or_404(known.select_related("case"), pk=pk), by=request.viewer)
    return redirect(case)


@require_POST
def verify(request, reference):
    case = visible_case(request, reference)
    count = actions.verify(case, wholes(request.POST.getlist("row")), by=request.viewer)
    messages.success(request, ngettext("%(n)d listing is verified.", "%(n)d listings are verified.", count) % {"n": count})
    return redirect(f"{case.get_absolute_url()}?tab=listings")


@require_POST
def take_out(request, reference):
    case = visible_case(request, reference)
    count = actions.take_out(case, wholes(request.POST.getlist("row")), by=request.viewer)
    messages.success(request, ngettext("%(n)d listing was taken out again.", "%(n)d listings were taken out again.", count) % {"n": count})
    return redirect(f"{case.get_absolute_url()}?tab=listings")


def summary(request, reference):
    """One page to print: what the case is, who is in it, its sellers, what is owed and what happened last."""
    case = visible_case(request, reference)
    actions.note_taken(case, _("the page to print"), by=request.viewer)
    page = CasePage(case, request.viewer)
    counts = {tab["label"]: len(tab["content"][:1000]) for tab in tabs(case, request.viewer)}
    return render(request, "enforcement/cases/summary.html", {"case": case, "page": page, "counts": counts, "now": timezone.now()})


def closing(request, reference):
    case = visible_case(request, reference)
    require(can_lead(request.viewer, case))
    return _closing(request, case, CloseForm())


def _closing(request, case, form, status=200):
    owed = CasePage(case, request.viewer).owed
    return render(request, "enforcement/cases/close.html", {"case": case, "form": form, "owed": owed}, status=status)


@require_POST
def close(request, reference):
    case, form = visible_case(request, reference), CloseForm(request.POST)
    require(can_lead(request.viewer, case))
    if acted(request, actions.close, case, form, _("The case is closed.")):
        return redirect(case)
    return _closing(request, case, form, 422)


@require_POST
def reopen(request, reference):
    return redirect(actions.reopen(visible_case(request, reference), by=request.viewer))
