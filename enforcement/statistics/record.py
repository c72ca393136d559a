"""What platforms did to storefronts, accounts and domains: counts of what they said they did, each a fact with its own date, never added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from enforcement.statistics.metrics import Cohort
from enforcement.storefronts.models import Act

# By the kind of act: code, version, name, and what it counts.
COUNTS = {
    Act.Kind.CLOSED: (
        "M12", 1, _("Storefronts closed"),
        _("Storefronts that platforms said they closed in these days, whatever led to it: what a platform did by itself is not credited to notices."),
    ),
    Act.Kind.BANNED: (
        "M13", 1, _("Permanently banned"),
        _("Storefronts that platforms said they banned for good in these days. A closed storefront is not a banned one: nothing is inferred."),
    ),
    Act.Kind.TERMINATED: (
        "M14", 1, _("Merchant accounts terminated"),
        _("Merchant accounts that payment services and platforms said they terminated in these days, whatever led to it."),
    ),
    Act.Kind.DOMAIN: (
        "M15", 1, _("Domains seized or transferred"),
        _("Domain names that who keeps them said were seized or transferred in these days, whatever led to it. A website that is only down is none."),
    ),
}  # fmt: skip


# What platforms say of themselves (statistics.OwnMeasures): code, version, name, and what it says.
M16 = (
    "M16", 1, _("Proactive share"),
    _("What a platform says it removed by its own measures, of all it says it removed in those days: its own word with its source. Nothing of it is "
      "credited to notices, and nothing of it is in the figures beside."),
)  # fmt: skip


@dataclass(frozen=True)
class OnRecord:
    """How many storefronts in the days of a cohort, and how many of them were reversed since."""

    code: str
    version: int
    name: Any
    text: Any
    kind: str
    n: int
    reversed: int


def on_record(cohort: Cohort, viewer, platform=None) -> list[OnRecord]:
    """Of each kind, as far as a viewer may know; one query."""
    acts = Act.objects.visible_to(viewer).on_record().filter(on__gte=cohort.first, on__lte=cohort.last)
    if platform:
        acts = acts.filter(platform=platform)
    rows = acts.order_by().values("kind").annotate(n=Count("pk"), reversed=Count("pk", filter=Q(reversed_on__isnull=False)))
    found = {row["kind"]: row for row in rows}
    return [OnRecord(*said, kind, found.get(kind, {}).get("n", 0), found.get(kind, {}).get("reversed", 0)) for kind, said in COUNTS.items()]
