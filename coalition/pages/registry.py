"""What other wings put on the home page: from a viewer to rows, each with a title, a detail, an address and perhaps due_at."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

home_panels: dict[str, list[Callable[[Any], list[dict]]]] = defaultdict(list)
