"""Expedited lanes agreed with platforms: which platforms, who vets, who may come in when, who takes part since when, and what good faith is."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.members.models import Organisation
from enforcement.market.models import Platform
from enforcement.programmes import rules


class Programme(models.Model):
    """An expedited lane: its platforms, and the staff team that vets what goes through it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    summary = models.TextField()
    team = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    platforms = models.ManyToManyField(Platform, related_name="programmes")
    capacity = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("How many organisations it holds; empty for any number."))
    is_unanimous = models.BooleanField(default=True, help_text=_("Whether the board must be of one mind to let somebody in."))

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("programmes:detail", args=[self.slug])

    def window_on(self, day: date) -> Window | None:
        """The window in which one may ask to take part on a day."""
        return next((window for window in self.windows.all() if window.opens_on <= day < window.closes_on), None)

    def good_faith_on(self, day: date) -> GoodFaith | None:
        return self.good_faith.filter(valid_from__lte=day).order_by("-valid_from").first()


class Window(models.Model):
    """From when until when organisations may ask to take part in a programme."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="windows")
    opens_on = models.DateField()
    closes_on = models.DateField(help_text=_("The first day on which nobody may ask any more."))

    class Meta:
        ordering = ["opens_on"]
        constraints = [models.CheckConstraint(condition=Q(closes_on__gt=F("opens_on")), name="window_is_open")]

    def __str__(self):
        return f"{self.programme} {self.opens_on}"


class GoodFaith(models.Model):
    """What good faith is in a programme from a day on: how accurate notices must be over how many months, and what follows where they are not."""

    append_only = True

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="good_faith")
    valid_from = models.DateField()
    months = models.PositiveSmallIntegerField(help_text=_("Over how many months it is judged."))
    least_accuracy = models.DecimalField(max_digits=4, decimal_places=1, help_text=_("Percent of decided items accepted, at least."))
    most_countered = models.DecimalField(max_digits=4, decimal_places=1, help_text=_("Percent of reported items countered with success, at most."))
    by_ground = models.BooleanField(help_text=_("Whether it must hold for every ground by itself, too."))
    least_items = models.PositiveSmallIntegerField(help_text=_("Of fewer items nothing is judged."))
    rest_months = models.PositiveSmallIntegerField(help_text=_("How long whoever left, or was suspended, waits before it may ask again."))
    source = models.CharField(max_length=300)
    is_verified = models.BooleanField(default=False)

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "valid_from"], name="one_good_faith_a_day"),
            models.CheckConstraint(condition=Q(least_accuracy__lte=100, most_countered__lte=100), name="good_faith_in_percent"),
            models.CheckConstraint(condition=Q(months__gte=1), name="good_faith_over_months"),
        ]

    def __str__(self):
        return f"{self.programme} {self.valid_from}"

    def first_day(self, day: date) -> date:
        """From when on what was handed in counts, judged on a day."""
        return rules.first_day(day, self.months)

    @property
    def bounds(self) -> rules.Bounds:
        return rules.Bounds(self.least_accuracy, self.most_countered, self.by_ground, self.least_items)


class EnrolmentQuerySet(SpaceQuerySet):
    def on(self, day: date):
        """Those that hold on a day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Enrolment(SpaceModel):
    """An organisation takes part in a programme, from a day and perhaps until one. It lies where the coalition and that organisation enter."""

    told_with = ("organisation", "programme")
    lives_in = ("enrolment",)

    class Ending(models.TextChoices):
        NONE = "", _("takes part")
        LEFT = "left", _("left of its own will")
        SUSPENDED = "suspended", _("suspended for want of good faith")
        ENDED = "ended", _("ended by the coalition")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="enrolments")
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True, default=Ending.NONE)
    why_ended = models.CharField(_("why it ended"), max_length=1000, blank=True)
    # From this day on it may ask again.
    rests_until = models.DateField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], condition=Q(until=None), name="enrolled_once"),
            models.CheckConstraint(
                condition=Q(until=None, ending="", why_ended="", rests_until=None) | (Q(until__isnull=False) & ~Q(ending="")),
                name="enrolment_ended_how",
            ),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.organisation} in {self.programme}"

    def get_absolute_url(self):
        return self.programme.get_absolute_url()


class Asking(SpaceModel):
    """An organisation asks to take part in a programme, and what was decided."""

    told_with = ("organisation", "programme")
    lives_in = ("enrolment",)

    class State(models.TextChoices):
        ASKED = "asked", _("before the board")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="askings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    # The rights it comes with, as they were called when it asked: their owner's desk is nobody else's.
    rights = ArrayField(models.CharField(max_length=300))
    signatory = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], condition=Q(state="asked"), name="one_open_asking"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None) | (~Q(state="asked") & Q(decided_at__isnull=False)), name="asking_decided_at"
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="declined_why"),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["programme", "state"])]

    def __str__(self):
        return f"{self.organisation} asks for {self.programme}"

    def get_absolute_url(self):
        return self.programme.get_absolute_url()


class Warning(SpaceModel):
    """An organisation's notices fell short of good faith: what was found, and until when it can mend it."""

    told_with = ("enrolment__programme",)
    lives_in = ("enrolment",)

    class Outcome(models.TextChoices):
        OPEN = "", _("to be mended")
        MENDED = "mended", _("mended")
        SUSPENDED = "suspended", _("not mended: suspended")
        LIFTED = "lifted", _("taken back")
        OVER = "over", _("over with the enrolment")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="warnings")
    given_at = models.DateTimeField(default=timezone.now)
    # Nobody, where the nightly watch gave it.
    given_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)
    findings = models.JSONField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(outcome=""), name="warned_once"),
            models.CheckConstraint(condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)), name="warning_ended_at"),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"Warning of {self.enrolment}"

    def get_absolute_url(self):
        return self.enrolment.get_absolute_url()


def programme_for(organisation_id: int, platform: Platform, on: date) -> Programme | None:
    """The lane through which this organisation's notices reach this platform on a day, if there is one. Asked as that organisation."""
    lanes = Enrolment.objects.on(on).filter(organisation=organisation_id, programme__platforms=platform)
    enrolment = lanes.select_related("programme").order_by("programme").first()
    return enrolment.programme if enrolment else None
