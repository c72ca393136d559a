"""Days in words, and last days: a term ends before a day, and people read and write the last day it covers."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils.formats import date_format

_ONE = timedelta(days=1)


def long_day(day: date) -> str:
    """As a sentence says it: 1 March 2027."""
    return date_format(day, "j F Y")


def last_day(before: date) -> date:
    """The last day of what ends before a day."""
    return before - _ONE


class LastDayField(forms.DateField):
    """Takes the last day of something, and gives the day before which it ends."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def clean(self, value):
        day = super().clean(value)
        if day == date.max:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day and day + _ONE

    def prepare_value(self, value):
        return last_day(value) if isinstance(value, date) else value
