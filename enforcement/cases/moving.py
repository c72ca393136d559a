"""What lies in a case and can be moved to another with it: each kind says how its rows change places. Apps above add theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.clocks.models import Clock
from coalition.files.models import Attachment
from coalition.search.actions import Entry, index_many
from enforcement.cases.models import Case, CaseListing, Note, Task


@dataclass(frozen=True)
class Movable:
    """One kind of row: which of them lie in a case, and how they are moved. `move` is given a queryset of them and the case they go to."""

    name: str
    words: Any
    of: Callable[[Case], QuerySet]
    move: Callable[[QuerySet, Case], None]
    # Whose a row is: the fields that name who brought, wrote or owes it. None of theirs is taken where they cannot read it.
    whose: tuple[str, ...]
    # Of the rows, those that the other case has already: they stay where they are.
    twins: Callable[[QuerySet, Case], QuerySet] | None = None
    # What rows are called on the page of splitting, by id.
    named: Callable[[list], dict[int, str]] = lambda rows: {row.pk: str(row) for row in rows}


def _with_case(rows: QuerySet, case: Case) -> None:
    rows.update(space_id=case.space_id, case=case)


def _tasks(rows: QuerySet, case: Case) -> None:
    clocks = Clock.objects.filter(subject_type="cases.task", subject_id__in=list(rows.values_list("pk", flat=True)))
    clocks.update(space_id=case.space_id, address=f"{case.get_absolute_url()}?tab=tasks")
    _with_case(rows, case)


def _files(rows: QuerySet, case: Case) -> None:
    files = list(rows)
    rows.update(space_id=case.space_id)
    for file in files:
        file.space_id = case.space_id
    index_many([Entry(file, "file", file.name, case.reference) for file in files])


def in_case(model, name, words, whose: tuple[str, ...] = (), shown: tuple[str, ...] = (), **more) -> Movable:
    """A kind whose rows name their case; `shown` are the relations that the page of splitting says of each."""
    rows = model.objects.select_related(*shown) if shown else model.objects.all()
    return Movable(name, words, lambda case: rows.filter(space_id=case.space_id, case=case), **{"move": _with_case, "whose": whose, **more})


def _brought_there(rows: QuerySet, case: Case) -> QuerySet:
    there = CaseListing.objects.filter(case=case)
    same = [row.pk for row in rows if (row.brought_by_id, row.key) in set(there.values_list("brought_by_id", "key"))]
    return rows.filter(pk__in=same)


MOVABLES = [
    in_case(CaseListing, "listings", _("listings"), ("brought_by",), ("platform",), twins=_brought_there),
    in_case(Note, "notes", _("notes"), ("author",)),
    in_case(Task, "tasks", _("tasks"), ("added_by", "owed_by"), move=_tasks),
    Movable("files", _("files"), lambda case: Attachment.objects.filter(space_id=case.space_id), _files, ("attached_by",)),
]
