"""What can be proposed to another member. The app that holds the thing registers its kind; the kind does what was accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coalition.access.viewer import Viewer
from enforcement.proposals.forms import ProposeForm


@dataclass(frozen=True)
class Kind:
    # What is proposed, as a list says it: “an entry of the allow list”.
    label: Any
    # What the proposer is told above the form.
    explained: Any
    # Adds to whom and why what the thing is.
    form: type[ProposeForm]
    # From what the form adds to what is kept of it as JSON; raises Refused, at its field, for what cannot be proposed.
    facts_of: Callable[[dict], dict]
    # Of what is kept: its name, what makes it the same thing (one open proposal each), and rows of (label, words).
    name: Callable[[dict], str]
    subject: Callable[[dict], str]
    rows: Callable[[dict], list[tuple[Any, Any]]]
    # Who of the asked organisation answers.
    can_answer: Callable[[Viewer], bool]
    # Does it, as the one who accepts; raises Refused. Given the facts and, as a reason, whose proposal it was.
    accept: Callable[[dict, str, Viewer], Any]


kinds: dict[str, Kind] = {}
