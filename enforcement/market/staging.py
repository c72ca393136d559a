"""The set-based half of an import: COPY into a temporary table, then one INSERT … SELECT a chunk.

COPY does not work into a table with row-level security; a temporary table has none, and the INSERT meets the policies.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from enforcement.market.key_rules import VERSION
from enforcement.market.models import Import


@dataclass
class Judged:
    """One row of a file with the verdict it has by itself; empty while that depends on other rows."""

    number: int
    raw: list[str]
    facts: dict = field(default_factory=dict)
    verdict: str = ""
    field: str = ""
    value: str = ""
    reason: str = ""


def copy_rows(job: Import, rows: list[Judged]) -> None:
    """Stage a chunk of judged rows. Staging the same line again changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS staged (number int, verdict text, field text, value text, reason text,"
            " key text, facts jsonb, raw jsonb) ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM staged")
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for row in rows:
                copy.write_row(
                    (
                        row.number,
                        row.verdict,
                        row.field,
                        row.value[:300].replace("\x00", ""),
                        (row.reason or row.facts.get("remarks", ""))[:300],
                        row.facts.get("key", ""),
                        json.dumps(row.facts, ensure_ascii=False),
                        json.dumps(row.raw, ensure_ascii=False),
                    )
                )
        cursor.execute(
            "INSERT INTO market_importrow (space_id, job_id, number, verdict, field, value, reason, key, facts, raw)"
            " SELECT %s, %s, number, verdict, field, value, reason, key, facts, raw FROM staged"
            " ON CONFLICT (job_id, number) DO NOTHING",
            [job.space_id, job.pk],
        )


def compare(job: Import) -> None:
    """Give the rows that stand by themselves their verdict among the others: duplicate, already ours, or new."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH ranked AS (
              SELECT id, key, number, facts->>'seller_key' AS seller_key, first_value(number) OVER same AS first_number,
                row_number() OVER same AS place,
                facts->>'seen_at' IS NOT NULL AND row_number() OVER that_day = 1 AS is_another_day
              FROM market_importrow WHERE job_id = %(job)s AND verdict = ''
              WINDOW same AS (PARTITION BY key ORDER BY number), that_day AS (PARTITION BY key, facts->>'seen_at' ORDER BY number)
            ), sheets AS (
              SELECT name, sum(height) OVER upto - height AS before, sum(height) OVER upto AS upto
              FROM ROWS FROM (jsonb_to_recordset(%(sheets)s::jsonb) AS (name text, height int)) WITH ORDINALITY AS sheet(name, height, place)
              WINDOW upto AS (ORDER BY sheet.place)
            ), allowed AS (
              SELECT DISTINCT ON (lower(seller_key)) lower(seller_key) AS seller_key, concat_ws(': ', name, because) AS words
              FROM market_allowedseller
              WHERE space_id = %(space)s AND starts_on <= %(today)s AND (ends_on IS NULL OR ends_on > %(today)s) ORDER BY lower(seller_key), id
            )
            UPDATE market_importrow r SET
              verdict = CASE WHEN ranked.place > 1 AND ranked.is_another_day THEN 'again'
                WHEN ranked.place > 1 THEN 'duplicate' WHEN l.id IS NOT NULL THEN 'ours'
                WHEN allowed.seller_key IS NOT NULL THEN 'allowed' ELSE 'new' END,
              reason = CASE
                WHEN ranked.place > 1 AND sheets.name IS NULL THEN format(%(same)s, ranked.first_number)
                WHEN ranked.place > 1 THEN left(format(%(same)s, sheets.name || ' ' || (ranked.first_number - sheets.before)), 300)
                WHEN l.id IS NULL AND allowed.seller_key IS NOT NULL THEN left(allowed.words, 300) ELSE r.reason END
            FROM ranked LEFT JOIN market_listing l ON l.space_id = %(space)s AND l.key = ranked.key
              LEFT JOIN sheets ON ranked.place > 1 AND ranked.first_number > sheets.before AND ranked.first_number <= sheets.upto
              LEFT JOIN allowed ON allowed.seller_key = lower(ranked.seller_key)
            WHERE r.id = ranked.id
            """,
            {
                "job": job.pk,
                "space": job.space_id,
                "same": _("The same listing as in row %s."),
                "today": timezone.localdate(),
                "sheets": json.dumps([asdict(sheet) for sheet in job.layout.sheets] if len(job.layout.sheets) > 1 else []),
            },
        )


def write_listings(job: Import, after: int, upto: int) -> None:
    """Write the new rows of a range of lines as listings with their search entries, and mark those already ours as seen."""
    span: dict[str, Any] = {"job": job.pk, "space": job.space_id, "after": after, "upto": upto, "version": VERSION, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH written AS (
              INSERT INTO market_listing (space_id, platform_id, kind, key, key_version, address, canonical, title,
                seller_name, seller_key, brand, price, currency, quantity, country, image, sku, variant, first_seen_at,
                last_seen_at, batch_id)
              SELECT %(space)s, p.id, f.kind, r.key, %(version)s, f.address, f.canonical, f.title, f.seller_name,
                f.seller_key, f.brand, f.price, f.currency, f.quantity, f.country, f.image, f.sku, coalesce(f.variant, ''),
                coalesce(f.seen_at, %(now)s), coalesce(f.seen_at, %(now)s), %(job)s
              FROM market_importrow r
              CROSS JOIN LATERAL jsonb_to_record(r.facts) AS f(platform text, kind text, address text, canonical text, title text,
                seller_name text, seller_key text, brand text, price numeric, currency text, quantity int, country text,
                image text, sku text, variant text, seen_at timestamptz)
              JOIN market_platform p ON p.slug = f.platform
              WHERE r.job_id = %(job)s AND r.verdict IN ('new', 'ours') AND r.number > %(after)s AND r.number <= %(upto)s
              ORDER BY r.number
              ON CONFLICT (space_id, key) DO NOTHING
              RETURNING id, space_id, title, canonical, seller_name, key, brand, sku
            )
            INSERT INTO search_searchentry
              (space_id, kind, subject_type, subject_id, title, detail, address, words, changed_at)
            SELECT space_id, 'listing', 'market.listing', id, left(coalesce(nullif(title, ''), canonical), 300),
              left(concat_ws(' · ', nullif(seller_name, ''), left(key, 100)), 300), '/enforcement/listings/' || id || '/',
              search_words(title, seller_name, concat_ws(' ', left(canonical, 500), brand, sku), space_id, 'desk'), now()
            FROM written
            ON CONFLICT (subject_type, subject_id) DO NOTHING
            """,
            span,
        )
        # What was ours at the check may be gone since, its import undone: then it was written now, and is new.
        cursor.execute(
            "UPDATE market_importrow r SET verdict = 'new' WHERE r.job_id = %(job)s AND r.verdict = 'ours' AND r.number > %(after)s"
            " AND r.number <= %(upto)s"
            " AND EXISTS (SELECT FROM market_listing l WHERE l.space_id = %(space)s AND l.key = r.key AND l.batch_id = %(job)s)",
            span,
        )
        # Another import may have written the same key since the check: then it is already ours here too.
        cursor.execute(
            "UPDATE market_importrow r SET verdict = 'ours', reason = %(since)s"
            " WHERE r.job_id = %(job)s AND r.verdict = 'new' AND r.number > %(after)s AND r.number <= %(upto)s"
            " AND EXISTS (SELECT FROM market_listing l WHERE l.space_id = %(space)s AND l.key = r.key AND l.batch_id IS DISTINCT FROM %(job)s)",
            {**span, "since": _("Another import wrote it since the check.")},
        )
        _see(cursor, span)


# The search entries of the rows of `written`.
_FOUND_ANEW = """
  UPDATE search_searchentry e SET title = left(coalesce(nullif(w.title, ''), w.canonical), 300),
    detail = left(concat_ws(' · ', nullif(w.seller_name, ''), left(w.key, 100)), 300),
    words = search_words(w.title, w.seller_name, concat_ws(' ', left(w.canonical, 500), w.brand, w.sku), w.space_id, 'desk'), changed_at = now()
  FROM written w WHERE e.subject_type = 'market.listing' AND e.subject_id = w.id
"""
# What a row says of a listing that it may say otherwise the next time.
_SAID = """
  FROM market_importrow r
  CROSS JOIN LATERAL jsonb_to_record(r.facts) AS f(title text, seller_name text, seller_key text, price numeric, currency text,
    quantity int, seen_at timestamptz)
  JOIN market_listing l ON l.space_id = %(space)s AND l.key = r.key
  WHERE r.job_id = %(job)s AND r.verdict IN ('new', 'ours', 'again') AND r.number > %(after)s AND r.number <= %(upto)s
"""


def _see(cursor, span: dict) -> None:
    """Note that the range of rows saw its listings, and let those that were ours already say what the newest sighting says."""
    cursor.execute(
        "INSERT INTO market_sighting (space_id, listing_id, batch_id, seen_at, title, seller_name, price, currency, quantity)"
        " SELECT l.space_id, l.id, %(job)s, coalesce(f.seen_at, %(now)s), f.title, f.seller_name, f.price, f.currency, f.quantity"
        + _SAID
        + " ON CONFLICT (batch_id, listing_id, seen_at) DO NOTHING",
        span,
    )
    # A file of older sightings changes what the listing says only where nothing newer said it; of what nobody said yet, anything is news.
    cursor.execute(
        "WITH said AS (SELECT DISTINCT ON (l.id) l.id, coalesce(f.seen_at, %(now)s) AS seen_at,"  # noqa: S608
        " min(coalesce(f.seen_at, %(now)s)) OVER (PARTITION BY l.id) AS first_at,"
        " f.title, f.seller_name, f.seller_key, f.price, f.currency, f.quantity"
        + _SAID
        + """ AND r.verdict <> 'new' ORDER BY l.id, seen_at DESC, r.number DESC), changed AS (
          SELECT said.id FROM said JOIN market_listing l ON l.id = said.id
          WHERE (said.title <> '' AND said.title <> l.title AND (said.seen_at >= l.last_seen_at OR l.title = ''))
            OR (said.seller_name <> '' AND said.seller_name <> l.seller_name AND (said.seen_at >= l.last_seen_at OR l.seller_name = ''))
        ), written AS (
          UPDATE market_listing l SET
            title = CASE WHEN (said.seen_at >= l.last_seen_at OR l.title = '') AND said.title <> '' THEN said.title ELSE l.title END,
            seller_name = CASE WHEN (said.seen_at >= l.last_seen_at OR l.seller_name = '') AND said.seller_name <> '' THEN said.seller_name
              ELSE l.seller_name END,
            seller_key = CASE WHEN l.seller_key = '' THEN said.seller_key ELSE l.seller_key END,
            price = CASE WHEN (said.seen_at >= l.last_seen_at OR l.price IS NULL) AND said.price IS NOT NULL THEN said.price ELSE l.price END,
            currency = CASE WHEN (said.seen_at >= l.last_seen_at OR l.price IS NULL) AND said.price IS NOT NULL THEN said.currency
              ELSE l.currency END,
            quantity = CASE WHEN (said.seen_at >= l.last_seen_at OR l.quantity IS NULL) AND said.quantity IS NOT NULL THEN said.quantity
              ELSE l.quantity END,
            first_seen_at = least(l.first_seen_at, said.first_at), last_seen_at = greatest(l.last_seen_at, said.seen_at)
          FROM said WHERE said.id = l.id
          RETURNING l.id, l.space_id, l.title, l.seller_name, l.canonical, l.brand, l.sku, l.key
        )
        """
        + _FOUND_ANEW
        + " AND w.id IN (SELECT id FROM changed)",
        span,
    )


def forget_sightings(job: Import) -> None:
    """Before an import is undone: what it said of listings that others brought is forgotten, and they say what the others said, the newest first.

    What it brought itself goes with its sighting, or stays with it, where a case or notice rests on it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH gone AS (
              DELETE FROM market_sighting s USING market_listing l
              WHERE s.batch_id = %(job)s AND l.id = s.listing_id AND l.batch_id IS DISTINCT FROM %(job)s RETURNING s.listing_id
            ), rest AS (
              SELECT s.listing_id, min(s.seen_at) AS first_seen_at, max(s.seen_at) AS last_seen_at,
                (array_agg(s.title ORDER BY s.seen_at DESC, s.id DESC) FILTER (WHERE s.title <> ''))[1] AS title,
                (array_agg(s.seller_name ORDER BY s.seen_at DESC, s.id DESC) FILTER (WHERE s.seller_name <> ''))[1] AS seller_name,
                (array_agg(s.price ORDER BY s.seen_at DESC, s.id DESC) FILTER (WHERE s.price IS NOT NULL))[1] AS price,
                (array_agg(s.currency ORDER BY s.seen_at DESC, s.id DESC) FILTER (WHERE s.price IS NOT NULL))[1] AS currency,
                (array_agg(s.quantity ORDER BY s.seen_at DESC, s.id DESC) FILTER (WHERE s.quantity IS NOT NULL))[1] AS quantity
              FROM market_sighting s JOIN gone ON gone.listing_id = s.listing_id WHERE s.batch_id <> %(job)s GROUP BY s.listing_id
            ), written AS (
              UPDATE market_listing l SET title = coalesce(rest.title, ''), seller_name = coalesce(rest.seller_name, ''), price = rest.price,
                currency = coalesce(rest.currency, ''), quantity = rest.quantity, first_seen_at = rest.first_seen_at, last_seen_at = rest.last_seen_at
              FROM rest WHERE rest.listing_id = l.id
              RETURNING l.id, l.space_id, l.title, l.seller_name, l.canonical, l.brand, l.sku, l.key
            )
            """  # noqa: S608
            + _FOUND_ANEW,
            {"job": job.pk},
        )


def hand_over(job: Import) -> int:
    """Before an import is undone: what a later import of the same desk also brought is that one's from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE market_listing l SET batch_id = later.job_id FROM ("
            "   SELECT DISTINCT ON (r.key) r.key, r.job_id FROM market_importrow r JOIN market_import j ON j.id = r.job_id"
            "   WHERE j.space_id = %(space)s AND j.state = 'done' AND j.id <> %(job)s AND r.verdict = 'ours' ORDER BY r.key, r.job_id"
            " ) later WHERE l.space_id = %(space)s AND l.batch_id = %(job)s AND l.key = later.key",
            {"job": job.pk, "space": job.space_id},
        )
        return cursor.rowcount


def remove_listings(ids: list[int]) -> list[int]:
    """Delete listings with what hangs on them alone; returns the pictures they showed."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchentry WHERE subject_type = 'market.listing' AND subject_id = ANY (%s)", [ids])
        cursor.execute("DELETE FROM market_sighting WHERE listing_id = ANY (%s)", [ids])
        cursor.execute("DELETE FROM market_relist WHERE listing_id = ANY (%s)", [ids])
        cursor.execute("DELETE FROM market_listing WHERE id = ANY (%s) RETURNING picture_id", [ids])
        pictures = {picture for (picture,) in cursor.fetchall() if picture is not None}
    return list(pictures)
