"""Sharing groups: organisations that one of them gathered, so that all of them are let into something at once.

Who is let in is always an edition: the list as it stood on a day. An edition only ever gets smaller. Whoever joins makes a new one, so
nobody comes into what was shared before they were named (docs/adr/0011).
"""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet


class SharingGroupQuerySet(SpaceQuerySet):
    def standing(self):
        return self.filter(ended_at=None)

    def for_list(self):
        return self.select_related("owner").order_by("name", "pk")


class SharingGroup(SpaceModel):
    """A name for some organisations. Its space is read by those who are in it now."""

    lives_in = ("sharing_group",)

    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    owner = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    founded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SharingGroupQuerySet.as_manager()

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("sharing:detail", args=[self.pk])

    def current(self) -> Edition:
        """The list that is shared with now."""
        return self.editions.select_related("audience").latest("number")


class Edition(SpaceModel):
    """Who was in a sharing group when somebody had joined, as an audience."""

    lives_in = ("sharing_group",)

    group = models.ForeignKey(SharingGroup, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    audience = models.OneToOneField(Audience, models.PROTECT, related_name="edition")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="editions_are_numbered")]

    def __str__(self):
        return f"{self.group}, {self.number}"
