"""The metric definitions, versioned: what is counted, over what, leaving out what. The page shows these very texts.

Cohort: items by the day their notice was *submitted*, so that a slow answer is not hidden by its date. As of: only what had
happened by then counts, read from decisions and disputes, which are never changed. Rates are over items, never notices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enforcement.notices.models import Decision, Dispute, NoticeItem

_REMOVED = Q(was="removed")
_DOWN = Q(was__in=["removed", "disabled"])
_REFUSED = Q(was__in=["rejected", "no_action"])
_NOT_ANSWERED = Q(was=None)
_IS_WITHDRAWN = Q(is_withdrawn=True)
# Of an item's disputes, as they stood: whether one was raised, whether the clock of one has ended, and whether one ended otherwise than by
# standing behind it; how the newest that was stood behind concluded ("" while it has not).
_DISPUTED = Q(disputed=True)
_CLOCK_ENDED = Q(clock_ended=True)
_STOOD = Q(clock_ended=True, not_stood=False)
_UNANSWERED = Q(clock_ended=True, not_stood=True, withdrew=False)
_FAILED = _REFUSED | (_DOWN & Q(clock_ended=True, not_stood=True))


@dataclass(frozen=True)
class Metric:
    """A rate with a name, a version and the conditions of its parts; `parts` beyond the first two explain what is left out."""

    code: str
    version: int
    name: Any
    text: Any
    parts: dict[str, tuple[Any, Q]]
    shown_with: str = ""
    # What a member is told of itself alone is never published.
    is_public: bool = True

    @property
    def definition(self) -> dict:
        """Its words, as a published figure keeps them whatever becomes of the definition."""
        return {"name": str(self.name), "text": str(self.text), "parts": [[part, str(words)] for part, (words, _q) in self.parts.items()]}


METRICS: dict[str, Metric] = {
    metric.code: metric
    for metric in (
        Metric(
            "M1", 2, _("Take-down rate"),
            _("Items the platform removed, of those it decided. Items gone before action, named in another notice already, removed by the seller, "
              "or withdrawn before a decision are left out and counted beside it; items that were only disabled in some territories were decided, "
              "and not removed."),
            {
                "numerator": (_("removed by the platform"), _REMOVED),
                "denominator": (_("decided by the platform"), _DOWN | _REFUSED),
                "disabled": (_("of these only disabled in some territories"), Q(was="disabled")),
                "seller_removed": (_("removed by the seller"), Q(was="seller_removed")),
                "gone": (_("gone before action"), Q(was="gone")),
                "duplicate": (_("named in another notice already"), Q(was="duplicate")),
                "withdrawn": (_("withdrawn before a decision"), _NOT_ANSWERED & _IS_WITHDRAWN),
                "pending": (_("not decided yet"), (_NOT_ANSWERED & Q(is_withdrawn=False)) | Q(was="clarification")),
            },
        ),
        Metric(
            "M2", 2, _("Stand-behind rate"),
            _("Disputed items whose rights holder confirmed the claim under a named signatory inside the clock, of disputed items "
              "whose clock has ended. Withdrawing and silence are not standing behind. An item that was disputed more than once counts once, and as "
              "stood behind only where that holds of every dispute whose clock has ended. This definition is the coalition's own."),
            {
                "numerator": (_("stood behind"), _STOOD),
                "denominator": (_("disputed, clock ended"), _CLOCK_ENDED),
                "withdrawn": (_("withdrawn"), Q(clock_ended=True, withdrew=True)),
                "lapsed": (_("lapsed in silence"), _UNANSWERED),
                "pending": (_("disputed, clock still running"), _DISPUTED & Q(clock_ended=False)),
            },
        ),
        Metric(
            "M3", 2, _("Take-down rate when standing behind"),
            _("Items that stayed down in the end, of items that were disputed, stood behind as the stand-behind rate counts it, and concluded by "
              "the platform. It says nothing about items that nobody stood behind: read it beside the stand-behind rate and its n."),
            {
                "numerator": (_("stayed down"), _STOOD & Q(concluded="down")),
                "denominator": (_("stood behind and concluded"), _STOOD & Q(concluded__in=["down", "up"])),
                "reinstated": (_("reinstated all the same"), _STOOD & Q(concluded="up")),
                "pending": (_("stood behind, not concluded yet"), _STOOD & Q(concluded="")),
            },
            shown_with="M2",
        ),
        Metric(
            "M4", 1, _("Notice accuracy"),
            _("Items whose claim the platform accepted, wholly or for some territories, of those it decided: what marketplaces count when they "
              "admit a rights holder to a faster lane, and when they end it."),
            {
                "numerator": (_("accepted by the platform"), _DOWN),
                "denominator": (_("decided by the platform"), _DOWN | _REFUSED),
                "refused": (_("rejected, or no action"), _REFUSED),
                "pending": (_("not decided yet"), (_NOT_ANSWERED & Q(is_withdrawn=False)) | Q(was="clarification")),
            },
            is_public=False,
        ),
        Metric(
            "M5", 1, _("Counter-notice rate"),
            _("Items against whose removal the seller gave a counter-notice, of items removed or disabled by the platform."),
            {
                "numerator": (_("counter-noticed"), _DOWN & Q(countered=True)),
                "denominator": (_("removed or disabled by the platform"), _DOWN),
            },
        ),
        Metric(
            "M6", 1, _("Successful counter-notice rate"),
            _("Items that came back because of a seller's counter-notice, of items reported to a platform: of all that were reported, not of those "
              "that were countered."),
            {
                "numerator": (_("reinstated after a counter-notice"), Q(reported=True, counter_won=True)),
                "denominator": (_("reported to a platform"), Q(reported=True)),
            },
        ),
        Metric(
            "M7", 1, _("Reinstatement rate"),
            _("Items that came back after their removal, for whatever reason, of items removed or disabled by the platform."),
            {
                "numerator": (_("reinstated"), _DOWN & Q(came_back=True)),
                "denominator": (_("removed or disabled by the platform"), _DOWN),
            },
        ),
        Metric(
            "M8", 1, _("Claims that did not hold"),
            _("Items whose claim the platform refused, or whose rights holder withdrew it when it was disputed, or left the dispute unanswered, of "
              "items decided: what marketplaces count before they limit how much a rights holder may report. Silence counts as much as a refusal."),
            {
                "numerator": (_("refused, withdrawn, or left unanswered"), _FAILED),
                "denominator": (_("decided by the platform"), _DOWN | _REFUSED),
                "refused": (_("of these refused"), _REFUSED),
                "withdrawn": (_("of these withdrawn when disputed"), _DOWN & Q(clock_ended=True, withdrew=True)),
                "lapsed": (_("of these left unanswered"), _DOWN & _UNANSWERED),
            },
            is_public=False,
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
    """A cohort's items, each with what it was and how its disputes stood at the as-of instant.

    A live cohort, whose instant is now, reads the item's present outcome instead of its decisions; a test holds the two equal. Every fact is
    said whether it holds or not, never left empty: what is not so must be countable too.
    """
    items = NoticeItem.objects.all() if items is None else items
    (first, last), at = cohort.bounds, cohort.as_of
    decision = Decision.objects.filter(item=OuterRef("pk"), decided_at__lte=at).order_by("-number").values("outcome")[:1]
    undecided = Q(outcome__in=[NoticeItem.Outcome.PENDING, NoticeItem.Outcome.WITHDRAWN])
    was = Case(When(undecided, then=None), default=F("outcome")) if cohort.is_live else Subquery(decision)
    raised = Dispute.objects.filter(item=OuterRef("pk"), raised_at__lte=at)
    ended = raised.filter(Q(ended_at__lte=at) | Q(due_at__lte=at))
    stood = Q(ending=Dispute.Ending.STOOD_BEHIND, ended_at__lte=at)
    counter = raised.filter(kind=Dispute.Kind.COUNTER_NOTICE)
    reinstated = Q(concluded_at__lte=at, result=Dispute.Result.UP)
    how = Case(When(concluded_at__lte=at, then=F("result")), default=Value(""))
    newest = Subquery(raised.filter(stood).order_by("-pk").values(how=how)[:1])

    def if_disputed(fact, otherwise: Value):
        # An item that was never disputed has no dispute to look for.
        return Case(When(final=NoticeItem.Final.NONE, then=otherwise), default=fact)

    facts = {
        "disputed": raised, "clock_ended": ended, "not_stood": ended.exclude(stood),
        "withdrew": raised.filter(ending=Dispute.Ending.WITHDRAWN, ended_at__lte=at), "countered": counter, "counter_won": counter.filter(reinstated),
        "came_back": raised.filter(reinstated),
    }  # fmt: skip
    no, yes = Value(False), Value(True)
    return items.filter(notice__submitted_at__gte=first, notice__submitted_at__lte=last).annotate(
        was=was,
        is_withdrawn=Case(When(outcome=NoticeItem.Outcome.WITHDRAWN, decided_at__lte=at, then=yes), default=no),
        reported=Case(When(notice__sent_at__lte=at, then=yes), default=no),
        concluded=Coalesce(if_disputed(newest, Value("")), Value("")),
        **{name: if_disputed(Exists(found), no) for name, found in facts.items()},
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


def _counts(metrics: Iterable[Metric]) -> dict[str, Count]:
    return {f"{metric.code}_{part}": Count("pk", filter=q) for metric in metrics for part, (_words, q) in metric.parts.items()}


def _figures(cohort: Cohort, counted: dict, metrics: Iterable[Metric]) -> dict[str, Figure]:
    return {metric.code: Figure(metric, cohort, {part: counted[f"{metric.code}_{part}"] for part in metric.parts}) for metric in metrics}


def figures(cohort: Cohort, items=None) -> dict[str, Figure]:
    """Every metric over a cohort, in one query."""
    return _figures(cohort, items_of(cohort, items).aggregate(**_counts(METRICS.values())), METRICS.values())


def grouped(cohort: Cohort, by: tuple[str, ...], metrics: Iterable[Metric], items=None) -> dict[tuple, dict[str, Figure]]:
    """Metrics over each part of a cohort, by the values of some fields of its items, in one query."""
    metrics = list(metrics)
    rows = items_of(cohort, items).order_by().values(*by).annotate(**_counts(metrics))
    return {tuple(row[name] for name in by): _figures(cohort, row, metrics) for row in rows}


def published() -> list[Metric]:
    return [metric for metric in METRICS.values() if metric.is_public]


def figures_by_member(cohort: Cohort) -> dict[int, dict[str, Figure]]:
    """The metrics that are published, of each member that submitted something, by the principal's id: what they add up to is published, and how
    they share in it says whether it may be.
    """
    return {member: found for (member,), found in grouped(cohort, ("notice__principal",), published()).items()}


def query_hash(cohort: Cohort) -> str:
    """Identifies what was asked: the words of the definitions, and the statement that counts them with all its values."""
    metrics = published()
    statement = items_of(cohort).order_by().values("notice__principal").annotate(**_counts(metrics)).query.sql_with_params()
    return hashlib.sha256(f"{[(m.code, m.version, m.definition) for m in metrics]}|{statement}".encode()).hexdigest()
