"""The worker's part of an import: check every row, write, take back. Each step is a short transaction that moves a cursor, so that a
worker killed anywhere is followed by another that goes on from the same row."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.access.viewer import Viewer, as_system, as_viewer
from coalition.activity.actions import record
from coalition.members.viewers import viewer_of_audience
from enforcement.market import actions, columns, pictures, staging
from enforcement.market.models import Import, ImportRow, Listing

CHUNK = 4_000
MOST_ATTEMPTS = 5
# Of a file that goes on by itself, one row in so many may be refused.
MOST_REFUSED = 10
# The family of advisory locks that workers at imports hold.
LOCKS = 1_606_000
State = Import.State


@contextlib.contextmanager
def _alone_with(pk: int) -> Iterator[bool]:
    """Whether this worker has the import to itself. The lock is its connection's: whatever ends the worker lets it go at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, pk])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, pk])


def work_on(pk: int) -> bool:
    """Bring one import to the end of its state, unless another worker is at it. Returns whether this call did."""
    with _alone_with(pk) as mine:
        if not mine:
            return False
        with as_system("find who started an import"):
            job = Import.objects.select_related("attachment__blob").filter(pk=pk, state__in=Import.AT_WORK).first()
            if job is None:
                return False
            if (viewer := viewer_of_audience(job.started_by_id)) is None:
                _refuse(job, _("Whoever started it has no seat any more. Start it again."))
                return True
            if job.attempts >= MOST_ATTEMPTS:
                _refuse(job, _("It failed %(n)d times at the same place. Staff can see why; nothing more is tried.") % {"n": job.attempts})
                return True
            job.attempts += 1
            job.save(update_fields=["attempts"])
        step = {State.CHECKING: _check, State.RUNNING: _write, State.UNDOING: _take_back}[State(job.state)]
        try:
            step(job, viewer)
        except Refused as refusal:
            with as_system("refuse an import"):
                _refuse(Import.objects.get(pk=pk), refusal.message)
        return True


def _refuse(job: Import, problem: str) -> None:
    job.state, job.problem, job.finished_at = State.REFUSED, problem[:300], timezone.now()
    job.save(update_fields=["state", "problem", "finished_at"])
    record("import.refused", job, by=None, problem=problem[:300], started_by=job.started_by_id)


def _check(job: Import, viewer: Viewer) -> None:
    """Read the file from the cursor on, give each row a verdict of its own, then those that depend on other rows."""
    mapping = {field: choice["column"] for field, choice in job.mapping.items()}
    with job.attachment.blob.open() as stored:
        table = job.layout
        shown = pictures.look(stored, table) if table.member and "image" in mapping else None
        if job.rows_total is None:
            total = sum(1 for _number, _row in table.rows(stored))
            with as_viewer(viewer):
                Import.objects.filter(pk=job.pk).update(rows_total=total)
        seen, ignored, chunk = 0, 0, []
        done = job.rows_checked
        for number, row in table.rows(stored):
            seen += 1
            if seen <= done:
                continue
            if row is None:
                ignored += 1
            else:
                chunk.append(judged(job, number, row, mapping, shown))
            if seen - done >= CHUNK:
                _keep(job, viewer, chunk, seen, ignored)
                done, ignored, chunk = seen, 0, []
        if seen > done:
            _keep(job, viewer, chunk, seen, ignored)
    with as_viewer(viewer):
        staging.compare(job)
        job.state, job.counts, job.attempts = State.CHECKED, job.verdicts(), 0
        job.save(update_fields=["state", "counts", "attempts"])
        if job.by_itself:
            _go_on(job, viewer)


def _go_on(job: Import, viewer: Viewer) -> None:
    """Nobody looks at what a program sent before it is written, unless much of it was refused: then somebody is asked to."""
    refused, rows = job.counts.get(ImportRow.Verdict.REFUSED, 0), sum(job.counts.values())
    if refused * MOST_REFUSED > rows:
        because = _("%(refused)d of its %(rows)d rows are refused") % {"refused": refused, "rows": rows}
        record("import.waits", job, by=None, name=job.name, because=because, started_by=job.started_by_id)
    else:
        actions.begin_to_write(job, by=viewer)


def judged(job: Import, number: int, row: list[str], mapping: dict[str, int], shown: dict[str, str] | None) -> staging.Judged:
    """A row of a file with its facts, or refused with its field and reason."""
    raw = [cell[:1000].replace("\x00", "") for cell in row[: len(job.columns) + 2]]
    try:
        return staging.Judged(number, raw, facts=columns.facts(row, mapping, job.columns, shown))
    except columns.RowRefused as refusal:
        return staging.Judged(number, raw, verdict=ImportRow.Verdict.REFUSED, field=refusal.field, value=refusal.value, reason=refusal.reason)


def _keep(job: Import, viewer: Viewer, chunk: list, checked: int, ignored: int) -> None:
    with as_viewer(viewer):
        staging.copy_rows(job, chunk)
        Import.objects.filter(pk=job.pk).update(rows_checked=checked, lines_ignored=F("lines_ignored") + ignored, attempts=0)


def _write(job: Import, viewer: Viewer) -> None:
    """Write chunks of staged rows until none is left; the last line of the file is the end of the cursor."""
    with as_viewer(viewer):
        last = ImportRow.objects.filter(job=job).order_by("-number").values_list("number", flat=True).first() or 0
        Import.objects.filter(pk=job.pk).update(rows_total=last)
    while job.rows_done < last:
        with as_viewer(viewer):
            upto = min(job.rows_done + CHUNK, last)
            staging.write_listings(job, job.rows_done, upto)
            pictures.put(job, job.rows_done, upto, by=viewer)
            job.rows_done, job.attempts = upto, 0
            job.save(update_fields=["rows_done", "attempts"])
    with as_viewer(viewer):
        finish(job, by=viewer)


def finish(job: Import, *, by: Viewer) -> None:
    """All its rows are written."""
    written = Listing.objects.filter(batch=job).count()
    job.counts = {**job.verdicts(), "written": written}
    job.state, job.finished_at = State.DONE, timezone.now()
    job.save(update_fields=["counts", "state", "finished_at"])
    record("import.done", job, by=by, written=written, name=job.name)


def _take_back(job: Import, viewer: Viewer) -> None:
    with as_viewer(viewer):
        staging.hand_over(job)
        staging.forget_sightings(job)
    while True:
        with as_viewer(viewer):
            ids = list(Listing.objects.filter(batch=job).untouched().values_list("pk", flat=True)[:CHUNK])
            if not ids:
                break
            pictures.forget(staging.remove_listings(ids))
            job.rows_done += len(ids)
            job.attempts = 0
            job.save(update_fields=["rows_done", "attempts"])
    with as_viewer(viewer):
        removed = job.rows_done
        kept = max(job.counts.get("written", 0) - removed, Listing.objects.filter(batch=job).count())
        job.counts = {**job.counts, "removed": removed, "kept": kept}
        job.state, job.finished_at = State.UNDONE, timezone.now()
        job.save(update_fields=["counts", "state", "finished_at"])


def imports_waiting() -> list[int]:
    """Imports at work; whichever a worker has is left alone by the others."""
    with as_system("find imports to resume"):
        return list(Import.objects.filter(state__in=Import.AT_WORK).values_list("pk", flat=True))
