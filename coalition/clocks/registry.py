"""What happens when a clock of some kind runs out. Apps register theirs in `lapses.py`; the sweep calls them."""

from collections.abc import Callable
from typing import Any

on_lapse: dict[str, Callable[[Any], None]] = {}


def lapse(kind: str):
    def register(function):
        on_lapse[kind] = function
        return function

    return register
