"""Listings that come back: the same seller's with the picture or title of one that a notice had removed, under a new id (DOMAIN.md 1.7)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from coalition.activity.actions import record
from enforcement.market.models import Import, Listing, Relist
from enforcement.notices import rules
from enforcement.notices.models import Notice, NoticeItem

# By one column at a time, so that each is a join by equality, whatever the number of a seller's listings.
_FIND = """
    WITH fresh AS (
        SELECT id, key, seller_key, image, lower(title) AS title, first_seen_at
        FROM market_listing WHERE batch_id = %(batch)s AND seller_key <> ''
    ), removed AS (
        SELECT old.id, old.key, old.seller_key, old.image, lower(old.title) AS title, item.decided_at
        FROM market_listing old JOIN notices_noticeitem item ON item.listing_id = old.id
        WHERE old.space_id = %(desk)s AND old.seller_key <> '' AND item.outcome = ANY (%(down)s) AND item.final <> 'up'
    ), found AS (
        SELECT fresh.id, removed.id AS of_id, removed.decided_at, 'picture' AS basis
        FROM fresh JOIN removed ON removed.seller_key = fresh.seller_key AND removed.image = fresh.image
        WHERE fresh.image <> '' AND removed.key <> fresh.key AND removed.decided_at < fresh.first_seen_at
        UNION ALL
        SELECT fresh.id, removed.id, removed.decided_at, 'title'
        FROM fresh JOIN removed ON removed.seller_key = fresh.seller_key AND removed.title = fresh.title
        WHERE fresh.title <> '' AND removed.key <> fresh.key AND removed.decided_at < fresh.first_seen_at
    )
    INSERT INTO market_relist (space_id, listing_id, of_id, basis, removed_at, found_at, verdict)
    SELECT DISTINCT ON (id) %(desk)s, id, of_id, basis, decided_at, statement_timestamp(), ''
    FROM found ORDER BY id, basis, decided_at DESC
    ON CONFLICT DO NOTHING
"""


def find(job: Import) -> int:
    """Mark the new listings of an import that look like ones removed before; returns how many. Said again, it marks none twice."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"batch": job.pk, "desk": job.space_id, "down": list(rules.DOWN)})
        count = cursor.rowcount
    if count:
        record("import.relists", job, by=None, count=count, started_by=job.started_by_id)
    return count


def removed_before(listings: Iterable[Listing], notice: Notice) -> dict[int, NoticeItem]:
    """By listing, the removed item that it is come back, of a notice of the same principal to the same platform."""
    relists = Relist.objects.filter(listing__in=[listing.pk for listing in listings]).exclude(verdict=Relist.Verdict.DIFFERENT)
    of = dict(relists.values_list("listing_id", "of_id"))
    removed = NoticeItem.objects.filter(
        listing__in=of.values(), outcome__in=rules.DOWN, notice__principal=notice.principal_id, notice__platform=notice.platform_id
    )
    latest = {item.listing_id: item for item in removed.exclude(final=NoticeItem.Final.UP).order_by("decided_at")}
    return {listing: latest[earlier] for listing, earlier in of.items() if earlier in latest}
