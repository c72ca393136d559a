"""Listings come in: upload, choose columns, check, write, undo. Each step of the worker is a short transaction that
moves a cursor, so that a worker killed anywhere is followed by another that goes on from the same row."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition import tables
from coalition.access.errors import Conflict, Refused, require
from coalition.access.models import Space
from coalition.access.viewer import Viewer, as_system, as_viewer
from coalition.activity.actions import record
from coalition.files.actions import attach
from coalition.members.references import next_reference
from coalition.members.viewers import viewer_of_audience
from enforcement.market import columns, staging
from enforcement.market.models import ColumnMapping, Import, ImportRow, Listing, Platform
from enforcement.market.permissions import can_choose_columns, can_import, can_undo, can_work_on

log = logging.getLogger(__name__)
SAMPLES = 20
CHUNK = 4_000
MOST_ATTEMPTS = 5
# The family of advisory locks that workers at imports hold.
LOCKS = 1_606_000
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
        space_id=by.desk_id, reference=next_reference(by.organisation_id, "I"), attachment=attachment, layout=table.layout, columns=table.columns,
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
    if not can_choose_columns(by, job):
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
    job.state, job.rows_checked, job.rows_total, job.counts, job.lines_ignored, job.attempts = State.CHECKING, 0, None, {}, 0, 0
    job.save()
    record("import.columns_chosen", job, by=by, count=len(mapping))
    _wake(job)
    return job


@transaction.atomic
def give_up(job: Import, *, by: Viewer) -> Import:
    """Put aside an import of which nothing was written; its file stays, what was found of its rows goes."""
    job = _locked(job, by)
    if job.state == State.GIVEN_UP:
        return job
    if not can_choose_columns(by, job):
        raise Conflict(_("This import is %(state)s already.") % {"state": job.get_state_display()})
    job.rows.all().delete()
    job.state, job.finished_at, job.counts = State.GIVEN_UP, timezone.now(), {}
    job.save(update_fields=["state", "finished_at", "counts"])
    record("import.given_up", job, by=by, name=job.attachment.name)
    return job


@transaction.atomic
def confirm(job: Import, *, by: Viewer) -> Import:
    """Write the new rows as listings. Confirming twice is confirming once."""
    job = _locked(job, by)
    if job.state in (State.RUNNING, State.DONE):
        return job
    if job.state != State.CHECKED:
        raise Conflict(_("This import is %(state)s.") % {"state": job.get_state_display()})
    _begin(job, State.RUNNING, by)
    record("import.confirmed", job, by=by, new=job.counts.get("new", 0))
    return job


@transaction.atomic
def undo(job: Import, *, by: Viewer) -> Import:
    """Take back what an import wrote, but for listings that a case, a notice or a later import has taken up since."""
    job = _locked(job, by)
    if job.state in (State.UNDOING, State.UNDONE):
        return job
    if not can_undo(by, job):
        raise Conflict(_("Only an import that wrote something can be undone; this one is %(state)s.") % {"state": job.get_state_display()})
    _begin(job, State.UNDOING, by)
    record("import.undone", job, by=by, name=job.attachment.name)
    return job


def _begin(job: Import, state: str, by: Viewer) -> None:
    """From here the worker acts for whoever asked for this."""
    job.state, job.rows_done, job.attempts, job.problem, job.started_by_id = state, 0, 0, "", by.audience_id
    job.save(update_fields=["state", "rows_done", "attempts", "problem", "started_by"])
    _wake(job)


def _locked(job: Import, by: Viewer) -> Import:
    require(can_work_on(by, job))
    return Import.objects.select_for_update(of=("self",)).select_related("attachment").get(pk=job.pk)


def _wake(job: Import) -> None:
    """Ask a worker to go on once this is committed; when the broker is away, beat finds the import within seconds."""
    from enforcement.market.tasks import work_on_import

    def ask():
        try:
            work_on_import.apply_async([job.pk], retry=False)
        except work_on_import.OperationalError as away:
            log.warning("The broker is away (%s); import %s waits for the next round.", away, job.pk)

    transaction.on_commit(ask, robust=True)


# ---- the worker's part -------------------------------------------------------------------------------------------------


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
        table = tables.recognise(stored)
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
                chunk.append(_judge(job, number, row, mapping))
            if seen - done >= CHUNK:
                _keep(job, viewer, chunk, seen, ignored)
                done, ignored, chunk = seen, 0, []
        if seen > done:
            _keep(job, viewer, chunk, seen, ignored)
    with as_viewer(viewer):
        staging.compare(job)
        Import.objects.filter(pk=job.pk).update(state=State.CHECKED, counts=_verdicts(job), attempts=0)


def _verdicts(job: Import) -> dict[str, int]:
    return dict(job.rows.order_by().values_list("verdict").annotate(n=Count("pk")))


def _judge(job: Import, number: int, row: list[str], mapping: dict[str, int]) -> staging.Judged:
    raw = [cell[:1000].replace("\x00", "") for cell in row[: len(job.columns) + 2]]
    try:
        return staging.Judged(number, raw, facts=columns.facts(row, mapping, job.columns))
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
            job.rows_done, job.attempts = upto, 0
            job.save(update_fields=["rows_done", "attempts"])
    with as_viewer(viewer):
        written = Listing.objects.filter(batch=job).count()
        job.counts = {**_verdicts(job), "written": written}
        job.state, job.finished_at = State.DONE, timezone.now()
        job.save(update_fields=["counts", "state", "finished_at"])
        record("import.done", job, by=viewer, written=written, name=job.attachment.name)


def _take_back(job: Import, viewer: Viewer) -> None:
    with as_viewer(viewer):
        staging.hand_over(job)
        staging.forget_sightings(job)
    while True:
        with as_viewer(viewer):
            ids = list(Listing.objects.filter(batch=job).untouched().values_list("pk", flat=True)[:CHUNK])
            if not ids:
                break
            staging.remove_listings(ids)
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


@transaction.atomic
def keep_to_platform(job: Import, slug: str, *, by: Viewer) -> int:
    """Refuse the checked rows of any platform but this one; returns how many. Raises Refused for an unknown platform."""
    job = _locked(job, by)
    if job.state != State.CHECKED:
        raise Conflict(_("This import is %(state)s.") % {"state": job.get_state_display()})
    if not Platform.objects.filter(slug=slug).exists():
        raise Refused(_("No platform is called %(slug)s.") % {"slug": slug}, field="platform")
    others = job.rows.exclude(verdict=ImportRow.Verdict.REFUSED).exclude(facts__platform=slug)
    changed = others.update(verdict=ImportRow.Verdict.REFUSED, field="platform", reason=_("This is not on %(slug)s.") % {"slug": slug})
    job.counts = _verdicts(job)
    job.save(update_fields=["counts"])
    record("import.narrowed", job, by=by, platform=slug, count=changed)
    return changed
