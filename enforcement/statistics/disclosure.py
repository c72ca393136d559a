"""Whether a figure over several members may be published: it must not tell one of them what another does. Pure.

Few items, or one member with more than a quarter of them, and whoever knows its own share knows a rival's (DOMAIN: small cells, antitrust).
"""

from __future__ import annotations

from collections.abc import Iterable

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
