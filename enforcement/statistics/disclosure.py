"""Whether a figure over several members may be published: it must not tell one of them what another does. Pure.

Few items, or one member with more than a quarter of them, and whoever knows its own share knows a rival's (DOMAIN: small cells, antitrust).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

SMALL = 5
# The largest share of one member, as one in so many.
MOST_SHARE = 4


def few(count: int) -> bool:
    return 0 < count < SMALL


def withheld(shares: Iterable[int]) -> str:
    """Why a figure is not said, given how many of its items are each member's: "few", "share", or "" where it may be."""
    parts = list(shares)
    if sum(parts) < SMALL:
        return "few"
    return "share" if max(parts) * MOST_SHARE > sum(parts) else ""


# Why a cell is not said that could be: another would be told by what is left of a sum.
BESIDE = "sum"


def complemented(cells: Mapping[tuple[str, str], tuple[int, str]]) -> dict[tuple[str, str], str]:
    """From the cells of a table, each with its number and why it is withheld ("" where it may be said), to why each is: in every row and every
    column in which a single cell is withheld its smallest neighbour is too, until no sum of a row or column gives one away.

    Where a row or column has no other cell, its sum is the cell, and is not said either.
    """
    why = {key: reason for key, (_n, reason) in cells.items()}
    lines: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    for key in cells:
        for side in (0, 1):
            lines[side, key[side]].append(key)
    changed = True
    while changed:
        changed = False
        for keys in lines.values():
            hidden = [key for key in keys if why[key]]
            open_ones = [key for key in keys if not why[key]]
            if len(hidden) == 1 and open_ones:
                why[min(open_ones, key=lambda key: (cells[key][0], key))] = BESIDE
                changed = True
    return why
