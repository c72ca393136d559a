"""Listings come in: upload, choose columns, check, write, undo. Each step of the worker is a short transaction that
moves a cursor, so that a worker killed anywhere is followed by another that goes on from the same row."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.models import Space
from coalition.access.viewer import Viewer, as_system, as_viewer
from coalition.activity.actions import record
from coalition.files.actions import attach
from coalition.members.references import next_reference
from coalition.members.viewers import viewer_of_audience
from enforcement.market import columns, staging, tables
from enforcement.market.models import ColumnMapping, Import, ImportRow, Listing, Platform
from enforcement.market.permissions import can_import, can_undo, can_work_on

log = logging.getLogger(__name__)
SAMPLES = 20
CHUNK = 4_000
# A worker that has not moved its cursor for this long is taken for dead.
LEASE = timedelta(seconds=30)
State = Import.State


@transaction.atomic
def upload(file, *, by: Viewer, name: str | None = None) -> Import:
    """Store a file of listings and read its headings. Raises Refused for what is no table, with what to do."""
    require(can_import(by))
    attachment = attach(file, space=Space.objects.get(pk=by.desk_id), by=by, name=name)
    with attachment.blob.open() as stored:
        table = tables.recognise(stored)
        samples = []
        for _number, row in table.rows(stored):
            if row:
                samples.append([cell[:200] for cell in row])
            if len(samples) == SAMPLES:
                break
    if not samples:
        raise Refused(_("The file has headings and no rows."), field="file")
    job = Import.objects.create(
        space_id=by.desk_id, reference=next_reference("I"), attachment=attachment, layout=table.layout, columns=table.columns,
        samples=samples, started_by_id=by.audience_id, mapping=_suggest(table.columns, samples, by),
    )  # fmt: skip
    record("import.uploaded", job, by=by, name=attachment.name)
    return job


def _suggest(headings: list[str], samples: list[list[str]], by: Viewer) -> dict:
    """The mapping that was used for these headings before, or a guess; each with its reason."""
    guessed = columns.guess(headings, samples)
    saved = ColumnMapping.objects.filter(space_id=by.desk_id, signature=columns.signature(headings)).first()
    if saved is None:
        return guessed
    because = _("as last time")
    return {
        field: {"column": n, "because": guessed[field]["because"] if guessed.get(field, {}).get("column") == n else because}
        for field, n in saved.mapping.items()
    }


@transaction.atomic
def choose_columns(job: Import, *, mapping: dict[str, int], by: Viewer) -> Import:
    """Say which column means what, remember it, and have every row checked. Nothing is written to listings yet."""
    job = _locked(job, by)
    if job.state not in (State.UPLOADED, State.CHECKED):
        raise Conflict(_("This import is %(state)s already.") % {"state": job.get_state_display()})
    if columns.NEEDED not in mapping:
        raise Refused(_("Say which column holds the address."), field="address")
    if bad := [field for field, n in mapping.items() if field not in columns.FIELDS or not 0 <= n < len(job.columns)]:
        raise Refused(_("There is no such column."), field=bad[0])
    ColumnMapping.objects.update_or_create(
        space_id=job.space_id, signature=columns.signature(job.columns), defaults={"mapping": mapping, "used_at": timezone.now()}
    )
    job.rows.all().delete()
    job.mapping = {field: {"column": n, "because": ""} for field, n in mapping.items()}
    job.state, job.rows_checked, job.rows_total, job.counts, job.lines_ignored, job.beat_at = State.CHECKING, 0, None, {}, 0, None
    job.save()
    transaction.on_commit(lambda: _wake(job.pk), robust=True)
    return job


@transaction.atomic
def confirm(job: Import, *, by: Viewer) -> Import:
    """Write the new rows as listings. Confirming twice is confirming once."""
    job = _locked(job, by)
    if job.state in (State.RUNNING, State.DONE):
        return job
    if job.state != State.CHECKED:
        raise Conflict(_("This import is %(state)s.") % {"state": job.get_state_display()})
    job.state, job.rows_done, job.beat_at = State.RUNNING, 0, None
    job.save(update_fields=["state", "rows_done", "beat_at"])
    record("import.confirmed", job, by=by, new=job.counts.get("new", 0))
    transaction.on_commit(lambda: _wake(job.pk), robust=True)
    return job


@transaction.atomic
def undo(job: Import, *, by: Viewer) -> Import:
    """Take back what an import wrote, but for listings that a case or notice has taken up since."""
    job = _locked(job, by)
    if job.state in (State.UNDOING, State.UNDONE):
        return job
    if not can_undo(by, job):
        raise Conflict(_("Only a finished import can be undone; this one is %(state)s.") % {"state": job.get_state_display()})
    job.state, job.rows_done, job.beat_at = State.UNDOING, 0, None
    job.save(update_fields=["state", "rows_done", "beat_at"])
    record("import.undone", job, by=by, name=job.attachment.name)
    transaction.on_commit(lambda: _wake(job.pk), robust=True)
    return job


def _locked(job: Import, by: Viewer) -> Import:
    require(can_work_on(by, job))
    return Import.objects.select_for_update(of=("self",)).select_related("attachment").get(pk=job.pk)


def _wake(pk: int) -> None:
    """Ask a worker to go on at once; when the broker is away, beat finds the import within seconds."""
    from enforcement.market.tasks import work_on_import

    try:
        work_on_import.apply_async([pk], retry=False)
    except work_on_import.OperationalError as away:
        log.warning("The broker is away (%s); import %s waits for the next round.", away, pk)


# ---- the worker's part -------------------------------------------------------------------------------------------------


def work_on(pk: int) -> bool:
    """Bring one import to the end of its state, unless another worker is at it. Returns whether this call did."""
    with as_system("find who started an import"):
        waiting = Import.objects.select_related("attachment__blob").filter(pk=pk, state__in=Import.AT_WORK)
        job = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if job is None or (job.beat_at and job.beat_at > timezone.now() - LEASE):
            return False
        job.beat_at = timezone.now()
        job.save(update_fields=["beat_at"])
        viewer = viewer_of_audience(job.started_by_id)
        if viewer is None:
            _refuse(job, _("Whoever started it has no seat any more. Start it again."))
            return True
    step = {State.CHECKING: _check, State.RUNNING: _write, State.UNDOING: _take_back}[State(job.state)]
    try:
        step(job, viewer)
    except Conflict:
        # Another worker took it over while this one stood still; its rows are the ones that count.
        return False
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
        table = tables.recognise(stored)
        if job.rows_total is None:
            total = sum(1 for _number, _row in table.rows(stored))
            _advance(job, viewer, State.CHECKING, 0, rows_total=total)
        seen, ignored, chunk = 0, 0, []
        done = job.rows_checked
        for number, row in table.rows(stored):
            seen += 1
            if seen <= done:
                continue
            if row is None:
                ignored += 1
            else:
                chunk.append(_judge(job, number, row, mapping))
            if seen - done >= CHUNK:
                _keep(job, viewer, chunk, done, seen, ignored)
                done, ignored, chunk = seen, 0, []
        if seen > done:
            _keep(job, viewer, chunk, done, seen, ignored)
    with as_viewer(viewer):
        staging.compare(job)
        counts = dict(job.rows.order_by().values_list("verdict").annotate(n=Count("pk")))
        Import.objects.filter(pk=job.pk, state=State.CHECKING).update(state=State.CHECKED, counts=counts, beat_at=None)


def _judge(job: Import, number: int, row: list[str], mapping: dict[str, int]) -> staging.Judged:
    raw = [cell[:1000].replace("\x00", "") for cell in row[: len(job.columns) + 2]]
    try:
        return staging.Judged(number, raw, facts=columns.facts(row, mapping))
    except columns.RowRefused as refusal:
        return staging.Judged(number, raw, verdict=ImportRow.Verdict.REFUSED, field=refusal.field, value=refusal.value, reason=refusal.reason)


def _keep(job: Import, viewer: Viewer, chunk: list, before: int, after: int, ignored: int) -> None:
    with as_viewer(viewer):
        current = Import.objects.select_for_update().get(pk=job.pk)
        if current.state != State.CHECKING or current.rows_checked != before:
            raise Conflict(f"Another worker went on with import {job.reference}.")
        staging.copy_rows(job, chunk)
        current.rows_checked, current.beat_at = after, timezone.now()
        current.lines_ignored += ignored
        current.save(update_fields=["rows_checked", "beat_at", "lines_ignored"])


def _advance(job: Import, viewer: Viewer, state: str, cursor: int, **changes) -> None:
    with as_viewer(viewer):
        Import.objects.filter(pk=job.pk, state=state).update(beat_at=timezone.now(), **changes)
    for name, value in changes.items():
        setattr(job, name, value)


def _write(job: Import, viewer: Viewer) -> None:
    """Write chunks of staged rows until none is left; the last line of the file is the end of the cursor."""
    with as_viewer(viewer):
        last = ImportRow.objects.filter(job=job).order_by("-number").values_list("number", flat=True).first() or 0
        _advance(job, viewer, State.RUNNING, 0, rows_total=last)
    while True:
        with as_viewer(viewer):
            current = Import.objects.select_for_update(of=("self",)).select_related("attachment").get(pk=job.pk)
            if current.state != State.RUNNING:
                return
            if current.rows_done >= last:
                written = Listing.objects.filter(batch=current).count()
                current.counts = {**current.counts, "written": written}
                current.state, current.finished_at, current.beat_at = State.DONE, timezone.now(), None
                current.save()
                record("import.done", current, by=viewer, written=written, name=current.attachment.name)
                return
            upto = min(current.rows_done + CHUNK, last)
            staging.write_listings(current, current.rows_done, upto)
            current.rows_done, current.beat_at = upto, timezone.now()
            current.save(update_fields=["rows_done", "beat_at"])


def _take_back(job: Import, viewer: Viewer) -> None:
    while True:
        with as_viewer(viewer):
            current = Import.objects.select_for_update().get(pk=job.pk)
            if current.state != State.UNDOING:
                return
            ids = list(Listing.objects.filter(batch=current).untouched().values_list("pk", flat=True)[:CHUNK])
            if not ids:
                kept = Listing.objects.filter(batch=current).count()
                removed = current.counts.get("written", 0) - kept
                current.counts = {**current.counts, "removed": removed, "kept": kept}
                current.state, current.finished_at, current.beat_at = State.UNDONE, timezone.now(), None
                current.save()
                return
            staging.remove_listings(ids)
            current.rows_done += len(ids)
            current.beat_at = timezone.now()
            current.save(update_fields=["rows_done", "beat_at"])


def imports_waiting() -> list[int]:
    """Imports at work that no worker has touched within the lease."""
    with as_system("find imports to resume"):
        waiting = Import.objects.filter(state__in=Import.AT_WORK)
        return [job.pk for job in waiting if not job.beat_at or job.beat_at <= timezone.now() - LEASE]


@transaction.atomic
def keep_to_platform(job: Import, slug: str, *, by: Viewer) -> int:
    """Refuse the checked rows of any platform but this one; returns how many. Raises Refused for an unknown platform."""
    job = _locked(job, by)
    if not Platform.objects.filter(slug=slug).exists():
        raise Refused(_("No platform is called %(slug)s.") % {"slug": slug}, field="platform")
    others = job.rows.exclude(verdict=ImportRow.Verdict.REFUSED).exclude(facts__platform=slug)
    changed = others.update(verdict=ImportRow.Verdict.REFUSED, field="platform", reason=_("This is not on %(slug)s.") % {"slug": slug})
    job.counts = dict(job.rows.order_by().values_list("verdict").annotate(n=Count("pk")))
    job.save(update_fields=["counts"])
    return changed
