"""What apps above put on the page of a notice: from the notice, the viewer and the forms that were refused, by
name, to a section, or None where it has nothing to say.

A section names its `template`, which is drawn with the section itself as `section`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

registered: list[Callable[[Any, Any, dict], dict | None]] = []


def sections(notice, viewer, wrong: dict) -> list[dict]:
    return [section for make in registered if (section := make(notice, viewer, wrong))]
