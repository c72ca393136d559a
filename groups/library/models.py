"""Best practices: documents, their immutable versions, and who may read them."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet


class Collection(SpaceModel):
    """A shelf: documents on it are read by whoever may enter its space."""

    lives_in = ("collection",)

    class Reach(models.TextChoices):
        CONSULTATION = "consultation", _("in consultation among members")
        MEMBERS = "members", _("for members")
        PUBLIC = "public", _("for everybody")

    reach = models.CharField(max_length=14, choices=Reach, unique=True)
    name = models.CharField(max_length=80)

    def __str__(self):
        return self.name


class DocumentQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("publisher").order_by("-changed_at", "-pk")


class Document(SpaceModel):
    """A best practice or guidance. Drafts lie on the publisher's desk; publishing moves it to a collection."""

    lives_in = ("desk", "collection")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONSULTATION = "consultation", _("in consultation")
        PUBLISHED = "published", _("published")

    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    publisher = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=State, default=State.DRAFT)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(state="published") | Q(published_at__isnull=False), name="published_has_date")]
        indexes = [models.Index(fields=["space", "-changed_at", "-id"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("library:document", args=[self.slug])

    @property
    def newest(self) -> Version:
        """Its latest text; a document is never without one."""
        return self.versions.get(number=self.versions.count())


class Version(SpaceModel):
    """One immutable numbered text of a document, known by its hash."""

    told_with = ("document",)
    lives_in = ("desk", "collection")

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="one_text_a_number")]

    def __str__(self):
        return f"{self.document} v{self.number}"

    @staticmethod
    def digest(body: str) -> str:
        return hashlib.sha256(body.encode()).hexdigest()


class Comment(SpaceModel):
    """What a reader says of a version while it is in consultation."""

    lives_in = ("collection",)

    readers_write = True

    version = models.ForeignKey(Version, models.PROTECT, related_name="comments")
    author = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    body = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.body[:60]
