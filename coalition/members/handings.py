"""What a seat looks after that this app and those below it know of, and how it passes to a deputy."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from coalition.access import actions as access
from coalition.access.models import Audience, AudienceMember, Grant, Space
from coalition.activity.models import InboxItem
from coalition.clocks.models import Clock
from coalition.members.models import Seat
from coalition.members.registry import Handing

PERSONAL = (Space.Kind.CARD,)


def _clocks(seat: Seat) -> list[Clock]:
    return list(Clock.objects.running().filter(owed_by=seat.audience).order_by("due_at"))


def _move_clocks(seat: Seat, deputy: Seat, clocks: list[Clock]) -> None:
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(owed_by=deputy.audience)


def _rooms(seat: Seat) -> list[Grant]:
    """Rooms of work that this person alone was let into, not the organisation. What is theirs as a person, their card and what they wrote
    to their contacts, is handed to nobody.
    """
    own = Grant.objects.live().filter(audience=seat.audience).exclude(kind__in=PERSONAL)
    return list(own.select_related("space"))


def _move_rooms(seat: Seat, deputy: Seat, grants: list[Grant]) -> None:
    for grant in grants:
        access.grant(grant.space, deputy.audience, grant.role, by=None, reason=_("handed over by %s") % seat.person.name, expires_at=grant.expires_at)


def _groups(seat: Seat) -> list[AudienceMember]:
    now = timezone.now()
    kinds = (Audience.Kind.GROUP, Audience.Kind.SHARING_GROUP)
    return list(
        AudienceMember.objects.filter(member=seat.audience, audience__kind__in=kinds)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .select_related("audience")
    )


def _move_groups(seat: Seat, deputy: Seat, places: list[AudienceMember]) -> None:
    for place in places:
        AudienceMember.objects.get_or_create(audience=place.audience, member=deputy.audience, ends_at=None)


def _unread(seat: Seat) -> list[InboxItem]:
    return list(
        InboxItem.objects.filter(audience=seat.audience, read_at=None)
        .exclude(space__kind__in=PERSONAL)
        .select_related("event__actor")
        .order_by("-pk")[:500]
    )


def _move_unread(seat: Seat, deputy: Seat, items: list[InboxItem]) -> None:
    InboxItem.objects.bulk_create(
        [InboxItem(space_id=item.space_id, event_id=item.event_id, audience=deputy.audience, at=item.at) for item in items], ignore_conflicts=True
    )
    InboxItem.objects.filter(pk__in=[item.pk for item in items]).update(read_at=timezone.now())


HANDINGS = [
    Handing(_("clocks"), _clocks, _move_clocks, lambda clock: f"{clock.label}, {date_format(clock.due_at)}"),
    Handing(_("rooms of one’s own"), _rooms, _move_rooms, lambda grant: str(grant.space)),
    Handing(_("groups"), _groups, _move_groups, lambda place: str(place.audience)),
    Handing(_("unread messages"), _unread, _move_unread, lambda item: f"{item.event.who} {item.event.sentence}", is_private=True),
]
