"""Who counts for a programme: one app above tells how accurate each member's notices were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from enforcement.programmes.rules import Measured

# From a programme and the days from and to which items were submitted, to each member's counts by ground, "" being overall.
Counter = Callable[[Any, date, date], dict[int, dict[str, Measured]]]
_counter: list[Counter] = []


def tell_accuracy(counter: Counter) -> None:
    """The one app that counts says how."""
    _counter[:] = [counter]


def measured(programme, first: date, last: date) -> dict[int, dict[str, Measured]]:
    return _counter[0](programme, first, last) if _counter else {}
