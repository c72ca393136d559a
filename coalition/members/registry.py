"""What apps above tell the membership: each is set by its app when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# From a day until before another, or for good, and a few words why.
Days = tuple[date, date | None, str]


@dataclass(frozen=True)
class DuesFacts:
    """What money says about one organisation's standing."""

    # Invoices unpaid past their grace.
    arrears: list[Days] = field(default_factory=list)
    # By term: the days on which nothing is charged for it any more, because every charge was credited.
    uncharged: dict[int, list[Days]] = field(default_factory=dict)


# What an organisation says of itself to others, for its page: rows of (words, value).
card_rows: list[Callable[[Any], list[tuple]]] = []
# What apps above put on *Our organisation*: from the organisation and the viewer to a panel, or None where it says nothing. A panel has
# a title, rows of (words, value) and the address where there is more.
own_panels: list[Callable[[Any, Any], dict | None]] = []


# What comes of leaving, said before it is confirmed and as long as it can be taken back: from the organisation, the day and who
# reads it to rows of (words, sentence), about what apps above know: money, votes, notices that wait.
comes_of_leaving: list[Callable[[Any, date, Any], list[tuple]]] = []


@dataclass(frozen=True)
class Handing:
    """One kind of thing a seat looks after, and how it passes to a deputy."""

    words: Any
    held: Callable[[Any], list]
    move: Callable[[Any, Any, list], None]
    # How one of its things is named to whoever hands it over.
    named: Callable[[Any], str] = str
    # Whether its things are for the person's own eyes, so that whoever hands over for them reads only how many.
    is_private: bool = False


handings: list[Handing] = []


@dataclass(frozen=True)
class Use:
    """One thing a membership is used for: from organisations' ids and two days to how often each used it between them."""

    words: Any
    counted: Callable[[list[int], date, date], dict[int, int]]
    # The kinds of category that can use it; all where none is named.
    kinds: tuple[str, ...] = ()

    def concerns(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


uses: list[Use] = []

_dues: list[Callable[[list[int]], dict[int, DuesFacts]]] = []


def tell_dues(source: Callable[[list[int]], dict[int, DuesFacts]]) -> None:
    """The one app that keeps accounts says from where standing learns of them."""
    _dues[:] = [source]


def dues_facts(organisations: list[int]) -> dict[int, DuesFacts]:
    return _dues[0](organisations) if _dues and organisations else {}
