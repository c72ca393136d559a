"""What good faith is, judged on counts. Pure.

The bounds are those of a programme's dated rows, as marketplaces publish theirs (DOMAIN.md 1.3): a share of decided items that must have been
accepted, and a share of reported items that may have been countered with success; overall, and where the row says so for each ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from dateutil.relativedelta import relativedelta

OVERALL = ""
ACCURACY, COUNTERED = "accuracy", "countered"


@dataclass(frozen=True)
class Measured:
    """Items of one organisation over the window, of one ground or overall."""

    accepted: int = 0
    decided: int = 0
    countered: int = 0
    reported: int = 0


@dataclass(frozen=True)
class Bounds:
    """Percentages: at least so many accepted, at most so many countered with success."""

    least_accuracy: Decimal
    most_countered: Decimal
    by_ground: bool
    least_items: int


@dataclass(frozen=True)
class Finding:
    """One bound, held against one count."""

    ground: str
    what: str
    count: int
    of: int
    bound: Decimal
    # Of too few items nothing is judged.
    is_judged: bool

    @property
    def ground_words(self) -> str:
        return self.ground.replace("_", " ")

    @property
    def holds(self) -> bool:
        if not self.is_judged:
            return True
        share, bound = Decimal(self.count) * 100, self.bound * self.of
        return share >= bound if self.what == ACCURACY else share <= bound

    @property
    def left(self) -> int:
        """How many more refusals, or successful counter-notices, the bound bears before it is broken, all else being equal."""
        if self.what == ACCURACY:
            # The largest k with count / (of + k) >= bound.
            return max(0, int((Decimal(self.count) * 100 / self.bound).to_integral_value(ROUND_FLOOR)) - self.of) if self.bound else 10**6
        return max(0, int((self.bound * self.of / 100).to_integral_value(ROUND_FLOOR)) - self.count)


def first_day(day: date, months: int) -> date:
    """The first day of the months that end with a day."""
    return day - relativedelta(months=months) + timedelta(days=1)


def judge(bounds: Bounds, measured: Mapping[str, Measured]) -> list[Finding]:
    """Each bound overall, and for each ground where the programme asks for it: by ground, what was found."""
    found = []
    for ground, counts in sorted(measured.items()):
        if ground != OVERALL and not bounds.by_ground:
            continue
        found += [
            Finding(ground, ACCURACY, counts.accepted, counts.decided, bounds.least_accuracy, counts.decided >= bounds.least_items),
            Finding(ground, COUNTERED, counts.countered, counts.reported, bounds.most_countered, counts.reported >= bounds.least_items),
        ]
    return found
