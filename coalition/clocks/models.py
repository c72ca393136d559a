"""What is due, by which law or policy, and when. A deadline is frozen once it runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.doors import closed_to
from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.clocks import rules


class ClockPolicyQuerySet(models.QuerySet["ClockPolicy"]):
    def in_force(self, kind: str, at: datetime, scope: str | Sequence[str] = "") -> ClockPolicy | None:
        """The policy of a kind at an instant, on the day it is there: that of the first of some scopes, narrowest first, that has one; else the
        general one, else None.
        """
        scopes = [*([scope] if isinstance(scope, str) else scope), ""]
        rows = [row for row in self.filter(kind=kind, scope__in=scopes).order_by("-valid_from") if row.is_in_force(at)]
        return min(rows, key=lambda row: scopes.index(row.scope), default=None)


class ClockPolicy(models.Model):
    """A dated rule for one kind of deadline: the law or policy it comes from, its unit and calendar."""

    class Unit(models.TextChoices):
        HOURS = rules.HOURS, _("hours")
        WORKING_DAYS = rules.WORKING_DAYS, _("working days")
        CALENDAR_DAYS = rules.CALENDAR_DAYS, _("calendar days")
        MONTHS = rules.MONTHS, _("months")

    kind = models.CharField(max_length=40)
    scope = models.CharField(max_length=60, blank=True, help_text=_("The platform, programme, or law and ground it is for; empty for all."))
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=300, help_text=_("The law, policy or agreement it comes from."))
    is_verified = models.BooleanField(default=False, help_text=_("Checked against the source's text."))
    unit = models.CharField(max_length=16, choices=Unit)
    earliest = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveSmallIntegerField()
    calendar = models.CharField(max_length=10, default="none")
    zone = models.CharField(max_length=40, default="UTC")
    moves_on = models.BooleanField(default=False, help_text=_("A period that ends on a day off ends on the next working day."))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = ClockPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "clock policies"
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "valid_from"], name="one_policy_a_kind_and_date"),
            models.CheckConstraint(condition=Q(earliest=None) | Q(earliest__lte=models.F("amount")), name="earliest_first"),
        ]

    def __str__(self):
        return self.name

    def is_in_force(self, at: datetime) -> bool:
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def due(self, at: datetime, amount: int) -> datetime:
        """The last instant of `amount` of this policy's unit after `at`."""
        return rules.due(at, amount, self.unit, calendar=self.calendar, zone=self.zone, moves_on=self.moves_on)

    def moved(self, due: datetime, stood_from: datetime, until: datetime) -> datetime:
        """A due instant of this policy, after the clock stood still between two others."""
        return rules.moved(due, stood_from, until, self.unit, calendar=self.calendar, zone=self.zone, moves_on=self.moves_on)

    def watched_from(self, due: date) -> date:
        """The day from which a deadline that a document sets is watched: this policy's months or calendar days before it."""
        months = self.unit == self.Unit.MONTHS
        return due - (relativedelta(months=self.amount) if months else relativedelta(days=self.amount))

    @property
    def period(self) -> str:
        span = f"{self.earliest}–{self.amount}" if self.earliest is not None else str(self.amount)
        return f"{span} {self.get_unit_display()}"


class ClockQuerySet(SpaceQuerySet):
    def running(self):
        return self.filter(ended_at=None)

    def overdue(self, at):
        return self.running().filter(due_at__lte=at, paused_at=None)

    def of(self, viewer):
        """Clocks that run against this viewer's organisation and that this viewer can do something about; one that stands still waits for
        somebody else.
        """
        found = self.visible_to(viewer).running().filter(owed_by_id__in=viewer.audience_ids, paused_at=None)
        for start in closed_to(viewer):
            found = found.exclude(address__startswith=start)
        return found.order_by("due_at")


class Clock(SpaceModel):
    """One deadline that runs, ran out or was met."""

    class Outcome(models.TextChoices):
        MET = "met", _("met")
        LAPSED = "lapsed", _("ran out")
        CANCELLED = "cancelled", _("no longer needed")

    policy = models.ForeignKey(ClockPolicy, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    owed_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    earliest_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    calendar = models.CharField(max_length=10)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_type", "subject_id"], condition=Q(ended_at=None), name="one_running_clock"),
            models.CheckConstraint(condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")), name="ended_with_outcome"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="clocks_that_run"),
            models.Index(fields=["owed_by", "due_at"], condition=Q(ended_at=None), name="clocks_owed"),
            models.Index(fields=["subject_type", "subject_id"]),
        ]

    def __str__(self):
        return f"{self.label}, due {self.due_at:%d %b %Y %H:%M}"

    def get_absolute_url(self):
        return self.address

    @property
    def is_over(self) -> bool:
        return self.ended_at is None and self.due_at <= timezone.now()

    @property
    def tone(self) -> str:
        """How urgent it is, for the badge: over, today, soon, later."""
        left = self.due_at - timezone.now()
        if left.total_seconds() <= 0:
            return "over"
        if left.days < 1:
            return "today"
        return "soon" if left.days < 3 else "later"
