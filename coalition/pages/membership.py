"""The public page of the membership: categories compared, tiers with their dues."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from coalition.dues.models import Band, Rate
from coalition.members.capabilities import MEMBERS_MAY, in_words
from coalition.members.models import CapabilityRule, Category


class MembershipPage:
    def __init__(self):
        self.today = timezone.localdate()

    @cached_property
    def _costs(self) -> dict[int, list[Rate]]:
        costs: dict[int, list[Rate]] = {}
        for rate in Rate.objects.in_force(self.today):
            costs.setdefault(rate.tier_id, []).append(rate)
        return costs

    @cached_property
    def bands(self) -> list[Band]:
        """The bands that any tier costs by today."""
        used = {rate.band_id for rates in self._costs.values() for rate in rates}
        return [band for band in Band.objects.all() if band.pk in used]

    @cached_property
    def dues(self) -> list[dict]:
        """What each tier on offer costs a year: one amount for whoever takes it, or one for each band."""
        rows = []
        for row in self.categories:
            for one in row["tiers"]:
                by_band = {rate.band_id: rate for rate in self._costs.get(one["tier"].pk, [])}
                everybody = by_band.get(None)
                amounts = [by_band.get(band.pk, everybody) for band in self.bands]
                for_all = everybody if len(by_band) == 1 else None
                rows.append({"category": row["category"], "tier": one["tier"], "amounts": amounts, "everybody": for_all})
        return [row for row in rows if row["everybody"] or any(row["amounts"])]

    @cached_property
    def categories(self) -> list[dict]:
        costs = self._costs
        return [
            {"category": category, "is_open": category.is_open_on(self.today), "opens": category.opens_after(self.today),
             "closes": category.closes_after(self.today),
             "tiers": [{"tier": tier, **_span(costs.get(tier.pk, []))} for tier in category.tiers.all() if tier.is_offered_on(self.today)]}
            for category in Category.objects.filter(is_public=True).prefetch_related("tiers")
        ]  # fmt: skip

    @cached_property
    def compared(self) -> list[dict]:
        """What each category gives today, or will on the day it opens: to the whole of it, or on some of its tiers, which are named."""
        rules = CapabilityRule.objects.filter(team=None, capability__in=MEMBERS_MAY).select_related("tier")
        given: dict[tuple, set[str]] = {}
        for rule in rules.order_by("tier__order"):
            for row in self.categories:
                on = row["opens"] or self.today
                if rule.category_id in (None, row["category"].pk) and rule.valid_from <= on and (rule.valid_to is None or rule.valid_to > on):
                    given.setdefault((row["category"].pk, rule.capability), set()).add(str(rule.tier or ""))
        return [
            {"words": in_words(name), "given": [_on_tiers(given.get((row["category"].pk, name), set())) for row in self.categories]}
            for name in MEMBERS_MAY
        ]


def _on_tiers(tiers: set[str]) -> dict:
    """Whether it is given, and on which tiers alone."""
    return {"is_given": bool(tiers), "tiers": "" if "" in tiers else ", ".join(sorted(tiers))}


def _span(rates: list[Rate]) -> dict:
    """The least and the most a year costs, over all bands."""
    if not rates:
        return {"least": None, "most": None, "currency": ""}
    amounts = [rate.amount for rate in rates]
    return {"least": min(amounts), "most": max(amounts), "currency": rates[0].currency}
