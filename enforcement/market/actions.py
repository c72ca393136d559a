"""Listings come in: upload, choose columns, confirm, undo; what the worker does between is in working.py."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition import tables
from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.models import Space
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.files.actions import attach, store
from coalition.locks import one_at_a_time
from coalition.members.references import next_reference
from coalition.tables.text import UNREADABLE
from enforcement.market import columns
from enforcement.market.models import ColumnMapping, Import, ImportRow, Platform
from enforcement.market.permissions import can_choose_columns, can_import, can_undo, can_work_on

log = logging.getLogger(__name__)
SAMPLES = 20
# One for each set of headings that a workbook or an archive has; more is no file of listings.
MOST_TABLES = 12
LONGEST_KEY = 100
State = Import.State


@transaction.atomic
def upload(file, *, by: Viewer, name: str | None = None, key: str = "") -> Import:
    """Store a file of listings and read its headings. A workbook or archive with several sets of headings becomes several imports, of which
    the first is returned; sheets and files in which no address is found are left out. Raises Refused for what is no table, with what to do.
    """
    require(can_import(by))
    attachment = attach(file, space=Space.objects.get(pk=by.desk_id), by=by, name=name)
    with attachment.blob.open() as stored:
        found = [(table, _samples(table, stored)) for table in tables.recognise_all(stored)]
    with_rows = [(table, samples) for table, samples in found if samples]
    if not with_rows:
        raise Refused(_("The file has headings and no rows."), field="file")
    suggested = [(table, samples, _suggest(table.columns, samples, by)) for table, samples in with_rows]
    # A file in which no column looks like addresses is shown all the same: a person may know which one it is.
    chosen = [each for each in suggested if columns.NEEDED in each[2]] or suggested[:1]
    if len(chosen) > MOST_TABLES:
        raise Refused(_("The file holds %(many)d tables of different headings; at most %(most)d are read.")
                      % {"many": len(chosen), "most": MOST_TABLES}, field="file")  # fmt: skip
    read = [table for table, _samples, _mapping in chosen]
    left_out = [_words_for(table) for table, _samples in found if not any(table is other for other in read)]
    jobs = [
        Import.objects.create(
            space_id=by.desk_id, reference=next_reference(by.organisation_id, "I"), attachment=attachment, table=table.as_json(),
            columns=table.columns, samples=samples, mapping=mapping, started_by_id=by.audience_id, key=key,
            part=_words_for(table) if len(chosen) > 1 else "", left_out=left_out,
        )
        for table, samples, mapping in chosen
    ]  # fmt: skip
    for job in jobs:
        record("import.uploaded", job, by=by, name=job.name)
    return jobs[0]


def _samples(table: tables.Table, stored) -> list[list[str]]:
    samples = []
    for _number, row in table.rows(stored):
        if row and row[-1] != UNREADABLE:
            samples.append([cell[:200] for cell in row])
        if len(samples) == SAMPLES:
            break
    return samples


def _words_for(table: tables.Table) -> str:
    return " · ".join(filter(None, [table.member, ", ".join(sheet.name for sheet in table.sheets)]))[:200]


@transaction.atomic
def drop(file, *, key: str, by: Viewer, name: str | None = None) -> tuple[list[Import], bool]:
    """Take in a file that a program sends, and go on by itself where its headings are known: check, and write unless more than a tenth
    is refused. Returns its imports, and whether they are new: the same key with the same file is the same drop.

    Raises Refused, at `Idempotency-Key`, for a key that is missing or came with another file before.
    """
    require(can_import(by))
    if not key or len(key) > LONGEST_KEY:
        raise Refused(_("Send an Idempotency-Key of at most %(most)d characters.") % {"most": LONGEST_KEY}, field="Idempotency-Key")
    one_at_a_time(f"drop {by.desk_id} {key}")
    dropped = Import.objects.filter(space_id=by.desk_id, key=key).select_related("attachment").order_by("pk")
    if before := list(dropped):
        if before[0].attachment.blob_id != store(file).pk:
            raise Refused(_("This key came with another file before. Use a new one."), field="Idempotency-Key")
        return before, False
    upload(file, by=by, name=name, key=key)
    for job in dropped.all():
        known = ColumnMapping.objects.filter(space_id=by.desk_id, signature=columns.signature(job.columns)).first()
        if known is not None:
            _check(job, known.mapping, by=by, by_itself=True)
        else:
            record("import.waits", job, by=None, name=job.name, because=_("nobody has said yet what its columns mean"), started_by=by.audience_id)
    return list(dropped.all()), True


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
def choose_columns(job: Import, *, mapping: dict[str, int], by: Viewer, sheets: list[str] | None = None) -> Import:
    """Say which column means what, remember it, and have every row checked. Nothing is written to listings yet.

    `sheets` names those of a workbook to read; None for all that have these headings.
    """
    job = _locked(job, by)
    if not can_choose_columns(by, job):
        raise Conflict(_("This import is %(state)s already.") % {"state": job.get_state_display()})
    if columns.NEEDED not in mapping:
        raise Refused(_("Say which column holds the address."), field="address")
    if bad := [field for field, n in mapping.items() if field not in columns.FIELDS or not 0 <= n < len(job.columns)]:
        raise Refused(_("There is no such column."), field=bad[0])
    if sheets is not None and (not sheets or set(sheets) - set(job.sheets)):
        raise Refused(_("Choose at least one sheet."), field="sheets")
    ColumnMapping.objects.update_or_create(
        space_id=job.space_id, signature=columns.signature(job.columns), defaults={"mapping": mapping, "used_at": timezone.now()}
    )
    job.rows.all().delete()
    job.skipped = [name for name in job.sheets if sheets is not None and name not in sheets]
    _check(job, mapping, by=by)
    return job


def _check(job: Import, mapping: dict[str, int], *, by: Viewer, by_itself: bool = False) -> None:
    """Have a worker check every row."""
    job.mapping = {field: {"column": n, "because": ""} for field, n in mapping.items()}
    job.state, job.rows_checked, job.rows_total, job.counts, job.lines_ignored, job.attempts = State.CHECKING, 0, None, {}, 0, 0
    job.by_itself, job.started_by_id = by_itself, by.audience_id
    job.save()
    record("import.columns_chosen", job, by=by, count=len(mapping))
    _wake(job)


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
    record("import.given_up", job, by=by, name=job.name)
    return job


@transaction.atomic
def confirm(job: Import, *, by: Viewer) -> Import:
    """Write the new rows as listings. Confirming twice is confirming once."""
    job = _locked(job, by)
    if job.state in (State.RUNNING, State.DONE):
        return job
    if job.state != State.CHECKED:
        raise Conflict(_("This import is %(state)s.") % {"state": job.get_state_display()})
    begin_to_write(job, by=by)
    return job


def begin_to_write(job: Import, *, by: Viewer) -> None:
    """What confirming a checked import does, and what one that goes on by itself does."""
    _begin(job, State.RUNNING, by)
    record("import.confirmed", job, by=by, new=job.counts.get("new", 0))


@transaction.atomic
def undo(job: Import, *, by: Viewer) -> Import:
    """Take back what an import wrote, but for listings that a case, a notice or a later import has taken up since."""
    job = _locked(job, by)
    if job.state in (State.UNDOING, State.UNDONE):
        return job
    if not can_undo(by, job):
        raise Conflict(_("Only an import that wrote something can be undone; this one is %(state)s.") % {"state": job.get_state_display()})
    _begin(job, State.UNDOING, by)
    record("import.undone", job, by=by, name=job.name)
    return job


def _begin(job: Import, state: str, by: Viewer) -> None:
    """From here the worker acts for whoever asked for this."""
    job.state, job.rows_done, job.attempts, job.problem, job.started_by_id = state, 0, 0, "", by.audience_id
    job.save(update_fields=["state", "rows_done", "attempts", "problem", "started_by"])
    _wake(job)


def _locked(job: Import, by: Viewer) -> Import:
    require(can_work_on(by, job))
    return lock(job, "attachment")


def _wake(job: Import) -> None:
    """Ask a worker to go on once this is committed; when the broker is away, beat finds the import within seconds."""
    from enforcement.market.tasks import work_on_import  # the task needs working.py, which needs this

    def ask():
        try:
            work_on_import.apply_async([job.pk], retry=False)
        except work_on_import.OperationalError as away:
            log.warning("The broker is away (%s); import %s waits for the next round.", away, job.pk)

    transaction.on_commit(ask, robust=True)


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
    job.counts = job.verdicts()
    job.save(update_fields=["counts"])
    record("import.narrowed", job, by=by, platform=slug, count=changed)
    return changed
