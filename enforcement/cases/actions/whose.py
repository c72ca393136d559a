"""Whose words and names a case holds: what a merge, a laxer mark and an officer's reading have to ask about."""

from __future__ import annotations

from collections.abc import Iterable

from coalition.access.actions import naming
from coalition.access.models import Audience, Grant
from coalition.activity.models import Event
from coalition.members.agents import firms_behind
from coalition.members.models import Category, Seat
from enforcement.cases.models import Case
from enforcement.cases.moving import MOVABLES

# The coalition's own teams and people work for all, and officers are asked nothing: neither has a name to keep here.
_ASKED_NOTHING = (Category.Kind.COALITION, Category.Kind.PARTNER)


def behind(case: Case) -> set[int]:
    """Who brought, wrote or added something that lies in a case: organisations, and people by their seat."""
    found: set[int] = set()
    for kind in MOVABLES:
        for name in kind.whose:
            # Who owes something has said nothing.
            if name != "owed_by":
                found |= set(kind.of(case).order_by().values_list(name, flat=True).distinct())
    return found - {None}


def named_in(case: Case) -> list[Audience]:
    """The members whose name stands in a case, whether or not they are in it still: who was ever let in, did something there, or left a row."""
    grants = Grant.objects.filter(space_id=case.space_id).select_related("audience")
    live = {grant.audience_id for grant in naming(grants.live())}
    ended = grants.filter(expires_at__isnull=False, audience__kind__in=(Audience.Kind.ORGANISATION, Audience.Kind.SEAT))
    found = live | set(ended.values_list("audience_id", flat=True)) | behind(case)
    found |= set(Event.objects.filter(space_id=case.space_id).order_by().values_list("actor_id", flat=True).distinct())
    # An agent's name is read with its people's, and whom it acts for has no word for it.
    return members_among(found | firms_behind(found))


def members_among(audience_ids: Iterable[int | None]) -> list[Audience]:
    """Those that have a name to keep, by name; of an organisation and its people only the organisation."""
    audiences = Audience.objects.filter(pk__in=[pk for pk in audience_ids if pk])
    # A group has names too, and nobody who could agree for all of them.
    audiences = audiences.exclude(kind__in=[Audience.Kind.TEAM, Audience.Kind.MEMBERS, Audience.Kind.PUBLIC])
    audiences = audiences.exclude(organisation__category__kind__in=_ASKED_NOTHING).exclude(seat__organisation__category__kind__in=_ASKED_NOTHING)
    found = {audience.pk: audience for audience in audiences.order_by("label")}
    at = organisation_of(found)
    return [audience for pk, audience in found.items() if at.get(pk) not in found]


def organisation_of(audience_ids: Iterable[int]) -> dict[int, int]:
    """From the audience of a seat to that of its organisation."""
    return dict(Seat.objects.filter(audience__in=list(audience_ids)).values_list("audience_id", "organisation__audience_id"))
