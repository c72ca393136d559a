"""Pictures that come with a file of listings, in one archive with it."""

from __future__ import annotations

import hashlib
import io
import json

from django.db import connection

from coalition.access.models import Space
from coalition.access.viewer import Viewer
from coalition.files.actions import attach, sniff
from coalition.files.models import Attachment
from coalition.tables import Table, archives
from enforcement.market.models import Import, ImportRow, Listing

LARGEST = 10 << 20
# What a browser shows, and nothing that can hold a script.
KINDS = {"image/jpeg", "image/png", "image/gif", "image/webp"}
DIGEST = "sha256:"


def look(file, table: Table) -> dict[str, str]:
    """The pictures of an archive, from each name that a cell may say to the digest of what it is; none where the file is no archive.

    What is called a picture and is none, or is larger than ten megabytes, is not there.
    """
    if not table.member:
        return {}
    named = archives.look(file).pictures
    digests = {
        path: hashlib.sha256(content).hexdigest()
        for path, content in archives.contents(file, set(named.values()), most=LARGEST)
        if sniff(content[:4096]) in KINDS
    }
    return {said: digests[path] for said, path in named.items() if path in digests}


def put(job: Import, after: int, upto: int, *, by: Viewer) -> None:
    """Keep the pictures of the listings that a range of rows has written; one that the desk has already is kept once."""
    if not job.table.get("member"):
        return
    rows = ImportRow.objects.filter(job=job, verdict=ImportRow.Verdict.NEW, number__gt=after, number__lte=upto, facts__image__startswith=DIGEST)
    wanted = {facts["image"].removeprefix(DIGEST) for facts in rows.values_list("facts", flat=True)}
    if not wanted:
        return
    kept = dict(Listing.objects.filter(space_id=job.space_id, picture__blob__sha256__in=wanted).values_list("picture__blob__sha256", "picture_id"))
    desk = Space.objects.get(pk=job.space_id)
    if missing := wanted - set(kept):
        with job.attachment.blob.open() as stored:
            named = archives.look(stored).pictures
            for path, content in archives.contents(stored, set(named.values()), most=LARGEST):
                digest = hashlib.sha256(content).hexdigest()
                if digest in missing and digest not in kept:
                    kept[digest] = attach(io.BytesIO(content), space=desk, by=by, name=path).pk
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE market_listing l SET picture_id = kept.value::bigint FROM jsonb_each_text(%(kept)s::jsonb) kept"
            " JOIN market_importrow r ON r.facts->>'image' = %(mark)s || kept.key"
            " WHERE r.job_id = %(job)s AND r.verdict = 'new' AND r.number > %(after)s AND r.number <= %(upto)s"
            " AND l.space_id = %(space)s AND l.key = r.key AND l.batch_id = %(job)s",
            {"kept": json.dumps(kept), "mark": DIGEST, "job": job.pk, "space": job.space_id, "after": after, "upto": upto},
        )


def forget(ids: list[int]) -> None:
    """Let go of pictures that no listing shows any more."""
    shown = Listing.objects.filter(picture_id__in=ids).values("picture_id")
    Attachment.objects.filter(pk__in=ids).exclude(pk__in=shown).delete()
