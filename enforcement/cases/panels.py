"""What apps above this one add to the case page: tabs, each a name, a template and what it shows; and what happened elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from enforcement.cases.models import Case


@dataclass
class Tab:
    name: str
    label: Any
    template: str
    content: Callable[[Case, Any], Any]
    # As a table in a report on the case: heading to what a row says there.
    columns: dict[Any, Callable[[Any], Any]] = field(default_factory=dict)


registered: list[Tab] = []

# What happened elsewhere and belongs to a case: from the case and the viewer to the events of things that this viewer may read there, each
# kind of thing by its label and its rows' names by id. A notice's history lies in the notice's own room, which not every party enters.
stories: list[Callable[[Case, Any], tuple[str, dict[int, str]]]] = []


def tabs(case: Case, viewer) -> list[dict]:
    """The registered tabs with their content, a lazy queryset each."""
    return [{"name": tab.name, "label": tab.label, "template": tab.template, "content": tab.content(case, viewer)} for tab in registered]
