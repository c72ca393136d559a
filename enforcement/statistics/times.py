"""How long platforms take to act: percentiles that heed what is still open, and never an average.

What is not decided yet has taken *at least* so long. Left out, it would make the slow look fast; so the percentiles are those of the Kaplan-Meier
estimate, in which an open item counts among those at risk until the instant it is seen as of. Without open items they are the nearest ranks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, DateTimeField, DurationField, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Ceil, Coalesce, Extract, Greatest
from django.utils.translation import gettext_lazy as _

from enforcement.notices.models import Decision, NoticeItem
from enforcement.statistics.metrics import Cohort, Metric

PERCENTILES = (50, 90, 95)
# Floating point is exact enough for a share, and a share that is met is not missed by its last digit.
NEAR = 1e-9

M9 = Metric(
    "M9", 2, _("Time to action"),
    _("Whole hours, begun ones counted and one at the least, from the platform's word that it has a notice, or from its sending where it gave none, "
      "to the first decision "
      "about an item; a question to the rights holder is no decision. Percentiles by Kaplan and Meier: an item that is still open counts as having "
      "taken at least as long as until now. Items withdrawn before a decision are left out."),
    {
        "numerator": (_("decided"), Q(first__isnull=False)),
        "denominator": (_("reported to a platform"), Q()),
        "open": (_("still open"), Q(first=None)),
        "unconfirmed": (_("of all, counted from the sending, for no receipt was confirmed"), Q(notice__received_at=None)),
    },
    is_public=False,
)  # fmt: skip


def percentiles(rows: Iterable[tuple[int, bool, int]], at: Iterable[int] = PERCENTILES) -> dict[int, int | None]:
    """From rows of (hours, whether it ended then, how many) to the hours within which so many in a hundred had ended; None where, with what is still
    open, that many have not.
    """
    ended: dict[int, int] = {}
    leave: dict[int, int] = {}
    for hours, has_ended, n in rows:
        leave[hours] = leave.get(hours, 0) + n
        if has_ended:
            ended[hours] = ended.get(hours, 0) + n
    at_risk, still_open, wanted = sum(leave.values()), 1.0, sorted(at)
    found: dict[int, int | None] = dict.fromkeys(wanted)
    for hours in sorted(leave):
        if now := ended.get(hours, 0):
            still_open *= 1 - now / at_risk
            for share in wanted:
                if found[share] is None and 1 - still_open >= share / 100 - NEAR:
                    found[share] = hours
        at_risk -= leave[hours]
    return found


def begun_hours(took):
    """How many hours of a span have begun, in SQL: one at the least, however short it was."""
    return Greatest(Cast(Ceil(Extract(took, "epoch") / 3600.0), IntegerField()), 1)


def timed(cohort: Cohort, items):
    """The items of a cohort that were reported to a platform, each with the instant from which it is counted and that of its first decision."""
    (first, last), at = cohort.bounds, cohort.as_of
    decided = Decision.objects.filter(item=OuterRef("pk"), decided_at__lte=at).exclude(outcome=NoticeItem.Outcome.CLARIFICATION)
    decision: Any = Subquery(decided.order_by("number").values("decided_at")[:1])
    if cohort.is_live:
        # What was never answered, or once, says so itself.
        once = Q(decisions=1) & ~Q(outcome__in=[NoticeItem.Outcome.CLARIFICATION, NoticeItem.Outcome.PENDING])
        decision = Case(When(decisions=0, then=Value(None)), When(once, then=F("decided_at")), default=decision, output_field=DateTimeField())
    found = items.filter(notice__submitted_at__gte=first, notice__submitted_at__lte=last, notice__sent_at__lte=at).annotate(
        begun=Coalesce("notice__received_at", "notice__sent_at"), first=decision
    )
    return found.exclude(outcome=NoticeItem.Outcome.WITHDRAWN, first=None)


@dataclass(frozen=True)
class Times:
    """How long it took over a cohort."""

    metric: Metric
    counts: dict[str, int]
    hours: dict[int, int | None]

    @property
    def said(self) -> list[tuple[int, int | None]]:
        return list(self.hours.items())

    @property
    def beside(self) -> list[tuple]:
        return [(part, words, self.counts[part]) for part, (words, _q) in self.metric.parts.items()]


def times(cohort: Cohort, items) -> Times:
    """The time to action over a cohort, in one query, whatever it holds."""
    found = timed(cohort, items)
    took = ExpressionWrapper(Coalesce("first", Value(cohort.as_of, DateTimeField())) - F("begun"), DurationField())
    hours = begun_hours(took)
    parts = {part: Count("pk", filter=q) if q else Count("pk") for part, (_words, q) in M9.parts.items()}
    rows = found.order_by().annotate(hours=hours).values("hours").annotate(**parts)
    spans: list[tuple[int, bool, int]] = []
    for row in rows:
        spans += [(row["hours"], True, row["numerator"]), (row["hours"], False, row["open"])]
    counts = {part: sum(row[part] for row in rows) for part in M9.parts}
    return Times(M9, counts, percentiles(spans))
