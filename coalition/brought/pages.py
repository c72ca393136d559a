"""The page of one file that was brought in: its verdicts, counted and narrowed, and its rows to take away."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from coalition.brought.models import Brought, BroughtRow
from coalition.lists import ROWS


class BroughtPage:
    def __init__(self, brought: Brought, query):
        self.brought, self.query = brought, query
        self.all: Any = brought.rows  # type: ignore[attr-defined]
        wanted = query.get("verdict", "")
        self.verdict = wanted if wanted in BroughtRow.Verdict.values else ""

    @property
    def counts(self) -> list[tuple]:
        return [(verdict, verdict.label, self.all.filter(verdict=verdict).count()) for verdict in BroughtRow.Verdict]

    @cached_property
    def found(self):
        """The rows of the verdict that is asked for, with what they made."""
        rows = self.all.filter(verdict=self.verdict) if self.verdict else self.all.all()
        return rows.select_related(*self.all.model.made_of)

    @property
    def rows(self) -> Page:
        return Paginator(self.found, ROWS).get_page(self.query.get("page"))

    @property
    def exported(self) -> dict:
        """The file's own columns behind the verdict, so that what was refused is mended and brought again."""
        columns = {_("Row"): lambda row: row.number, _("Verdict"): lambda row: row.get_verdict_display(), _("Why"): lambda row: row.problem}
        for place, heading in enumerate(self.brought.headings):
            # A heading may stand twice.
            name = heading if heading not in columns else f"{heading} ({place + 1})"
            columns[name] = lambda row, place=place: row.cells[place] if place < len(row.cells) else ""
        return columns
