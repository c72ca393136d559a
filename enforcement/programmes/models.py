"""Expedited lanes agreed with platforms: which platforms, who vets, who is enrolled since when."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience
from coalition.members.models import Organisation
from enforcement.market.models import Platform


class Programme(models.Model):
    """An expedited lane: its platforms, and the staff team that vets what goes through it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    summary = models.TextField()
    team = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    platforms = models.ManyToManyField(Platform, related_name="programmes")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("programmes:detail", args=[self.slug])


class Enrolment(models.Model):
    """An organisation takes part in a programme, from a day and perhaps until one."""

    told_with = ("organisation", "programme")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="enrolments")
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)
    why_ended = models.CharField(_("why it ended"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], condition=Q(until=None), name="enrolled_once"),
        ]

    def __str__(self):
        return f"{self.organisation} in {self.programme}"


def programme_for(organisation_id: int, platform: Platform, on) -> Programme | None:
    """The lane through which this organisation's notices reach this platform on a day, if there is one."""
    return (
        Programme.objects.filter(
            Q(enrolments__until=None) | Q(enrolments__until__gt=on),
            platforms=platform,
            enrolments__organisation_id=organisation_id,
            enrolments__since__lte=on,
        )
        .order_by("pk")
        .first()
    )
