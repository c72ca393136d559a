"""Cards are kept, people get in touch and become contacts."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.directory.models import FIELDS, Card, Contact, Level, Message, OrganisationCard
from coalition.directory.permissions import can_keep_organisation_card, can_write_to_people
from coalition.members.models import Organisation, Seat
from coalition.search.actions import index

MEMBERS_ROOM, PUBLIC_ROOM = "Directory of people", "Public directory of people"
MOST_ASKED_A_DAY = 20
MOST_UNANSWERED, MOST_MESSAGES_AN_HOUR = 3, 30


def _shared_room(level: str) -> Space:
    label, mark = (MEMBERS_ROOM, Tlp.GREEN) if level == Level.MEMBERS else (PUBLIC_ROOM, Tlp.CLEAR)
    if room := Space.objects.filter(kind=Space.Kind.HOUSE, label=label).first():
        return room
    room = access.open_space(Space.Kind.HOUSE, by=None, owner=Organisation.objects.house().audience, label=label, mark=mark)
    for audience in [Audience.members(), *([Audience.public()] if level == Level.PUBLIC else [])]:
        access.grant(room, audience, Grant.Role.READ, by=None, reason=_("the directory"))
    return room


def own_room(seat: Seat, level: str) -> Space:
    """The room of one's own for what contacts see, or for what nobody does."""
    label = f"{level} card of seat {seat.pk}"
    if room := Space.objects.filter(kind=Space.Kind.CARD, label=label, owner=seat.audience).first():
        return room
    return access.open_space(Space.Kind.CARD, by=None, owner=seat.audience, label=label, mark=Tlp.RED)


def _room(seat: Seat, level: str) -> Space:
    return _shared_room(level) if level in (Level.MEMBERS, Level.PUBLIC) else own_room(seat, level)


@transaction.atomic
def keep_card(seat: Seat, *, values: dict[str, str], levels: dict[str, str], by: Viewer) -> None:
    """Write one's own card: each field with who sees it. What is shown to fewer from now on is gone from the others' rooms at once.

    Raises Refused for a field or a level there is not.
    """
    require(by.seat_id == seat.pk)
    if unknown := (set(values) | set(levels)) - set(FIELDS):
        raise Refused(_("A card has no field %(name)s.") % {"name": ", ".join(unknown)})
    if wrong := [name for name in values if levels.get(name) not in Level.values]:
        raise Refused(_("Choose who sees it."), field=wrong[0])
    by_level: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        if value.strip():
            by_level.setdefault(levels[name], {})[name] = value.strip()
    with as_system("put a person’s card into the rooms of those who see it"):
        lock(seat)
        Card.objects.filter(seat=seat).exclude(level__in=by_level).delete()
        for level, fields in by_level.items():
            facts = {"space": _room(seat, level), "fields": fields, "names": fields.get("name")}
            card, _created = Card.objects.update_or_create(seat=seat, level=level, defaults=facts)
            if card.names and level in (Level.MEMBERS, Level.PUBLIC):
                body = " ".join(fields.values())
                index(card, kind="person", title=card.names, detail=seat.organisation.name, body=body)
        _forget_unindexed(seat)


def _forget_unindexed(seat: Seat) -> None:
    from coalition.search.models import SearchEntry

    named = Card.objects.filter(seat=seat, names__isnull=False, level__in=[Level.MEMBERS, Level.PUBLIC]).values_list("pk", flat=True)
    address = Card(seat=seat).get_absolute_url()
    SearchEntry.objects.filter(kind="person", address=address).exclude(subject_id__in=list(named)).delete()


def cards_listed(cards: list[int]) -> set[int]:
    """Which of these cards are of people whose organisation the directory shows today."""
    listed = Card.objects.filter(pk__in=cards, seat__ends_at=None, seat__organisation__in=Organisation.objects.listed())
    return set(listed.values_list("pk", flat=True))


def withdraw_cards(seat: Seat) -> None:
    """Whoever has no seat any more is in no directory."""
    with as_system("take the card of a seat that ended out of the directory"):
        Card.objects.filter(seat=seat).delete()
        _forget_unindexed(seat)


def begin_card(organisation: Organisation, *, website: str) -> None:
    """The card of an organisation that is founded begins with what it said of itself: a part of the verb that founds it."""
    OrganisationCard.objects.get_or_create(organisation=organisation, defaults={"website": website})


@transaction.atomic
def keep_organisation_card(
    organisation: Organisation,
    *,
    about: str,
    website: str,
    sectors: list[str],
    jurisdictions: list[str],
    marketplaces: list[str],
    expertise: list[str],
    by: Viewer,
) -> OrganisationCard:
    """Write what one's organisation tells other members of itself."""
    require(by.organisation_id == organisation.pk and can_keep_organisation_card(by))
    facts = {
        "website": website.strip(), "sectors": _tags(sectors), "jurisdictions": sorted(set(jurisdictions)), "marketplaces": _tags(marketplaces),
        "expertise": _tags(expertise),
    }  # fmt: skip
    card, _created = OrganisationCard.objects.update_or_create(organisation=organisation, defaults=facts)
    organisation.about, organisation.sectors = about.strip(), ", ".join(facts["sectors"])[:200]
    organisation.save(update_fields=["about", "sectors"])
    record("card.kept", organisation, by=by, space=organisation.office_id)
    return card


def _tags(words: list[str]) -> list[str]:
    return sorted({" ".join(word.split())[:40] for word in words if word.strip()}, key=str.casefold)[:20]


def _between(one: int, other: int):
    return Contact.objects.filter(Q(asker_id=one, asked_id=other) | Q(asker_id=other, asked_id=one), ended_at=None)


@transaction.atomic
def get_in_touch(seat: Seat, *, body: str, by: Viewer) -> Contact:
    """Write to somebody one finds in the directory; a room for the two opens, and neither learns an address.

    Raises NotAllowed, Refused for nothing written or for too many on a day, and for whoever cannot be found: as if they were not there.
    """
    require(can_write_to_people(by))
    body = body.strip()
    if not body or len(body) > 4000:
        raise Refused(_("Write something, in up to 4,000 characters."), field="body")
    if seat.pk == by.seat_id or not Card.objects.visible_to(by).people().filter(seat=seat).exists():
        raise Refused(_("There is nobody to write to."), field="body")
    with as_system("open the room of two people who write to each other"):
        # One after the other, whichever of the two writes: two first messages at once open one room.
        list(Seat.objects.select_for_update(no_key=True).filter(pk__in=[by.seat_id, seat.pk]).order_by("pk"))
        if contact := _between(by.seat_id, seat.pk).first():
            return write(contact, body=body, by=by)
        # Whoever was told "enough" by the other does not begin anew; the other may.
        ended = Contact.objects.filter(Q(asker_id=by.seat_id, asked=seat) | Q(asker=seat, asked_id=by.seat_id), ended_by=seat)
        if ended.exists():
            raise Refused(_("There is nobody to write to."), field="body")
        today = timezone.now() - timedelta(days=1)
        if Contact.objects.filter(asker_id=by.seat_id, asked_at__gt=today).count() >= MOST_ASKED_A_DAY:
            raise Refused(_("Up to %(n)d new people a day.") % {"n": MOST_ASKED_A_DAY}, field="body")
        mine = Seat.objects.select_related("audience").get(pk=by.seat_id)
        room = access.open_space(Space.Kind.CARD, by=None, owner=seat.audience, label=f"seats {mine.pk} and {seat.pk}", mark=Tlp.RED)
        access.grant(room, mine.audience, Grant.Role.CONTRIBUTE, by=None, reason=_("the two of them"))
        contact = Contact.objects.create(space=room, asker=mine, asked=seat)
        Message.objects.create(space=room, contact=contact, author=mine, body=body)
        record("contact.asked", contact, by=by, other=seat.audience_id)
    return contact


@transaction.atomic
def write(contact: Contact, *, body: str, by: Viewer) -> Contact:
    """Write on to somebody one is in touch with. Raises Refused for nothing written, and when one of the two has ended it."""
    require(by.seat_id in (contact.asker_id, contact.asked_id))
    body = body.strip()
    if not body or len(body) > 4000:
        raise Refused(_("Write something, in up to 4,000 characters."), field="body")
    contact = Contact.objects.select_related("asker", "asked").get(pk=contact.pk)
    if contact.ended_at:
        raise Refused(_("This was ended by one of you."))
    other = contact.asked if by.seat_id == contact.asker_id else contact.asker
    # Until somebody answers, a few messages are enough; after that, a conversation's pace.
    hour = timezone.now() - timedelta(hours=1)
    mine = Message.objects.filter(contact=contact, author_id=by.seat_id)
    unanswered = not Message.objects.filter(contact=contact).exclude(author_id=by.seat_id).exists()
    if mine.filter(written_at__gt=hour).count() >= MOST_MESSAGES_AN_HOUR or (unanswered and mine.count() >= MOST_UNANSWERED):
        raise Refused(_("That is enough for now: wait for an answer."), field="body")
    Message.objects.create(space_id=contact.space_id, contact=contact, author_id=by.seat_id, body=body)
    record("contact.written", contact, by=by, other=other.audience_id)
    return contact


@transaction.atomic
def accept_contact(contact: Contact, *, by: Viewer) -> Contact:
    """As who was asked: become contacts. Each then sees what the other shows to contacts."""
    require(by.seat_id == contact.asked_id)
    with as_system("let contacts see each other’s cards"):
        contact = lock(contact, "asker__audience", "asked__audience")
        if contact.ended_at:
            raise Refused(_("This was ended by one of you."))
        if contact.accepted_at is None:
            contact.accepted_at = timezone.now()
            contact.save(update_fields=["accepted_at"])
            for one, other in ((contact.asker, contact.asked), (contact.asked, contact.asker)):
                access.grant(own_room(one, Level.CONTACTS), other.audience, Grant.Role.READ, by=None, reason=_("a contact"))
            record("contact.accepted", contact, by=by, other=contact.asker.audience_id)
    return contact


@transaction.atomic
def end_contact(contact: Contact, *, by: Viewer) -> Contact:
    """As either: end it. Neither writes on, and neither sees the other's contacts' fields any more; what was written stays with both."""
    require(by.seat_id in (contact.asker_id, contact.asked_id))
    with as_system("end a contact"):
        contact = lock(contact, "asker__audience", "asked__audience")
        if contact.ended_at is None:
            contact.ended_at, contact.ended_by_id = timezone.now(), by.seat_id
            contact.save(update_fields=["ended_at", "ended_by"])
            for one, other in ((contact.asker, contact.asked), (contact.asked, contact.asker)):
                Grant.objects.filter(space=own_room(one, Level.CONTACTS), audience=other.audience).update(expires_at=timezone.now())
            record("contact.ended", contact, by=by)
    return contact
