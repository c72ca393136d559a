"""A right is entered, or many of a file are, and its description is put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.locks import one_at_a_time
from coalition.members.references import next_references
from coalition.search.actions import Entry as Indexed
from coalition.search.actions import index_many
from enforcement.rights import rules
from enforcement.rights.models import Protection, Right, Status
from enforcement.rights.permissions import can_enter, can_keep


@transaction.atomic
def enter(*, by: Viewer, **described) -> Right:
    """Enter a right on one's own desk, as `rules.Entry` describes it: where it is registered and since when, or applied for.

    Raises NotAllowed, and Refused, at its field, for a number that cannot be one of its register (a US serial number is not a
    registration), for a right that is entered already, and for days that are none.
    """
    require(can_enter(by))
    try:
        entry = rules.checked(**described)
    except rules.WrongFact as wrong:
        raise Refused(str(wrong), field=wrong.field) from None
    for field in ("filed_on", "registered_on"):
        require_has_come(described.get(field), field=field)
    one_at_a_time(f"rights of {by.desk_id}")
    if entry.number and Right.objects.filter(space_id=by.desk_id, kind=entry.kind, jurisdiction=entry.jurisdiction, number=entry.number).exists():
        raise Refused(_("This right is entered already."), field="number")
    (right,) = write([entry], by=by)
    record("right.entered", right, by=by, name=right.name)
    return right


def write(entries: Sequence[rules.Entry], *, by: Viewer) -> list[Right]:
    """Rights as they are described, with what they protect and how they stand, on the desk of who enters them; in as many queries as one."""
    references = next_references(by.organisation_id, "R", len(entries))
    rights = Right.objects.bulk_create(
        [
            Right(
                space_id=by.desk_id, reference=reference, kind=entry.kind, name=entry.name, number=entry.number, jurisdiction=entry.jurisdiction,
                classes=list(entry.classes), holder=entry.holder, goods=entry.goods, filed_on=entry.filed_on, expires_on=entry.expires,
            )
            for reference, entry in zip(references, entries, strict=True)
        ],
        batch_size=1000,
    )  # fmt: skip
    places = [
        (Protection(space_id=right.space_id, right=right, territory=territory), stages)
        for right, entry in zip(rights, entries, strict=True)
        for territory, stages in entry.stages.items()
    ]
    Protection.objects.bulk_create([place for place, _stages in places], batch_size=1000)
    Status.objects.bulk_create(
        [
            Status(
                space_id=place.space_id, protection=place, state=stage.state, since=stage.since, until=stage.until, entered_by_id=by.audience_id
            )
            for place, stages in places
            for stage in stages
        ],
        batch_size=1000,
    )  # fmt: skip
    index_all(rights)
    return rights


def index_all(rights: Sequence[Right]) -> None:
    index_many([
        Indexed(
            right, "right", right.name, f"{right.get_kind_display()} {right.jurisdiction} {right.number}",
            f"{right.reference} {right.holder} {right.goods[:2000]}",
        )
        for right in rights
    ])  # fmt: skip


def require_days(since: date, until: date | None, *, field: str) -> None:
    if until is not None and until <= since:
        raise Refused(_("The last day lies before the first."), field=field)


def require_has_come(day: date | None, *, field: str) -> None:
    if day is not None and day > timezone.localdate():
        raise Refused(_("That day has not come yet: note it when it has."), field=field)


def held(right: Right, by: Viewer) -> Right:
    """The right as it is, held until the transaction ends: whoever changes it waits for the other. Raises NotAllowed."""
    require(can_keep(by, right))
    return lock(right)


@transaction.atomic
def amend(right: Right, *, name: str, holder: str, goods: str, classes: list[int], by: Viewer) -> Right:
    """Put right what describes it. Number, register and days are facts of the register: they are told by statuses, or entered anew."""
    right = held(right, by)
    values = {"name": " ".join(name.split()), "holder": holder.strip(), "goods": goods.strip(), "classes": sorted(set(classes))}
    changed = [field for field, value in values.items() if getattr(right, field) != value]
    if not values["name"]:
        raise Refused(_("A right has a name."), field="name")
    if not changed:
        return right
    before = {field: _as_text(getattr(right, field)) for field in changed}
    for field in changed:
        setattr(right, field, values[field])
    right.save(update_fields=changed)
    index_all([right])
    what = "; ".join(f"{field}: {before[field][:80] or '–'} → {_as_text(values[field])[:80] or '–'}" for field in changed)
    record("right.amended", right, by=by, what=what[:400])
    return right


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
