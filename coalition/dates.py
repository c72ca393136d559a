"""Days in words and in forms, and last days: a term ends before a day, and people read and write the last day it covers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

_ONE = timedelta(days=1)
# A day outside is a slip of the hand, and reckoning on from it would leave the calendar.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def long_day(day: date) -> str:
    """As a sentence says it: 1 March 2027."""
    return date_format(day, "j F Y")


def read_day(text: str, shapes: Iterable[str]) -> date | None:
    """A day of our time as a file writes it, in the first of some `strptime` shapes that fits; None for none."""
    for shape in shapes:
        try:
            found = datetime.strptime(text.strip(), shape).date()
        except ValueError:
            continue
        if EARLIEST <= found <= LATEST:
            return found
    return None


def read_moment(text: str) -> datetime | None:
    """An instant as a page carries it (ISO 8601); None for what is none."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def last_day(before: date) -> date:
    """The last day of what ends before a day."""
    return before - _ONE


def midnight(day: date) -> datetime:
    """The instant at which a day begins, in our time."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def at_noon(day: date) -> datetime:
    """The instant at which a day is asked about: its noon, and now for today."""
    return timezone.now() if day == timezone.localdate() else midnight(day) + timedelta(hours=12)


class DayField(forms.DateField):
    """A day of our time, picked in the browser's own calendar."""

    default_validators = [
        MinValueValidator(EARLIEST, _("Choose a day after 1900.")),
        MaxValueValidator(LATEST, _("Choose a day before 2200.")),
    ]

    def __init__(self, **kwargs):
        super().__init__(**{"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs})


class LastDayField(DayField):
    """Takes the last day of something, and gives the day before which it ends."""

    def clean(self, value):
        day = super().clean(value)
        return day and day + _ONE

    def prepare_value(self, value):
        return last_day(value) if isinstance(value, date) else value
