"""What every such file and its rows hold; each app adds what its rows made."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel
from coalition.files.models import Attachment


class Brought(SpaceModel):
    """One file: read, judged row by row, then entered or given up; and undone as long as nobody has built on it."""

    lives_in = ("desk",)

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        ENTERED = "entered", _("entered")
        UNDONE = "undone", _("undone")

    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    headings = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State, default=State.CHECKED)
    brought_at = models.DateTimeField(default=timezone.now)
    brought_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["space", "-id"])]

    def __str__(self):
        return self.name


class BroughtRow(SpaceModel):
    """One row of the file, as it was written and as it was understood.

    A concrete row has `brought`, its file, with `rows` behind it, and says what it `made`, which is read from `made_of`.
    """

    lives_in = ("desk",)
    made_of: tuple[str, ...] = ()

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        KNOWN = "known", _("known already")
        LEFT = "left", _("left open")
        DOUBLE = "double", _("twice in the file")
        REFUSED = "refused", _("refused")

    number = models.PositiveIntegerField()
    cells = models.JSONField()
    facts = models.JSONField(default=dict)
    verdict = models.CharField(max_length=8, choices=Verdict)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["brought", "number"], name="%(class)s_has_one_a_number")]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"row {self.number}"
