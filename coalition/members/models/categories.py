"""The kinds of member there are: categories with what holds them, and the tiers within each."""

from __future__ import annotations

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

    def is_open_on(self, day) -> bool:
        """Whether it takes new members on a day."""
        return self.is_public and not self.holds.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gt=day)).exists()


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

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="hold_ends_after_start"),
            models.UniqueConstraint(fields=["category"], condition=Q(ends_on=None), name="one_open_hold_a_category"),
        ]

    def __str__(self):
        return f"{self.category}: {self.effect} from {self.starts_on}"

    def get_absolute_url(self):
        return reverse("members:register")


class Tier(models.Model):
    """The level within a category: how many seats it gives, what it costs by band."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="tiers")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Empty for any number."))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["category__order", "order"]

    def __str__(self):
        return self.name
