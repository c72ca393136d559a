"""The kinds of member there are: categories with what holds them, and the tiers within each."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """What kind of member an organisation is; sets capabilities and eligibility."""

    class Kind(models.TextChoices):
        BRAND = "brand", _("rights holder")
        PLATFORM = "platform", _("General Member")
        PROFESSIONAL = "professional", _("professional")
        ASSOCIATION = "association", _("association")
        PARTNER = "partner", _("government partner")
        COALITION = "coalition", _("the coalition")

    # What its applicants are asked and how they are vetted; several categories may be of one kind.
    kind = models.CharField(max_length=16, choices=Kind)
    slug = models.SlugField(max_length=48, unique=True)
    name = models.CharField(max_length=80)
    summary = models.TextField(blank=True)
    is_member = models.BooleanField(default=True, help_text=_("Belongs to the community that TLP:GREEN means."))
    is_public = models.BooleanField(default=True, help_text=_("Listed on the public membership page."))
    order = models.PositiveSmallIntegerField(default=0)
    # None for those that were there from the beginning.
    opens_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind"], condition=Q(kind="coalition"), name="one_coalition")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("members:category", args=[self.slug])

    def is_open_on(self, day: date) -> bool:
        """Whether it takes new members on a day."""
        return self.is_public and (self.opens_on is None or self.opens_on <= day) and not self.holds.on(day).exists()

    def opens_after(self, day: date) -> date | None:
        """The day after this one on which it takes its first members; None where it does already."""
        return self.opens_on if self.is_public and self.opens_on and self.opens_on > day else None

    def closes_after(self, day: date) -> date | None:
        """The announced day after this one from which it takes nobody; None where none is, or where it takes nobody already."""
        if not self.is_open_on(day):
            return None
        announced = self.holds.filter(starts_on__gt=day).exclude(ends_on=models.F("starts_on"))
        return announced.order_by("starts_on").values_list("starts_on", flat=True).first()


class CategoryHoldQuerySet(models.QuerySet["CategoryHold"]):
    def on(self, day: date):
        """Those that hold on a day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gt=day))


class CategoryHold(models.Model):
    """A category takes no new members, or is suspended altogether, from a day and perhaps until one. History stays as it was."""

    class Effect(models.TextChoices):
        CLOSED = "closed", _("closed to new members")
        SUSPENDED = "suspended", _("suspended: no new members, and those there are not in good standing")

    category = models.ForeignKey(Category, models.PROTECT, related_name="holds")
    effect = models.CharField(max_length=10, choices=Effect)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField()

    objects = CategoryHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="hold_ends_after_start"),
            models.UniqueConstraint(fields=["category"], condition=Q(ends_on=None), name="one_open_hold_a_category"),
        ]

    def __str__(self):
        return f"{self.category}: {self.effect} from {self.starts_on}"

    def get_absolute_url(self):
        return self.category.get_absolute_url()

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


class TierQuerySet(models.QuerySet["Tier"]):
    def offered(self, day: date, beside: Tier | None = None):
        """Those that may be taken on a day: not the closed ones, but for the one `beside`, which whoever has it keeps."""
        return self.filter(Q(closes_on=None) | Q(closes_on__gt=day) | Q(pk=beside.pk if beside else None))


class Tier(models.Model):
    """The level within a category: how many seats it gives, what it costs by band."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="tiers")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Empty for any number."))
    order = models.PositiveSmallIntegerField(default=0)
    # From this day on nobody new takes it; whoever has it keeps it and renews it.
    closes_on = models.DateField(null=True, blank=True)

    objects = TierQuerySet.as_manager()

    class Meta:
        ordering = ["category__order", "order", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.category.get_absolute_url()

    @property
    def full_name(self) -> str:
        """With its category, for where tiers of several stand in one list."""
        return f"{self.category.name} – {self.name}"

    def is_offered_on(self, day: date) -> bool:
        return self.closes_on is None or day < self.closes_on
