"""How many sellers were found infringing on more than one day: counted by seller, not by item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from coalition.access.viewer import Viewer
from enforcement.market.linking import same_sellers
from enforcement.notices.models import UPHELD
from enforcement.statistics.metrics import Cohort, percent

CODE, VERSION, NAME = "M10", 1, _("Repeat infringers")
TEXT = _(
    "Sellers with upheld items on notices of two days or more, of sellers with an upheld item, in the twelve months that end with the period. "
    "Upheld is what the platform took down, or disabled somewhere, and did not put back. Storefronts that your organisation judged to be one seller "
    "are one; a notice about fifty of its listings is one day. Items whose seller is not known are left out and counted beside it."
)
PARTS = {"numerator": _("on two days or more"), "denominator": _("sellers with an upheld item")}


@dataclass(frozen=True)
class Infringer:
    """One seller, by the storefronts that are judged to be it."""

    keys: tuple[str, ...]
    name: str
    days: int
    items: int
    last: date

    @property
    def is_repeat(self) -> bool:
        return self.days > 1


class Infringers:
    """Of a cohort's twelve months, as far as a viewer may know."""

    code, version, name, text, parts = CODE, VERSION, NAME, TEXT, PARTS

    def __init__(self, cohort: Cohort, items, viewer: Viewer):
        self.cohort, self.viewer = cohort, viewer
        first, _last = Cohort(self.first, cohort.last, cohort.as_of).bounds
        self.upheld = items.filter(UPHELD, notice__submitted_at__gte=first, notice__submitted_at__lte=cohort.bounds[1])

    @property
    def first(self) -> date:
        """The first day of the twelve months."""
        return self.cohort.last - relativedelta(years=1) + timedelta(days=1)

    @cached_property
    def _by_shop(self) -> dict[str, dict[str, Any]]:
        known = self.upheld.exclude(seller_key="").order_by().values("seller_key")
        days = ArrayAgg(TruncDate("notice__submitted_at"), distinct=True)
        rows = known.annotate(days=days, items=Count("pk"), name=Max("seller_name"), last=Max("notice__submitted_at"))
        return {row["seller_key"]: row for row in rows}

    @cached_property
    def sellers(self) -> list[Infringer]:
        """Those on most days first."""
        together = same_sellers(self._by_shop, self.viewer)
        groups: dict[str, list[str]] = {}
        for key in self._by_shop:
            groups.setdefault(together.get(key, key), []).append(key)
        found = [self._as_one(sorted(keys)) for keys in groups.values()]
        return sorted(found, key=lambda seller: (-seller.days, -seller.items, seller.keys))

    def _as_one(self, keys: list[str]) -> Infringer:
        rows = [self._by_shop[key] for key in keys]
        days = {day for row in rows for day in row["days"]}
        named = next((row["name"] for row in rows if row["name"]), keys[0])
        return Infringer(tuple(keys), named, len(days), sum(row["items"] for row in rows), max(days))

    @property
    def denominator(self) -> int:
        return len(self.sellers)

    @cached_property
    def numerator(self) -> int:
        return sum(seller.is_repeat for seller in self.sellers)

    @property
    def percent(self):
        return percent(self.numerator, self.denominator)

    @cached_property
    def unknown(self) -> int:
        """Upheld items whose seller is not known."""
        return self.upheld.filter(seller_key="").count()

    def part(self, name: str) -> list[Infringer]:
        return [seller for seller in self.sellers if name == "denominator" or seller.is_repeat]
