"""Published figures: what was said, over which cohort, as of when, by which definition; a correction is a new one."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience
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
        return reverse("statistics:public")


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
        """What was left out, as the public reads it: a few of anything are said to be fewer than five, or they name somebody."""
        fewer = _("fewer than %(n)d") % {"n": SMALL}
        counted = [(name, words, self.counts[name]) for name, words in self.definition["parts"]]
        return [(name, words, fewer if few(n) else n) for name, words, n in counted if name not in ("numerator", "denominator")]
