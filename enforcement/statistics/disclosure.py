"""Whether a figure over several members may be published: it must not tell one of them what another does. Pure.

Few items, or one member with more than a quarter of them, and whoever knows its own share knows a rival's (DOMAIN: small cells, antitrust).
"""

from __future__ import annotations

from collections import Counter
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


# Why a part is not said that could be: it is told with others, for they could not be told without it.
OTHERS = "others"


def told(parts: Mapping[str, Mapping[int, int]]) -> dict[str, str]:
    """From the parts of a whole, each by how much of it is each member's, to why each is not said by itself ("" where it is).

    What may not be said is told together with others, as one number that may be; the smallest of the rest join them until it may. Where it may
    not be even so, nothing is said, and the whole is not either: so every number that is said, and every difference of them and the whole, is
    one that may be said.
    """
    why = {name: withheld(of.values()) for name, of in parts.items()}
    if not any(why.values()):
        return why
    hidden = {name for name, reason in why.items() if reason}
    by_size = sorted(parts.keys() - hidden, key=lambda name: (sum(parts[name].values()), name))

    def together() -> Counter[int]:
        found: Counter[int] = Counter()
        for name in hidden:
            found.update(parts[name])
        return found

    while withheld(together().values()) or len(hidden) == 1:
        if not by_size:
            reason = withheld(together().values())
            # A single part that may be said as the whole may be said.
            return dict.fromkeys(parts, reason) if reason else why
        hidden.add(by_size.pop(0))
    return {name: OTHERS if name in hidden else "" for name in parts}
