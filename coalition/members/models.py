"""Organisations, the kinds of member they are, the seats people hold there, and what each gives."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, Space


class Category(models.Model):
    """What kind of member an organisation is; sets capabilities and eligibility."""

    class Kind(models.TextChoices):
        BRAND = "brand", _("rights holder")
        PLATFORM = "platform", _("General Member")
        PROFESSIONAL = "professional", _("professional")
        ASSOCIATION = "association", _("association")
        PARTNER = "partner", _("government partner")
        COALITION = "coalition", _("the coalition")

    kind = models.CharField(max_length=16, choices=Kind, unique=True)
    name = models.CharField(max_length=80)
    summary = models.TextField(blank=True)
    is_member = models.BooleanField(default=True, help_text=_("Belongs to the community that TLP:GREEN means."))
    is_public = models.BooleanField(default=True, help_text=_("Listed on the public membership page."))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["order"]

    def __str__(self):
        return self.name


class Organisation(models.Model):
    """A legal entity that is a member or a partner. Its desk is the space where its own rows live."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    prefix = models.CharField(max_length=4, unique=True, help_text=_("Three letters that begin its references."))
    category = models.ForeignKey(Category, models.PROTECT, related_name="organisations")
    country = models.CharField(max_length=2)
    about = models.TextField(blank=True)
    sectors = models.CharField(max_length=200, blank=True)
    audience = models.OneToOneField(Audience, models.PROTECT, related_name="organisation")
    desk = models.OneToOneField(Space, models.PROTECT, related_name="organisation")
    joined_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("members:detail", args=[self.slug])


class Term(models.Model):
    """One dated period of an organisation's membership. Standing on a day is read from these, never stored."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_has_days")]

    def __str__(self):
        return f"{self.organisation} {self.starts_on} to {self.ends_on}"


class Seat(models.Model):
    """One person's place in one organisation, with a role, from a date and perhaps until one."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MANAGER = "manager", _("manager")
        MEMBER = "member", _("member")
        FINANCE = "finance", _("finance")
        READER = "reader", _("reader")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seats")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    title = models.CharField(max_length=100, blank=True)
    acts_for = models.CharField(max_length=160, blank=True, help_text=_("The firm an agent comes from."))
    audience = models.OneToOneField(Audience, models.PROTECT, related_name="seat")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], condition=Q(ends_at=None), name="one_seat_a_person_and_organisation")
        ]

    def __str__(self):
        return f"{self.person} at {self.organisation}"


class CapabilityRule(models.Model):
    """A dated row: this category (or this role, or this team) gives this capability."""

    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="capability_rules")
    role = models.CharField(max_length=10, choices=Seat.Role, blank=True)
    team = models.ForeignKey(Audience, models.CASCADE, null=True, blank=True, related_name="+")
    capability = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["category", "role"])]

    def __str__(self):
        return f"{self.category or self.team or '*'} {self.role or '*'}: {self.capability}"


class ReferenceCounter(models.Model):
    """The last number given in a series, as `AUR-2026` or `AUR-N-2026`; numbers are gap-free because giving one locks it."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.series}-{self.last:04d}"
