"""A portfolio that was kept elsewhere is brought in: judged row by row, entered, and undone until somebody builds on it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from coalition.access.errors import require
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.brought import actions as files
from coalition.brought.columns import from_json, to_json
from coalition.locks import one_at_a_time
from coalition.search.actions import forget
from enforcement.rights import columns, rules
from enforcement.rights.actions.entering import write
from enforcement.rights.models import Right, RightsImport, RightsRow
from enforcement.rights.permissions import can_enter


def bring(upload, *, kind: str, by: Viewer) -> RightsImport:
    """Read a file of rights and judge each row; nothing is entered yet. `kind` is what they are where a row does not say.

    Raises NotAllowed, and Refused, at `file`, for one that is no table or lacks a column.
    """
    require(can_enter(by))
    Verdict = RightsRow.Verdict
    ours, seen = _entered(by), set()

    def judge(said: dict[str, str]) -> tuple[str, dict]:
        facts = columns.understand(said, kind, timezone.localdate())
        entry = rules.checked(**facts)
        key = (entry.kind, entry.jurisdiction, entry.number or entry.name.casefold())
        verdict = Verdict.KNOWN if key in ours else Verdict.DOUBLE if key in seen else Verdict.NEW
        seen.add(key)
        return verdict, to_json(facts)

    return files.bring(RightsImport, upload, columns=columns.COLUMNS, judge=judge, verb="rights.brought", by=by)


def _entered(by: Viewer) -> set[tuple[str, str, str]]:
    """What tells a right from another on this desk: its number in its register, or its name where it has none."""
    rows = Right.objects.filter(space_id=by.desk_id).values_list("kind", "jurisdiction", "number", "name")
    return {(kind, jurisdiction, number or name.casefold()) for kind, jurisdiction, number, name in rows}


@transaction.atomic
def enter_all(brought: RightsImport, *, by: Viewer) -> int:
    """Enter the new rows as rights; returns how many. Raises Conflict the second time."""
    require(can_enter(by) and brought.space_id == by.desk_id)
    brought = files.held(brought, state=RightsImport.State.CHECKED)
    # Two files at once, or a right entered by hand meanwhile: who comes second finds it known.
    one_at_a_time(f"rights of {by.desk_id}")
    ours, entries, rows = _entered(by), [], []
    for row in brought.rows.filter(verdict=RightsRow.Verdict.NEW):
        entry = rules.checked(**from_json(row.facts))
        key = (entry.kind, entry.jurisdiction, entry.number or entry.name.casefold())
        if key in ours:
            row.verdict = RightsRow.Verdict.KNOWN
        else:
            entries.append(entry)
        rows.append(row)
    rights = iter(write(entries, by=by))
    for row in rows:
        if row.verdict == RightsRow.Verdict.NEW:
            row.right = next(rights)
    RightsRow.objects.bulk_update(rows, ["verdict", "right"], batch_size=1000)
    files.pass_to(brought, RightsImport.State.ENTERED)
    record("rights.entered", brought, by=by, name=brought.name, count=len(entries))
    return len(entries)


@transaction.atomic
def undo(brought: RightsImport, *, by: Viewer) -> tuple[int, int]:
    """Take out what a file entered and nobody has built on; returns how many went and how many stay, because a notice rests on them, or
    somebody changed them or added to them. Raises Conflict where it is not entered.
    """
    require(can_enter(by) and brought.space_id == by.desk_id)
    brought = files.held(brought, state=RightsImport.State.ENTERED)
    with as_system("undo a file of rights: a notice that rests on one may lie where its owner does not enter"):
        built_on = files.built_on(Right, apart_from=("rights.protection", "rights.rightsrow"))
        made = Right.objects.filter(pk__in=brought.rows.values("right")).select_for_update()
        rights = list(made)
        stay = set(Right.objects.filter(pk__in=[right.pk for right in rights]).filter(built_on).values_list("pk", flat=True))
        gone = [right for right in rights if right.pk not in stay]
        Right.objects.filter(pk__in=[right.pk for right in gone]).delete()
    forget(gone)
    if not stay:
        files.pass_to(brought, RightsImport.State.UNDONE)
    record("rights.undone", brought, by=by, name=brought.name, count=len(gone), stay=len(stay))
    return len(gone), len(stay)
