"""The shape in which a platform takes notices: the fields of its own form and its words, as dated rows. What changes begins anew; nothing is
rewritten, so that a notice reads for ever as it was sent.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience
from enforcement.market.models import Platform
from enforcement.shapes import rules


class Ground(models.TextChoices):
    """What a notice says is wrong with its items."""

    COUNTERFEIT = "counterfeit", _("counterfeit")
    TRADEMARK = "trademark", _("trademark in listing")
    COPYRIGHT = "copyright", _("copyright")
    DESIGN = "design", _("design")
    PATENT = "patent", _("patent")
    PARALLEL_IMPORT = "parallel_import", _("unlawful parallel import")


class DatedQuerySet(models.QuerySet):
    def in_force(self, at: datetime | None = None):
        """Those of an instant: of now where none is given."""
        at = at or timezone.now()
        return self.filter(since__lte=at).filter(Q(until=None) | Q(until__gt=at))


class Dated(models.Model):
    """A row of one platform from an instant until another."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Audience, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Field(Dated):
    """Something a platform's own form asks for, beside what every notice says."""

    class Kind(models.TextChoices):
        LINE = rules.LINE, _("a line of text")
        TEXT = rules.TEXT, _("a text")
        CHOICE = rules.CHOICE, _("one of its codes")
        COUNTRIES = rules.COUNTRIES, _("countries")
        TICK = rules.TICK, _("a tick")
        NUMBER = rules.NUMBER, _("the number of the right")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="form_fields")
    name = models.SlugField(max_length=40)
    place = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=120)
    label_zh = models.CharField(max_length=120, blank=True)
    hint = models.CharField(max_length=300, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)
    options = models.JSONField(default=list, blank=True)
    grounds = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    is_needed = models.BooleanField(default=False)
    needed_with = models.CharField(max_length=40, blank=True)
    needed_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["platform", "name"], condition=Q(until=None), name="one_field_a_name")]

    def __str__(self):
        return f"{self.platform}: {self.label}"

    @property
    def wanted(self) -> rules.Wanted:
        return rules.Wanted(
            name=self.name, label=self.label, kind=self.kind, label_zh=self.label_zh, hint=self.hint, most=self.most,
            options=tuple(rules.Option(one["code"], one["label"], one.get("label_zh", ""), tuple(one.get("grounds", ()))) for one in self.options),
            grounds=tuple(self.grounds), is_needed=self.is_needed, needed_with=self.needed_with, needed_codes=tuple(self.needed_codes),
            source=self.source,
        )  # fmt: skip


class Wording(Dated):
    """How a notice to a platform reads in one language, where it is not the standard text."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="wordings")
    language = models.CharField(max_length=8, choices=list(rules.LANGUAGES.items()))
    body = models.TextField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["platform", "language"], condition=Q(until=None), name="one_wording_a_language")]

    def __str__(self):
        return f"{self.platform}: {self.get_language_display()}"


class PlatformPolicy(Dated):
    """A document by which a platform decides, where it has published it: linked, never fetched."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="policies")
    title = models.CharField(max_length=160)
    address = models.URLField(max_length=500)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint(fields=["platform", "address"], condition=Q(until=None), name="one_policy_an_address")]

    def __str__(self):
        return f"{self.platform}: {self.title}"


class Reasons(Dated):
    """What a platform's statements of reasons say that no decision does: the clause of its terms by ground, whether automated means are used, and
    how a seller contests (DSA art. 17(3)(c), (e), (f)).
    """

    class Means(models.TextChoices):
        NONE = "none", _("none: a person finds and decides")
        PARTLY = "partly", _("they help; a person decides")
        FULLY = "fully", _("they decide")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="reasons")
    means = models.CharField(max_length=6, choices=Means)
    # By ground, as the form of notices has it.
    clauses = models.JSONField(default=dict, blank=True)
    redress = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["platform"], condition=Q(until=None), name="one_word_on_reasons")]

    def __str__(self):
        return f"{self.platform}: {self.get_means_display()}"


def form_of(platform: Platform | int, at: datetime | None = None) -> list[rules.Wanted]:
    """The fields of a platform's form at an instant, in their order."""
    return [field.wanted for field in Field.objects.in_force(at).filter(platform=platform)]
