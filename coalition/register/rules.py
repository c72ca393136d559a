"""Pure decisions about figures of the membership: what is compared, and what is too few to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

# Fewer than this many organisations beside one's own, and a median would say too much of somebody (DOMAIN 4.3 and 6: n under 5).
FEWEST = 5


def median_of_others(own: int, all_values: Sequence[int]) -> float | None:
    """The median of the others of one's tier; None where they are too few to be shown."""
    others = list(all_values)
    if own in others:
        others.remove(own)
    return float(median(others)) if len(others) >= FEWEST else None
