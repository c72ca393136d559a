"""What memberships are used for in ballots: a measure of the value statement."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from coalition.ballots.models import Elector


def votes_cast(members: list[int], since: date, until: date) -> dict[int, int]:
    """Ballots in which each member's one vote was cast between two days, by whomever; never how."""
    voted = Elector.objects.filter(organisation__in=members, voted_at__date__gte=since, voted_at__date__lt=until)
    return dict(voted.order_by().values_list("organisation").annotate(Count("pk")))
