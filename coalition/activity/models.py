"""What happened, who still has to be told, and the seals that show a change."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from coalition.access.doors import closed_to
from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.activity import registry


class EventQuerySet(SpaceQuerySet):
    def newest(self):
        return self.select_related("actor", "organisation").order_by("-at", "-id")

    def about(self, thing):
        return self.filter(subject_type=thing._meta.label_lower, subject_id=thing.pk)


class Event(SpaceModel):
    """One row per action: who, for which organisation, did what, to what, where. Ids, not prose."""

    append_only = True
    # Readers act too: they comment, vote, leave.
    readers_write = True

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)

    # What it is about, as far as a reader may see it: given by `with_subjects`.
    subject: Any = None

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["space", "-at", "-id"]),
            models.Index(fields=["organisation", "at"]),
            models.Index(fields=["subject_type", "subject_id", "-id"]),
        ]

    def __str__(self):
        return f"{self.verb} {self.subject_type}:{self.subject_id}"

    @property
    def sentence(self) -> str:
        """What the actor did, for a reader who may see the event."""
        return registry.phrase(self.verb, self.data)

    @property
    def title(self) -> str:
        """What a letter about it is titled, where that is not who did what."""
        return registry.title(self.verb, self.data)

    @property
    def who(self) -> str:
        return self.actor.label if self.actor else registry.done_by(self.verb, self.data)


class Delivery(models.Model):
    """One event that one reader has not yet read: written with the event, gone when the reader has finished."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    reader = models.CharField(max_length=60)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["event", "reader"], name="one_delivery_a_reader")]
        indexes = [models.Index(fields=["due_at", "id"])]

    def __str__(self):
        return f"{self.event_id} to {self.reader}"


class InboxItemQuerySet(SpaceQuerySet):
    def of(self, viewer):
        """This seat's items, as far as it may still see what they are about."""
        return self.visible_to(viewer).filter(audience_id=viewer.audience_id)

    def unread(self):
        return self.filter(read_at=None)


class InboxItem(SpaceModel):
    """An event one seat was told of."""

    readers_write = True
    extra_policy = "audience_id = (SELECT access_viewer())"

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = InboxItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "audience"], name="told_once")]
        indexes = [
            models.Index(fields=["audience", "-id"]),
            models.Index(fields=["audience"], condition=Q(read_at=None), name="unread_items"),
        ]

    def __str__(self):
        return f"{self.event} for {self.audience}"


class Letter(models.Model):
    """One e-mail owed to one seat about one event. Its text is made when it is sent, as that reader may see it then."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="+")
    address = models.EmailField()
    queued_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "audience"], name="one_letter_an_event")]
        indexes = [models.Index(fields=["id"], condition=Q(sent_at=None, dropped=""), name="letters_owed")]

    def __str__(self):
        return f"{self.event_id} to {self.address}"


class OutsideLetter(models.Model):
    """One e-mail owed about one event to somebody who has no seat: an applicant, a sponsor, somebody invited."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    address = models.EmailField()
    queued_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "address"], name="one_outside_letter_an_event")]
        indexes = [models.Index(fields=["id"], condition=Q(sent_at=None, dropped=""), name="outside_letters_owed")]

    def __str__(self):
        return f"{self.event_id} to {self.address}"


class Seal(models.Model):
    """A batch of events closed for good: the Merkle root of its leaves, chained to the seal before."""

    append_only = True

    sealed_at = models.DateTimeField(default=timezone.now)
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self):
        return f"seal {self.pk} over {self.count} events"


class SealedEvent(models.Model):
    """One leaf of a seal. `event_id` is a plain number: a leaf outlives a row that somebody removed."""

    append_only = True

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="leaves")
    position = models.PositiveIntegerField()
    event_id = models.BigIntegerField(unique=True)
    leaf = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="one_leaf_a_position")]

    def __str__(self):
        return f"{self.seal_id}/{self.position}"


class SentForm(models.Model):
    """A form that did its deed and where that led, for whoever sends the very same one again. Kept for a day."""

    key = models.CharField(max_length=64, primary_key=True)
    address = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self):
        return self.key[:12]


def with_subjects(events, viewer) -> list[Event]:
    """Give each event its `subject`, or None where this viewer may not see it: one query per kind of subject."""
    events = list(events)
    by_type: dict[str, set[int]] = {}
    for event in events:
        by_type.setdefault(event.subject_type, set()).add(event.subject_id)
    found = {}
    for label, ids in by_type.items():
        model = apps.get_model(label)
        rows = model.objects.visible_to(viewer) if issubclass(model, SpaceModel) else model.objects.all()
        # What a subject's name and address are made of comes with it: one query a kind, whatever their number.
        # Named none, nothing comes with it: `select_related()` would take everything, and drop what hangs on a row not to be seen.
        told_with = getattr(model, "told_with", ())
        found[label] = (rows.select_related(*told_with) if told_with else rows).in_bulk(ids)
    closed = closed_to(viewer)
    for event in events:
        event.subject = found[event.subject_type].get(event.subject_id)
        # What is behind a closed door is named, and led to by nothing.
        if closed and getattr(event.subject, "get_absolute_url", str)().startswith(closed):
            event.subject = None
    return events
