"""How accurate a member's notices were: for the member itself, and for the programmes it takes part in. Nobody else reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enforcement.notices.models import Ground, NoticeItem
from enforcement.programmes import rules
from enforcement.programmes.models import Enrolment, Programme
from enforcement.statistics.metrics import METRICS, Cohort, Figure, grouped

COUNTED = [METRICS[code] for code in ("M4", "M6", "M8")]
WINDOWS = (3, 6, 12)
GROUNDS = {rules.OVERALL: _("all grounds"), **dict(Ground.choices)}


def _measured(figures: dict[str, Figure]) -> rules.Measured:
    accuracy, countered = figures["M4"], figures["M6"]
    return rules.Measured(accuracy.numerator, accuracy.denominator, countered.numerator, countered.denominator)


def _with_overall(by_ground: dict[str, rules.Measured]) -> dict[str, rules.Measured]:
    """The counts of each ground, and of all of them."""
    rows = list(by_ground.values())
    overall = rules.Measured(*(sum(getattr(row, name) for row in rows) for name in ("accepted", "decided", "countered", "reported")))
    return {rules.OVERALL: overall, **by_ground}


def count(programme: Programme, first: date, last: date, items=None) -> dict[int, dict[str, rules.Measured]]:
    """How accurate the notices of each member to a programme's platforms were that it submitted between two days: by ground, and overall. Of all
    items, or of some.
    """
    items = (NoticeItem.objects.all() if items is None else items).filter(notice__platform__in=programme.platforms.all())
    found: dict[int, dict[str, rules.Measured]] = {}
    cohort = Cohort(first, last, timezone.now(), is_live=True)
    for (member, ground), figures in grouped(cohort, ("notice__principal", "notice__ground"), COUNTED, items).items():
        found.setdefault(member, {})[ground] = _measured(figures)
    return {member: _with_overall(by_ground) for member, by_ground in found.items()}


@dataclass
class Lane:
    """A programme that a member takes part in: the bounds of good faith, and how the member stands to each."""

    enrolment: Enrolment
    rule: Any
    findings: list[rules.Finding]

    @property
    def warning(self):
        return self.enrolment.warnings.filter(outcome="").first()


class AccuracyPage:
    """A member's own accuracy over some months: by ground, month by month, and what it means for the programmes it takes part in."""

    def __init__(self, viewer, query):
        self.viewer, self.today = viewer, timezone.localdate()
        self.months = int(query["months"]) if query.get("months") in map(str, WINDOWS) else WINDOWS[0]
        self.windows = WINDOWS

    @cached_property
    def items(self):
        return NoticeItem.objects.visible_to(self.viewer).filter(notice__principal=self.viewer.organisation_id)

    @cached_property
    def cohort(self) -> Cohort:
        return Cohort(rules.first_day(self.today, self.months), self.today, timezone.now(), is_live=True)

    @property
    def period(self) -> str:
        return f"first={self.cohort.first.isoformat()}&last={self.cohort.last.isoformat()}"

    @cached_property
    def by_ground(self) -> list[tuple[str, Any, dict[str, Figure]]]:
        """Of each ground it claimed on, and of all of them first: (ground, words, figures)."""
        found = {ground: figures for (ground,), figures in grouped(self.cohort, ("notice__ground",), COUNTED, self.items).items()}
        if not found:
            return []
        overall = {
            metric.code: Figure(
                metric, self.cohort, {part: sum(figures[metric.code].counts[part] for figures in found.values()) for part in metric.parts}
            )
            for metric in COUNTED
        }
        return [("", GROUNDS[""], overall), *((ground, GROUNDS.get(ground, ground), found[ground]) for ground in sorted(found))]

    @cached_property
    def trend(self) -> list[dict]:
        """Month by month, the oldest first: what was decided of what was handed in then."""
        first = self.today.replace(day=1) - relativedelta(months=11)
        cohort = Cohort(first, self.today, timezone.now(), is_live=True)
        items = self.items.annotate(month=TruncMonth("notice__submitted_at"))
        found = {month.date(): figures for (month,), figures in grouped(cohort, ("month",), COUNTED, items).items()}
        months = [first + relativedelta(months=n) for n in range(12)]
        return [
            {"month": month, "last": month + relativedelta(months=1) - timedelta(days=1), "figure": found[month]["M4"] if month in found else None}
            for month in months
        ]

    @cached_property
    def lanes(self) -> list[Lane]:
        """The programmes it takes part in, judged as the nightly watch judges them."""
        found = []
        enrolments = Enrolment.objects.visible_to(self.viewer).filter(organisation=self.viewer.organisation_id, until=None)
        for enrolment in enrolments.select_related("programme"):
            rule = enrolment.programme.good_faith_on(self.today)
            if rule is None:
                continue
            counted = count(enrolment.programme, rule.first_day(self.today), self.today, self.items)
            measured = counted.get(self.viewer.organisation_id, _with_overall({}))
            found.append(Lane(enrolment, rule, rules.judge(rule.bounds, measured)))
        return found
