"""New keys for listings whose key was made with an earlier version of the table; a chunk a transaction, so that it may stop and go on anywhere."""

from __future__ import annotations

from collections import Counter

from django.db import connection, transaction

from coalition.access.viewer import as_system
from coalition.activity.actions import record
from coalition.search.actions import Entry, index_many
from enforcement.market.columns import seller_of
from enforcement.market.key_rules import VERSION
from enforcement.market.keys import Key, NotAnAddress, canonicalise
from enforcement.market.models import Listing, Platform

CHUNK = 2_000


def rekey() -> dict[str, int]:
    """Give every listing of an earlier version its key anew, from the address as it was entered.

    Returns how many were `changed`, kept theirs because another of the same desk has the new one (`twins`), or stayed the `same`. What a case or
    notice says of a listing stays as it was sent: it is evidence.
    """
    told: Counter[str] = Counter()
    while True:
        with as_system("give listings the keys of the present table"), transaction.atomic():
            found = _chunk()
        if not found:
            return dict(told)
        told.update(found)


def _chunk() -> Counter[str]:
    rows = list(Listing.objects.filter(key_version__lt=VERSION).order_by("pk").select_for_update(skip_locked=True)[:CHUNK])
    platforms = {platform.slug: platform for platform in Platform.objects.all()}
    old_platforms = {platform.pk: slug for slug, platform in platforms.items()}
    wanted = {row.pk: _key_of(row) for row in rows}
    taken = set(
        Listing.objects.filter(space__in={row.space_id for row in rows}, key__in={key.text for key in wanted.values() if key}).values_list(
            "space", "key"
        )
    )
    told: Counter[str] = Counter()
    changed: list[tuple[Listing, str]] = []
    for row in rows:
        row.key_version = VERSION
        key = wanted[row.pk]
        if key is None or key.text == row.key:
            told["same"] += 1
            # Whom a file named as the seller on a site that no rule knows is one of the sellers there.
            if key is not None and row.seller_key == f"web:{key.seller}":
                row.seller_key = seller_of(key, "", row.seller_name)
        elif (row.space_id, key.text) in taken:
            told["twins"] += 1
        else:
            taken.add((row.space_id, key.text))
            changed.append((row, row.key))
            row.seller_key = _seller_of(row, key, old_platforms[row.platform_id])
            row.platform, row.kind, row.key, row.canonical, row.variant = platforms[key.platform], key.kind, key.text, key.canonical, key.variant[:80]
            told["changed"] += 1
    Listing.objects.bulk_update(rows, ["key_version", "platform", "kind", "key", "canonical", "variant", "seller_key"])
    _follow(changed)
    return told


def _key_of(row: Listing) -> Key | None:
    try:
        return canonicalise(row.address)
    except NotAnAddress:
        return None


def _seller_of(row: Listing, key: Key, platform: str) -> str:
    """The shop as a file named it goes along; one that the old key named gives way to what the new one names."""
    shop = row.seller_key.removeprefix(f"{platform}:")
    if platform == "web" or shop in row.key:
        shop = ""
    return seller_of(key, shop, row.seller_name)


def _follow(changed: list[tuple[Listing, str]]) -> None:
    """The rows of imports that brought them, how they are found, and what their desks are told."""
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE market_importrow r SET key = said.new FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS said(space, old, new)"
            " WHERE r.space_id = said.space AND r.key = said.old",
            [[row.space_id for row, _old in changed], [old for _row, old in changed], [row.key for row, _old in changed]],
        )
    index_many([_entry(row) for row, _old in changed])
    for space, count in Counter(row.space_id for row, _old in changed).items():
        first = next(row for row, _old in changed if row.space_id == space)
        record("listings.rekeyed", first, by=None, count=count, version=VERSION)


def _entry(row: Listing) -> Entry:
    detail = " · ".join(filter(None, [row.seller_name, row.key[:100]]))
    return Entry(row, "listing", row.title or row.canonical, detail, f"{row.canonical[:500]} {row.brand} {row.sku}")
