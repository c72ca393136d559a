"""The kinds of thing the search box knows, in the words people use; apps add theirs when they are ready."""

from typing import Any

kinds: dict[str, Any] = {}
