"""What staff set: rates, rules, taxes, the issuer, the ladder."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from coalition.dues.actions import reminders
from coalition.dues.models import DuesRule, Issuer, Rate, TaxRule
from coalition.members.models import Tier


class RatesPage:
    def __init__(self):
        self.today = timezone.localdate()

    @cached_property
    def tiers(self) -> list[dict]:
        rates: dict[int, list[Rate]] = {}
        for rate in Rate.objects.select_related("band").order_by("band__order", "-valid_from"):
            rates.setdefault(rate.tier_id, []).append(rate)
        tiers = Tier.objects.select_related("category").filter(category__is_member=True).exclude(category__kind="coalition")
        rules_now = list(DuesRule.objects.in_force(self.today))
        general = next(rule for rule in rules_now if rule.tier_id is None)
        own = {rule.tier_id: rule for rule in reversed(rules_now)}
        return [{"tier": tier, "rates": rates.get(tier.pk, []), "rule": own.get(tier.pk, general)} for tier in tiers]

    @cached_property
    def issuer(self):
        return Issuer.objects.in_force(self.today).first()

    @cached_property
    def taxes(self):
        return list(TaxRule.objects.in_force(self.today).order_by("scope"))

    @cached_property
    def ladder(self):
        return reminders.ladder(self.today)
