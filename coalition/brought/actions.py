"""Reading a file of rows, and holding it for what is done with it once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext as _

from coalition import tables
from coalition.access.errors import Conflict, Refused
from coalition.access.locking import lock
from coalition.access.models import Space
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.activity.models import Event
from coalition.brought.columns import Columns, NotUnderstood
from coalition.brought.models import Brought, BroughtRow
from coalition.files.actions import attach

MOST_ROWS = 10_000
# A cell is kept for whoever reads the verdict; a longer one is no name, number or day.
LONGEST_CELL, MOST_CELLS = 300, 40
# The verdict of a row, and its facts as JSON holds them; raises NotUnderstood.
Judge = Callable[[dict[str, str]], tuple[str, dict]]
Kind = TypeVar("Kind", bound=Brought)


@transaction.atomic
def bring(kind: type[Kind], upload, *, columns: Columns, judge: Judge, verb: str, by: Viewer) -> Kind:
    """Read a file onto the reader's own desk and judge each row; nothing is entered yet.

    Raises Refused, at `file`, for one that is no table, lacks a column or has too many rows. May `by` do this? is asked by the caller.
    """
    table = tables.recognise(upload)
    places = columns.places(table.columns)
    if lacking := columns.missing(places):
        raise Refused(_("These columns are missing: %(what)s.") % {"what": ", ".join(lacking)}, field="file")
    rows = [(number, [cell.replace("\x00", "") for cell in row]) for number, row in table.rows(upload) if row]
    if len(rows) > MOST_ROWS:
        raise Refused(_("A file of more than %(n)d rows: split it.") % {"n": MOST_ROWS}, field="file")
    upload.seek(0)
    desk = Space.objects.get(pk=by.desk_id)
    file = attach(upload, space=desk, by=by)
    brought: Any = kind.objects.create(space=desk, file=file, name=file.name, headings=table.columns[:MOST_CELLS], brought_by_id=by.audience_id)
    row_kind: Any = kind._meta.get_field("rows").related_model
    made = []
    for number, row in rows:
        facts: dict = {}
        problem = ""
        try:
            verdict, facts = judge(columns.said(row, places))
        except NotUnderstood as why:
            verdict, problem = BroughtRow.Verdict.REFUSED, str(why)[:300]
        cells = [cell[:LONGEST_CELL] for cell in row[:MOST_CELLS]]
        made.append(row_kind(space_id=desk.pk, brought=brought, number=number, cells=cells, facts=facts, verdict=verdict, problem=problem))
    row_kind.objects.bulk_create(made, batch_size=1000)
    record(verb, brought, by=by, name=brought.name, count=len(made))
    return brought


def held(brought: Kind, *, state: str) -> Kind:
    """The file as it is, held until the transaction ends. Raises Conflict where it is in another state: somebody was first."""
    now: Any = lock(brought)
    if now.state != state:
        raise Conflict(_("This file is %(state)s already.") % {"state": now.get_state_display()})
    return now


def pass_to(brought: Brought, state: str) -> None:
    """Say what has become of a file that is held."""
    brought.state = state
    brought.save(update_fields=["state"])


def built_on(made: type[Model], *, apart_from: Collection[str]) -> Q:
    """Those of a model that anything points at, in any app, but for the models named here by their label; and those that anything was done to."""
    found = Q(Exists(Event.objects.filter(subject_type=made._meta.label_lower, subject_id=OuterRef("pk"))))
    for relation in made._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.label_lower not in apart_from:
            found |= Q(Exists(model._base_manager.filter(**{relation.field.name: OuterRef("pk")})))
    return found
