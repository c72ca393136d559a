"""The readers that every event has: the inbox of those to be told, and e-mail to those who want it at once."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from coalition.activity.models import Event, InboxItem, Letter, OutsideLetter
from coalition.activity.registry import reader, verbs

# Set by the app that knows people: the addresses of those seats among these that want e-mail at once.
addresses_of: Callable[[list[int]], dict[int, str]] = lambda audiences: {}  # noqa: E731


def told(event: Event) -> list[int]:
    """The seats to tell: those inside the audiences the verb names, that may enter the space, the actor left out."""
    verb = verbs.get(event.verb)
    if verb is None or verb.tells is None:
        return []
    audiences = [audience for audience in verb.tells(event) if audience]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT told.seat FROM access_seats_of(%s::bigint[]) AS told(seat)"
            " WHERE EXISTS (SELECT FROM access_grant g WHERE g.space_id = %s"
            "   AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp())"
            "   AND g.audience_id = ANY (access_audiences_of(told.seat)))",
            [audiences, event.space_id],
        )
        return sorted(row[0] for row in cursor.fetchall() if row[0] != event.actor_id)


@reader("inbox")
def put_in_inboxes(event: Event) -> None:
    items = [InboxItem(space_id=event.space_id, event=event, audience_id=seat, at=event.at) for seat in told(event)]
    InboxItem.objects.bulk_create(items, ignore_conflicts=True)


@reader("email")
def owe_letters(event: Event) -> None:
    wanted = addresses_of(told(event))
    letters = [Letter(event=event, audience_id=seat, address=address) for seat, address in wanted.items()]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)


@reader("outside")
def owe_outside_letters(event: Event) -> None:
    verb = verbs.get(event.verb)
    if verb and verb.writes:
        OutsideLetter.objects.bulk_create([OutsideLetter(event=event, address=address) for address in verb.writes(event)], ignore_conflicts=True)
