"""How a right stands in a territory from a day on, and what an international one designates. What was, stays as it was."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from enforcement.rights import rules
from enforcement.rights.actions.entering import held, index_all, require_days, require_has_come
from enforcement.rights.models import Protection, Right, Status
from enforcement.rights.watch import EXPIRY


@transaction.atomic
def set_status(
    protection: Protection, *, state: str, since: date, by: Viewer, until: date | None = None, remark: str = "", number: str = ""
) -> Status:
    """Say how a right stands in a territory from a day on. The newest status is followed; a mistaken one is taken back.

    `until` is the first day without it, of what protects; `number` what its register gave an application that is registered, where that
    is another. Raises NotAllowed, and Refused, at its field, for what cannot follow what it
    was, or a day before it was so.
    """
    right = held(protection.right, by)
    last = protection.statuses.first()
    if state not in rules.FOLLOWS[last.state if last else ""]:
        before = last.get_state_display() if last else _("nothing")
        raise Refused(_("It was %(before)s: that cannot follow.") % {"before": before}, field="state")
    if last and since < last.since:
        raise Refused(_("What was, stays as it was: choose a day from the newest status on, or take that one back."), field="since")
    require_has_come(since, field="since")
    if state not in rules.LIVE:
        until = None
    require_days(since, until, field="until")
    if state == rules.REGISTERED and last and last.state == rules.PENDING and protection.territory == right.jurisdiction:
        _take_number(right, number or right.number)
    status = _write_status(protection, state, since, until=until, remark=remark, by=by)
    _follow_expiry(right)
    record("right.status", right, by=by, where=protection.where, state=str(status.get_state_display()), day=since.isoformat())
    return status


def _take_number(right: Right, text: str) -> None:
    try:
        number = rules.clean_number(right.kind, right.jurisdiction, text)
    except rules.WrongFact as wrong:
        raise Refused(str(wrong), field="number") from None
    if number != right.number:
        right.number = number
        right.save(update_fields=["number"])
        index_all([right])


@transaction.atomic
def take_back_status(status: Status, *, reason: str, by: Viewer) -> None:
    """Take back the newest status of a territory, which was a mistake, saying why. Raises Refused for an older one or the only one."""
    reason = reason_given(reason)
    protection = status.protection
    right = held(protection.right, by)
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
    right = held(right, by)
    if not right.is_international:
        raise Refused(_("Only an international registration designates territories."))
    if territory == rules.WORLD or right.protections.filter(territory=territory).exists():
        raise Refused(_("Choose a territory that is not designated yet."), field="territory")
    if classes and not set(classes) <= set(right.classes):
        raise Refused(_("A designation is for classes of the registration."), field="classes")
    if state not in rules.FOLLOWS[""]:
        raise Refused(_("A designation begins as applied for, or as protected."), field="state")
    require_has_come(since, field="since")
    if state not in rules.LIVE:
        until = None
    require_days(since, until, field="until")
    protection = Protection.objects.create(space_id=right.space_id, right=right, territory=territory, classes=sorted(set(classes or [])))
    _write_status(protection, state, since, until=until, by=by)
    record("right.designated", right, by=by, where=protection.where, day=since.isoformat())
    return protection


def _write_status(protection: Protection, state: str, since: date, *, by: Viewer, until: date | None = None, remark: str = "") -> Status:
    return Status.objects.create(
        space_id=protection.space_id, protection=protection, state=state, since=since, until=until, remark=remark.strip()[:200],
        entered_by_id=by.audience_id,
    )  # fmt: skip
