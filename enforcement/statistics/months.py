"""Month by month: what came of what was handed in then, each figure with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models.functions import TruncMonth

from enforcement.statistics.metrics import METRICS, Cohort, Figure, Metric, grouped

MOST_MONTHS = 36
SHOWN = ("M1", "M2", "M3", "M5", "M7")


@dataclass(frozen=True)
class Month:
    """One month of a cohort: its days within it, and the figures of what was handed in then."""

    first: date
    last: date
    figures: list[Figure | None]

    @property
    def submitted(self) -> int:
        """Items decided or to be decided that were handed in, as the take-down rate tells them apart."""
        figure = self.figures[0]
        return sum(n for part, n in figure.counts.items() if part not in ("numerator", "disabled")) if figure else 0

    @property
    def period(self) -> str:
        return f"first={self.first.isoformat()}&last={self.last.isoformat()}"


class MonthsPage:
    """The months of a cohort, the newest first; one query."""

    def __init__(self, cohort: Cohort, items):
        self.cohort, self.items = cohort, items
        self.metrics: list[Metric] = [METRICS[code] for code in SHOWN]

    @property
    def first(self) -> date:
        """No earlier than so many months before its end."""
        return max(self.cohort.first, self.cohort.last.replace(day=1) - relativedelta(months=MOST_MONTHS - 1))

    @property
    def is_cut(self) -> bool:
        return self.first > self.cohort.first

    def months(self) -> list[Month]:
        cohort = Cohort(self.first, self.cohort.last, self.cohort.as_of, self.cohort.is_live)
        items = self.items.annotate(month=TruncMonth("notice__submitted_at"))
        found = {month.date(): figures for (month,), figures in grouped(cohort, ("month",), self.metrics, items).items()}
        rows, month = [], self.first.replace(day=1)
        while month <= self.cohort.last:
            end = month + relativedelta(months=1) - timedelta(days=1)
            figures = found.get(month, {})
            shown = [figures.get(metric.code) for metric in self.metrics]
            rows.append(Month(max(month, self.first), min(end, self.cohort.last), shown))
            month += relativedelta(months=1)
        return rows[::-1]
