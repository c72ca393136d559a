"""The list pages whose filters can be saved, named by the apps that have them."""

from __future__ import annotations

from typing import Any

pages: dict[str, Any] = {}


def page(route: str, words) -> None:
    """Say that the filters of a list page, by the name of its route, can be saved."""
    pages[route] = words
