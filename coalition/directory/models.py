"""Who can be found, as far as they want to be: organisations' cards, people's cards field by field, and contacts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import SpaceModel, SpaceQuerySet
from coalition.members.models import Organisation, Seat


class OrganisationCard(models.Model):
    """What an organisation tells other members of itself, beside its name and category."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="card")
    website = models.URLField(blank=True)
    sectors = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    jurisdictions = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    marketplaces = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    expertise = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        indexes = [GinIndex(fields=[name], name=f"card_{name}") for name in ("sectors", "jurisdictions", "marketplaces", "expertise")]

    def __str__(self):
        return f"Card of {self.organisation}"


# What a person can say of themself. Who they are and where they sit is one of them: whoever shows it to nobody is in no list.
FIELDS = {
    "name": _("Name, function and organisation"),
    "email": _("E-mail address"),
    "phone": _("Telephone"),
    "languages": _("Languages"),
    "expertise": _("Expertise"),
    "about": _("About"),
}


class Level(models.TextChoices):
    """Who sees a field, from the fewest to the most."""

    NOBODY = "nobody", _("nobody")
    CONTACTS = "contacts", _("my contacts")
    MEMBERS = "members", _("members")
    PUBLIC = "public", _("everybody")


class CardQuerySet(SpaceQuerySet):
    def people(self):
        """The cards that say who somebody is: one for each person who lets the asker see that."""
        listed = Organisation.objects.listed().filter(pk=models.OuterRef("seat__organisation"))
        found = self.filter(models.Exists(listed), names__isnull=False, seat__ends_at=None)
        return found.select_related("seat__organisation__category").order_by("names", "pk")

    def said(self):
        """What one person's cards say together, by field."""
        known = {}
        for card in self:
            known |= card.fields
        return known


class Card(SpaceModel):
    """The fields of one person's card that one audience sees. It lies in that audience's room: the members', the public's, or a room
    of the person's own.
    """

    lives_in = ("house", "card")

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="cards")
    level = models.CharField(max_length=8, choices=Level)
    # The person's name where this level shows it, with what its seat says it is: to list by.
    names = models.CharField(max_length=222, null=True)
    fields = models.JSONField(default=dict)

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seat", "level"], name="one_card_a_level")]
        indexes = [
            models.Index(fields=["space", "names", "id"], condition=Q(names__isnull=False), name="cards_by_name"),
            models.Index(fields=["space"]),
        ]

    def __str__(self):
        return self.names or f"card {self.pk}"

    def get_absolute_url(self):
        return reverse("directory:person", args=[self.seat_id])


class ContactQuerySet(SpaceQuerySet):
    def of(self, viewer):
        return self.visible_to(viewer).filter(Q(asker_id=viewer.seat_id) | Q(asked_id=viewer.seat_id))

    def with_people(self):
        return self.select_related("asker__person", "asker__organisation", "asked__person", "asked__organisation")


class Contact(SpaceModel):
    """Two people who write to each other through the portal, in a room of their own; contacts once the one who was asked accepts."""

    told_with = ("asker__person", "asked__person")
    lives_in = ("card",)

    asker = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    asked = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asker", "asked"], condition=Q(ended_at=None), name="asked_once"),
            models.CheckConstraint(condition=~Q(asker=models.F("asked")), name="nobody_is_their_own_contact"),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.asker.person} and {self.asked.person}"

    def get_absolute_url(self):
        return reverse("directory:contact", args=[self.pk])


class Message(SpaceModel):
    """What one of two people wrote to the other. Neither learns an address by it."""

    lives_in = ("card",)

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="messages")
    author = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    body = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return self.body[:40]
