"""Which storefronts are one seller: judged by people, pair by pair, with confidence and source; never merged by itself.

A judgement is its organisation's own and is only ever added: the newest of a pair counts. What belongs together is found when it is read,
from the pairs that are judged the same, so taking one back takes apart what hung on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.search.actions import search
from enforcement.market.models import Listing, SellerLink
from enforcement.market.permissions import can_link_sellers

# A network that is larger is shown up to here.
MOST = 100
Verdict = SellerLink.Verdict
# Where else a viewer may know a storefront from: rows with a `seller_key` and a `seller_name`, already narrowed to what the viewer may see.
known: list[Callable[[Viewer], QuerySet]] = []
# What follows from a judgement, in words for who made it; nothing where nothing does.
consequences: list[Callable[[SellerLink, Viewer], str]] = []


def comes_of(judged: SellerLink, viewer: Viewer) -> str:
    """What follows from a judgement, in words."""
    return " ".join(filter(None, (tell(judged, viewer) for tell in consequences)))


@transaction.atomic
def link(seller_key: str, other: str, *, verdict: str, confidence: str, source: str, by: Viewer) -> SellerLink:
    """Judge whether two storefronts are one seller. `other` is a seller's key, or its name as one's own listings or what one may read have it.

    Raises NotAllowed, and Refused, at its field, for one that is not known, or known several times, and for no source.
    """
    require(can_link_sellers(by))
    other = _found(other.strip(), by)
    if other == seller_key:
        raise Refused(_("It is the same storefront: choose another."), field="other")
    if verdict not in Verdict.values:
        raise Refused(_("Choose what you judge."), field="verdict")
    if confidence not in SellerLink.Confidence.values:
        raise Refused(_("Choose how sure you are."), field="confidence")
    one, two = sorted((seller_key, other))
    judged = SellerLink.objects.create(
        space_id=by.desk_id, one=one, other=two, verdict=verdict, confidence=confidence, source=reason_given(source, field="source")[:300],
        judged_by_id=by.audience_id,
    )  # fmt: skip
    record("seller.linked", judged, by=by, one=one, other=two, verdict=str(judged.get_verdict_display()), source=judged.source)
    return judged


def _found(other: str, by: Viewer) -> str:
    places = _places(by)
    if other and any(place.filter(seller_key=other).exists() for place in places):
        return other
    named = {key for place in places for key in place.filter(seller_name__iexact=other).values_list("seller_key", flat=True)[:1000]}
    keys = sorted(named) if other else []
    if not keys:
        raise Refused(_("Nothing that you may read names this seller."), field="other")
    if len(keys) > 1:
        raise Refused(_("Several storefronts have this name: %(keys)s. Say which.") % {"keys": ", ".join(keys[:6])}, field="other")
    return keys[0]


def _places(by: Viewer) -> list[QuerySet]:
    """Where a viewer may know a storefront from, their own listings first."""
    own = Listing.objects.filter(space_id=by.desk_id).exclude(seller_key="")
    return [own, *(place(by).exclude(seller_key="") for place in known)]


@dataclass(frozen=True)
class Linked:
    """A storefront beside another: the judgement between them, where there is one, and how many steps away it is."""

    key: str
    name: str
    steps: int
    judgement: SellerLink | None


def linked(seller_key: str, viewer: Viewer) -> list[Linked]:
    """The storefronts that are judged the same seller as this one, through others too, the nearest first; and those judged otherwise."""
    newest: dict[tuple[str, str], SellerLink] = {}
    steps, edge = {seller_key: 0}, {seller_key}
    while edge and len(steps) < MOST:
        rows = SellerLink.objects.on_desk_of(viewer).touching(edge).select_related("judged_by").order_by("pk")
        for row in rows:
            newest[row.one, row.other] = row
        same = [pair for pair, row in newest.items() if row.verdict == Verdict.SAME and not steps.keys().isdisjoint(pair)]
        edge = {key for pair in same for key in pair} - steps.keys()
        steps |= dict.fromkeys(edge, max(steps.values()) + 1)
    direct = {next(key for key in pair if key != seller_key): row for pair, row in newest.items() if seller_key in pair}
    names = _names([*steps, *direct], viewer)
    told = [Linked(key, names.get(key, ""), distance, direct.get(key)) for key, distance in steps.items() if key != seller_key]
    others = [Linked(key, names.get(key, ""), 0, row) for key, row in direct.items() if key not in steps]
    return sorted(told, key=lambda shop: (shop.steps, shop.key)) + sorted(others, key=lambda shop: shop.key)


def same_sellers(keys: Iterable[str], viewer: Viewer) -> dict[str, str]:
    """Of some storefronts those that one's organisation judged, pair by pair, to be one seller with another: each with the one that stands for
    all of them. Whoever hangs together only through a storefront that is not among these is one seller as well.
    """
    newest = {(row.one, row.other): row.verdict for row in SellerLink.objects.on_desk_of(viewer).order_by("pk")}
    stands_for: dict[str, str] = {}

    def root(key: str) -> str:
        while stands_for.get(key, key) != key:
            key = stands_for[key]
        return key

    for (one, other), verdict in newest.items():
        if verdict == Verdict.SAME:
            first, second = sorted((root(one), root(other)))
            stands_for[second] = first
    return {key: root(key) for key in keys}


def _names(keys: list[str], viewer: Viewer) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in _places(viewer):
        if lacking := [key for key in keys if key not in found]:
            named = place.filter(seller_key__in=lacking).exclude(seller_name="")
            found |= dict(named.order_by("seller_key", "-pk").distinct("seller_key").values_list("seller_key", "seller_name"))
    return found


def suggested(seller_key: str, name: str, viewer: Viewer) -> list[tuple[str, str]]:
    """Storefronts of the same name on one's own listings that nobody has judged beside this one: a suggestion, never a link."""
    if len(name) < 3:
        return []
    ids = [entry.subject_id for entry in search(name, by=viewer, kinds=["listing"], most=200)]
    found = Listing.objects.filter(pk__in=ids, space_id=viewer.desk_id, seller_name__iexact=name).exclude(seller_key__in=["", seller_key])
    keys = dict(found.order_by("seller_key").values_list("seller_key", "platform__name"))
    judged = SellerLink.objects.on_desk_of(viewer).touching({seller_key})
    return [(key, platform) for key, platform in keys.items() if not any(key in (row.one, row.other) for row in judged)][:10]
