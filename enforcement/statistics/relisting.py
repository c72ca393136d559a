"""How often what was removed comes back: by the same seller, with the same title or picture, under another address."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from enforcement.notices.models import NoticeItem
from enforcement.statistics.metrics import Cohort, Figure, Metric

SOON, LATE = timedelta(days=30), timedelta(days=90)

M11 = Metric(
    "M11", 1, _("Relist rate"),
    _("Removed items that came back within ninety days of their removal, as a new item of a later notice that was found to be the same: the same "
      "seller with the same title or picture under another address. What came back and nobody reported is not counted; of what was removed less than "
      "ninety days ago some may still come back, and it is counted beside it."),
    {
        "numerator": (_("came back within 90 days"), Q(back_late=True)),
        "denominator": (_("removed by the platform"), Q()),
        "soon": (_("of these within 30 days"), Q(back_soon=True)),
        "young": (_("removed less than 90 days ago"), Q(is_young=True)),
    },
    is_public=False,
)  # fmt: skip


def relisted(cohort: Cohort, items):
    """The items of a cohort that are removed now, each with whether it came back, and how soon."""
    first, last = cohort.bounds
    removed = items.filter(notice__submitted_at__gte=first, notice__submitted_at__lte=last, outcome=NoticeItem.Outcome.REMOVED)
    back = NoticeItem.objects.filter(relist_of=OuterRef("pk"), notice__drafted_at__lte=cohort.as_of)
    return removed.annotate(
        back_soon=Exists(back.filter(notice__drafted_at__lte=OuterRef("decided_at") + SOON)),
        back_late=Exists(back.filter(notice__drafted_at__lte=OuterRef("decided_at") + LATE)),
        is_young=Q(decided_at__gt=cohort.as_of - LATE),
    )


def relist_rate(cohort: Cohort, items) -> Figure:
    """The rate over a cohort, with all its parts. Of many that were removed few came back: those are counted from their side."""
    found = relisted(cohort, items).order_by()
    counts = found.aggregate(denominator=Count("pk"), young=Count("pk", filter=Q(is_young=True)))
    back = NoticeItem.objects.filter(relist_of__isnull=False, relist_of__in=found.values("pk"), notice__drafted_at__lte=cohort.as_of)
    in_time = {part: Q(notice__drafted_at__lte=F("relist_of__decided_at") + span) for part, span in (("numerator", LATE), ("soon", SOON))}
    counts |= back.aggregate(**{part: Count("relist_of", filter=condition, distinct=True) for part, condition in in_time.items()})
    return Figure(M11, cohort, {part: counts[part] for part in M11.parts})
