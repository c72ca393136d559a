"""Risk signals of a listing: facts that often go with counterfeits, each with what it rests on. No score: a person judges.

What the words mean is trade usage: “AAA”, “1:1”, “mirror” and their Chinese kin (A货, 高仿, 复刻, 原单) name grades of replica.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from coalition.members.domains import skeleton

REPLICA = re.compile(
    r"\b(?:a{3,}\+?|1\s*[:：]\s*1|replicas?|réplicas?|replika|mirror\s+quality|super\s*clone|inspired\s+by|dupes?|unauthori[sz]ed\s+authentic|ua\s+quality)\b"
    r"|A货|超A|高仿|精仿|仿品|复刻|復刻|原单|莆田|スーパーコピー|레플리카|реплика",
    re.IGNORECASE,
)
_PARTING = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff*_-.·"))
# So many of one thing are a trader's stock, however private the seller says they are.
MANY = 100
# A price so far below what is usual on one's own desk for the brand, where enough listings say what is usual.
FAR_BELOW, ENOUGH = Decimal("0.25"), 20


@dataclass(frozen=True)
class Signal:
    """One fact, in a few words, and what it rests on."""

    words: str
    because: str


registered: list[Callable[[Any, Any], Iterable[Signal]]] = []


def signals(listing, viewer, marks: Iterable[str] = ()) -> list[Signal]:
    """What speaks against a listing, as this viewer may know it; `marks` are the names of their own rights."""
    found = [*_of_title(listing.title, marks), *_of_stock(listing), *_of_price(listing)]
    return found + [signal for make in registered for signal in make(listing, viewer)]


def _of_title(title: str, marks: Iterable[str]) -> Iterable[Signal]:
    if said := REPLICA.findall(title):
        yield Signal(_("Its title says what it is"), ", ".join(dict.fromkeys(said))[:120])
    plain = unicodedata.normalize("NFKC", title).casefold()
    # What parts a word is not read.
    read = skeleton(plain.translate(_PARTING).replace("xn--", ""))
    for mark in marks:
        name = mark.casefold()
        if len(name) > 3 and name not in plain and skeleton(name) in read:
            yield Signal(_("It writes your mark in letters that look like it"), mark)


def _of_stock(listing) -> Iterable[Signal]:
    if listing.quantity is not None and listing.quantity >= MANY:
        yield Signal(_("Many are offered"), _("%(n)d at once") % {"n": listing.quantity})


def _of_price(listing) -> Iterable[Signal]:
    if not (listing.price and listing.currency and listing.brand):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price), count(*) FROM (SELECT price FROM market_listing"
            " WHERE space_id = %s AND brand = %s AND currency = %s AND price > 0 ORDER BY id DESC LIMIT 500) lately",
            [listing.space_id, listing.brand, listing.currency],
        )
        middle, count = cursor.fetchone()
    if count >= ENOUGH and listing.price < FAR_BELOW * Decimal(middle):
        words = {"price": listing.price, "currency": listing.currency, "middle": f"{middle:.2f}", "n": count}
        yield Signal(
            _("It costs far less than others of the brand"), _("%(price)s %(currency)s; half of your %(n)d newest cost over %(middle)s") % words
        )
