"""The verbs: each with its phrase for a timeline and, where somebody must be told, whom. Apps add theirs in `readers.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.access.models import Grant

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Verb:
    # A text with the event's data in braces, or two of them, for one and for many by `count`.
    phrase: Any
    # From the event to the audiences that should hear of it; the actor never does.
    tells: Callable[[Any], Iterable[int]] | None = None
    # From the event to letters for people without a seat: {address: (subject, text, and functions that give a file each, as (name,
    # content, type))}. Asked again when they are sent, so that no link that opens something lies in the database.
    writes: Callable[[Any], dict[str, tuple]] | None = None
    # What the subject of a letter about it says, where that is not the phrase.
    titled: Any = None
    # Who did it where nobody with a seat did: a text with the event's data in braces. Without it, the portal.
    done_by: Any = None


verbs: dict[str, Verb] = {}
readers: dict[str, Callable[[Any], None]] = {}


def verb(name: str, phrase, tells: Callable[[Any], Iterable[int]] | None = None, writes: Callable | None = None, titled=None, done_by=None) -> None:
    if name in verbs:
        raise ValueError(f"The verb {name} is described twice.")
    verbs[name] = Verb(phrase, tells, writes, titled, done_by)


def everybody_in(event) -> Iterable[int]:
    """Whom a verb tells that everybody in its room should hear of."""
    return Grant.objects.live().filter(space_id=event.space_id).values_list("audience_id", flat=True)


def reader(name: str):
    """Register a function that is given each event at least once, and must not mind being given it twice."""

    def register(function):
        readers[name] = function
        return function

    return register


class _Blank(dict):
    """An event's data as a phrase takes it: days in words, and what is missing as a blank."""

    def __missing__(self, key):
        return "…"

    def __getitem__(self, key):
        value = super().__getitem__(key)
        if isinstance(value, str) and DAY.fullmatch(value):
            return date_format(date.fromisoformat(value), "j F Y")
        return value


def title(name: str, data: dict) -> str:
    """What a letter about it is titled: empty where that is who did it and the phrase."""
    known = verbs.get(name)
    return str(known.titled).format_map(_Blank(data)) if known and known.titled else ""


def done_by(name: str, data: dict) -> str:
    """Who did what nobody with a seat did."""
    known = verbs.get(name)
    return str(known.done_by).format_map(_Blank(data)) if known and known.done_by else _("The portal")


def phrase(name: str, data: dict) -> str:
    known = verbs.get(name)
    if known is None:
        return _("did something ({verb})").format(verb=name)
    text = known.phrase[data.get("count") != 1] if isinstance(known.phrase, tuple) else known.phrase
    return str(text).format_map(_Blank(data))
