"""Saved views: a list page's filters under a name, for oneself or for one's whole organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.saved.registry import pages


class SavedViewQuerySet(SpaceQuerySet):
    def for_viewer(self, viewer):
        """One's own, and those of one's organisation, by name. It holds filters, never rows: each reader sees through it what they may."""
        return self.visible_to(viewer).filter(Q(owner=viewer.audience_id) | Q(is_shared=True), space=viewer.desk_id).order_by("name", "pk")


class SavedView(SpaceModel):
    """The filters of a list page, kept on the desk of the organisation where they were saved."""

    lives_in = ("desk",)
    # Whoever may only read at a desk reads lists too.
    readers_write = True
    extra_policy = "(is_shared OR owner_id = (SELECT access_viewer()))"

    owner = models.ForeignKey(Audience, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    page = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("owner", "page", Lower("name"), name="one_view_a_name")]
        indexes = [models.Index(fields=["space", "page"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse(self.page)}?{self.query}"

    @property
    def page_words(self) -> str:
        return pages.get(self.page, self.page)


def filters_of(query: QueryDict) -> str:
    """What of an address says which rows are shown, in one order: without empty values, places in the list and formats."""
    kept = sorted((name, value) for name, values in query.lists() for value in values if value and name not in ("before", "after", "export", "as"))
    tidy = QueryDict(mutable=True)
    for name, value in kept:
        tidy.appendlist(name, value)
    return tidy.urlencode()
