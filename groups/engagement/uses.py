"""What memberships are used for in groups: a measure of the value statement."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from groups.engagement.models import Attendee


def meetings_attended(members: list[int], since: date, until: date) -> dict[int, int]:
    """Meetings between two days at which each member was, each once however many of its people came: as their minutes say."""
    there = Attendee.objects.filter(
        was_there=True, seat__organisation__in=members, seat__mandate=None, meeting__starts_at__date__gte=since, meeting__starts_at__date__lt=until
    )
    return dict(there.order_by().values_list("seat__organisation").annotate(Count("meeting", distinct=True)))
