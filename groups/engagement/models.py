"""Member Engagement Groups and what is said in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.members.models import Seat


class Group(SpaceModel):
    """A Member Engagement Group: a charter, a roster (its audience) and a space of its own."""

    lives_in = ("group",)

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    charter = models.TextField()
    is_open = models.BooleanField(default=True, help_text="Any member may read and join.")
    audience = models.OneToOneField(Audience, models.PROTECT, related_name="group")
    founded_at = models.DateTimeField(default=timezone.now)
    chair = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("engagement:group", args=[self.slug])


class TopicQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("group", "started_by").order_by("-last_post_at", "-pk")

    def with_unread_for(self, viewer):
        read = TopicRead.objects.filter(topic=OuterRef("pk"), audience_id=viewer.audience_id, read_at__gte=OuterRef("last_post_at"))
        return self.annotate(is_unread=~Exists(read))


class Topic(SpaceModel):
    """A discussion in a group."""

    told_with = ("group",)
    lives_in = ("group",)

    group = models.ForeignKey(Group, models.PROTECT, related_name="topics")
    title = models.CharField(max_length=200)
    started_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    last_post_at = models.DateTimeField(default=timezone.now)
    post_count = models.PositiveIntegerField(default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["space", "-last_post_at", "-id"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("engagement:topic", args=[self.group.slug, self.pk])


class Post(SpaceModel):
    """A message in a topic. What was said stays; a correction is shown with its date."""

    lives_in = ("group",)

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="posts")
    author = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    body = models.TextField()
    posted_at = models.DateTimeField(default=timezone.now)
    # A form that is sent twice carries the same token, and makes one post.
    token = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["topic", "id"])]

    def __str__(self):
        return self.body[:60]

    def get_absolute_url(self):
        return f"{self.topic.get_absolute_url()}#post-{self.pk}"


class TopicRead(SpaceModel):
    """Up to when one seat has read a topic."""

    lives_in = ("group",)

    readers_write = True
    extra_policy = "audience_id = (SELECT access_viewer())"

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="reads")
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "audience"], name="one_read_mark")]

    def __str__(self):
        return f"{self.audience} read {self.topic}"
