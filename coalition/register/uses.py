"""What memberships are used for, counted: the measures of the value statement. Apps above add theirs to `members.registry.uses`."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from coalition.activity.models import Event
from coalition.members.models import Organisation, Seat


def seats_of_members(members: list[int], since: date, until: date) -> dict[int, int]:
    """People who sat at each between two days."""
    seats = Seat.objects.filter(organisation__in=members, mandate=None, starts_at__date__lt=until).filter(
        Q(ends_at=None) | Q(ends_at__date__gte=since)
    )
    return dict(seats.order_by().values_list("organisation").annotate(Count("pk")))


def acts_of(*verbs: str):
    """From members to how many acts of these verbs were done for each: counted from events, which every action leaves."""

    def counted(members: list[int], since: date, until: date) -> dict[int, int]:
        named = dict(Organisation.objects.filter(pk__in=members).values_list("audience_id", "pk"))
        events = Event.objects.filter(organisation__in=named, verb__in=verbs, at__date__gte=since, at__date__lt=until)
        return {named[audience]: n for audience, n in events.order_by().values_list("organisation").annotate(Count("pk"))}

    return counted
