"""What platforms did to storefronts: warnings, strikes and suspensions under a notice; closures and bans that every member may know."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from enforcement.market.models import Platform
from enforcement.notices.models import Notice
from enforcement.shapes.models import Dated
from enforcement.storefronts import rules


class ActQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("platform", "earlier").order_by("-pk")

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
        TERMINATED = "terminated", _("merchant account terminated")
        DOMAIN = "domain", _("domain seized or transferred")

    # Two facts with two dates: a closed storefront may come back, a banned one does not. What takes payments or keeps names says its own.
    FOR_ALL = (Kind.CLOSED, Kind.BANNED, Kind.TERMINATED, Kind.DOMAIN)
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
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="later", help_text=_("On the record: the act against the shop that this one is a new one of.")
    )
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
            models.CheckConstraint(
                condition=Q(notice__isnull=False) | Q(kind__in=["closed", "banned", "terminated", "domain"]), name="on_record_what_is_for_all"
            ),
            models.CheckConstraint(condition=Q(notice__isnull=False) | Q(grounds="", recorded=None), name="record_tells_of_no_notice"),
            models.CheckConstraint(condition=Q(notice=None) | Q(earlier=None), name="record_tells_of_earlier_shops"),
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


class LadderStep(Dated):
    """What a platform's own policy says happens to a seller at so many strikes that count: from an instant until another."""

    class Kind(models.TextChoices):
        WARNED = Act.Kind.WARNED.value, _("warned")
        SUSPENDED = Act.Kind.SUSPENDED.value, _("suspended")
        CLOSED = Act.Kind.CLOSED.value, _("closed")
        BANNED = Act.Kind.BANNED.value, _("permanently banned")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="ladder")
    strikes = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    days = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("How long a suspension lasts."))
    clause = models.CharField(max_length=200)

    class Meta:
        ordering = ["strikes", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "strikes"], condition=Q(until=None), name="one_step_a_number_of_strikes"),
            models.CheckConstraint(condition=Q(strikes__gte=1), name="step_from_one_strike"),
            models.CheckConstraint(condition=Q(days=None) | Q(kind="suspended", days__gte=1), name="days_of_suspension"),
        ]

    def __str__(self):
        return f"{self.platform}: {self.get_kind_display()} at {self.strikes}"

    @property
    def step(self) -> rules.Step:
        return rules.Step(self.strikes, self.kind, self.days, self.clause, timezone.localdate(self.since))


def ladder_of(platform: Platform | int, at: datetime | None = None) -> list[LadderStep]:
    """The steps of a platform's ladder at an instant, from the first."""
    return list(LadderStep.objects.in_force(at).filter(platform=platform).order_by("strikes"))


class AppealQuerySet(SpaceQuerySet):
    def open(self):
        return self.filter(outcome="")


class Appeal(SpaceModel):
    """A seller's appeal against what was done to its storefront, as the platform tells of it, and what came of it."""

    lives_in = ("notice", "record")

    class Outcome(models.TextChoices):
        OPEN = "", _("being looked at")
        UPHELD = "upheld", _("it stands")
        GRANTED = "granted", _("taken back")

    act = models.ForeignKey(Act, models.PROTECT, related_name="appeals")
    on = models.DateField()
    said = models.TextField(blank=True)
    noted_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)
    ended_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(Audience, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["act"], condition=Q(outcome=""), name="one_open_appeal_an_act"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_on=None, ended_by=None) | (~Q(outcome="") & Q(ended_on__gte=F("on"), ended_by__isnull=False)),
                name="appeal_ended_on_and_by",
            ),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["act", "-id"])]

    def __str__(self):
        return str(self.act)

    def get_absolute_url(self):
        return self.act.get_absolute_url()
