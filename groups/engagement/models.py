"""Member Engagement Groups and what is said in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

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


class MeetingQuerySet(SpaceQuerySet):
    def to_come(self):
        """The meetings that have not ended and are not called off, the next first."""
        return self.filter(called_off_at=None, ends_at__gt=timezone.now()).order_by("starts_at", "pk")


class Meeting(SpaceModel):
    """A session of a group. None is called without an agenda, and its minutes are final when somebody else has reviewed them."""

    told_with = ("group",)
    lives_in = ("group",)

    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300, help_text="An address or a link.")
    agenda = models.TextField()
    # Who sees to it that the antitrust policy is kept: counsel, or staff trained for it.
    counsel = models.CharField(max_length=120)
    called_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    called_at = models.DateTimeField(default=timezone.now)
    # How often it was changed: calendars take a later number for the newer word (RFC 5545 SEQUENCE).
    changes = models.PositiveSmallIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_because = models.CharField(max_length=300, blank=True)
    # Its agenda speaks of what competitors do not settle, and whoever called it says that counsel has cleared it.
    is_cleared = models.BooleanField(default=False)
    minuted_by = models.ForeignKey(Audience, models.PROTECT, null=True, blank=True, related_name="+")
    minuted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Audience, models.PROTECT, null=True, blank=True, related_name="+")
    final_at = models.DateTimeField(null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["space", "-starts_at", "-id"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(minuted_at=None, minuted_by=None) | Q(minuted_at__isnull=False, minuted_by__isnull=False), name="minuted_at_and_by"
            ),
            models.CheckConstraint(condition=Q(final_at=None) | Q(minuted_at__isnull=False, reviewed_by__isnull=False), name="final_was_reviewed"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("engagement:meeting", args=[self.group.slug, self.pk])

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def state(self) -> str:
        """In words: to come, called off, held, minutes to be reviewed, minutes final."""
        if self.called_off_at:
            return _("called off")
        if self.final_at:
            return _("minutes final")
        if self.minuted_at:
            return _("minutes in review")
        return _("held") if self.ends_at <= timezone.now() else _("now") if self.has_begun else _("to come")


class Minutes(SpaceModel):
    """What was said and decided at a meeting. They lie in a room of those who keep them until somebody else has reviewed them; then they move to
    the group's, as a document moves to its shelf.
    """

    lives_in = ("group",)

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    text = models.TextField()
    # Whether the antitrust statement was read aloud.
    statement_read = models.BooleanField()
    # What whoever reviewed them asks for, until they are written anew.
    sent_back_because = models.CharField(max_length=1000, blank=True)

    def __str__(self):
        return f"Minutes of {self.meeting}"


class Attendee(SpaceModel):
    """One seat at a meeting: what it answered, and whether it was there."""

    lives_in = ("group",)

    class Answer(models.TextChoices):
        COMING = "coming", _later("will be there")
        APOLOGIES = "apologies", _later("sends apologies")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendees")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    # Empty for whoever came unannounced.
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    was_there = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["seat__organisation__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "seat"], name="one_chair_a_seat")]

    def __str__(self):
        return f"{self.seat} at {self.meeting}"


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
