"""A platform decides items; the rights holder answers its questions."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.members.countries import NAMES
from enforcement.notices import rules
from enforcement.notices.actions.common import ANSWER, Outcome, locked, platform_audience
from enforcement.notices.models import Clarification, Decision, Notice, NoticeItem, Why
from enforcement.notices.permissions import can_answer, can_clarify, is_principal


@transaction.atomic
def acknowledge(notice: Notice, *, by: Viewer) -> Notice:
    """As the platform: confirm that it has a notice, as DSA art. 16(4) asks; said again it changes nothing."""
    notice = locked(notice)
    require(can_answer(by, notice))
    if notice.received_at is None:
        _receive(notice, by)
        record("notice.received", notice, by=by, principal=notice.principal.audience_id)
    return notice


def _receive(notice: Notice, by: Viewer) -> None:
    notice.received_at, notice.received_by_id = timezone.now(), by.audience_id
    notice.save(update_fields=["received_at", "received_by"])


@transaction.atomic
def answer(
    notice: Notice, answers: dict[int, int], *, outcome: str, by: Viewer, why: str = "", reason: str = "", territories: Iterable[str] = ()
) -> int:
    """As the platform: decide items. `answers` maps an item's id to how many decisions on it the answerer has seen; `why` is one of `Why`, for
    what is refused, and `territories` are the ISO countries in which an item was disabled.

    Returns how many items were decided; the same answer again decides nothing and does no harm. Raises Conflict, naming who
    was first, when somebody else has decided one since; Refused, at its field, for an unknown outcome, reason or country, one that is missing,
    or an item that cannot be answered so. All or nothing.
    """
    notice = locked(notice)
    require(can_answer(by, notice))
    said = rules.Answer.given(outcome, why, reason, territories)
    _refuse_unknown(said)
    items = list(notice.items.select_for_update().filter(pk__in=answers))
    if len(items) != len(answers):
        raise Refused(_("Choose items of this notice."), field="items")
    to_decide = [item for item in items if item.answered != said]
    _refuse_conflicts(to_decide, answers, by)
    if stuck := [item for item in to_decide if not rules.may_answer(item.outcome, outcome, item.final)]:
        raise Refused(_("%(item)s is %(state)s; it cannot be answered so.") % {"item": stuck[0], "state": stuck[0].get_outcome_display()})
    now = timezone.now()
    for item in to_decide:
        item.answered = said
        item.decided_at = now
        item.decisions += 1
    Decision.objects.bulk_create(
        Decision(
            space_id=item.space_id,
            item=item,
            number=item.decisions,
            outcome=said.outcome,
            why=said.why,
            reason=said.reason,
            territories=list(said.territories),
            decided_by_id=by.audience_id,
            decided_at=now,
        )
        for item in to_decide
    )
    NoticeItem.objects.bulk_update(to_decide, ["outcome", "why", "reason", "territories", "decided_at", "decisions"], batch_size=500)
    if to_decide:
        if notice.received_at is None:
            # Whoever answers has it.
            _receive(notice, by)
        _count(notice)
        record("notice.answered", notice, by=by, count=len(to_decide), outcome=str(Outcome(outcome).label), principal=notice.principal.audience_id)
    return len(to_decide)


def _refuse_unknown(said: rules.Answer) -> None:
    """A code that is none is refused, never guessed; nor is an answer taken that lacks something."""
    if said.outcome not in rules.ANSWERS["pending"]:
        raise Refused(_("“%(what)s” is no answer.") % {"what": said.outcome}, field="outcome")
    if said.why and said.why not in Why.values:
        raise Refused(_("“%(what)s” is no reason. The reasons are: %(all)s.") % {"what": said.why, "all": ", ".join(Why.values)}, field="why")
    if unknown := [code for code in said.territories if code not in NAMES]:
        raise Refused(_("“%(what)s” is no country.") % {"what": unknown[0]}, field="territories")
    if lacks := said.missing:
        field, words = lacks
        raise Refused(words, field=field)


def _refuse_conflicts(items: list[NoticeItem], seen: dict[int, int], by: Viewer) -> None:
    changed = [item for item in items if item.decisions != seen[item.pk]]
    if changed:
        last = Decision.objects.filter(item=changed[0]).select_related("decided_by").order_by("-number").first()
        who = _("You, in another window,") if last and last.decided_by_id == by.audience_id else last.decided_by if last else _("somebody")
        raise Conflict(
            _("%(who)s answered “%(item)s” meanwhile: %(what)s. Nothing of yours was written; look again.")
            % {"who": who, "item": changed[0], "what": changed[0].get_outcome_display()}
        )


def _count(notice: Notice) -> None:
    """Bring the notice's tallies, state and clock in line with its items.

    The platform's clock stands while everything it has left waits for the rights holder's word.
    """
    outcomes = dict(notice.items.order_by().values_list("outcome").annotate(n=Count("pk")))
    notice.question_count = outcomes.get(Outcome.CLARIFICATION, 0)
    undecided = notice.question_count + outcomes.get(Outcome.PENDING, 0)
    notice.decided_count = notice.item_count - undecided
    if notice.state == Notice.State.SENT:
        if undecided == 0:
            notice.state, notice.decided_at, notice.due_at = Notice.State.DECIDED, timezone.now(), None
            clocks.stop(ANSWER, notice)
        elif undecided == notice.question_count:
            if clocks.pause(ANSWER, notice, reason=_("waits for the rights holder")):
                notice.due_at = None
        elif clock := clocks.resume(ANSWER, notice):
            notice.due_at = clock.due_at
    notice.save(update_fields=["decided_count", "question_count", "state", "decided_at", "due_at"])


@transaction.atomic
def clarify(notice: Notice, item: NoticeItem, *, text: str, by: Viewer) -> NoticeItem:
    """As the principal: answer the platform's question about one item; it is undecided again, and the platform's clock goes on.

    Raises NotAllowed, Refused without a text, Conflict when the question was answered already.
    """
    notice = locked(notice)
    require(is_principal(by, notice))
    item = notice.items.select_for_update().get(pk=item.pk)
    if not can_clarify(by, notice, item):
        raise Conflict(_("The platform does not wait for this any more."))
    if not text.strip():
        raise Refused(_("Write something first."), field="text")
    question = item.decided.order_by("-number").first()
    Clarification.objects.create(space_id=item.space_id, item=item, question=question, text=text.strip(), written_by_id=by.audience_id)
    item.answered = rules.Answer(Outcome.PENDING)
    item.decisions += 1
    item.save(update_fields=["outcome", "why", "reason", "territories", "decisions"])
    _count(notice)
    record("notice.clarified", notice, by=by, item=item.pk, platform=platform_audience(notice))
    return item
