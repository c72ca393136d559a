"""What an action may refuse with. Views and the API turn each into its answer, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import InsufficientPrivilege


class NotAllowed(Exception):
    """The viewer may see the thing and may not do this to it: 403, with the reason."""


class Refused(Exception):
    """The deed is impossible as asked: 422, with a sentence that says what to change.

    `field` names the input; `problems`, (field, sentence) each, says what is wrong where several things are.
    """

    def __init__(self, message, field: str | None = None, problems: list[tuple[str | None, str]] | None = None):
        super().__init__(message)
        self.message, self.field = str(message), field
        self.problems = problems or [(field, self.message)]

    def tell(self, form) -> None:
        """Put each problem at its field of a form, or above them all where the form has no such field."""
        for field, sentence in self.problems:
            form.add_error(field if field in form.fields else None, sentence)


@contextmanager
def told_at(form) -> Iterator[None]:
    """What a verb inside refuses with is told at the fields of its form; the view goes on with its page."""
    try:
        yield
    except (Refused, Conflict) as refusal:
        refusal.tell(form)


class Conflict(Exception):
    """Somebody else was first: 409, with what they did."""

    def tell(self, form) -> None:
        """Add the sentence to a form: above its fields, for none of them is wrong."""
        form.add_error(None, str(self))


def withdrawn(error: Exception) -> NotAllowed | None:
    """What to say where the database's own policy refused a row that the permission still let through: the right to it ended between the two.
    None for every other error.
    """
    if isinstance(error.__cause__, InsufficientPrivilege) and "row-level security" in str(error):
        return NotAllowed(_("Your right to this ended meanwhile: nothing was written."))
    return None


def require(allowed: bool, reason: str = "Your seat may not do this here.") -> None:
    if not allowed:
        raise NotAllowed(reason)


def reason_given(text: str, field: str = "reason") -> str:
    """The reason as it was written, without its edges. Raises Refused for one too short to be any."""
    if len(text.strip()) < 5:
        raise Refused(_("Say why, in five letters or more: a reason is never optional."), field=field)
    return text.strip()


def not_gone_by(day: date, field: str) -> None:
    """What is entered from a day on begins today or later. Raises Refused for a day gone by."""
    if day < timezone.localdate():
        raise Refused(_("What was, stays as it was: choose today or a later day."), field=field)
