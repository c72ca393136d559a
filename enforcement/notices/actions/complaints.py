"""The rights holder complains about a refusal; the platform looks at it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import ClockPolicy
from coalition.dates import long_day
from enforcement.notices import rules
from enforcement.notices.actions.answers import answer
from enforcement.notices.actions.common import COMPLAINT, COMPLAINT_WINDOW, locked, platform_audience, scopes_of
from enforcement.notices.models import Complaint, Notice, NoticeItem
from enforcement.notices.permissions import can_answer, is_principal


def complaint_until(notice: Notice, item: NoticeItem) -> tuple[datetime, ClockPolicy] | None:
    """Until when the rights holder may complain about the refusal of an item, and by which rule; None where it was not refused, or no rule is
    in force.
    """
    if item.outcome not in rules.REFUSED or item.decided_at is None:
        return None
    policy = ClockPolicy.objects.in_force(COMPLAINT_WINDOW, item.decided_at, scopes_of(notice))
    return (policy.due(item.decided_at, policy.amount), policy) if policy else None


@transaction.atomic
def complain(item: NoticeItem, *, text: str, by: Viewer) -> Complaint:
    """As the principal: ask the platform to look at a refusal again, saying why. The platform's clock starts.

    Raises NotAllowed; Refused for an item that was not refused, after the time to complain, or without a text; Conflict where this decision was
    complained about already.
    """
    notice = locked(item.notice)
    require(is_principal(by, notice))
    item = lock(item, "notice__platform__organisation", "notice__principal")
    until = complaint_until(notice, item)
    if until is None:
        raise Refused(_("Only a refusal can be complained about."))
    decision = item.decided.order_by("-number").first()
    if decision is None or Complaint.objects.filter(decision=decision).exists():
        raise Conflict(_("You have complained about this decision already."))
    if timezone.now() > until[0]:
        raise Refused(_("The time to complain is over since %(day)s.") % {"day": long_day(timezone.localtime(until[0]))})
    if len(text.strip()) < 10:
        raise Refused(_("Say what the platform should look at."), field="text")
    made = Complaint.objects.create(
        space_id=item.space_id, item=item, decision=decision, text=text.strip(), made_by_id=by.audience_id, due_at=timezone.now()
    )
    platform = platform_audience(notice)
    if platform is None:
        raise Refused(_("The platform takes no notices here any more."))
    label = _("Look again: %(item)s") % {"item": str(item)[:120]}
    clock = clocks.start(COMPLAINT, made, owed_by_id=platform, label=label, scope=scopes_of(notice))
    made.due_at = clock.due_at
    made.save(update_fields=["due_at"])
    record("complaint.made", made, by=by, notice=notice.reference, item=str(item)[:120], platform=platform)
    return made


@transaction.atomic
def answer_complaint(found: Complaint, *, text: str, by: Viewer, outcome: str = "", territories: Iterable[str] = ()) -> Complaint:
    """As the platform: keep the decision, or change it to an `outcome` that takes the item down; either way saying why.

    Raises NotAllowed, Conflict once answered, Refused without a text, or where `outcome` takes nothing down.
    """
    found = lock(found, "item__notice__platform__organisation", "item__notice__principal", "decision")
    notice = found.item.notice
    require(can_answer(by, notice))
    if found.outcome:
        raise Conflict(_("It is answered: %(how)s.") % {"how": found.get_outcome_display()})
    if len(text.strip()) < 10:
        raise Refused(_("Say why: the rights holder reads it."), field="text")
    if outcome and outcome not in (*rules.DOWN, "seller_removed", "gone"):
        raise Refused(_("Choose what becomes of the item instead, or keep the decision."), field="outcome")
    found.answer, found.answered_by_id, found.answered_at = text.strip(), by.audience_id, timezone.now()
    found.outcome = Complaint.Outcome.CHANGED if outcome else Complaint.Outcome.KEPT
    found.save()
    clocks.stop(COMPLAINT, found)
    if outcome:
        # A changed decision is a new one, as every other.
        answer(notice, {found.item_id: found.item.decisions}, outcome=outcome, territories=territories, by=by)
    record("complaint.answered", found, by=by, how=str(found.get_outcome_display()), principal=notice.principal.audience_id)
    return found
