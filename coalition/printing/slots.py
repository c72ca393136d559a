"""Templates that people write: Markdown with places in braces. Some stand in a line of text, some take a paragraph of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.printing import blocks

LONGEST = 20_000
_PLACE = re.compile(r"\{([a-z_]+)\}")


def check(body: str, *, fields: Collection[str], parts: Collection[str]) -> str:
    """The text of a template, tidied. Raises Refused at `body` for what is empty, too long, or names a place that does not exist."""
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise Refused(_("Write what it says."), field="body")
    if len(body) > LONGEST:
        raise Refused(_("At most %(most)d letters.") % {"most": LONGEST}, field="body")
    unknown = sorted({name for name in _PLACE.findall(body) if name not in fields and name not in parts})
    if unknown:
        raise Refused(_("There is no field {%(name)s}.") % {"name": "}, {".join(unknown)}, field="body")
    for block in blocks(body):
        inside = sorted({name for name in _PLACE.findall(_text_of(block)) if name in parts})
        if inside and _part_named(block, fields) not in parts:
            raise Refused(_("{%(name)s} needs a line of its own, with an empty line before and after.") % {"name": "}, {".join(inside)}, field="body")
    return body


def filled(body: str, *, values: dict[str, str], part: Callable[[str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The blocks of a template with its places filled. What comes in was written by people: it is filled in after the template was read, so that
    none of it can be taken for a place or for markup.
    """
    drawn: list[dict[str, Any]] = []
    for block in blocks(body):
        name = _part_named(block, values)
        drawn += part(name) if name else [_filled(block, values)]
    return drawn


def _text_of(block: dict[str, Any]) -> str:
    cells = [block["runs"]] if "runs" in block else [cell for row in block.get("rows", []) for cell in row]
    return "\n".join("".join(run["text"] for run in runs) for runs in cells)


def _part_named(block: dict[str, Any], fields: Collection[str]) -> str:
    """The part that a paragraph asks for, where that is all it says."""
    found = _PLACE.fullmatch(_text_of(block).strip()) if block["kind"] == "paragraph" else None
    return found[1] if found and found[1] not in fields else ""


def _filled(block: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    fill = lambda runs: [run | {"text": _PLACE.sub(lambda found: values.get(found[1], found[0]), run["text"])} for run in runs]  # noqa: E731
    if block["kind"] == "table":
        return block | {"rows": [[fill(cell) for cell in row] for row in block["rows"]]}
    return block | {"runs": fill(block["runs"])} if "runs" in block else block
