"""A person's own settings."""

from coalition.accounts.models import Person


def change_profile(person: Person, *, name: str, theme: str, wants_email: bool, wants_shortcuts: bool) -> Person:
    """Keep what the person chose about themself."""
    person.name, person.theme = name, theme
    person.wants_email, person.wants_shortcuts = wants_email, wants_shortcuts
    person.save(update_fields=["name", "theme", "wants_email", "wants_shortcuts"])
    return person
