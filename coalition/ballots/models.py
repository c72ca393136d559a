"""Formal decisions: a ballot, its electorate frozen when it opens, and the votes."""

from __future__ import annotations

import hashlib
import json
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, Space, SpaceModel, SpaceQuerySet
from coalition.ballots import rules
from coalition.members.models import Organisation, Seat


class BallotQuerySet(SpaceQuerySet):
    def open(self):
        return self.filter(opened_at__isnull=False, closed_at=None, withdrawn_at=None)

    def for_list(self):
        return self.order_by("-pk")


class Ballot(SpaceModel):
    """A question put to the members. One organisation has one vote, whatever its seats."""

    lives_in = ("ballot",)

    class Kind(models.TextChoices):
        MOTION = rules.MOTION, _("a motion: for or against")
        ELECTION = rules.ELECTION, _("an election")

    class Majority(models.TextChoices):
        SIMPLE = rules.SIMPLE, _("more than half of the votes for and against")
        TWO_THIRDS = rules.TWO_THIRDS, _("two thirds of the votes for and against")

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=160)
    text = models.TextField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MOTION)
    options = ArrayField(models.CharField(max_length=120))
    places = models.PositiveSmallIntegerField(default=1)
    majority = models.CharField(max_length=10, choices=Majority, default=Majority.SIMPLE)
    quorum_percent = models.PositiveSmallIntegerField(default=50)
    is_secret = models.BooleanField(default=False)
    # What an organisation's category must give for it to vote: `vote`, or another for another kind of question.
    capability = models.CharField(max_length=40, default="vote")
    # Where the votes lie: a room that nobody enters. They are counted by named system work when the ballot closes.
    urn = models.ForeignKey(Space, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)
    # Frozen at closing: rules.Outcome, and, where the ballot is open, who voted how.
    result = models.JSONField(null=True, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quorum_percent__lte=100), name="quorum_is_a_part"),
            models.CheckConstraint(condition=Q(places__gte=1), name="ballot_has_a_place"),
            models.CheckConstraint(
                condition=Q(closed_at=None, result=None) | Q(closed_at__isnull=False, result__isnull=False), name="closed_with_result"
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, closes_at=None) | Q(opened_at__isnull=False, closes_at__isnull=False), name="opened_until"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_because="") | (Q(withdrawn_at__isnull=False, closed_at=None) & ~Q(withdrawn_because="")),
                name="withdrawn_why",
            ),
        ]
        indexes = [models.Index(fields=["space", "-id"])]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("ballots:detail", args=[self.reference])

    @property
    def state(self) -> str:
        if self.withdrawn_at:
            return "withdrawn"
        if self.closed_at:
            return "closed"
        return "open" if self.opened_at else "draft"

    @property
    def state_words(self):
        return {"withdrawn": _("withdrawn"), "closed": _("closed"), "open": _("open"), "draft": _("being drafted")}[self.state]

    @property
    def wording(self) -> str:
        """What is put to the vote, in a few characters: another after every amendment."""
        said = [self.title, self.text, self.kind, self.options, self.places, self.majority, self.quorum_percent, self.is_secret]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]

    @property
    def is_open(self) -> bool:
        return self.state == "open" and self.closes_at is not None and self.closes_at > timezone.now()


class Elector(SpaceModel):
    """One organisation that may vote in a ballot, as it stood when the ballot opened, and by whom it votes."""

    lives_in = ("ballot",)

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="electors")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    voter = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    alternate = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    proxy = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="holds_proxy_of")
    recused_because = models.TextField(blank=True)
    voted_at = models.DateTimeField(null=True, blank=True)
    voted_by = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "organisation"], name="one_organisation_one_vote"),
            models.CheckConstraint(condition=~Q(proxy=models.F("id")), name="nobody_is_their_own_proxy"),
            models.CheckConstraint(condition=Q(recused_because="") | Q(voted_at=None), name="who_stands_aside_does_not_vote"),
            models.CheckConstraint(
                condition=Q(voted_at=None, voted_by=None) | Q(voted_at__isnull=False, voted_by__isnull=False), name="voted_by_somebody"
            ),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.organisation} in {self.ballot}"


class Vote(SpaceModel):
    """One vote, in the urn. Of a secret ballot it names nobody and no moment, and at closing the votes are laid down anew in a random order."""

    lives_in = ("ballot",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes")
    elector = models.OneToOneField(Elector, models.PROTECT, null=True, related_name="vote")
    chosen = ArrayField(models.CharField(max_length=120), default=list)

    class Meta:
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return "a vote"


class Delegation(SpaceModel):
    """Who votes for an organisation, and who does when they cannot. It lies in the organisation's office."""

    told_with = ("voter__person", "voter__organisation", "organisation")
    lives_in = ("office",)

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="delegation")
    voter = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    alternate = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(alternate=None) | ~Q(voter=models.F("alternate")), name="alternate_is_another")]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.voter} for {self.organisation}"

    def get_absolute_url(self):
        return reverse("ballots:list")
