"""The public page of the membership: categories compared, tiers with their dues."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from coalition.dues.models import Rate
from coalition.members.capabilities import in_words
from coalition.members.models import CapabilityRule, Category

# What anybody with the right seat has whatever the category, and what is the coalition's own business, compares nothing.
COMPARED = ("read_directory", "see_enforcement", "open_case", "submit_notice", "answer_notice", "join_group", "post", "comment", "chair_group",
            "publish_guidance", "vote", "stand_for_board", "object_to_applicant")  # fmt: skip


class MembershipPage:
    def __init__(self):
        self.today = timezone.localdate()

    @cached_property
    def categories(self) -> list[dict]:
        costs: dict[int, list] = {}
        for rate in Rate.objects.in_force(self.today):
            costs.setdefault(rate.tier_id, []).append(rate)
        return [
            {"category": category, "is_open": category.is_open_on(self.today),
             "tiers": [{"tier": tier, **_span(costs.get(tier.pk, []))} for tier in category.tiers.all()]}
            for category in Category.objects.filter(is_public=True).prefetch_related("tiers")
        ]  # fmt: skip

    @cached_property
    def compared(self) -> list[dict]:
        in_force = CapabilityRule.objects.in_force(self.today).filter(team=None)
        given = set(in_force.values_list("category_id", "capability"))
        return [
            {"words": in_words(name), "given": [(row["category"].pk, name) in given or (None, name) in given for row in self.categories]}
            for name in COMPARED
        ]


def _span(rates: list[Rate]) -> dict:
    """The least and the most a year costs, over all bands."""
    if not rates:
        return {"least": None, "most": None, "currency": ""}
    amounts = [rate.amount for rate in rates]
    return {"least": min(amounts), "most": max(amounts), "currency": rates[0].currency}
