"""What apps above ask of whoever takes a file out, beside that they may enter its room: theirs is a file of one duty, in a room of many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# From an attachment and a viewer to whether they may have it.
asked_too: list[Callable[[Any, Any], bool]] = []
# Told of an attachment and the viewer who takes it out.
told_of: list[Callable[[Any, Any], None]] = []
