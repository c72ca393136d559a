from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import require, told_at
from coalition.lists import Keyset, export, with_query
from enforcement.notices.models import NoticeItem
from enforcement.statistics import actions
from enforcement.statistics.accuracy import AccuracyPage
from enforcement.statistics.forms import CohortForm, PeriodForm, PublishForm
from enforcement.statistics.infringers import Infringers
from enforcement.statistics.metrics import METRICS, Cohort, Metric, figures, items_of
from enforcement.statistics.models import OwnMeasures, Snapshot
from enforcement.statistics.months import MonthsPage
from enforcement.statistics.record import M16, on_record
from enforcement.statistics.relisting import M11, relist_rate, relisted
from enforcement.statistics.service import ServicePage
from enforcement.statistics.times import M9, timed, times


@login_not_required
def public(request):
    """What is published, and nothing else: read from snapshots alone."""
    snapshots = Snapshot.objects.prefetch_related("figures").select_related("restates", "restated_by")
    context = {"snapshots": snapshots[:20], "latest": actions.latest(), "headline": actions.headline()}
    return render(request, "enforcement/statistics/public.html", context)


def _own(request):
    form = CohortForm.of(request.GET, request.viewer)
    period = form.period
    cohort = Cohort(period["first"], period["last"], timezone.now(), is_live=True)
    return form, cohort, form.narrow(NoticeItem.objects.visible_to(request.viewer))


def own(request):
    """The same definitions over the items this viewer may see; every figure opens its rows."""
    form, cohort, items = _own(request)
    platform = form.cleaned_data.get("platform") if form.is_valid() else None
    context = {
        "form": form,
        "cohort": cohort,
        "figures": figures(cohort, items),
        "times": times(cohort, items),
        "relists": relist_rate(cohort, items),
        "infringers": Infringers(cohort, items, request.viewer),
        "storefronts": on_record(cohort, request.viewer, platform),
        "platform": platform,
        "measures": _measures(cohort, platform),
        "m16": dict(zip(("code", "version", "name", "text"), M16, strict=True)),
        "period": with_query(request.GET, first=cohort.first.isoformat(), last=cohort.last.isoformat())[1:],
        "can_publish": request.viewer.may("publish_statistics"),
        "is_sender": request.viewer.may("submit_notice"),
    }
    return render(request, "enforcement/statistics/own.html", context)


def _measures(cohort: Cohort, platform) -> list[OwnMeasures]:
    """What platforms say of their own measures in days that lie within a cohort's, the newest of each; never credited to notices (M16)."""
    said = OwnMeasures.objects.filter(first__gte=cohort.first, last__lte=cohort.last, replaced_by=None).select_related("platform")
    if platform:
        said = said.filter(platform=platform)
    return sorted(said.order_by("platform_id", "-last", "-pk").distinct("platform_id"), key=lambda row: row.platform.name)


def months(request):
    """The same figures month by month."""
    form, cohort, items = _own(request)
    page = MonthsPage(cohort, items)
    return render(request, "enforcement/statistics/months.html", {"form": form, "page": page, "cohort": cohort, "months": page.months()})


def accuracy(request):
    """How accurate one's own notices were: a member's own affair."""
    require(request.viewer.may("submit_notice"))
    return render(request, "enforcement/statistics/accuracy.html", {"page": AccuracyPage(request.viewer, request.GET)})


def service(request):
    """How well notices are vetted: for who vets them and who runs their programmes."""
    require(request.viewer.may("vet") or request.viewer.may("run_programme"))
    return render(request, "enforcement/statistics/service.html", {"page": ServicePage(request.viewer, request.GET)})


MOST_SELLERS = 200
# What is counted of items in another way than a rate of what they became, each with how.
BESIDE: dict[str, tuple[Metric, Callable]] = {M9.code: (M9, timed), M11.code: (M11, relisted)}
EXPORTED = {
    _("Notice"): lambda item: item.notice.reference,
    _("Item"): lambda item: item.title,
    _("Key"): lambda item: item.key,
    _("Outcome"): lambda item: item.get_outcome_display(),
    _("In the end"): lambda item: item.get_final_display(),
}


SELLERS = {
    _("Seller"): lambda seller: seller.name,
    _("Storefronts"): lambda seller: ", ".join(seller.keys),
    _("Days"): lambda seller: seller.days,
    _("Upheld items"): lambda seller: seller.items,
    _("Last day"): lambda seller: seller.last,
}


def infringers(request, part):
    """The sellers behind M10."""
    if part not in Infringers.parts:
        raise Http404
    _form, cohort, items = _own(request)
    found = Infringers(cohort, items, request.viewer)
    sellers = found.part(part)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(sellers, SELLERS, name=f"M10-{part}", format=request.GET["export"], viewer=request.viewer)
    context = {"found": found, "words": found.parts[part], "sellers": sellers[:MOST_SELLERS], "count": len(sellers), "most": MOST_SELLERS}
    return render(request, "enforcement/statistics/infringers.html", context)


def rows(request, code, part):
    """The rows behind one figure."""
    metric, of = BESIDE.get(code) or (METRICS.get(code), items_of)
    if metric is None or part not in metric.parts:
        raise Http404
    _form, cohort, items = _own(request)
    words, condition = metric.parts[part]
    found = of(cohort, items).filter(condition).select_related("notice__platform", "notice__principal").order_by("-pk")
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(found, EXPORTED, name=f"{code}-{part}", format=request.GET["export"], viewer=request.viewer)
    context = {"metric": metric, "words": words, "rows": Keyset(found, request.GET), "cohort": cohort}
    return render(request, "enforcement/statistics/rows.html", context)


def publish(request):
    require(request.viewer.may("publish_statistics"))
    period = PeriodForm.of(request.GET)
    before = Snapshot.objects.exclude(procedures="").first()
    form = PublishForm(request.POST or None, initial=period.period | {"procedures": before.procedures if before else ""}, auto_id="publish-%s")
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            actions.publish(by=request.viewer, **form.cleaned_data)
            messages.success(request, _("Published."))
            return redirect("statistics:public")
    cohort = Cohort(**period.period, as_of=timezone.now())
    context = {"form": form, "period": period, "found": actions.to_publish(cohort) if period.is_valid() else []}
    return render(request, "enforcement/statistics/publish.html", context, status=422 if form.errors else 200)
