from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import Refused, require
from coalition.files.views import as_download
from coalition.lists import Keyset, chips, export, label_fields, labels_of, whole
from coalition.members.countries import NAMES
from enforcement.market import actions, relists
from enforcement.market.columns import FIELDS
from enforcement.market.filters import ListingFilter
from enforcement.market.forms import MappingForm, UploadForm
from enforcement.market.models import Import, ImportRow, Listing, Relist, Sighting
from enforcement.market.permissions import can_choose_columns, can_import, can_judge, can_undo
from enforcement.market.pictures import KINDS
from enforcement.market.signals import signals
from enforcement.rights.models import Right

EXPORTED = {
    _("Address"): lambda listing: listing.address,
    _("Key"): lambda listing: listing.key,
    _("Title"): lambda listing: listing.title,
    _("Platform"): lambda listing: listing.platform.name,
    _("Seller"): lambda listing: listing.seller_name,
    _("Price"): lambda listing: listing.price,
    _("Currency"): lambda listing: listing.currency,
    _("First seen"): lambda listing: listing.first_seen_at,
    _("Last seen"): lambda listing: listing.last_seen_at,
}


def listing_list(request):
    listings = Listing.objects.visible_to(request.viewer).for_list()
    found = ListingFilter(request.GET, listings, request=request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(found.qs, EXPORTED, name="listings", format=request.GET["export"], viewer=request.viewer)
    labels = {
        **labels_of(found.form),
        "seller": (_("Seller"), lambda key: key.partition(":")[2] or key),
        "batch": (_("Import"), str),
    }
    label_fields(found.form)
    context = {
        "rows": Keyset(found.qs, request.GET),
        "filter": found,
        "chips": chips(request.GET, labels),
        "can_import": can_import(request.viewer),
        "can_open_case": request.viewer.may("open_case"),
        "can_notice": request.viewer.may("submit_notice"),
    }
    return render(request, "enforcement/market/listings.html", context)


def listing(request, pk):
    listing = get_object_or_404(Listing.objects.visible_to(request.viewer).select_related("platform", "batch__attachment", "space"), pk=pk)
    same_seller = Listing.objects.visible_to(request.viewer).for_list().exclude(pk=pk)
    same_seller = same_seller.filter(space_id=listing.space_id, seller_key=listing.seller_key) if listing.seller_key else same_seller.none()
    sightings = Sighting.objects.visible_to(request.viewer).filter(listing=listing).select_related("batch")
    relist = Relist.objects.visible_to(request.viewer).filter(listing=listing).select_related("of", "judged_by").first()
    marks = Right.objects.filter(space_id=listing.space_id, kind="trademark").values_list("name", flat=True)[:200]
    context = {
        "signals": signals(listing, request.viewer, marks), "country": NAMES.get(listing.country, listing.country),
        "listing": listing, "same_seller": same_seller[:20], "sightings": sightings[:100], "relist": relist,
        "can_judge": relist is not None and can_judge(request.viewer, relist),
        "came_back": Relist.objects.visible_to(request.viewer).filter(of=listing).exclude(verdict="different").select_related("listing")[:20],
    }  # fmt: skip
    return render(request, "enforcement/market/listing.html", context)


def picture(request, pk):
    """The picture that came with a listing's file, to be looked at."""
    listing = get_object_or_404(Listing.objects.visible_to(request.viewer).select_related("picture__blob"), pk=pk)
    if listing.picture is None or listing.picture.blob.media_type not in KINDS:
        raise Http404
    response = as_download(listing.picture.blob, listing.picture.name, listing.picture.blob.media_type)
    response["Content-Disposition"] = "inline"
    return response


@require_POST
def judge(request, pk):
    relist = get_object_or_404(Relist.objects.visible_to(request.viewer), listing_id=pk)
    relists.judge(relist, verdict=request.POST.get("verdict", ""), by=request.viewer)
    return redirect(relist)


def import_list(request):
    require(can_import(request.viewer))
    jobs = Import.objects.visible_to(request.viewer).select_related("attachment", "started_by").order_by("-pk")
    return render(request, "enforcement/market/imports.html", {"rows": Keyset(jobs, request.GET), "form": UploadForm()})


def upload(request):
    require(can_import(request.viewer))
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.upload(form.cleaned_data["file"], by=request.viewer))
        except Refused as refusal:
            form.add_error("file", refusal.message)
    jobs = Import.objects.visible_to(request.viewer).select_related("attachment", "started_by").order_by("-pk")
    context = {"rows": Keyset(jobs, request.GET), "form": form}
    return render(request, "enforcement/market/imports.html", context, status=422 if form.errors else 200)


def visible_import(request, reference):
    jobs = Import.objects.visible_to(request.viewer).select_related("attachment", "started_by", "space")
    return get_object_or_404(jobs, reference=reference)


def import_detail(request, reference):
    job = visible_import(request, reference)
    others = Import.objects.visible_to(request.viewer).filter(attachment=job.attachment).exclude(pk=job.pk).select_related("attachment")
    context = {"job": job, "can_undo": can_undo(request.viewer, job), "fields": FIELDS, "others": others.order_by("pk")}
    if job.is_at_work and request.headers.get("HX-Request"):
        return render(request, "enforcement/market/import/_progress.html", context)
    context["can_choose_columns"] = can_choose_columns(request.viewer, job)
    if job.state == Import.State.UPLOADED or (context["can_choose_columns"] and "columns" in request.GET):
        context["form"] = MappingForm(job=job)
    else:
        rows = ImportRow.objects.visible_to(request.viewer).filter(job=job).order_by("number")
        if (verdict := request.GET.get("verdict")) in ImportRow.Verdict.values:
            rows = rows.filter(verdict=verdict)
        shown = list(rows.filter(number__gt=whole(request.GET.get("after")))[:101])
        layout = job.layout
        for row in shown:
            row.place = layout.place(row.number)
        context |= {"rows": shown[:100], "next": shown[99].number if len(shown) > 100 else None, "verdict": verdict, "verdicts": ImportRow.Verdict}
    response = render(request, "enforcement/market/import/detail.html", context)
    if request.headers.get("HX-Request"):
        # The work ended between two looks: the whole page has changed.
        response["HX-Refresh"] = "true"
    return response


@require_POST
def columns(request, reference):
    job = visible_import(request, reference)
    form = MappingForm(request.POST, job=job)
    if not form.is_valid():
        return render(request, "enforcement/market/import/detail.html", {"job": job, "form": form, "fields": FIELDS}, status=422)
    return redirect(actions.choose_columns(job, mapping=form.mapping(), sheets=form.cleaned_data.get("sheets"), by=request.viewer))


@require_POST
def confirm(request, reference):
    return redirect(actions.confirm(visible_import(request, reference), by=request.viewer))


@require_POST
def give_up(request, reference):
    actions.give_up(visible_import(request, reference), by=request.viewer)
    messages.success(request, _("The import was given up; nothing was written."))
    return redirect("imports:list")


@require_POST
def undo(request, reference):
    job = actions.undo(visible_import(request, reference), by=request.viewer)
    messages.success(request, _("The import is being undone."))
    return redirect(job)


def rows(request, reference, verdict):
    """The rows of a verdict, or all, as the same file with columns that say what became of each and why."""
    job = visible_import(request, reference)
    rows = ImportRow.objects.visible_to(request.viewer).filter(job=job).order_by("number")
    if verdict in ImportRow.Verdict.values:
        rows = rows.filter(verdict=verdict)
    elif verdict != "all":
        raise Http404
    table = job.layout
    columns = {name: (lambda row, n=n: row.raw[n] if n < len(row.raw) else "") for n, name in enumerate(job.columns)}
    columns |= {
        _("Row"): lambda row: table.place(row.number),
        _("What became of it"): lambda row: row.get_verdict_display(),
        _("Why"): lambda row: f"{FIELDS.get(row.field, row.field)}: {row.reason}" if row.field else row.reason,
    }
    return export(rows, columns, name=f"{job.reference}-{verdict}", format=request.GET.get("as", "csv"), viewer=request.viewer)
