"""Published figures: what was said, over which cohort, as of when, by which definition; a correction is a new one."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience
from enforcement.market.models import Platform
from enforcement.statistics.disclosure import SMALL, few
from enforcement.statistics.metrics import percent


class Snapshot(models.Model):
    """A set of figures as published. It never changes; a later one may restate it, saying why."""

    append_only = True

    first = models.DateField()
    last = models.DateField()
    as_of = models.DateTimeField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    query_hash = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    # What the reports say of how the coalition stays independent, as DSA art. 22(3) asks.
    procedures = models.TextField(blank=True)
    restates = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="restated_by")

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="cohort_has_days"),
            models.CheckConstraint(condition=Q(restates=None) | ~Q(note=""), name="restatement_says_why"),
        ]

    def __str__(self):
        return f"{self.first} to {self.last} as of {self.as_of:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("statistics:snapshot", args=[self.pk])


class PublishedFigure(models.Model):
    """One metric of a snapshot, with the words of its definition as they were; one that would tell a member of another is kept and not said."""

    append_only = True

    class Withheld(models.TextChoices):
        NO = "", _("said")
        FEW = "few", _("fewer than five items")
        SHARE = "share", _("one member has more than a quarter of it")

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="figures")
    code = models.CharField(max_length=4)
    version = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    counts = models.JSONField()
    members = models.PositiveSmallIntegerField(help_text=_("How many members have a part in it."))
    withheld = models.CharField(max_length=5, choices=Withheld, blank=True, default=Withheld.NO)
    # Those of its parts that are not said though the rate is.
    unsaid = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "code"], name="one_figure_a_metric")]

    def __str__(self):
        return f"{self.code} {self.numerator}/{self.denominator}"

    @property
    def metric(self) -> dict:
        """What it was, in the words it was published with."""
        return {"code": self.code, "version": self.version, **self.definition}

    @property
    def numerator(self) -> int:
        return self.counts["numerator"]

    @property
    def denominator(self) -> int:
        return self.counts["denominator"]

    @property
    def percent(self):
        return percent(self.numerator, self.denominator)

    @property
    def beside(self):
        """What was left out, as the public reads it: a few of anything, or what is mostly one member's, is not said, for it names somebody."""
        fewer = _("fewer than %(n)d") % {"n": SMALL}
        counted = [(name, words, self.counts[name]) for name, words in self.definition["parts"] if name not in ("numerator", "denominator")]
        return [(name, words, fewer if few(n) else _("not said") if name in self.unsaid else n) for name, words, n in counted]


class PublishedCount(models.Model):
    """One part of what a snapshot breaks down into, in the words of its day; what would tell of one member is told with others."""

    append_only = True

    class What(models.TextChoices):
        PLATFORMS = "platforms", _("notices by platform")
        GROUNDS = "grounds", _("notices by ground")
        ACTS = "acts", _("what platforms said they did in these days")

    class Withheld(models.TextChoices):
        NO = "", _("said")
        FEW = "few", _("fewer than five")
        SHARE = "share", _("one member has more than a quarter of it")
        OTHERS = "others", _("told with others")

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="cells")
    what = models.CharField(max_length=9, choices=What)
    part = models.CharField(max_length=120)
    words = models.CharField(max_length=160)
    n = models.PositiveIntegerField()
    members = models.PositiveSmallIntegerField(default=0)
    withheld = models.CharField(max_length=6, choices=Withheld, blank=True, default=Withheld.NO)

    class Meta:
        ordering = ["what", "words"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "what", "part"], name="one_cell_a_part")]

    def __str__(self):
        return f"{self.what} {self.words}: {self.n}"


class OwnMeasures(models.Model):
    """What a platform says it removed in some days by its own measures, and what after notices of anybody: its own word, never credited to notices
    here (DOMAIN.md 6, M16). A correction is a new one in its place.
    """

    append_only = True

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="own_measures")
    first = models.DateField()
    last = models.DateField()
    by_itself = models.PositiveBigIntegerField()
    after_notices = models.PositiveBigIntegerField()
    source = models.CharField(max_length=300)
    said_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        ordering = ["-last", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="measures_have_days"),
            models.CheckConstraint(condition=Q(by_itself__gt=0) | Q(after_notices__gt=0), name="measures_of_something"),
        ]

    def __str__(self):
        return f"{self.platform}, {self.first} to {self.last}"

    def get_absolute_url(self):
        return reverse("statistics:own_measures")

    @property
    def total(self) -> int:
        return self.by_itself + self.after_notices

    @property
    def percent(self):
        """M16: the share that the platform removed by itself."""
        return percent(self.by_itself, self.total)
