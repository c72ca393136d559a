"""Reports on a case: what an organisation's template says, its fields and parts filled with what one viewer may read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from coalition.dates import long_day
from coalition.printing import MOST_ROWS, blocks, document, heading, plain, slots, table
from enforcement.cases.panels import registered

# What stands in a line of text, by name.
FIELDS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "reference": (_later("its reference"), lambda page: page.case.reference),
    "title": (_later("its title"), lambda page: page.case.title),
    "state": (_later("where it stands, or how it ended"), lambda page: _state(page.case)),
    "mark": (_later("its TLP mark"), lambda page: f"TLP:{page.case.space.tlp}"),
    "led_by": (_later("whose case it is"), lambda page: str(page.case.owner)),
    "opened": (_later("the day it was opened"), lambda page: long_day(timezone.localdate(page.case.opened_at))),
    "closed": (_later("the day it was closed"), lambda page: long_day(timezone.localdate(page.case.closed_at)) if page.case.closed_at else "–"),
    "tags": (_later("its tags"), lambda page: ", ".join(page.case.tags) or "–"),
    "listings_count": (_later("how many listings it has"), lambda page: str(page.listing_count)),
    "today": (_later("the day of the report"), lambda page: long_day(timezone.localdate())),
    "author": (_later("who makes the report"), lambda page: page.viewer.person_name),
    "organisation": (_later("for which organisation"), lambda page: page.viewer.organisation_name),
}
# What takes a paragraph of its own, by name.
PARTS: dict[str, tuple[Any, Callable[[Any], list[dict]]]] = {
    "summary": (_later("what the case says of itself"), lambda page: [plain(line) for line in page.case.summary.splitlines() if line.strip()]),
    "parties": (_later("who is in it"), lambda page: table([_("Party"), _("May")], ([g.audience, g.get_role_display()] for g in page.grants))),
    "sellers": (_later("the sellers of its listings"), lambda page: _sellers(page)),
    "listings": (_later("its listings"), lambda page: _listings(page)),
    "tasks": (_later("its tasks"), lambda page: _tasks(page)),
    "notes": (_later("what people wrote"), lambda page: _notes(page)),
    "timeline": (_later("what happened, the newest first"), lambda page: _timeline(page)),
    "files": (
        _later("the files that lie in it, by name"),
        lambda page: table([_("File"), _("Added")], ([f.name, _day(f.attached_at)] for f in page.files)),
    ),
}


def standard() -> str:
    """The template that everybody has."""
    return _(
        """# {title}

{reference}, {mark}, {state}. Led by {led_by}, opened on {opened}.

Report made by {author}, {organisation}, on {today}.

{summary}

## Sellers

{sellers}

## Listings

{listings}

## Notices

{notices}

## Tasks

{tasks}

## What happened

{timeline}
"""
    )


def parts() -> dict[str, Any]:
    """The names of what takes a paragraph of its own, those of the tabs that apps above add among them, with what each is."""
    return {name: words for name, (words, _make) in PARTS.items()} | {tab.name: tab.label for tab in registered if tab.columns}


def check(body: str) -> str:
    """The text of a template, tidied. Raises Refused at its field for what is empty, too long, or names a field that does not exist."""
    return slots.check(body, fields=FIELDS, parts=parts())


def report(page, body: str, *, at: datetime, made_for: str = "") -> bytes:
    """The PDF of a case page as its viewer may read it, by a template's text; `made_for` is drawn across every page.

    What people wrote comes in after the template was read, so that no name and no note can be taken for a field or for markup.
    """
    values = {name: make(page) for name, (_words, make) in FIELDS.items()}
    drawn = slots.filled(body, values=values, part=lambda name: _of_part(page, name))
    case, who = page.case, f"{page.viewer.person_name}, {page.viewer.organisation_name}"
    return document(title=f"{case.reference} {case.title}", mark=case.space.tlp, drawn=drawn, by=who, at=at, made_for=made_for)


def _of_part(page, name: str) -> list[dict]:
    if name in PARTS:
        return PARTS[name][1](page) or [plain(_("Nothing."))]
    tab = next(tab for tab in registered if tab.name == name)
    return table(list(tab.columns), ([value(row) for value in tab.columns.values()] for row in tab.content(page.case, page.viewer)[: MOST_ROWS + 1]))


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d %b %Y}"


def _state(case) -> str:
    return f"{case.get_state_display()}: {case.get_outcome_display()}" if case.outcome else f"{case.get_state_display()}, {case.get_stage_display()}"


def _sellers(page) -> list[dict]:
    rows = ([row["name"] or row["seller_key"], row["platform__name"], row["listings"], row["parties"]] for row in page.sellers)
    return table([_("Seller"), _("Platform"), _("Listings"), _("Parties that brought it")], rows)


def _listings(page) -> list[dict]:
    price = lambda row: f"{row.price} {row.currency}" if row.price is not None else ""  # noqa: E731
    found = page.listings[: MOST_ROWS + 1]
    rows = ([f"{row.title or row.key}\n{row.address}", row.platform.name, row.seller_name, price(row), row.brought_by] for row in found)
    return table([_("Listing"), _("Platform"), _("Seller"), _("Price"), _("Brought by")], rows)


def _tasks(page) -> list[dict]:
    tasks = [*page.owed, *page.ended]
    rows = ([task.title, task.owed_by, task.get_state_display(), f"{task.due_on:%d %b %Y}" if task.due_on else "", task.remark] for task in tasks)
    return table([_("Task"), _("Owed by"), _("State"), _("Last day"), _("Remark")], rows)


def _notes(page) -> list[dict]:
    drawn = []
    for note in page.notes[:MOST_ROWS]:
        drawn.append(heading(3, f"{note.author}, {_day(note.written_at)}"))
        drawn += [block | {"level": 3} if block["kind"] == "heading" else block for block in blocks(note.body)]
    return drawn


def _timeline(page) -> list[dict]:
    rows = []
    for entry in page.timeline:
        said = entry["note"].body if entry.get("note") else entry["event"].sentence
        rows.append([_day(entry["at"]), entry["note"].author if entry.get("note") else entry["event"].who, said])
    return table([_("Day"), _("Who"), _("What")], rows)
