"""The directory as one viewer sees it, and one's own card as others would."""

from __future__ import annotations

from functools import cached_property

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from coalition.access.models import Audience
from coalition.access.viewer import Viewer, as_system
from coalition.directory.models import FIELDS, Card, Contact, Level, OrganisationCard
from coalition.lists import ROWS, Named
from coalition.members.countries import NAMES, in_words
from coalition.members.models import Category, Organisation, Seat
from coalition.search.actions import search

FACETS = ("sectors", "marketplaces", "expertise")
CHOICES = "directory.choices"


def _narrowed(organisations: QuerySet[Organisation], query) -> QuerySet[Organisation]:
    """Those of the category and the jurisdiction that a query asks for."""
    if category := query.get("category"):
        organisations = organisations.filter(category__slug=category)
    if country := query.get("jurisdiction"):
        organisations = organisations.filter(Q(country=country) | Q(card__jurisdictions__contains=[country]))
    return organisations


class OrganisationsPage:
    def __init__(self, query):
        self.query = query

    @cached_property
    def found(self):
        found = _narrowed(Organisation.objects.listed(), self.query).select_related("category", "card")
        for name in FACETS:
            if value := self.query.get(name):
                found = found.filter(**{f"card__{name}__contains": [value]})
        if words := self.query.get("q", "").strip():
            found = found.filter(name__icontains=words)
        return found

    @cached_property
    def rows(self) -> Named:
        return Named(self.found, self.query, "name", ROWS)

    @cached_property
    def categories(self):
        return list(Category.objects.all())

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """What organisations say of themselves, to filter by. The same for everybody who reads the directory, so it is read once a minute."""
        known: dict[str, list[str]] | None = cache.get(CHOICES)
        if known is None:
            known = _choices()
            cache.set(CHOICES, known, 60)
        return known

    @property
    def countries(self) -> list[tuple[str, str]]:
        return sorted(((code, NAMES.get(code, code)) for code in self.choices["countries"]), key=lambda row: row[1])


def _choices() -> dict[str, list[str]]:
    found: dict[str, set[str]] = {name: set() for name in (*FACETS, "countries")}
    columns = ("country", "card__jurisdictions", *(f"card__{name}" for name in FACETS))
    for country, jurisdictions, *cards in Organisation.objects.listed().order_by().values_list(*columns):
        found["countries"].update([country], jurisdictions or [])
        for name, values in zip(FACETS, cards, strict=True):
            found[name].update(values or [])
    return {name: sorted(values, key=str.casefold)[:200] if name in FACETS else sorted(values) for name, values in found.items()}


class PeoplePage:
    """People, as far as each lets this viewer see them."""

    def __init__(self, viewer, query):
        self.viewer, self.query = viewer, query

    @cached_property
    def cards(self):
        people = Card.objects.visible_to(self.viewer).people()
        if words := self.query.get("q", "").strip():
            found = [entry.subject_id for entry in search(words, by=self.viewer, kinds=["person"], most=200)]
            people = people.filter(pk__in=found)
        if self.query.get("category") or self.query.get("jurisdiction"):
            people = people.filter(seat__organisation__in=_narrowed(Organisation.objects.all(), self.query))
        return people.exclude(level=Level.NOBODY)

    @cached_property
    def rows(self) -> Named:
        return Named(self.cards, self.query, "names", ROWS)

    @cached_property
    def categories(self):
        return list(Category.objects.all())

    @property
    def countries(self) -> list[tuple[str, str]]:
        return OrganisationsPage(self.query).countries

    @property
    def is_narrowed(self) -> bool:
        return any(self.query.get(name) for name in ("q", "category", "jurisdiction"))


class PersonPage:
    """One person: what the rooms this viewer may enter say of them, together."""

    def __init__(self, seat: Seat, viewer: Viewer):
        self.seat, self.viewer = seat, viewer

    @cached_property
    def fields(self) -> dict[str, str]:
        return Card.objects.visible_to(self.viewer).filter(seat=self.seat).said()

    @property
    def is_found(self) -> bool:
        """Whether the directory shows them to this viewer; to themselves always."""
        is_own = self.seat.pk == self.viewer.seat_id
        return "name" in self.fields and (is_own or Card.objects.visible_to(self.viewer).people().filter(seat=self.seat).exists())

    @property
    def rows(self) -> list[tuple]:
        return [(FIELDS[name], self.fields[name]) for name in FIELDS if name in self.fields and name != "name"]

    @cached_property
    def contact(self) -> Contact | None:
        mine = Contact.objects.of(self.viewer).filter(ended_at=None)
        return mine.filter(Q(asker=self.seat) | Q(asked=self.seat)).first() if self.viewer.seat_id else None


def viewed_as(seat: Seat, level: str) -> dict[str, str]:
    """One's own card as others see it: a member, a contact, the public. Asked of the predicate, with their audiences and nothing else."""
    public, members = Audience.public().pk, Audience.members().pk
    audiences = {Level.PUBLIC: [public], Level.MEMBERS: [public, members], Level.CONTACTS: [public, members]}[Level(level)]
    other = Viewer(audience_id=public, audience_ids=frozenset(audiences), seat_id=0)
    with as_system("show somebody their own card as others see it"):
        cards = Card.objects.filter(seat=seat)
        known = cards.visible_to(other).said()
        known |= cards.filter(level=Level.CONTACTS).said() if level == Level.CONTACTS else {}
        # Whoever may not read the name finds nobody, and so reads nothing.
        return known if "name" in known else {}


def card_rows(organisation: Organisation) -> list[tuple]:
    """What an organisation's card says, for its page."""
    card = OrganisationCard.objects.filter(organisation=organisation).first()
    if card is None:
        return []
    rows = [
        (_("Website"), card.website), (_("Jurisdictions"), in_words(card.jurisdictions)),
        (_("Marketplaces"), ", ".join(card.marketplaces)), (_("Expertise"), ", ".join(card.expertise)),
    ]  # fmt: skip
    return [(words, value) for words, value in rows if value]
