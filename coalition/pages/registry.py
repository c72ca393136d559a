"""What other wings put on the home page: from a viewer to rows, each with a title, a detail, an address and perhaps due_at."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

# What the public's front page says in figures: sentences, or None while there is nothing to say.
front_sentences: list[Callable[[], str | None]] = []
home_panels: dict[str, list[Callable[[Any], list[dict]]]] = defaultdict(list)
