"""A seller or the platform disputes a removal; the rights holder stands behind the claim, withdraws it, or is silent; the platform concludes."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from enforcement.notices import rules
from enforcement.notices.actions.common import CONCLUDE, STAND_BEHIND, Final, action_asked_of, locked, platform_audience, scopes_of
from enforcement.notices.models import Dispute, NoticeItem
from enforcement.notices.permissions import can_answer, can_conclude, can_end_dispute


@transaction.atomic
def dispute(item: NoticeItem, *, kind: str, statement: str, by: Viewer) -> Dispute:
    """As the platform: record a seller's counter-notice, or a query of its own, against a removed item.

    The rights holder's stand-behind clock starts. An item has one open dispute at most.
    """
    notice = locked(item.notice)
    require(can_answer(by, notice))
    item = lock(item)
    if item.outcome not in rules.DOWN:
        raise Refused(_("Only an item that was removed can be disputed."))
    if open_one := item.disputes.open().first():
        if (open_one.kind, open_one.statement) != (kind, statement.strip()):
            raise Refused(
                _("A %(kind)s waits for the rights holder already: until it is over, no other is taken.") % {"kind": open_one.get_kind_display()}
            )
        return open_one
    if item.final not in (Final.NONE, Final.DOWN):
        raise Refused(_("This item is %(state)s; nothing is left to dispute.") % {"state": item.get_final_display()})
    if kind not in Dispute.Kind.values:
        raise Refused(_("Say who disputes it."), field="kind")
    if len(statement.strip()) < 10:
        raise Refused(_("Give the seller's words, or your question."), field="statement")
    made = Dispute(space_id=item.space_id, item=item, kind=kind, statement=statement.strip(), raised_by_id=by.audience_id, due_at=timezone.now())
    made.save()
    label = _("Stand behind or withdraw: %(item)s") % {"item": str(item)[:120]}
    clock = clocks.start(STAND_BEHIND, made, owed_by_id=notice.principal.audience_id, label=label, scope=scopes_of(notice))
    made.due_at = clock.due_at
    made.save(update_fields=["due_at"])
    item.final = Final.OPEN
    item.save(update_fields=["final"])
    record("dispute.raised", made, by=by, notice=notice.reference, item=str(item)[:120], principal=notice.principal.audience_id)
    return made


def _locked_dispute(pk: int) -> Dispute:
    return (
        Dispute.objects.select_for_update(of=("self",))
        .select_related("item__notice__platform__organisation", "item__notice__principal", "item__notice__programme")
        .get(pk=pk)
    )


def _require_open(found: Dispute) -> None:
    if found.ending != Dispute.Ending.OPEN:
        raise Conflict(_("It is over: %(how)s.") % {"how": found.get_ending_display()})


@transaction.atomic
def stand_behind(
    found: Dispute, *, signatory: str, evidence: str, by: Viewer, filed_with: str = "", filed_where: str = "", filed_number: str = "",
    filed_on: date | None = None,
) -> Dispute:  # fmt: skip
    """As the principal, inside the clock: confirm the claim under a named signatory, with evidence, and with the action that was brought before
    a court or an authority, where there is one: then the item stays down until that is over.

    Raises NotAllowed; Refused, at its field, without signatory or evidence, without an action where the law asks for one, or after the clock;
    Conflict when it is over already.
    """
    found = _locked_dispute(found.pk)
    _require_open(found)
    require(can_end_dispute(by, found))
    if not signatory.strip():
        raise Refused(_("Who signs for this?"), field="signatory")
    if len(evidence.strip()) < 10:
        raise Refused(_("Say what proves it."), field="evidence")
    if found.due_at <= timezone.now():
        raise Refused(_("The clock has run out; the claim has lapsed."))
    found.signatory, found.evidence = signatory.strip(), evidence.strip()
    _take_action(found, filed_with, filed_where, filed_number, filed_on)
    return _end(found, Dispute.Ending.STOOD_BEHIND, by=by)


def _take_action(found: Dispute, filed_with: str, where: str, number: str, on: date | None) -> None:
    """Write the action that was brought, whole. Raises Refused, at its field, where the law asks for one and it is none."""
    notice = found.item.notice
    asked = action_asked_of(notice)
    if filed_with not in Dispute.Filed.values:
        raise Refused(_("A court, or an authority."), field="filed_with")
    if asked == rules.COURT and filed_with != Dispute.Filed.COURT:
        raise Refused(_("Here the law lets the item stay down only where an action was filed with a court: 17 USC 512(g)(2)(C)."), field="filed_with")
    if asked and not filed_with:
        said = _("Here the law lets the item stay down only where you have gone to an authority or a court: E-Commerce Law art. 43.")
        raise Refused(said, field="filed_with")
    if not filed_with:
        if where.strip() or number.strip() or on:
            raise Refused(_("Say whether it is a court or an authority."), field="filed_with")
        return
    for field, value in (("filed_where", where.strip()), ("filed_number", number.strip()), ("filed_on", on)):
        if not value:
            raise Refused(_("Say where it was filed, under which number, and on which day."), field=field)
    if on and on > timezone.localdate():
        raise Refused(_("That day is still to come."), field="filed_on")
    found.filed_with, found.filed_where, found.filed_number, found.filed_on = filed_with, where.strip(), number.strip(), on


@transaction.atomic
def withdraw(found: Dispute, *, reason: str, by: Viewer) -> Dispute:
    """As the principal: withdraw the claim, saying why; the item is reinstated."""
    found = _locked_dispute(found.pk)
    _require_open(found)
    require(can_end_dispute(by, found))
    if len(reason.strip()) < 5:
        raise Refused(_("Say why, for your own record and the platform's."), field="reason")
    if found.due_at <= timezone.now():
        raise Refused(_("The clock has run out; the claim has lapsed."))
    found.reason = reason.strip()
    return _end(found, Dispute.Ending.WITHDRAWN, by=by)


@transaction.atomic
def lapse(found: Dispute) -> Dispute:
    """The clock ran out in silence: the claim lapses and the item is reinstated. Called by the sweep alone."""
    found = _locked_dispute(found.pk)
    if found.ending != Dispute.Ending.OPEN:
        return found
    return _end(found, Dispute.Ending.LAPSED, by=None)


def _end(found: Dispute, ending: str, *, by: Viewer | None) -> Dispute:
    now = timezone.now()
    found.ending, found.ended_at = ending, now
    final = rules.ENDINGS[ending]
    if found.filed_with:
        final = Final.HOLD
    if final == Final.UP:
        found.concluded_at, found.result = now, Dispute.Result.UP
    found.save()
    found.item.final = final
    found.item.save(update_fields=["final"])
    if by is not None:
        clocks.stop(STAND_BEHIND, found, outcome=Clock.Outcome.MET)
    verb = {"stood_behind": "dispute.stood_behind", "withdrawn": "dispute.withdrawn", "lapsed": "dispute.lapsed"}[ending]
    notice = found.item.notice
    platform = platform_audience(notice)
    if final == Final.OPEN and platform:
        # While a court decides, no clock runs for the platform.
        label = _("Say how it ends: %(item)s") % {"item": str(found.item)[:120]}
        clocks.start(CONCLUDE, found, owed_by_id=platform, label=label, scope=notice.platform.slug)
    record(
        verb,
        found,
        by=by,
        signatory=found.signatory,
        reason=found.reason[:300],
        platform=platform,
        principal=notice.principal.audience_id,
    )
    return found


@transaction.atomic
def conclude(found: Dispute, *, stays_down: bool, by: Viewer) -> Dispute:
    """As the platform: say how an item ended after the rights holder stood behind the claim; where a court decides, once it has."""
    found = _locked_dispute(found.pk)
    if found.concluded_at is not None and found.ending == Dispute.Ending.STOOD_BEHIND:
        raise Conflict(_("This was concluded already."))
    require(can_conclude(by, found))
    found.concluded_at = timezone.now()
    found.result = Dispute.Result.DOWN if stays_down else Dispute.Result.UP
    found.save(update_fields=["concluded_at", "result"])
    clocks.stop(CONCLUDE, found)
    found.item.final = Final.DOWN if stays_down else Final.UP
    found.item.save(update_fields=["final"])
    verb = "dispute.stays_down" if stays_down else "dispute.reinstated"
    record(verb, found, by=by, principal=found.item.notice.principal.audience_id)
    return found
