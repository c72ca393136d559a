"""The set-based half of an import: COPY into a temporary table, then one INSERT … SELECT a chunk.

COPY does not work into a table with row-level security; a temporary table has none, and the INSERT meets the policies.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _

from enforcement.market import keys
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
              SELECT id, key, number, first_value(number) OVER same AS first_number, row_number() OVER same AS place
              FROM market_importrow WHERE job_id = %(job)s AND verdict = ''
              WINDOW same AS (PARTITION BY key ORDER BY number)
            )
            UPDATE market_importrow r SET
              verdict = CASE WHEN ranked.place > 1 THEN 'duplicate' WHEN l.id IS NOT NULL THEN 'ours' ELSE 'new' END,
              reason = CASE WHEN ranked.place > 1 THEN format(%(same)s, ranked.first_number) ELSE r.reason END
            FROM ranked LEFT JOIN market_listing l ON l.space_id = %(space)s AND l.key = ranked.key
            WHERE r.id = ranked.id
            """,
            {"job": job.pk, "space": job.space_id, "same": _("The same listing as in row %s.")},
        )


def write_listings(job: Import, after: int, upto: int) -> None:
    """Write the new rows of a range of lines as listings with their search entries, and mark those already ours as seen."""
    span = {"job": job.pk, "space": job.space_id, "after": after, "upto": upto, "version": keys.VERSION}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH written AS (
              INSERT INTO market_listing (space_id, platform_id, kind, key, key_version, address, canonical, title,
                seller_name, seller_key, brand, price, currency, quantity, country, image, sku, variant, first_seen_at,
                last_seen_at, batch_id)
              SELECT %(space)s, p.id, f.kind, r.key, %(version)s, f.address, f.canonical, f.title, f.seller_name,
                f.seller_key, f.brand, f.price, f.currency, f.quantity, f.country, f.image, f.sku, coalesce(f.variant, ''), now(), now(), %(job)s
              FROM market_importrow r
              CROSS JOIN LATERAL jsonb_to_record(r.facts) AS f(platform text, kind text, address text, canonical text, title text,
                seller_name text, seller_key text, brand text, price numeric, currency text, quantity int, country text,
                image text, sku text, variant text)
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
        cursor.execute(
            "UPDATE market_listing l SET last_seen_at = now() FROM market_importrow r"
            " WHERE r.job_id = %(job)s AND r.verdict = 'ours' AND r.number > %(after)s AND r.number <= %(upto)s"
            " AND l.space_id = %(space)s AND l.key = r.key",
            span,
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


def remove_listings(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchentry WHERE subject_type = 'market.listing' AND subject_id = ANY (%s)", [ids])
        cursor.execute("DELETE FROM market_listing WHERE id = ANY (%s)", [ids])
