"""What makes an agenda one, and how long before a meeting it is sent."""

from __future__ import annotations

import re
from datetime import timedelta

# An agenda is sent in advance, so that whoever should not sit in on a point can stay away (DOMAIN.md 4.3).
FURTHEST = timedelta(days=730)
SENT_AHEAD = timedelta(hours=24)
# "Old business, new business, other" says nothing of what will be talked about.
EMPTY_POINTS = {
    "aob", "any other business", "apologies", "closing", "discussion", "miscellaneous", "new business", "old business", "opening", "other",
    "other business", "tbc", "tbd", "updates", "welcome",
}  # fmt: skip
# What competitors may not settle among themselves (DOMAIN.md 4.3): named in an agenda, it asks for counsel's word. The price of a fake that was
# bought to test it is no such thing, which only people can tell.
OFF_LIMITS = (
    "price", "prices", "pricing", "discount", "discounts", "rebate", "rebates", "margin", "margins", "cost", "costs", "output", "capacity",
    "customer", "customers", "territory", "territories", "market share", "market shares", "boycott", "boycotts", "blacklist", "terms of sale",
    "价格", "折扣", "利润", "客户", "抵制",
)  # fmt: skip
_MARK = re.compile(r"^(?:\s*(?:[-*+•#]+|\d+[.)]|[a-z][.)]))*\s*", re.IGNORECASE)


def points_of(agenda: str) -> list[str]:
    """The points of an agenda that say what will be talked about: its lines, without their marks and without the points that say nothing."""
    points = []
    for line in agenda.splitlines():
        for part in _MARK.sub("", line, count=1).split(","):
            words = part.strip().strip(".:;*_ ")
            if words and words.casefold() not in EMPTY_POINTS:
                points.append(words)
    return points


def off_limits(text: str) -> list[str]:
    """Words in a text of which competitors do not speak among themselves, as they stand in the list; a word within another is none."""
    said = text.casefold()
    return [word for word in OFF_LIMITS if re.search(rf"(?<![a-z]){word}(?![a-z])" if word.isascii() else word, said)]
