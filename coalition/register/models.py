"""A register that was kept elsewhere before, brought in: each row with its verdict, and what it made."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel
from coalition.files.models import Attachment
from coalition.members.models import Organisation, Term


class RegisterImport(SpaceModel):
    """One file of members: read, judged row by row, then entered or given up; and undone as long as nobody has built on it."""

    lives_in = ("desk",)

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        ENTERED = "entered", _("entered")
        UNDONE = "undone", _("undone")

    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.CHECKED)
    brought_at = models.DateTimeField(default=timezone.now)
    brought_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["space", "-id"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("register:import", args=[self.pk])


class RegisterRow(SpaceModel):
    """One row of the file, as it was written and as it was understood."""

    lives_in = ("desk",)

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        KNOWN = "known", _("already a member")
        DOUBLE = "double", _("twice in the file")
        REFUSED = "refused", _("refused")

    brought = models.ForeignKey(RegisterImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    facts = models.JSONField(default=dict)
    verdict = models.CharField(max_length=8, choices=Verdict)
    problem = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    # What it gave, and what undoing takes away: nothing that was given since.
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["brought", "number"], name="one_row_a_number")]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"row {self.number}"
