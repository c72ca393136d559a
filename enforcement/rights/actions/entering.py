"""Rights are entered, change their status, are designated for, proved by papers and told to customs. What was, stays as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.models import Space
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.files.actions import attach
from coalition.members.references import next_reference
from coalition.search.actions import index
from enforcement.rights import rules
from enforcement.rights.models import Paper, Protection, Recordation, Right, Status
from enforcement.rights.permissions import can_enter, can_keep
from enforcement.rights.watch import EXPIRY, PAPER, RECORDATION


@transaction.atomic
def enter(
    *,
    kind: str,
    name: str,
    number: str,
    jurisdiction: str,
    by: Viewer,
    classes: list[int] | None = None,
    holder: str = "",
    goods: str = "",
    filed_on: date | None = None,
    registered_on: date | None = None,
    expires_on: date | None = None,
) -> Right:
    """Enter a right on one's own desk, with where it is registered and since when; applied for, where it is not registered yet.

    `expires_on` is the first day without it. Raises NotAllowed, and Refused, at its field, for a number that cannot be one of its
    register (a US serial number is not a registration), for a right that is entered already, and for days that are none.
    """
    require(can_enter(by))
    number = _number(kind, jurisdiction, number)
    if kind != Right.Kind.COPYRIGHT and not number:
        raise Refused(_("A registered right has a number."), field="number")
    since = registered_on or filed_on
    if since is None:
        raise Refused(_("Give the day it was registered, or the day it was filed while it is not."), field="registered_on")
    if filed_on and registered_on and registered_on < filed_on:
        raise Refused(_("It was registered after it was filed."), field="registered_on")
    _require_days(since, expires_on, field="expires_on")
    if number and Right.objects.filter(space_id=by.desk_id, kind=kind, jurisdiction=jurisdiction, number=number).exists():
        raise Refused(_("This right is entered already."), field="number")
    right = Right.objects.create(
        space_id=by.desk_id, reference=next_reference(by.organisation_id, "R"), kind=kind, name=" ".join(name.split()), number=number,
        jurisdiction=jurisdiction, classes=sorted(set(classes or [])), holder=holder.strip(), goods=goods.strip(), filed_on=filed_on,
        expires_on=expires_on if registered_on else None,
    )  # fmt: skip
    own = Protection.objects.create(space_id=right.space_id, right=right, territory=jurisdiction)
    if filed_on and filed_on != registered_on:
        _write(own, rules.PENDING, filed_on, by=by)
    if registered_on:
        _write(own, rules.REGISTERED, registered_on, until=expires_on, by=by)
    _index(right)
    record("right.entered", right, by=by, name=right.name)
    return right


def _number(kind: str, jurisdiction: str, text: str) -> str:
    try:
        return rules.clean_number(kind, jurisdiction, text)
    except rules.WrongNumber as wrong:
        raise Refused(str(wrong), field="number") from None


def _require_days(since: date, until: date | None, *, field: str) -> None:
    if until is not None and until <= since:
        raise Refused(_("The last day lies before the first."), field=field)


def _write(protection: Protection, state: str, since: date, *, by: Viewer, until: date | None = None, remark: str = "") -> Status:
    return Status.objects.create(
        space_id=protection.space_id, protection=protection, state=state, since=since, until=until, remark=remark.strip()[:200],
        entered_by_id=by.audience_id,
    )  # fmt: skip


def _index(right: Right) -> None:
    detail = f"{right.get_kind_display()} {right.jurisdiction} {right.number}"
    index(right, kind="right", title=right.name, detail=detail, body=f"{right.reference} {right.holder} {right.goods[:2000]}")


def _held(right: Right, by: Viewer) -> Right:
    """The right as it is, held until the transaction ends: whoever changes it waits for the other."""
    require(can_keep(by, right))
    return Right.objects.select_for_update().get(pk=right.pk)


@transaction.atomic
def amend(right: Right, *, name: str, holder: str, goods: str, classes: list[int], by: Viewer) -> Right:
    """Put right what describes it. Number, register and days are facts of the register: they are told by statuses, or entered anew."""
    right = _held(right, by)
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
    _index(right)
    what = "; ".join(f"{field}: {before[field][:80] or '–'} → {_as_text(values[field])[:80] or '–'}" for field in changed)
    record("right.amended", right, by=by, what=what[:400])
    return right


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@transaction.atomic
def set_status(protection: Protection, *, state: str, since: date, by: Viewer, until: date | None = None, remark: str = "") -> Status:
    """Say how a right stands in a territory from a day on. The newest status is followed; a mistaken one is taken back.

    `until` is the first day without it, of what protects. Raises NotAllowed, and Refused, at its field, for what cannot follow what it
    was, or a day before it was so.
    """
    right = _held(protection.right, by)
    last = protection.statuses.first()
    if state not in rules.FOLLOWS[last.state if last else ""]:
        before = last.get_state_display() if last else _("nothing")
        raise Refused(_("It was %(before)s: that cannot follow.") % {"before": before}, field="state")
    if last and since < last.since:
        raise Refused(_("What was, stays as it was: choose a day from the newest status on, or take that one back."), field="since")
    if state not in rules.LIVE:
        until = None
    _require_days(since, until, field="until")
    status = _write(protection, state, since, until=until, remark=remark, by=by)
    _follow_expiry(right)
    record("right.status", right, by=by, where=protection.where, state=str(status.get_state_display()), day=since.isoformat())
    return status


@transaction.atomic
def take_back_status(status: Status, *, reason: str, by: Viewer) -> None:
    """Take back the newest status of a territory, which was a mistake, saying why. Raises Refused for an older one or the only one."""
    reason = reason_given(reason)
    protection = status.protection
    right = _held(protection.right, by)
    newest = list(protection.statuses.all()[:2])
    if not newest or newest[0].pk != status.pk:
        raise Refused(_("Only the newest status is taken back."))
    if len(newest) < 2:
        raise Refused(_("It is the only one: enter what it should be, and it follows."))
    state, day = str(status.get_state_display()), status.since.isoformat()
    status.delete()
    _follow_expiry(right)
    record("right.status_taken_back", right, by=by, where=protection.where, state=state, day=day, reason=reason[:300])


def _follow_expiry(right: Right) -> None:
    """Keep when the right itself ends, as its own register's newest status says."""
    last = Status.objects.filter(protection__right=right, protection__territory=right.jurisdiction).first()
    before, right.expires_on = right.expires_on, last.until if last and last.state in rules.LIVE else None
    right.save(update_fields=["expires_on"])
    if right.expires_on != before:
        clocks.stop(EXPIRY, right)


@transaction.atomic
def designate(
    right: Right, *, territory: str, state: str, since: date, by: Viewer, until: date | None = None, classes: list[int] | None = None
) -> Protection:
    """Add a territory that an international registration (Madrid, Hague) designates. It can lapse there while the registration lives.

    Raises NotAllowed, and Refused for another right, or a territory that is designated already.
    """
    right = _held(right, by)
    if not right.is_international:
        raise Refused(_("Only an international registration designates territories."))
    if territory == rules.WORLD or right.protections.filter(territory=territory).exists():
        raise Refused(_("Choose a territory that is not designated yet."), field="territory")
    if classes and not set(classes) <= set(right.classes):
        raise Refused(_("A designation is for classes of the registration."), field="classes")
    if state not in rules.FOLLOWS[""]:
        raise Refused(_("A designation begins as applied for, or as protected."), field="state")
    if state not in rules.LIVE:
        until = None
    _require_days(since, until, field="until")
    protection = Protection.objects.create(space_id=right.space_id, right=right, territory=territory, classes=sorted(set(classes or [])))
    _write(protection, state, since, until=until, by=by)
    record("right.designated", right, by=by, where=protection.where, day=since.isoformat())
    return protection


@transaction.atomic
def add_paper(right: Right, upload, *, kind: str, by: Viewer, ends_on: date | None = None) -> Paper:
    """Keep a certificate or a power of attorney with a right. Raises NotAllowed, and Refused for a file the store refuses."""
    right = _held(right, by)
    file = attach(upload, space=Space.objects.get(pk=right.space_id), by=by)
    paper = Paper.objects.create(space_id=right.space_id, right=right, kind=kind, file=file, ends_on=ends_on)
    record("right.paper_added", right, by=by, what=str(paper.get_kind_display()), name=file.name)
    return paper


@transaction.atomic
def remove_paper(paper: Paper, *, by: Viewer) -> None:
    """Take a paper off a right; the file stays where events name it."""
    right = _held(paper.right, by)
    if Paper.objects.filter(pk=paper.pk, removed_at=None).update(removed_at=timezone.now()):
        clocks.stop(PAPER, paper, outcome=Clock.Outcome.CANCELLED)
        record("right.paper_removed", right, by=by, what=str(paper.get_kind_display()), name=paper.file.name)


@transaction.atomic
def record_at_customs(right: Right, *, authority: str, number: str, starts_on: date, ends_on: date, by: Viewer) -> Recordation:
    """Note what a customs authority was told of a right, until a day; one that begins when another of it ends is its renewal.

    `ends_on` is the first day without it. Raises NotAllowed, and Refused for days that another covers.
    """
    right = _held(right, by)
    _require_days(starts_on, ends_on, field="ends_on")
    others = right.recordations.filter(authority=authority)
    if other := others.filter(starts_on__lt=ends_on, ends_on__gt=starts_on).first():
        raise Refused(_("These days are in the recordation %(number)s.") % {"number": other.number}, field="starts_on")
    follows = others.filter(ends_on__lte=starts_on, followed_by=None).first()
    recordation = Recordation.objects.create(
        space_id=right.space_id, right=right, authority=authority, number=number.strip(), starts_on=starts_on, ends_on=ends_on, follows=follows
    )
    if follows:
        clocks.stop(RECORDATION, follows)
    record("right.recorded", right, by=by, where=str(recordation.get_authority_display()), number=recordation.number, day=starts_on.isoformat())
    return recordation


@transaction.atomic
def end_recordation(recordation: Recordation, *, ends_on: date, reason: str, by: Viewer) -> Recordation:
    """End a recordation before its day, saying why. Raises Conflict when it has ended, Refused for a day that is not within it."""
    reason = reason_given(reason)
    right = _held(recordation.right, by)
    recordation.refresh_from_db()
    if recordation.state == "ended":
        raise Conflict(_("It has ended already."))
    if not recordation.starts_on < ends_on < recordation.ends_on:
        raise Refused(_("Choose a day within it, before its own end."), field="ends_on")
    recordation.ends_on, recordation.ended_because = ends_on, reason[:200]
    recordation.save(update_fields=["ends_on", "ended_because"])
    clocks.stop(RECORDATION, recordation, outcome=Clock.Outcome.CANCELLED)
    record("right.recordation_ended", right, by=by, where=str(recordation.get_authority_display()), day=ends_on.isoformat(), reason=reason[:300])
    return recordation
