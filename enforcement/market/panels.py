"""What apps above put on the page of a seller: from the seller's key and the viewer to a panel, or None where it has nothing.

A panel has a title and rows of (address, words, more).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

registered: list[Callable[[str, Any], dict | None]] = []


def panels(key: str, viewer) -> list[dict]:
    return [panel for make in registered if (panel := make(key, viewer))]
