"""What platforms did to storefronts: warnings, strikes and suspensions under a notice; closures and bans that every member may know."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from enforcement.market.models import Platform
from enforcement.notices.models import Notice


class ActQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("platform").order_by("-pk")

    def standing(self):
        """Those that were not reversed."""
        return self.filter(reversed_on=None)

    def in_force(self, on: date):
        """Those that count on a day: begun, not run out, not reversed by then."""
        begun = self.filter(on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))
        return begun.filter(Q(reversed_on=None) | Q(reversed_on__gt=on))

    def on_record(self):
        """What every member may know of: closures and bans, in the platform's record."""
        return self.filter(notice=None)


class Act(SpaceModel):
    """What a platform did to a storefront on a day. Under a notice it lies in the notice's space, with its grounds; a closure or a ban is
    besides, or by itself, in the record that every member reads, and says there nothing of any notice (docs/adr/0008).
    """

    lives_in = ("notice", "record")

    class Kind(models.TextChoices):
        WARNED = "warned", _("warned")
        STRIKE = "strike", _("strike")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")
        BANNED = "banned", _("permanently banned")

    # Two facts with two dates: a closed storefront may come back, a banned one does not.
    FOR_ALL = (Kind.CLOSED, Kind.BANNED)
    ENDING = (Kind.STRIKE, Kind.SUSPENDED)

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    seller_key = models.CharField(max_length=120)
    seller_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    # The first day without it: a strike runs out, a suspension ends.
    ends_on = models.DateField(null=True, blank=True)
    grounds = models.CharField(max_length=300, blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="acts")
    recorded = models.ForeignKey("self", models.PROTECT, null=True, related_name="under", help_text=_("The act on the record that it led to."))
    noted_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    reversed_on = models.DateField(null=True, blank=True)
    reversed_because = models.CharField(max_length=300, blank=True)
    reversed_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")

    objects = ActQuerySet.as_manager()

    class Meta:
        constraints = [
            # One notice is one offence, however many of its items were upheld (DOMAIN.md 6, M10).
            models.UniqueConstraint(
                fields=["notice", "seller_key", "kind"], condition=Q(reversed_on=None, notice__isnull=False), name="one_act_a_notice_and_seller"
            ),
            models.UniqueConstraint(fields=["seller_key", "kind"], condition=Q(reversed_on=None, notice=None), name="on_record_once"),
            models.CheckConstraint(condition=Q(notice__isnull=False) | Q(kind__in=["closed", "banned"]), name="on_record_what_is_for_all"),
            models.CheckConstraint(condition=Q(notice__isnull=False) | Q(grounds="", recorded=None), name="record_tells_of_no_notice"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gt=F("on")), name="act_ends_after"),
            models.CheckConstraint(
                condition=Q(reversed_on=None, reversed_by=None, reversed_because="")
                | (Q(reversed_on__gte=F("on"), reversed_by__isnull=False) & (Q(notice=None) | ~Q(reversed_because=""))),
                name="act_reversed_on_and_by",
            ),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["seller_key", "space"]), models.Index(fields=["platform", "-id"])]

    def __str__(self):
        return f"{self.seller_name or self.seller_key} {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("storefronts:detail", args=[self.pk])

    @property
    def counts(self) -> bool:
        """Whether it stands today."""
        today = timezone.localdate()
        return self.reversed_on is None and self.on <= today and (self.ends_on is None or today < self.ends_on)
