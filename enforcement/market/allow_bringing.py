"""A list of allowed sellers that was kept elsewhere is brought in: judged row by row, entered, and undone until somebody builds on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from coalition.access.errors import Refused, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.brought import actions as files
from coalition.brought.columns import NotUnderstood, from_json, to_json
from coalition.locks import one_at_a_time
from enforcement.market import allow_columns as columns
from enforcement.market.allowing import Entry, checked, write
from enforcement.market.models import AllowedFile, AllowedRow, AllowedSeller, Platform
from enforcement.market.permissions import can_keep_allow_list

Verdict = AllowedRow.Verdict


class Kept:
    """The entries by seller that a new one may not overlap."""

    def __init__(self, entries: Iterable[Entry | AllowedSeller]):
        self._of: dict[str, list[Entry | AllowedSeller]] = defaultdict(list)
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry | AllowedSeller) -> None:
        self._of[entry.seller_key.lower()].append(entry)

    def stands_against(self, entry: Entry) -> bool:
        return any(entry.overlaps(other) for other in self._of.get(entry.seller_key.lower(), ()))


def _entry_of(facts: dict[str, Any], platforms: Mapping[str, Platform]) -> Entry:
    """What a row is to be on the list. Raises Refused."""
    return checked(**{**facts, "platform": platforms[facts["platform"]]})


def bring(upload, *, because: str, by: Viewer) -> AllowedFile:
    """Read a list of sellers and judge each row; nothing is entered yet. `because` is why; what a row says of it stands behind.

    Raises NotAllowed, and Refused, at `file`, for one that is no table or names no shops.
    """
    require(can_keep_allow_list(by))
    ours, in_file = Kept(AllowedSeller.objects.filter(space_id=by.desk_id)), Kept(())
    platforms = {platform.slug: platform for platform in Platform.objects.exclude(slug="alias")}
    named = {word.casefold(): slug for slug, platform in platforms.items() for word in (slug, platform.name)}

    def judge(said: dict[str, str]) -> tuple[str, dict]:
        facts = columns.understand(said, named)
        facts["because"] = ": ".join(filter(None, (because.strip(), facts["because"])))
        try:
            entry = _entry_of(facts, platforms)
        except Refused as why:
            raise NotUnderstood(str(why)) from why
        verdict = Verdict.KNOWN if ours.stands_against(entry) else Verdict.DOUBLE if in_file.stands_against(entry) else Verdict.NEW
        in_file.add(entry)
        return verdict, to_json(facts)

    return files.bring(AllowedFile, upload, columns=columns.COLUMNS, judge=judge, verb="allow_list.brought", by=by)


@transaction.atomic
def enter_all(brought: AllowedFile, *, by: Viewer) -> int:
    """Put the new rows on the list; returns how many. Raises Conflict the second time."""
    require(can_keep_allow_list(by) and brought.space_id == by.desk_id)
    brought = files.held(brought, state=AllowedFile.State.CHECKED)
    # What was put on it by hand meanwhile, or by another file, is known now.
    one_at_a_time(f"allow list of {by.desk_id}")
    ours = Kept(AllowedSeller.objects.filter(space_id=by.desk_id))
    platforms = {platform.slug: platform for platform in Platform.objects.all()}
    rows, wanted = list(brought.rows.filter(verdict=Verdict.NEW)), []
    for row in rows:
        entry = _entry_of(from_json(row.facts), platforms)
        if ours.stands_against(entry):
            row.verdict = Verdict.KNOWN
        else:
            ours.add(entry)
            wanted.append((row, entry))
    for (row, _entry), made in zip(wanted, write([entry for _row, entry in wanted], by=by), strict=True):
        row.entry = made
    AllowedRow.objects.bulk_update(rows, ["verdict", "entry"], batch_size=1000)
    files.pass_to(brought, AllowedFile.State.ENTERED)
    record("allow_list.entered", brought, by=by, name=brought.name, count=len(wanted))
    return len(wanted)


@transaction.atomic
def undo(brought: AllowedFile, *, by: Viewer) -> tuple[int, int]:
    """Take off what a file put on the list and nobody has touched since; returns how many went and how many stay.

    Raises Conflict where it is not entered.
    """
    require(can_keep_allow_list(by) and brought.space_id == by.desk_id)
    brought = files.held(brought, state=AllowedFile.State.ENTERED)
    made = AllowedSeller.objects.filter(pk__in=brought.rows.values("entry"))
    everything = set(made.select_for_update().values_list("pk", flat=True))
    stay = set(made.filter(files.built_on(AllowedSeller, apart_from=["market.allowedrow"])).values_list("pk", flat=True))
    AllowedSeller.objects.filter(pk__in=everything - stay).delete()
    if not stay:
        files.pass_to(brought, AllowedFile.State.UNDONE)
    record("allow_list.undone", brought, by=by, name=brought.name, count=len(everything - stay), stay=len(stay))
    return len(everything - stay), len(stay)
