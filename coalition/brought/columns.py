"""Which column of a file says what, and words that any row may hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from coalition.dates import read_day

# Day before month where a file leaves it open; spreadsheets hold days as days and leave nothing open.
SHAPES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


class NotUnderstood(Exception):
    """A row cannot be entered: field and why."""


@dataclass(frozen=True)
class Columns:
    """The headings a file may have for each thing it says, and what it must say. The first heading is the one we use ourselves."""

    headings: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]

    def places(self, headings: list[str]) -> dict[str, int]:
        """From what a column says to where it stands."""
        heads = [" ".join(head.casefold().replace("_", " ").split()) for head in headings]
        return {name: heads.index(known) for name, names in self.headings.items() for known in reversed(names) if known in heads}

    def missing(self, places: Mapping[str, int]) -> list[str]:
        return [self.headings[name][0] for name in self.needed if name not in places]

    def said(self, row: list[str], places: Mapping[str, int]) -> dict[str, str]:
        """What a row says, without the edges; nothing for a column it does not reach."""
        return {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}


def day(text: str, field: str) -> date:
    """A day as files write it. Raises NotUnderstood."""
    if found := read_day(text, SHAPES):
        return found
    raise NotUnderstood(_("%(field)s: “%(text)s” is no date.") % {"field": field, "text": text[:40]})


def to_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of a row as JSON holds them: a day is the value of a name that ends in “_on”."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()}


def from_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: date.fromisoformat(value) if value and key.endswith("_on") else value for key, value in facts.items()}


def code_of(text: str, names: Mapping[str, object]) -> str:
    """The code of a country or the like, from the code or the name; empty for none."""
    if text.strip().upper() in names:
        return text.strip().upper()
    wanted = text.strip().casefold()
    return next((code for code, name in names.items() if str(name).casefold() == wanted), "")
