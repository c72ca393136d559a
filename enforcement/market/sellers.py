"""Pages of sellers, and of one's own allow list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.brought import views as brought
from coalition.dates import last_day
from coalition.lists import export
from coalition.members.forms import ReasonForm
from enforcement.market import allow_bringing, allowing, linking
from enforcement.market.columns import seller_key
from enforcement.market.forms import AllowFileForm, AllowForm, LinkForm, NewAllowForm
from enforcement.market.models import AllowedFile, AllowedSeller, Listing
from enforcement.market.pages import SellerPage
from enforcement.market.permissions import can_keep_allow_list, can_link_sellers

EXPORTED = {
    _later("Seller"): lambda entry: entry.name,
    _later("Platform"): lambda entry: entry.platform.name,
    _later("Shop"): lambda entry: entry.seller_key.partition(":")[2],
    _later("Kind"): lambda entry: entry.get_kind_display(),
    _later("Why"): lambda entry: entry.because,
    _later("From"): lambda entry: entry.starts_on,
    _later("Last day"): lambda entry: last_day(entry.ends_on) if entry.ends_on else None,
}


def seller_list(request):
    """The sellers of one's own listings: what one sees of a storefront is what one's own rows show."""
    own = Listing.objects.on_desk_of(request.viewer).exclude(seller_key="")
    sellers = own.values("seller_key", "platform__name").annotate(listings=Count("pk"), name=Max("seller_name"), last_seen=Max("last_seen_at"))
    page = Paginator(sellers.order_by("-listings", "seller_key"), 50).get_page(request.GET.get("page"))
    keys = [row["seller_key"] for row in page]
    lowered = {entry.seller_key.lower() for entry in allowing.allowed_among(keys, desk_id=request.viewer.desk_id, on=timezone.localdate())}
    allowed = {key for key in keys if key.lower() in lowered}
    context = {"page": page, "allowed": allowed, "can_keep": can_keep_allow_list(request.viewer)}
    return render(request, "enforcement/market/sellers.html", context)


def seller(request, key, wrong=None, status=200):
    page = SellerPage(key, request.viewer, request.GET, wrong)
    if not page.is_known:
        raise Http404
    return render(request, "enforcement/market/seller.html", {"page": page, "rows": page.rows}, status=status)


@require_POST
def allow(request, key):
    """Put the seller of this page on one's own allow list."""
    page, form = SellerPage(key, request.viewer, request.GET), AllowForm(request.POST)
    if not page.is_known or page.platform is None:
        raise Http404
    if form.is_valid():
        with told_at(form):
            allowing.allow(key, platform=page.platform, by=request.viewer, **form.cleaned_data)
            return redirect("sellers:detail", key)
    return seller(request, key, {"allow": form}, status=422)


@require_POST
def link(request, key):
    """Judge whether the seller of this page is that of another storefront."""
    page, form = SellerPage(key, request.viewer, request.GET), LinkForm(request.POST)
    if not page.is_known:
        raise Http404
    require(can_link_sellers(request.viewer))
    if form.is_valid():
        with told_at(form):
            judged = linking.link(key, by=request.viewer, **form.cleaned_data)
            if said := linking.comes_of(judged, request.viewer):
                messages.info(request, said)
            return redirect("sellers:detail", key)
    return seller(request, key, {"link": form}, status=422)


@require_POST
def end(request, key, pk):
    entries = AllowedSeller.objects.on_desk_of(request.viewer).filter(seller_key__iexact=key)
    form = ReasonForm(request.POST, auto_id="end-%s")
    if acted(request, allowing.end, get_object_or_404(entries, pk=pk), form, _("It is on your allow list no more.")):
        return redirect("sellers:detail", key)
    return seller(request, key, {"end": form}, status=422)


def allow_list(request):
    """One's own allow list, and a seller put on it that no listing names yet."""
    require(can_keep_allow_list(request.viewer))
    entries = AllowedSeller.objects.on_desk_of(request.viewer).select_related("platform", "added_by")
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(entries, EXPORTED, name="allow-list", format=request.GET["export"], viewer=request.viewer)
    form = NewAllowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        shop, platform = values.pop("shop"), values["platform"]
        with told_at(form):
            return redirect(allowing.allow(seller_key(platform.slug, shop, ""), by=request.viewer, **values))
    page = Paginator(entries, 100).get_page(request.GET.get("page"))
    return render(request, "enforcement/market/allow_list.html", {"page": page, "form": form}, status=422 if form.errors else 200)


def allowed_files(request):
    """Bring in a list of allowed sellers that was kept elsewhere, and the files that were brought."""
    require(can_keep_allow_list(request.viewer))
    form = AllowFileForm(request.POST or None, request.FILES or None)
    return brought.files(request, AllowedFile, form=form, bring=allow_bringing.bring, template="enforcement/market/allowed_files.html")


def _allowed_file(request, pk) -> AllowedFile:
    require(can_keep_allow_list(request.viewer))
    return get_object_or_404(AllowedFile.objects.visible_to(request.viewer), pk=pk)


def allowed_file(request, pk):
    return brought.file(request, _allowed_file(request, pk), template="enforcement/market/allowed_file.html", name="allow-list-rows")


@require_POST
def enter_allowed(request, pk):
    count = allow_bringing.enter_all(_allowed_file(request, pk), by=request.viewer)
    messages.success(request, ngettext("One seller is on your allow list.", "%(n)d sellers are on your allow list.", count) % {"n": count})
    return redirect("sellers:allowed_file", pk)


@require_POST
def undo_allowed(request, pk):
    gone, stay = allow_bringing.undo(_allowed_file(request, pk), by=request.viewer)
    messages.success(request, _("%(gone)d are off it again; %(stay)d stay, because somebody has built on them.") % {"gone": gone, "stay": stay})
    return redirect("sellers:allowed_file", pk)
