from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.lists import chips, export, labels_of
from enforcement.notices.views import show_notice, visible_notice
from enforcement.storefronts import actions
from enforcement.storefronts.forms import ActForm, RecordForm, ReverseForm
from enforcement.storefronts.models import Act
from enforcement.storefronts.pages import ActPage, RecordPage, sellers_of
from enforcement.storefronts.permissions import can_note_under

EXPORTED = {
    _later("Storefront"): lambda act: act.seller_name,
    _later("Shop"): lambda act: act.seller_key.partition(":")[2],
    _later("Platform"): lambda act: act.platform.name,
    _later("What was done"): lambda act: act.get_kind_display(),
    _later("On"): lambda act: act.on,
    _later("Reversed on"): lambda act: act.reversed_on,
}


def record(request):
    """Storefronts that platforms closed or banned, as every member may know."""
    page = RecordPage(request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(page.filter.qs, EXPORTED, name="storefronts", format=request.GET["export"], viewer=request.viewer)
    context = {"page": page, "rows": page.rows, "filter": page.filter, "chips": chips(request.GET, labels_of(page.filter.form))}
    return render(request, "enforcement/storefronts/list.html", context)


def new(request):
    require(RecordPage(request).can_note)
    form = RecordForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.note(by=request.viewer, **form.cleaned_data))
    return render(request, "enforcement/storefronts/new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def note_under(request, reference):
    """Note what was done to a storefront because of a notice; refused, the notice's page says why."""
    notice = visible_notice(request, reference)
    require(can_note_under(request.viewer, notice))
    form = ActForm(request.POST, sellers=sellers_of(notice))
    if acted(request, actions.note_under, notice, form, _("Noted; the rights holder is told.")):
        return redirect(notice)
    return show_notice(request, notice, {"storefronts": form}, status=422)


def detail(request, pk, wrong=None, status=200):
    found = Act.objects.visible_to(request.viewer).select_related("platform", "notice", "space", "noted_by", "recorded")
    page = ActPage(get_object_or_404(found, pk=pk), request.viewer, wrong)
    return render(request, "enforcement/storefronts/detail.html", {"page": page, "act": page.act}, status=status)


@require_POST
def reverse(request, pk):
    form = ReverseForm(request.POST)
    act = get_object_or_404(Act.objects.visible_to(request.viewer), pk=pk)
    if acted(request, actions.reverse, act, form, _("Taken back.")):
        return redirect(act)
    return detail(request, pk, form, status=422)
