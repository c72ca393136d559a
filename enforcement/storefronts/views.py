from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.lists import chips, export, labels_of
from enforcement.notices.views import show_notice, visible_notice
from enforcement.shapes.views import visible_platform
from enforcement.storefronts import actions
from enforcement.storefronts.forms import ActForm, AppealForm, DecideAppealForm, RecordForm, ReverseForm, StepForm
from enforcement.storefronts.ladders import in_words, seller_of, shops_of, told_of
from enforcement.storefronts.models import Act, LadderStep
from enforcement.storefronts.pages import ActPage, LadderPage, RecordPage, sellers_of
from enforcement.storefronts.permissions import can_note_under, can_see_infringers

EXPORTED = {
    _later("Storefront"): lambda act: act.seller_name,
    _later("Shop"): lambda act: act.seller_key.partition(":")[2],
    _later("Platform"): lambda act: act.platform.name,
    _later("What was done"): lambda act: act.get_kind_display(),
    _later("On"): lambda act: act.on,
    _later("A new shop of"): lambda act: act.earlier.seller_key.partition(":")[2] if act.earlier else "",
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
        if form.cleaned_data["kind"] == Act.Kind.STRIKE:
            key = form.cleaned_data["seller_key"]
            messages.info(request, told_of(seller_of(shops_of(key, request.viewer), notice.platform, request.viewer)))
        return redirect(notice)
    return show_notice(request, notice, {"storefronts": form}, status=422)


def detail(request, pk, wrong=None, status=200):
    found = Act.objects.visible_to(request.viewer).select_related("platform", "notice", "space", "noted_by", "recorded__earlier", "earlier")
    page = ActPage(get_object_or_404(found, pk=pk), request.viewer, wrong)
    return render(request, "enforcement/storefronts/detail.html", {"page": page, "act": page.act}, status=status)


def _visible_act(request, pk) -> Act:
    return get_object_or_404(Act.objects.visible_to(request.viewer).select_related("platform"), pk=pk)


def _done(request, act, name, form, action, thing, said):
    """One verb about an act, or about an appeal against it, with its form: done, or its page again with what was typed."""
    if acted(request, action, thing, form, said):
        return redirect(act)
    return detail(request, act.pk, {name: form}, status=422)


@require_POST
def reverse(request, pk):
    act = _visible_act(request, pk)
    return _done(request, act, "reverse", ReverseForm(request.POST), actions.reverse, act, _("Taken back."))


@require_POST
def appeal(request, pk):
    act = _visible_act(request, pk)
    form = AppealForm(request.POST, act=act, auto_id="appeal-%s")
    return _done(request, act, "appeal", form, actions.appeal, act, _("Noted: it is yours to decide."))


@require_POST
def decide_appeal(request, pk, appeal_pk):
    """Decide the appeal that the page showed."""
    act = _visible_act(request, pk)
    found = get_object_or_404(act.appeals.all(), pk=appeal_pk)
    return _done(request, act, "decide", DecideAppealForm(request.POST), actions.decide_appeal, found, _("Decided."))


INFRINGERS = {
    _later("Seller"): lambda seller: seller.shown,
    _later("Shops"): lambda seller: ", ".join(sorted(key.partition(":")[2] for key in seller.keys)),
    _later("Strikes that count"): lambda seller: seller.strikes,
    _later("The last on"): lambda seller: seller.days[-1],
    _later("One runs out on"): lambda seller: seller.runs_out,
    _later("Owed"): lambda seller: in_words(seller.owed.step) if seller.owed else "",
    _later("Owed since"): lambda seller: seller.owed.since if seller.owed else None,
}


def ladder(request, slug, wrong=None, status=200):
    """By what a platform acts on strikes; for its own people, who stands on it."""
    page = LadderPage(visible_platform(request, slug), request.viewer, request.GET, wrong)
    if request.GET.get("export") in ("csv", "xlsx"):
        require(can_see_infringers(request.viewer, page.platform))
        return export(page.everybody, INFRINGERS, name=f"strikes-{slug}", format=request.GET["export"], viewer=request.viewer)
    return render(request, "enforcement/storefronts/ladder.html", {"page": page, "platform": page.platform}, status=status)


@require_POST
def set_step(request, slug):
    form = StepForm(request.POST)
    if acted(request, actions.set_step, visible_platform(request, slug), form, _("It holds from now on.")):
        return redirect("storefronts:ladder", slug)
    return ladder(request, slug, form, status=422)


@require_POST
def end_step(request, slug, pk):
    step = get_object_or_404(LadderStep.objects.select_related("platform"), pk=pk, platform=visible_platform(request, slug))
    actions.end_step(step, by=request.viewer)
    messages.success(request, _("It is no step of the ladder any more."))
    return redirect("storefronts:ladder", slug)
