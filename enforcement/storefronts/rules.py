"""What the strikes of a seller come to, by its platform's ladder. Pure.

Strikes are counted by offence: one notice is one, whatever number of its items was upheld and of the seller's shops they were in (DOMAIN.md 6,
M10); one that ran out or was taken back counts no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# From the mildest: a graver act does for a milder one.
GRAVITY = {"warned": 0, "suspended": 1, "closed": 2, "banned": 3}


@dataclass(frozen=True)
class Offence:
    """A strike against one shop, because of one notice."""

    notice: int
    shop: str
    on: date
    ends_on: date | None = None

    def counts(self, on: date) -> bool:
        return self.on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True)
class Done:
    """What was done to a shop, and was not taken back."""

    shop: str
    kind: str
    on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Step:
    """What a ladder says happens at so many strikes; `days` is how long a suspension lasts, where it says so."""

    strikes: int
    kind: str
    days: int | None = None
    clause: str = ""
    # From which day the ladder has it.
    set_on: date = date.min

    @property
    def weight(self) -> tuple[int, float]:
        """How grave it is: a suspension the more, the longer; one without an end is the gravest of them."""
        return GRAVITY[self.kind], float("inf") if self.days is None else self.days


@dataclass(frozen=True)
class Owed:
    """A step that a seller has come to: since which day, and to which of its shops it was not done yet."""

    step: Step
    since: date
    shops: tuple[str, ...]


def counting(offences: Iterable[Offence], on: date) -> list[date]:
    """The days of the offences that count on a day, the earliest first: of a notice against several shops, its first."""
    first: dict[int, date] = {}
    for one in offences:
        if one.counts(on):
            first[one.notice] = min(one.on, first.get(one.notice, one.on))
    return sorted(first.values())


def reached(offences: Iterable[Offence], steps: Iterable[Step], on: date) -> tuple[Step, date] | None:
    """The highest step that a seller's strikes come to on a day, and since when: the day of the strike that last brought it there from below, or of
    the step where that is younger. That a strike runs out begins nothing anew.
    """
    offences = list(offences)
    n = len(counting(offences, on))
    step = max((step for step in steps if step.strikes <= n), key=lambda step: step.strikes, default=None)
    if step is None:
        return None
    days = sorted({one.on for one in offences if one.on <= on}, reverse=True)
    risen = (day for day in days if len(counting(offences, day)) >= step.strikes > len(counting(offences, day - timedelta(days=1))))
    return step, max(next(risen), step.set_on)


def following(offences: Iterable[Offence], steps: Iterable[Step], on: date) -> Step | None:
    """The step that comes next; None at the end of the ladder."""
    n = len(counting(offences, on))
    return min((step for step in steps if step.strikes > n), key=lambda step: step.strikes, default=None)


def owed(offences: Iterable[Offence], steps: Iterable[Step], done: Iterable[Done], on: date) -> Owed | None:
    """The step that a seller has come to and that was not taken against each of its shops that offended; None where none is owed.

    A step is taken by an act as grave or graver since the strike that led to it, or from before where it was in force then; a warning is given
    anew. A suspension takes it where it lasts as long as the step says.
    """
    offences, done = list(offences), list(done)
    found = reached(offences, steps, on)
    if found is None:
        return None
    step, since = found
    met = {act.shop for act in done if _takes(act, step, since)}
    shops = tuple(sorted({one.shop for one in offences if one.counts(on)} - met))
    return Owed(step, since, shops) if shops else None


def _takes(act: Done, step: Step, since: date) -> bool:
    gravity = GRAVITY.get(act.kind, -1)
    if gravity < GRAVITY[step.kind]:
        return False
    if act.kind == step.kind and step.days and act.ends_on and (act.ends_on - act.on).days < step.days:
        return False
    return act.on >= since or (act.kind != "warned" and (act.ends_on is None or since < act.ends_on))


def falls(steps: Iterable[Step]) -> Step | None:
    """A step that is milder than one before it: a ladder that descends is a mistake."""
    gravest: tuple[int, float] = (-1, 0)
    for step in sorted(steps, key=lambda step: step.strikes):
        if step.weight < gravest:
            return step
        gravest = step.weight
    return None
