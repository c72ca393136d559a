"""The kinds of thing the search box knows, in the words people use; apps add theirs when they are ready."""

from collections.abc import Callable
from typing import Any

kinds: dict[str, Any] = {}
# Of some kinds, which of the things found are shown at all: from the ids of those the viewer may read to those that still stand somewhere.
still_shown: dict[str, Callable[[list[int]], set[int]]] = {}
# From what was typed to another text that names the same thing (an address to its canonical form), or None: asked besides.
readings: list[Callable[[str], str | None]] = []
