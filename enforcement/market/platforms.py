"""Pages of the platforms: what the checklist of a notice goes by, and where the coalition puts it right."""

from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from coalition.access.acting import acted
from coalition.access.errors import require
from enforcement.market import amending
from enforcement.market.forms import PlatformForm
from enforcement.market.models import Platform
from enforcement.market.permissions import can_amend_platforms


def platform_list(request):
    require(request.viewer.may("see_enforcement"))
    platforms = Platform.objects.exclude(slug="alias").select_related("organisation").prefetch_related("programmes")
    # Those that take notices here first.
    platforms = platforms.order_by(F("organisation__name").asc(nulls_last=True), "name")
    return render(request, "enforcement/market/platforms.html", {"platforms": platforms, "can_amend": can_amend_platforms(request.viewer)})


def amend(request, slug):
    require(can_amend_platforms(request.viewer))
    platform = get_object_or_404(Platform.objects.exclude(slug="alias"), slug=slug)
    form = PlatformForm(request.POST or None, initial={"countries": platform.countries, "most_items": platform.most_items})
    if request.method == "POST" and acted(request, amending.amend_platform, platform, form, _("Saved.")):
        return redirect("platforms:list")
    return render(request, "enforcement/market/platform.html", {"platform": platform, "form": form}, status=422 if form.errors else 200)
