"""The list of proposals to and from one's organisation, with how many were answered in time; and the page of one."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from coalition.access.actions import live_grants
from coalition.activity.models import Event
from coalition.clocks.models import Clock
from coalition.lists import Keyset, label_fields
from enforcement.proposals.actions import ANSWER
from enforcement.proposals.filters import ProposalFilter
from enforcement.proposals.forms import AcceptForm, DeclineForm, WithdrawForm
from enforcement.proposals.models import Proposal
from enforcement.proposals.permissions import can_answer, can_propose, can_withdraw


class ListPage:
    def __init__(self, request):
        self.viewer, self.query = request.viewer, request.GET
        self.filter = ProposalFilter(request.GET, Proposal.objects.visible_to(self.viewer).for_list(), request=request)
        label_fields(self.filter.form)

    @cached_property
    def rows(self) -> Keyset:
        return Keyset(self.filter.qs, self.query)

    @property
    def can_propose(self) -> bool:
        return can_propose(self.viewer)

    @cached_property
    def rates(self) -> list[dict]:
        """Of what is owed an answer by now, how much was answered in time: by us, and by others to us. Rows open each figure."""
        seen, now = Proposal.objects.visible_to(self.viewer), timezone.now()
        sides = {"others": seen.to(self.viewer), "us": seen.of(self.viewer)}
        rates = [{"whose": whose, "in_time": side.in_time().count(), "owed": side.owed(now).count()} for whose, side in sides.items()]
        return [rate for rate in rates if rate["owed"]]


class ProposalPage:
    def __init__(self, proposal: Proposal, viewer, wrong: dict | None = None):
        # Forms that were refused, by name.
        self.proposal, self.viewer, self.wrong = proposal, viewer, wrong or {}

    @cached_property
    def grants(self):
        return live_grants(self.proposal.space_id)

    @cached_property
    def clock(self) -> Clock | None:
        clocks = Clock.objects.visible_to(self.viewer).filter(kind=ANSWER, subject_type="proposals.proposal", subject_id=self.proposal.pk)
        return clocks.select_related("policy").first()

    @property
    def is_asked(self) -> bool:
        return self.proposal.asked_id == self.viewer.organisation_audience_id

    @property
    def can_answer(self) -> bool:
        return can_answer(self.viewer, self.proposal)

    @property
    def can_withdraw(self) -> bool:
        return can_withdraw(self.viewer, self.proposal)

    @property
    def undrawn(self) -> list:
        """Refused forms whose place is no longer drawn, because somebody was first: what they say stands above."""
        drawn = {"accept": self.can_answer, "decline": self.can_answer, "withdraw": self.can_withdraw}
        return [form for name, form in self.wrong.items() if not drawn[name]]

    @property
    def accept_form(self):
        return self.wrong.get("accept") or AcceptForm()

    @property
    def decline_form(self):
        return self.wrong.get("decline") or DeclineForm()

    @property
    def withdraw_form(self):
        return self.wrong.get("withdraw") or WithdrawForm()

    @cached_property
    def events(self):
        return list(Event.objects.visible_to(self.viewer).newest().about(self.proposal)[:40])
