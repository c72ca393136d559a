"""What is printed: Typst files drawn as PDF from plain data, with fonts of our own, and Markdown as data that they draw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import cvttf_NotoSansCJK_Bold
import cvttf_NotoSansCJK_Regular
import typst
from django.utils import timezone
from django.utils.translation import gettext as _
from markdown_it.tree import SyntaxTreeNode

from coalition.markup import parser

DOCUMENT = Path(__file__).parent / "document.typ"
# A document is read; who needs every row takes them out as XLSX.
MOST_ROWS = 500
MOST_LETTERS, LONGEST_WORD = 400_000, 2_000
_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
# Where the wheels of the fonts put them.
FONTS = [str(Path(str(module.__file__)).parent) for module in (cvttf_NotoSansCJK_Regular, cvttf_NotoSansCJK_Bold)]


def draw(template: Path, data: dict, *, at: datetime) -> bytes:
    """A Typst file as PDF. It reads `data` as JSON and nothing else; the same data and moment give the same bytes."""
    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str)}
    return typst.compile(str(template), sys_inputs=inputs, font_paths=FONTS, ignore_system_fonts=True, format="pdf", timestamp=int(at.timestamp()))


def document(
    *, title: str, mark: str, drawn: list[dict[str, Any]], by: str, at: datetime, made_for: str = "", lang: str = "en", region: str = "GB"
) -> bytes:
    """Blocks as a PDF under a TLP mark, or none for what leaves the portal, by somebody, at a moment; `made_for` is drawn across every page."""
    data = {
        "title": title, "mark": f"TLP:{mark}" if mark else "", "tlp": mark.partition("+")[0], "made_for": made_for, "by": by,
        "made": f"{timezone.localtime(at):%d %b %Y, %H:%M %Z}", "page_word": _("Page"), "year": at.year, "month": at.month, "day": at.day,
        "blocks": within(drawn), "lang": lang, "region": region,
    }  # fmt: skip
    return draw(DOCUMENT, data, at=at)


def heading(level: int, text: str) -> dict[str, Any]:
    """A heading of text as it is: nothing in it is markup."""
    return {"kind": "heading", "level": level, "runs": [{"text": text, "style": ""}]}


def plain(text: str) -> dict[str, Any]:
    """A paragraph of text as it is: nothing in it is markup."""
    return {"kind": "paragraph", "depth": 0, "runs": [{"text": text, "style": ""}]}


def within(drawn: list[dict]) -> list[dict]:
    """As much as can be drawn in seconds: no word without end, no text without end; where something is cut off it is said."""
    kept: list[dict] = []
    letters = 0
    for block in drawn:
        cells = [block["runs"]] if "runs" in block else [cell for row in block.get("rows", []) for cell in row]
        for runs in cells:
            for run in runs:
                run["text"] = _ENDLESS.sub(lambda found: f"{found[0][:LONGEST_WORD]}…", run["text"])
                letters += len(run["text"])
        if letters > MOST_LETTERS:
            return [*kept, plain(_("It is longer than a document can be: the rest is left out."))]
        kept.append(block)
    return kept


def table(headings: Iterable[Any], rows: Iterable[Iterable[Any]]) -> list[dict]:
    """A table of at most MOST_ROWS, and a word where there are more; a word where there are none."""
    cells = [[[{"text": "" if value is None else str(value), "style": ""}] for value in row] for row in rows]
    if not cells:
        return [plain(_("None."))]
    head = [[{"text": str(words), "style": "strong"}] for words in headings]
    more = [plain(_("The first %(n)d are shown.") % {"n": MOST_ROWS})] if len(cells) > MOST_ROWS else []
    return [{"kind": "table", "rows": [head, *cells[:MOST_ROWS]]}, *more]


def blocks(text: str) -> list[dict[str, Any]]:
    """Markdown as blocks that a Typst file draws: headings, paragraphs, lists, quotes, tables, rules; each of runs of text in one style.

    Pictures and raw HTML are left out or shown as they are typed: nothing is fetched and nothing is run.
    """
    return [block for node in SyntaxTreeNode(parser.parse(text)).children for block in _block(node)]


def _block(node: SyntaxTreeNode, depth: int = 0) -> list[dict[str, Any]]:
    match node.type:
        case "heading":
            return [{"kind": "heading", "level": min(int(node.tag[1:]), 3), "runs": _runs(node)}]
        case "paragraph":
            return [{"kind": "paragraph", "depth": depth, "runs": _runs(node)}]
        case "bullet_list" | "ordered_list":
            marks = [f"{n}." if node.type == "ordered_list" else "•" for n in range(1, len(node.children) + 1)]
            return [
                block | {"mark": mark if first else ""}
                for mark, item in zip(marks, node.children, strict=True)
                for child in item.children
                for first, block in ((child is item.children[0] and n == 0, block) for n, block in enumerate(_block(child, depth + 1)))
            ]
        case "blockquote":
            return [block for child in node.children for block in _block(child, depth + 1)]
        case "table":
            rows = [[_runs(cell) for cell in row.children] for part in node.children for row in part.children]
            return [{"kind": "table", "rows": rows}]
        case "hr":
            return [{"kind": "rule"}]
        case _:
            # Code, and raw HTML as it is typed.
            return [{"kind": "paragraph", "depth": depth, "runs": [{"text": node.content, "style": "code"}]}]


def _runs(node: SyntaxTreeNode, style: str = "") -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for child in node.children:
        match child.type:
            case "text" | "html_inline":
                found.append({"text": child.content, "style": style})
            case "code_inline":
                found.append({"text": child.content, "style": "code"})
            case "softbreak":
                found.append({"text": " ", "style": style})
            case "hardbreak":
                found.append({"text": "\n", "style": style})
            case "image":
                pass
            case "link":
                found += _runs(child, style)
                address = str(child.attrs.get("href", ""))
                if "".join(run["text"] for run in _runs(child)) != address:
                    found.append({"text": f" ({address})", "style": style})
            case "strong" | "em":
                found += _runs(child, child.type)
            case _:
                found += _runs(child, style)
    return found
