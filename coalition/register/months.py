"""The membership month by month: who was in good standing at a month's end, and how each came to be or ceased to be since the end before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from coalition.access.models import Audience, AudienceMember
from coalition.dates import EARLIEST, LATEST, midnight
from coalition.members.models import Category, Organisation, Term


class Move(StrEnum):
    """What became of an organisation in a month; whoever is at its end what it was at its beginning moved not at all, but for whoever joined and
    left within it.
    """

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


class Movements:
    """Of all members, or of one category's: a few queries, whatever is asked then. At each month's end there are as many members as at the
    one before, and those who joined and came back, less those who fell out and left.
    """

    def __init__(self, category: str = ""):
        self.category = category
        self._good: dict[datetime, set[int]] = {}

    @cached_property
    def _members(self):
        members = Organisation.objects.filter(Exists(Term.objects.filter(organisation=OuterRef("pk"))), category__is_member=True)
        members = members.exclude(category__kind=Category.Kind.COALITION).order_by()
        return members.filter(category__slug=self.category) if self.category else members

    @cached_property
    def _spells(self) -> list[tuple[int, datetime, datetime | None]]:
        """From when until when which organisation was one of all members."""
        known = dict(self._members.values_list("audience_id", "pk"))
        spells = AudienceMember.objects.filter(audience__kind=Audience.Kind.MEMBERS).order_by().values_list("member", "starts_at", "ends_at")
        return [(known[who], start, end) for who, start, end in spells if who in known and (end is None or end > start)]

    @cached_property
    def _joined(self) -> dict[int, date]:
        return dict(self._members.values_list("pk", "joined_on"))

    @cached_property
    def _left(self) -> dict[int, date]:
        """Those whose last term has ended, with its first day without one."""
        ends = Term.objects.counting().filter(organisation__in=self._members).order_by().values("organisation").annotate(last=Max("until"))
        return dict(ends.filter(last__lte=timezone.localdate()).values_list("organisation", "last"))

    def good(self, month: Month) -> set[int]:
        """Who was in good standing at its end."""
        return self._good_before(month.end)

    def _good_before(self, instant: datetime) -> set[int]:
        """Who was in good standing just before an instant: whose spell ends with a month was there at its end."""
        if instant not in self._good:
            self._good[instant] = {pk for pk, start, end in self._spells if start < instant and (end is None or end >= instant)}
        return self._good[instant]

    def moved(self, month: Month) -> dict[Move, set[int]]:
        """Who joined, came back, fell out and left in it."""
        were, are = self._good_before(midnight(month.first)), self._good_before(month.end)
        new = {pk for pk in are - were if self._joined[pk] >= month.first}
        left = {pk for pk, day in self._left.items() if month.first <= day < month.following} - are
        gone = were - are
        # Whoever joined and left within the month did both.
        here = {pk for pk, start, _end in self._spells if midnight(month.first) <= start < month.end}
        passed = {pk for pk in (left - were) & here if self._joined[pk] >= month.first}
        return {
            Move.JOINED: new | passed,
            Move.CAME_BACK: are - were - new,
            Move.FELL: gone - left,
            Move.LEFT: gone & left | passed,
            Move.LEFT_LAPSED: left - were - passed,
        }
