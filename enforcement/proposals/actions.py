"""Propose to another member, answer, withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock, ClockPolicy
from coalition.locks import one_at_a_time
from coalition.members.models import Organisation
from coalition.members.references import next_reference
from coalition.search.actions import index
from enforcement.proposals.models import Proposal
from enforcement.proposals.permissions import can_answer, can_propose, can_withdraw
from enforcement.proposals.registry import kinds

ANSWER = "proposal_answer"
# To one member in a day: each is a letter to its people.
MOST_A_DAY = 20


@transaction.atomic
def propose(kind: str, *, to: Organisation, about: dict, because: str, by: Viewer) -> Proposal:
    """Propose a change of what is another member's, saying why; a room of the two is opened and its clock runs.

    Raises NotAllowed, and Refused, at its field, for oneself, for who is no member now, and while the same is open.
    """
    require(can_propose(by))
    because, proposer, asked = reason_given(because, field="because"), Audience.objects.get(pk=by.organisation_audience_id), to.audience
    if asked == proposer:
        raise Refused(_("It is your own: change it yourself."), field="to")
    if not Organisation.objects.listed().filter(pk=to.pk, category__is_member=True).exists():
        raise Refused(_("%(who)s is not a member now.") % {"who": to}, field="to")
    facts = kinds[kind].facts_of(about)
    subject = _short(kinds[kind].subject(facts))
    one_at_a_time(f"proposals of {proposer.pk}")
    if Proposal.objects.of(by).filter(asked=asked, proposed_at__gt=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(_("You proposed %(n)d things to %(who)s within a day: write to them.") % {"n": MOST_A_DAY, "who": to}, field="to")
    if other := Proposal.objects.of(by).filter(kind=kind, asked=asked, subject=subject, answer="").first():
        raise Refused(_("%(ref)s proposes the same to %(who)s and waits for an answer.") % {"ref": other.reference, "who": to}, field="to")
    reference, at = next_reference(by.organisation_id, "P"), timezone.now()
    policy = ClockPolicy.objects.in_force(ANSWER, at)
    if policy is None:
        raise Refused(_("No policy says by when a proposal is answered. Staff can add one."))
    space = access.open_space(Space.Kind.PROPOSAL, by=by, owner=proposer, label=reference)
    access.grant(space, asked, Grant.Role.CONTRIBUTE, by=by, reason=_("was asked"))
    proposal = Proposal.objects.create(
        space=space, reference=reference, kind=kind, proposer=proposer, asked=asked, subject=subject, facts=facts, because=because,
        proposed_by_id=by.audience_id, proposed_at=at, due_at=policy.due(at, policy.amount),
    )  # fmt: skip
    clocks.start(ANSWER, proposal, owed_by_id=asked.pk, label=_("Answer %(who)s: %(what)s") % {"who": proposer, "what": proposal.name}, at=at)
    index(proposal, kind="proposal", title=str(proposal), detail=f"{proposer} · {asked}", body=because)
    record("proposal.made", proposal, by=by, name=proposal.name, asked=asked.label, members=asked.pk)
    return proposal


def _short(subject: str) -> str:
    """What makes it the same thing, in the room there is for it."""
    return subject if len(subject) <= 200 else f"{subject[:130]} {sha256(subject.encode()).hexdigest()}"


def _held(proposal: Proposal) -> Proposal:
    held = lock(proposal, "space", "proposer", "asked")
    if not held.waits:
        raise Conflict(_("%(ref)s is %(state)s already.") % {"ref": held.reference, "state": held.get_answer_display()})
    return held


def _end(proposal: Proposal, answer: str, reason: str, by: Viewer) -> None:
    proposal.answer, proposal.reason, proposal.answered_at, proposal.answered_by_id = answer, reason, timezone.now(), by.audience_id
    proposal.save(update_fields=["answer", "reason", "answered_at", "answered_by"])


@transaction.atomic
def accept(proposal: Proposal, *, by: Viewer, reason: str = "") -> Proposal:
    """Accept, and do what was proposed, as the viewer: late too. Raises NotAllowed, Refused where it cannot be done, Conflict once answered."""
    proposal = _held(proposal)
    require(can_answer(by, proposal))
    proposal.of_kind.accept(proposal.facts, _proposed_by(proposal), by)
    _end(proposal, Proposal.Answer.ACCEPTED, reason.strip(), by)
    clocks.stop(ANSWER, proposal)
    record("proposal.accepted", proposal, by=by, name=proposal.name, members=proposal.proposer_id)
    return proposal


def _proposed_by(proposal: Proposal) -> str:
    return _("%(ref)s of %(who)s: %(why)s") % {"ref": proposal.reference, "who": proposal.proposer, "why": proposal.because}


@transaction.atomic
def decline(proposal: Proposal, *, reason: str, by: Viewer) -> Proposal:
    """Decline, with the reason that the proposer reads. Raises NotAllowed, Refused without one, Conflict once answered."""
    proposal = _held(proposal)
    require(can_answer(by, proposal))
    reason = reason_given(reason)
    _end(proposal, Proposal.Answer.DECLINED, reason, by)
    clocks.stop(ANSWER, proposal)
    record("proposal.declined", proposal, by=by, name=proposal.name, reason=reason[:300], members=proposal.proposer_id)
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, reason: str, by: Viewer) -> Proposal:
    """Take back what one proposed, with the reason. Raises NotAllowed, Refused without one, Conflict once answered."""
    proposal = _held(proposal)
    require(can_withdraw(by, proposal))
    reason = reason_given(reason)
    _end(proposal, Proposal.Answer.WITHDRAWN, reason, by)
    clocks.stop(ANSWER, proposal, outcome=Clock.Outcome.CANCELLED)
    record("proposal.withdrawn", proposal, by=by, name=proposal.name, reason=reason[:300], members=proposal.asked_id)
    return proposal


def end_those(proposals: Iterable[Proposal], *, reason: str, by: Viewer) -> None:
    """End proposals that wait for an answer and cannot be done any more, as withdrawn; said to whom they asked. Asked by the app whose they are."""
    for proposal in proposals:
        with as_system("end a proposal that can be done no more"):
            _end(_held(proposal), Proposal.Answer.WITHDRAWN, reason, by)
            clocks.stop(ANSWER, proposal, outcome=Clock.Outcome.CANCELLED)
            record("proposal.withdrawn", proposal, by=None, name=proposal.name, reason=reason[:300], members=proposal.asked_id)


def lapse(proposal: Proposal) -> None:
    """Its time is over without an answer: said to both, and it can still be answered."""
    proposal.answer = Proposal.Answer.LAPSED
    proposal.save(update_fields=["answer"])
    record("proposal.lapsed", proposal, by=None, name=proposal.name, asked=proposal.asked.label, parties=[proposal.proposer_id, proposal.asked_id])
