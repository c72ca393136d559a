"""The kinds of thing the search box knows, in the words people use; apps add theirs when they are ready."""

from collections.abc import Callable
from typing import Any

kinds: dict[str, Any] = {}
# From what was typed to another text that names the same thing (an address to its canonical form), or None: asked besides.
readings: list[Callable[[str], str | None]] = []
