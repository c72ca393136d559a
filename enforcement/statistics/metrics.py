"""The metric definitions, versioned: what is counted, over what, leaving out what. The page shows these very texts.

Cohort: items by the day their notice was *submitted*, so that a slow answer is not hidden by its date. As of: only what had
happened by then counts, read from decisions and disputes, which are never changed. Rates are over items, never notices.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enforcement.notices.models import Decision, Dispute, NoticeItem

SMALL = 5

_REMOVED = Q(was__in=["removed", "disabled"])
_WITHDRAWN = Q(outcome="withdrawn", decided_at__lte=F("as_of"))
_REFUSED = Q(was__in=["rejected", "no_action"])
_CLOCK_ENDED = Q(dispute_ended_at__lte=F("as_of")) | Q(dispute_due_at__lte=F("as_of"))
_STOOD = Q(dispute_ending="stood_behind", dispute_ended_at__lte=F("as_of"))
_CONCLUDED = Q(dispute_concluded_at__lte=F("as_of"))
_DISPUTED = Q(dispute_raised_at__lte=F("as_of"))


@dataclass(frozen=True)
class Metric:
    """A rate with a name, a version and the conditions of its parts; `parts` beyond the first two explain what is left out."""

    code: str
    version: int
    name: Any
    text: Any
    parts: dict[str, tuple[Any, Q]]
    shown_with: str = ""


METRICS: dict[str, Metric] = {
    metric.code: metric
    for metric in (
        Metric(
            "M1", 1, _("Take-down rate"),
            _("Items the platform removed or disabled, of those it decided. Items gone before action, removed by the seller, or "
              "withdrawn before a decision are left out and counted beside it."),
            {
                "numerator": (_("removed or disabled by the platform"), _REMOVED),
                "denominator": (_("decided by the platform"), _REMOVED | _REFUSED),
                "seller_removed": (_("removed by the seller"), Q(was="seller_removed")),
                "gone": (_("gone before action"), Q(was="gone")),
                "withdrawn": (_("withdrawn before a decision"), Q(was=None) & _WITHDRAWN),
                "pending": (_("not decided yet"), (Q(was=None) & ~_WITHDRAWN) | Q(was="clarification")),
            },
        ),
        Metric(
            "M2", 1, _("Stand-behind rate"),
            _("Disputed items whose rights holder confirmed the claim under a named signatory inside the clock, of disputed items "
              "whose clock has ended. Withdrawing and silence are not standing behind. This definition is the coalition's own."),
            {
                "numerator": (_("stood behind"), _STOOD),
                "denominator": (_("disputed, clock ended"), _DISPUTED & _CLOCK_ENDED),
                "withdrawn": (_("withdrawn"), Q(dispute_ending="withdrawn", dispute_ended_at__lte=F("as_of"))),
                "lapsed": (_("lapsed in silence"), _DISPUTED & _CLOCK_ENDED & ~Q(dispute_ending__in=["withdrawn", "stood_behind"])),
                "pending": (_("disputed, clock still running"), _DISPUTED & ~_CLOCK_ENDED),
            },
        ),
        Metric(
            "M3", 1, _("Take-down rate when standing behind"),
            _("Items that stayed down in the end, of items that were disputed, stood behind, and concluded. It says nothing about items "
              "that nobody stood behind: read it beside the stand-behind rate and its n."),
            {
                "numerator": (_("stayed down"), _STOOD & _CONCLUDED & Q(dispute_result="down")),
                "denominator": (_("stood behind and concluded"), _STOOD & _CONCLUDED),
                "reinstated": (_("reinstated all the same"), _STOOD & _CONCLUDED & Q(dispute_result="up")),
                "pending": (_("stood behind, not concluded yet"), _STOOD & ~_CONCLUDED),
            },
            shown_with="M2",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Cohort:
    """Items submitted from a day to a day (both included), seen as of an instant."""

    first: date
    last: date
    as_of: datetime
    is_live: bool = False

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        zone = timezone.get_current_timezone()
        end = datetime.combine(self.last, time.max, zone)
        return datetime.combine(self.first, time.min, zone), min(end, self.as_of)


def items_of(cohort: Cohort, items=None):
    """A cohort's items, each with what it was and how its newest dispute stood at the as-of instant.

    A live cohort, whose instant is now, reads the item's present outcome instead of its decisions; a test holds the two equal.
    """
    items = NoticeItem.objects.all() if items is None else items
    first, last = cohort.bounds
    decision = Decision.objects.filter(item=OuterRef("pk"), decided_at__lte=cohort.as_of).order_by("-number").values("outcome")[:1]
    undecided = Q(outcome__in=[NoticeItem.Outcome.PENDING, NoticeItem.Outcome.WITHDRAWN])
    was = Case(When(undecided, then=None), default=F("outcome")) if cohort.is_live else Subquery(decision)
    dispute = Dispute.objects.filter(item=OuterRef("pk"), raised_at__lte=cohort.as_of).order_by("-pk")
    disputed = {}
    for name in ("ending", "ended_at", "due_at", "raised_at", "concluded_at", "result"):
        found = Subquery(dispute.values(name)[:1])
        # An item that was never disputed has no dispute to look for.
        disputed[f"dispute_{name}"] = Case(When(final=NoticeItem.Final.NONE, then=None), default=found)
    return items.filter(notice__submitted_at__gte=first, notice__submitted_at__lte=last).annotate(
        as_of=Value(cohort.as_of, output_field=DateTimeField()), was=was, **disputed
    )


@dataclass(frozen=True)
class Figure:
    """A metric's value over a cohort, with all its parts."""

    metric: Metric
    cohort: Cohort
    counts: dict[str, int]

    @property
    def numerator(self) -> int:
        return self.counts["numerator"]

    @property
    def denominator(self) -> int:
        return self.counts["denominator"]

    @property
    def percent(self) -> Decimal | None:
        """Rounded half up to one decimal; None over nothing. 100 is said only when nothing is missing, and 0 only of nothing."""
        return percent(self.numerator, self.denominator)

    @property
    def is_small(self) -> bool:
        return self.denominator < SMALL

    @property
    def beside(self) -> list[tuple[str, str, int]]:
        """The parts that are neither numerator nor denominator: (name, words, count)."""
        return [(name, words, self.counts[name]) for name, (words, _q) in self.metric.parts.items() if name not in ("numerator", "denominator")]


def percent(numerator: int, denominator: int) -> Decimal | None:
    """A rate in percent, half up to one decimal, never rounded up to 100 or down to 0 when it is neither."""
    if not denominator:
        return None
    exact = Decimal(numerator) * 100 / Decimal(denominator)
    shown = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if shown == 100 and numerator < denominator:
        return Decimal("99.9")
    if shown == 0 and numerator > 0:
        return Decimal("0.1")
    return shown


def figures(cohort: Cohort, items=None) -> dict[str, Figure]:
    """Every metric over a cohort, in one query."""
    wanted = {f"{code}_{part}": Count("pk", filter=q) for code, metric in METRICS.items() for part, (_w, q) in metric.parts.items()}
    counted = items_of(cohort, items).aggregate(**wanted)
    return {code: Figure(metric, cohort, {part: counted[f"{code}_{part}"] for part in metric.parts}) for code, metric in METRICS.items()}


def query_hash(cohort: Cohort) -> str:
    """Identifies what was asked: the text of the definitions and the cohort's bounds."""
    definitions = [(m.code, m.version, {part: str(q) for part, (_w, q) in m.parts.items()}) for m in METRICS.values()]
    return hashlib.sha256(f"{definitions}|{cohort.bounds}|{cohort.as_of.isoformat()}".encode()).hexdigest()
