"""A person's own settings."""

from allauth.account.models import EmailAddress
from django.db import transaction

from coalition.accounts.models import Person

# Zero-width joiner and non-joiner: Persian and Hindi names are written with them.
JOINERS = "\u200c\u200d"


def one_line(name: str) -> str:
    """A name as it may stand in a letter or its subject: without line breaks and what cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() or letter in JOINERS else " " for letter in name).split())


@transaction.atomic
def make_person(*, email: str, name: str, password: str) -> Person:
    """Make the account of somebody whose address was proved by the link they came with."""
    person = Person.objects.create_user(email=email, password=password, name=one_line(name))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def change_profile(person: Person, *, name: str, theme: str, wants_email: bool, wants_shortcuts: bool) -> Person:
    """Keep what the person chose about themself."""
    person.name, person.theme = one_line(name), theme
    person.wants_email, person.wants_shortcuts = wants_email, wants_shortcuts
    person.save(update_fields=["name", "theme", "wants_email", "wants_shortcuts"])
    return person
