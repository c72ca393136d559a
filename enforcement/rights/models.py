"""IP rights as registered, each on its owner's desk."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.access.models import SpaceModel, SpaceQuerySet


class RightQuerySet(SpaceQuerySet):
    def in_force(self, on: date):
        return self.filter(registered_on__lte=on).filter(Q(expires_on=None) | Q(expires_on__gt=on), ended_on=None)


class Right(SpaceModel):
    """A trademark, design, copyright or patent, with where and since when it protects what."""

    lives_in = ("desk",)

    class Kind(models.TextChoices):
        TRADEMARK = "trademark", _("trademark")
        DESIGN = "design", _("design")
        COPYRIGHT = "copyright", _("copyright")
        PATENT = "patent", _("patent")

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(_("name or mark"), max_length=160)
    number = models.CharField(_("registration number"), max_length=40, blank=True)
    jurisdiction = models.CharField(max_length=4, help_text=_("Country code, EU for an EU right, WO for the Berne countries."))
    classes = models.CharField(_("Nice classes"), max_length=120, blank=True)
    registered_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(_("cancelled or surrendered on"), null=True, blank=True)

    objects = RightQuerySet.as_manager()

    class Meta:
        ordering = ["name", "jurisdiction"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="copyright") | ~Q(number=""), name="registered_right_has_number"),
            models.CheckConstraint(condition=Q(expires_on=None) | Q(expires_on__gt=models.F("registered_on")), name="right_expires_after_start"),
        ]

    def __str__(self):
        return " ".join(part for part in (self.name, self.jurisdiction, self.number) if part)

    def get_absolute_url(self):
        return reverse("rights:detail", args=[self.reference])

    def is_in_force(self, on: date) -> bool:
        """Whether it protects anything on that day."""
        return self.registered_on <= on and not any(end and end <= on for end in (self.expires_on, self.ended_on))
