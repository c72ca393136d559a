"""IP rights as registered, each on its owner's desk: where they protect and since when, their papers, and what customs know of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.brought.models import Brought, BroughtRow
from coalition.dates import long_day
from coalition.files.models import Attachment
from enforcement.rights import rules


class RightQuerySet(SpaceQuerySet):
    def with_facts(self):
        """With the rows that validity asks, for many at once."""
        return self.prefetch_related("protections__statuses")

    def in_force(self, on: date):
        """Those that protect something somewhere on a day."""
        last = Status.objects.filter(protection=OuterRef("pk"), since__lte=on).order_by("-since", "-pk")
        live = Protection.objects.filter(right=OuterRef("pk")).annotate(
            state=Subquery(last.values("state")[:1]), until=Subquery(last.values("until")[:1])
        )
        live = live.filter(state__in=rules.LIVE).filter(Q(until=None) | Q(until__gt=on))
        base = Exists(live.filter(territory=rules.WORLD)) & Exists(live.exclude(territory=rules.WORLD))
        international = Q(jurisdiction=rules.WORLD, kind__in=rules.DESIGNATES)
        return self.filter((~international & Exists(live)) | (international & base))


class Right(SpaceModel):
    """A trademark, design, copyright or patent, as its register has it."""

    lives_in = ("desk",)

    class Kind(models.TextChoices):
        TRADEMARK = rules.TRADEMARK, _("trademark")
        DESIGN = rules.DESIGN, _("design")
        COPYRIGHT = rules.COPYRIGHT, _("copyright")
        PATENT = rules.PATENT, _("patent")

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(_("name or mark"), max_length=160)
    number = models.CharField(_("registration number"), max_length=40, blank=True)
    jurisdiction = models.CharField(_("register"), max_length=4)
    holder = models.CharField(_("holder, as registered"), max_length=160, blank=True)
    classes = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Nice classes"), default=list, blank=True)
    goods = models.TextField(_("goods and services"), blank=True)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    # The first day without it where it is registered, as its newest status says: kept by the verbs, for lists and clocks.
    expires_on = models.DateField(null=True, blank=True)

    objects = RightQuerySet.as_manager()

    class Meta:
        ordering = ["name", "jurisdiction"]
        constraints = [models.CheckConstraint(condition=Q(kind="copyright") | ~Q(number=""), name="registered_right_has_number")]
        indexes = [
            models.Index(fields=["space", "name", "id"], name="rights_of_a_desk_by_name"),
            models.Index(fields=["expires_on"], condition=Q(expires_on__isnull=False), name="rights_that_expire"),
            GinIndex(fields=["classes"], name="rights_by_class"),
        ]

    def __str__(self):
        return " ".join(part for part in (self.name, self.jurisdiction, self.number) if part)

    def get_absolute_url(self):
        return reverse("rights:detail", args=[self.reference])

    @property
    def in_full(self) -> str:
        """As it is copied to where its owner's desk is not read: name, kind, number and register."""
        return f"{self.name}, {self.get_kind_display()} {self.number} ({self.jurisdiction})"

    @property
    def is_international(self) -> bool:
        """Whether it protects where it designates: a Madrid or Hague registration."""
        return self.jurisdiction == rules.WORLD and self.kind in rules.DESIGNATES

    @property
    def register(self) -> str:
        return rules.name_of(self.jurisdiction)

    @property
    def classes_text(self) -> str:
        return ", ".join(map(str, self.classes))

    @property
    def own_statuses(self) -> list[Status]:
        """How it stood where it is registered, the newest first; from rows that may be prefetched."""
        own = next((part for part in self.protections.all() if part.territory == self.jurisdiction), None)
        return sorted(own.statuses.all(), key=lambda row: (row.since, row.pk), reverse=True) if own else []

    @property
    def newest(self) -> Status | None:
        return next(iter(self.own_statuses), None)

    @property
    def registered_on(self) -> date | None:
        """The day it was registered first."""
        return next((row.since for row in reversed(self.own_statuses) if row.state == rules.REGISTERED), None)

    def facts(self) -> rules.Facts:
        """What validity asks; from rows that may be prefetched."""
        protections = tuple(
            rules.Protection(
                part.territory,
                tuple(rules.Stage(row.state, row.since, row.until) for row in sorted(part.statuses.all(), key=lambda row: (row.since, row.pk))),
                frozenset(part.classes),
            )
            for part in self.protections.all()
        )
        return rules.Facts(self.kind, self.jurisdiction, frozenset(self.classes), protections)

    def designated(self, on: date) -> list[str]:
        """Where an international registration protects on a day, besides being registered."""
        parts = [part for part in self.facts().protections if part.territory != self.jurisdiction]
        return [part.territory for part in parts if rules.is_live(rules.stage_on(part.stages, on), on)]

    def is_in_force(self, on: date) -> bool:
        """Whether it protects anything, anywhere, on that day."""
        facts = self.facts()
        live = [part.territory for part in facts.protections if rules.is_live(rules.stage_on(part.stages, on), on)]
        return rules.WORLD in live and len(live) > 1 if self.is_international else bool(live)

    def valid_in_any(self, countries: Sequence[str], on: date, classes: Sequence[int] = ()) -> rules.Verdict:
        """Whether it is valid in one of some countries on a day, for goods of these classes where any are named; in whichever country, where none
        is named. The sentence is about the one that decided.
        """
        facts = self.facts()
        if countries:
            verdicts = [rules.valid(facts, country=country, on=on, classes=classes) for country in countries]
            return next((verdict for verdict in verdicts if verdict.is_valid), verdicts[0])
        living = [part for part in facts.protections if rules.is_live(rules.stage_on(part.stages, on), on)]
        if classes and not any(set(classes) <= (part.classes or facts.classes) for part in living):
            return rules.Verdict(False, _text("It covers the classes %(known)s.") % {"known": self.classes_text or "–"})
        is_in_force = self.is_in_force(on)
        words = _text("It was in force on %(day)s.") if is_in_force else _text("It was in force nowhere on %(day)s.")
        return rules.Verdict(is_in_force, words % {"day": long_day(on)})

    def valid(self, *, country: str, on: date, classes=()) -> rules.Verdict:
        """Whether it is valid in a country, for goods of these Nice classes, on a day, and why: `rules.valid` of its rows."""
        return rules.valid(self.facts(), country=country, on=on, classes=classes)


class Protection(SpaceModel):
    """A right in one territory: its own register's, or one that an international registration designates."""

    lives_in = ("desk",)

    right = models.ForeignKey(Right, models.CASCADE, related_name="protections")
    territory = models.CharField(max_length=4)
    classes = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text=_("Empty: as the right itself."))

    class Meta:
        ordering = ["territory"]
        constraints = [models.UniqueConstraint(fields=["right", "territory"], name="one_protection_a_territory")]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.right} in {self.territory}"

    def get_absolute_url(self):
        return self.right.get_absolute_url()

    @property
    def where(self) -> str:
        return rules.name_of(self.territory)

    @property
    def classes_text(self) -> str:
        return ", ".join(map(str, self.classes))


class Status(SpaceModel):
    """From a day on a right stands so in a territory. What it was before stays: notices of then are judged by it."""

    lives_in = ("desk",)

    protection = models.ForeignKey(Protection, models.CASCADE, related_name="statuses")
    state = models.CharField(max_length=12, choices=list(rules.STATES.items()))
    since = models.DateField()
    # The first day without it.
    until = models.DateField(null=True, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "statuses"
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=models.F("since")), name="status_has_days"),
            models.CheckConstraint(condition=Q(until=None) | Q(state__in=rules.LIVE), name="only_what_lives_ends"),
        ]
        indexes = [models.Index(fields=["protection", "-since", "-id"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.get_state_display()} since {self.since}"


class Paper(SpaceModel):
    """A file that proves a right, or who may act on it."""

    lives_in = ("desk",)

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("certificate")
        POWER = "power", _("power of attorney")
        OTHER = "other", _("other paper")

    right = models.ForeignKey(Right, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CERTIFICATE)
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    # The first day without it.
    ends_on = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["right"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.file.name}"

    def get_absolute_url(self):
        return self.right.get_absolute_url()


class Recordation(SpaceModel):
    """What one customs authority was told of a right, from a day until another. A renewal is a recordation that follows."""

    lives_in = ("desk",)
    told_with = ("right",)

    class Authority(models.TextChoices):
        EU = "EU", _("EU customs (application for action, Regulation 608/2013)")
        GB = "GB", _("UK, HM Revenue & Customs")
        US = "US", _("US Customs and Border Protection")
        CN = "CN", _("General Administration of Customs of China")

    # Where each looks for goods.
    COUNTRIES: dict[str, Sequence[str]] = {"EU": sorted(rules.EU_STATES), "GB": ["GB"], "US": ["US"], "CN": ["CN"]}

    right = models.ForeignKey(Right, models.PROTECT, related_name="recordations")
    authority = models.CharField(max_length=2, choices=Authority)
    number = models.CharField(max_length=60)
    starts_on = models.DateField()
    # The first day without it.
    ends_on = models.DateField()
    ended_because = models.CharField(max_length=200, blank=True)
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    class Meta:
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="recordation_has_days"),
            models.UniqueConstraint(fields=["right", "authority", "starts_on"], name="one_recordation_a_day"),
        ]
        indexes = [models.Index(fields=["right", "-ends_on"]), models.Index(fields=["space"]), models.Index(fields=["ends_on"])]

    def __str__(self):
        return f"{self.authority} {self.number}"

    def get_absolute_url(self):
        return self.right.get_absolute_url()

    @property
    def state(self) -> str:
        """Whether customs look for it: a recordation whose right is not in force there any more rests, whatever its own days say."""
        today = timezone.localdate()
        if self.starts_on > today or today >= self.ends_on:
            return "ahead" if self.starts_on > today else "ended"
        return "in_force" if self.right.valid_in_any(self.COUNTRIES[self.authority], today).is_valid else "rests"


class RightsImport(Brought):
    """A portfolio that was kept elsewhere."""

    def get_absolute_url(self):
        return reverse("rights:import", args=[self.pk])


class RightsRow(BroughtRow):
    """One right as the file has it."""

    made_of = ("right",)

    brought = models.ForeignKey(RightsImport, models.CASCADE, related_name="rows")
    right = models.ForeignKey(Right, models.SET_NULL, null=True, blank=True, related_name="+")

    @property
    def made(self) -> str:
        """What came of it, as the page of its file shows it."""
        return format_html('<a href="{}">{}</a>', self.right.get_absolute_url(), self.right.reference) if self.right else ""
