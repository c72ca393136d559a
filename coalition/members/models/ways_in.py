"""Other ways to a seat than an invitation by name: an organisation's own mail domain, an agent's mandate, an ownership handed over."""

from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.dates import last_day
from coalition.files.models import Attachment
from coalition.members.countries import NAMES
from coalition.members.models.organisations import Organisation
from coalition.members.models.seats import Seat


def new_token() -> str:
    return secrets.token_hex(16)


class MailDomain(SpaceModel):
    """A mail domain an organisation says is its own. Proved, whoever has an address there may ask for a seat by mail."""

    lives_in = ("office",)

    class Proof(models.TextChoices):
        DNS = "dns", _("a TXT record")
        STAFF = "staff", _("the coalition’s staff")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="mail_domains")
    domain = models.CharField(max_length=190)
    token = models.CharField(max_length=32, default=new_token, editable=False)
    role = models.CharField(max_length=10, choices=Seat.Role, default=Seat.Role.MEMBER)
    claimed_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    proved_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=5, choices=Proof, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain"], condition=Q(ended_at=None, proved_at__isnull=False), name="one_organisation_a_domain"),
            models.UniqueConstraint(fields=["organisation", "domain"], condition=Q(ended_at=None), name="claimed_once"),
            models.CheckConstraint(condition=Q(proved_at=None, proof="") | (Q(proved_at__isnull=False) & ~Q(proof="")), name="proved_by_something"),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return self.domain

    def get_absolute_url(self):
        return reverse("members:domains")

    @property
    def record(self) -> tuple[str, str]:
        """The name and the text of the TXT record that proves it."""
        return f"_coalition.{self.domain}", f"coalition-domain={self.token}"


class MandateQuerySet(SpaceQuerySet):
    def in_force(self, on=None):
        day = on or timezone.localdate()
        return self.filter(starts_on__lte=day, ends_on__gt=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def with_live(self):
        """Each says whether its principal and its agent have live access at this moment: without it the mandate gives nobody anything."""
        listed = Organisation.objects.listed()
        return self.annotate(
            principal_is_live=models.Exists(listed.filter(pk=models.OuterRef("principal"))),
            agent_is_live=models.Exists(listed.filter(pk=models.OuterRef("agent"))),
        )


class Mandate(SpaceModel):
    """An organisation appoints another, a law firm or an agency, to act for it: for what, where, from when until when.

    It lies in a room of its own that both read. The agent's people act in seats at the principal that end with it.
    """

    told_with = ("principal", "agent")
    lives_in = ("mandate",)

    # What an agent may be let do beside reading what its principal reads: capability and words. What is not named here no mandate gives.
    SCOPE = {
        "import_listings": _("import listings"),
        "open_case": _("open and work cases"),
        "submit_notice": _("send notices and answer disputes"),
        "join_group": _("join groups"),
        "post": _("write in groups"),
        "comment": _("comment on documents"),
    }

    principal = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates_held")
    scope = ArrayField(models.CharField(max_length=40))
    territory = ArrayField(models.CharField(max_length=2), default=list, help_text=_("Countries, as in the power of attorney; empty for everywhere."))
    starts_on = models.DateField()
    ends_on = models.DateField()
    signatory = models.CharField(max_length=250)
    power_of_attorney = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="mandate_has_days"),
            models.CheckConstraint(condition=~Q(principal=models.F("agent")), name="nobody_is_their_own_agent"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_because="") | (Q(ended_on__isnull=False) & ~Q(ended_because="")), name="mandate_ended_why"
            ),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.agent} for {self.principal}"

    def get_absolute_url(self):
        return reverse("members:mandate", args=[self.pk])

    @property
    def last_on(self):
        """The last day on which it holds, as it was announced or ended."""
        return last_day(min(self.ends_on, self.ended_on) if self.ended_on else self.ends_on)

    @property
    def state(self) -> str:
        today = timezone.localdate()
        if self.ended_on and self.ended_on <= today:
            return "ended"
        return "ahead" if today < self.starts_on else "in_force" if today < self.ends_on else "run_out"

    @property
    def state_words(self):
        words = {"ended": _("ended"), "ahead": _("begins later"), "in_force": _("in force"), "run_out": _("run out")}
        return words[self.state]

    @property
    def scope_words(self) -> list:
        return [self.SCOPE.get(name, name) for name in self.scope]

    @property
    def territory_words(self) -> list:
        return sorted(NAMES.get(code, code) for code in self.territory)


class Handover(SpaceModel):
    """An owner offers the ownership to another seat, who takes it or does not. Until it is taken nothing changes."""

    told_with = ("giver__person", "giver__organisation", "taker__person", "taker__organisation")
    lives_in = ("office",)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    stays_as = models.CharField(max_length=10, choices=Seat.Role, default=Seat.Role.MANAGER)
    offered_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(taken_at=None, refused_at=None), name="one_open_handover"),
            models.CheckConstraint(condition=~Q(giver=models.F("taker")), name="handed_to_another"),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.giver} to {self.taker}"

    def get_absolute_url(self):
        return reverse("members:own")

    @property
    def is_open(self) -> bool:
        return self.taken_at is None and self.refused_at is None and self.expires_at > timezone.now()
