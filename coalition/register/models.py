"""A register that was kept elsewhere before, brought in: each row with its verdict, and what it made."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from coalition.brought.models import Brought, BroughtRow
from coalition.members.models import Organisation, Term


class RegisterImport(Brought):
    """A file of members."""

    def get_absolute_url(self):
        return reverse("register:import", args=[self.pk])


class RegisterRow(BroughtRow):
    """One member as the file has it."""

    made_of = ("organisation",)

    brought = models.ForeignKey(RegisterImport, models.CASCADE, related_name="rows")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    # What it gave, and what undoing takes away: nothing that was given since.
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+")

    @property
    def made(self) -> str:
        """What came of it, as the page of its file shows it."""
        if self.organisation is None:
            return ""
        if self.term_id is None:
            return _("entered, and taken out again")
        return format_html('<a href="{}">{}</a>', self.organisation.get_absolute_url(), self.organisation)
