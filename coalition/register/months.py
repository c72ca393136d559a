"""The membership month by month: who was in good standing at a month's end, and how each came to be or ceased to be since the end before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from django.db.models import Max
from django.utils import timezone

from coalition.access.models import Audience, AudienceMember
from coalition.dates import EARLIEST, LATEST, midnight
from coalition.members.models import Category, Organisation, Term


class Move(StrEnum):
    """What became of an organisation in a month; whoever is at its end what it was at its beginning moved not at all."""

    JOINED = "joined"
    CAME_BACK = "back"
    FELL = "fell"
    LEFT = "left"
    # It was out of good standing before, so that its leaving changes no number of members.
    LEFT_LAPSED = "left_lapsed"


@dataclass(frozen=True)
class Month:
    first: date

    @classmethod
    def read(cls, text: str) -> Month | None:
        """The month as `2026-03` says it; None for none."""
        try:
            month = cls(date.fromisoformat(f"{text}-01"))
            return month if EARLIEST < month.first < LATEST else None
        except ValueError:
            return None

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def following(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)

    @property
    def before(self) -> Month:
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def end(self) -> datetime:
        """The instant before which it ends, or now while it runs."""
        return min(midnight(self.following), timezone.now())


@dataclass
class Known:
    """What is known of one organisation for this: when it was one of all members, when it joined, when it left."""

    joined_on: date
    left_on: date | None = None
    spells: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def is_good_before(self, instant: datetime) -> bool:
        """Whether it was in good standing just before an instant: whose spell ends with a month was there at its end."""
        return any(starts < instant and (ends is None or ends >= instant) for starts, ends in self.spells)


class Movements:
    """Of all members, or of one category's: two queries, whatever is asked then. At each month's end there are as many members as at the
    one before, and those who joined and came back, less those who fell out and left.
    """

    def __init__(self, category: str = ""):
        self.category = category

    @cached_property
    def _known(self) -> dict[int, Known]:
        members = Organisation.objects.filter(category__is_member=True, terms__isnull=False).exclude(category__kind=Category.Kind.COALITION)
        if self.category:
            members = members.filter(category__slug=self.category)
        today = timezone.localdate()
        ends = Term.objects.counting().filter(organisation__in=members).order_by().values("organisation").annotate(last=Max("until"))
        left = {pk: last for pk, last in ends.values_list("organisation", "last") if last <= today}
        rows = members.distinct().order_by().values_list("pk", "audience_id", "joined_on")
        found = {audience: (pk, Known(joined_on, left.get(pk))) for pk, audience, joined_on in rows}
        spells = AudienceMember.objects.filter(audience__kind=Audience.Kind.MEMBERS, member__in=list(found)).order_by("starts_at")
        for audience, starts_at, ends_at in spells.values_list("member", "starts_at", "ends_at"):
            if ends_at is None or ends_at > starts_at:
                found[audience][1].spells.append((starts_at, ends_at))
        return dict(found.values())

    def good(self, month: Month) -> set[int]:
        """Who was in good standing at its end."""
        return self._good_before(month.end)

    def _good_before(self, instant: datetime) -> set[int]:
        return {pk for pk, known in self._known.items() if known.is_good_before(instant)}

    def moved(self, month: Month) -> dict[Move, set[int]]:
        """Who joined, came back, fell out and left in it."""
        begin, end = midnight(month.first), month.end
        moved: dict[Move, set[int]] = defaultdict(set)
        for pk, known in self._known.items():
            was, is_now = known.is_good_before(begin), known.is_good_before(end)
            has_left = known.left_on is not None and month.first <= known.left_on < month.following
            if is_now and not was:
                moved[Move.JOINED if known.joined_on >= month.first else Move.CAME_BACK].add(pk)
            elif was and not is_now:
                moved[Move.LEFT if has_left else Move.FELL].add(pk)
            elif has_left and not is_now:
                moved[Move.LEFT_LAPSED].add(pk)
        return moved
