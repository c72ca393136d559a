"""What apps above know of a sharing group: from the group and the viewer to a panel, or None where they have nothing.

A panel has a title and rows of (address, words, more).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from enforcement.sharing.models import SharingGroup

registered: list[Callable[[SharingGroup, Any], dict | None]] = []


def panels(group: SharingGroup, viewer) -> list[dict]:
    return [panel for make in registered if (panel := make(group, viewer))]
