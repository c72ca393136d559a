"""What one member proposes to another about a thing that is the other's."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.access.viewer import Viewer
from enforcement.proposals.registry import Kind, kinds


class ProposalQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("proposer", "asked").order_by("-pk")

    def to(self, viewer: Viewer):
        """Those that the viewer's organisation is asked."""
        return self.filter(asked_id=viewer.organisation_audience_id)

    def of(self, viewer: Viewer):
        """Those that the viewer's organisation made."""
        return self.filter(proposer_id=viewer.organisation_audience_id)

    def in_time(self):
        """Those that were answered within their clock."""
        return self.filter(answer__in=Proposal.ANSWERED, answered_at__lte=F("due_at"))

    def owed(self, at: datetime):
        """Those that count for the rate: answered, or with their time over; never one that was withdrawn."""
        return self.filter(Q(answer__in=Proposal.ANSWERED) | Q(answer__in=["", "lapsed"], due_at__lte=at))


class Proposal(SpaceModel):
    """A change of what is another's, proposed in a room of the two; the other answers by a clock, and what is accepted is done."""

    lives_in = ("proposal",)
    told_with = ("asked",)

    class Answer(models.TextChoices):
        OPEN = "", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("not answered in time")
        WITHDRAWN = "withdrawn", _("withdrawn")

    ANSWERED = (Answer.ACCEPTED, Answer.DECLINED)

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    proposer = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    asked = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200, help_text=_("What makes it the same thing: one open proposal each."))
    facts = models.JSONField()
    because = models.TextField()
    proposed_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default=Answer.OPEN)
    answered_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposer", "asked", "kind", "subject"], condition=Q(answer=""), name="one_open_proposal_a_thing"),
            models.CheckConstraint(condition=~Q(proposer=F("asked")), name="proposed_to_another"),
            models.CheckConstraint(
                condition=Q(answer__in=["", "lapsed"], answered_at=None, answered_by=None)
                | Q(answer__in=["accepted", "declined", "withdrawn"], answered_at__isnull=False, answered_by__isnull=False),
                name="proposal_answered_at_and_by",
            ),
            models.CheckConstraint(condition=~Q(answer="declined") | ~Q(reason=""), name="declined_with_a_reason"),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["asked", "-id"]), models.Index(fields=["proposer", "-id"])]

    def __str__(self):
        return f"{self.reference} {self.name}"

    def get_absolute_url(self):
        return reverse("proposals:detail", args=[self.reference])

    @property
    def of_kind(self) -> Kind:
        return kinds[self.kind]

    @property
    def name(self) -> str:
        return self.of_kind.name(self.facts)

    @property
    def rows(self) -> list[tuple]:
        return self.of_kind.rows(self.facts)

    @property
    def waits(self) -> bool:
        """Whether it can still be answered: late is better than never."""
        return self.answer in (self.Answer.OPEN, self.Answer.LAPSED)

    @property
    def was_late(self) -> bool:
        return self.answered_at is not None and self.answer in self.ANSWERED and self.answered_at > self.due_at
