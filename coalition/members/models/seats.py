"""The seats people hold at organisations, how they come to them, and what each gives."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.members.models.categories import Category, Tier
from coalition.members.models.organisations import Organisation


class SeatQuerySet(models.QuerySet["Seat"]):
    def held_at(self, instant: datetime):
        """Those that were held at an instant, each with the `role_then`."""
        changed = RoleChange.objects.filter(seat=models.OuterRef("pk"), at__gt=instant).order_by("at", "pk").values("before")[:1]
        held = self.filter(starts_at__lte=instant).filter(Q(ends_at=None) | Q(ends_at__gt=instant))
        return held.annotate(role_then=Coalesce(models.Subquery(changed), "role"))

    def owners(self):
        """Who owns an organisation at present, of its own people."""
        return self.filter(role=Seat.Role.OWNER, ends_at=None, mandate=None)


class Seat(models.Model):
    """One person's place in one organisation, with a role, from a date and perhaps until one."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MANAGER = "manager", _("manager")
        MEMBER = "member", _("member")
        FINANCE = "finance", _("finance")
        READER = "reader", _("reader")

    OF_FINANCE = (Role.OWNER, Role.FINANCE)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seats")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    title = models.CharField(max_length=100, blank=True)
    # An agent's seat: it gives what the mandate says, as long as the mandate is in force and the agent in good standing.
    mandate = models.ForeignKey("members.Mandate", models.PROTECT, null=True, blank=True, related_name="seats")
    audience = models.OneToOneField(Audience, models.PROTECT, related_name="seat")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], condition=Q(ends_at=None), name="one_seat_a_person_and_organisation")
        ]

    def __str__(self):
        return f"{self.person} at {self.organisation}"


class RoleChange(models.Model):
    """A seat's role became another at a moment: with these, the role of a seat at any moment is known."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="role_changes")
    before = models.CharField(max_length=10, choices=Seat.Role)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.seat}: {self.before} until {self.at}"


class CapabilityRuleQuerySet(models.QuerySet["CapabilityRule"]):
    def in_force(self, on: date):
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on))


class CapabilityRule(models.Model):
    """A dated row: this category (or one tier of it, or this role, or this team) gives this capability."""

    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="capability_rules")
    tier = models.ForeignKey(Tier, models.CASCADE, null=True, blank=True, related_name="capability_rules")
    role = models.CharField(max_length=10, choices=Seat.Role, blank=True)
    team = models.ForeignKey(Audience, models.CASCADE, null=True, blank=True, related_name="+")
    capability = models.CharField(max_length=40)
    # What an organisation keeps while its membership has lapsed or is suspended: enough to put it in order again.
    without_standing = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = CapabilityRuleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["category", "role"])]
        constraints = [models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="rule_ends_after_start")]

    def __str__(self):
        return f"{self.tier or self.category or self.team or '*'} {self.role or '*'}: {self.capability}"


class InvitationQuerySet(SpaceQuerySet):
    def open(self):
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(SpaceModel):
    """Somebody is asked, by a link to their address, to take a seat. It lies in the organisation's office.

    The link's secret is not here, only its digest and what the portal's own key makes it from: whoever reads the database
    can accept nothing.
    """

    told_with = ("organisation",)
    lives_in = ("office",)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Seat.Role, default=Seat.Role.MEMBER)
    title = models.CharField(max_length=100, blank=True)
    # None for the first owner, whom the coalition invites with the membership.
    invited_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    seat = models.OneToOneField(Seat, models.PROTECT, null=True, blank=True, related_name="invitation")
    # Asked for by whoever has an address at a proved domain: good only as long as the domain is.
    domain = models.ForeignKey("members.MailDomain", models.PROTECT, null=True, blank=True, related_name="invitations")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(accepted_at=None, revoked_at=None), name="one_open_invitation_an_address"
            ),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(seat__isnull=False), name="accepted_invitation_has_seat"),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["organisation", "-id"])]

    def __str__(self):
        return f"{self.email} to {self.organisation}"

    def get_absolute_url(self):
        return reverse("members:own")

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()
