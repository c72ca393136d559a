"""Tables written as text: which encoding, which delimiter, and their rows as a stream."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from coalition.access.errors import Refused

LONGEST_CELL = 100_000
CSV, LIST, HOSTS = "csv", "list", "hosts"
_HOSTS_LINE = re.compile(r"^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(\S+)")
_ADDRESS_LINE = re.compile(r"^\s*(?:https?://\S+|(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#]\S*)?)\s*$", re.IGNORECASE)

csv.field_size_limit(1 << 20)
# The number of a line, and its cells; None for a blank or a comment.
# In the last of two cells: the first says why the row could not be read. No cell of a file is this.
UNREADABLE = "\x00unreadable"
Rows = Iterator[tuple[int, list[str] | None]]


def layout(text: str) -> str:
    """What a text is laid out as, by its first lines: a table, a list of addresses, a hosts file."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")][:50]
    if lines and not _ADDRESS_LINE.match(lines[0]) and re.search(r"[^\s,;|][,;\t|]", lines[0]):
        # Headings: a row whose cells hold no blank looks like one long address.
        return CSV
    for kind, pattern in ((HOSTS, _HOSTS_LINE), (LIST, _ADDRESS_LINE)):
        if lines and sum(bool(pattern.match(line)) for line in lines) >= len(lines) * 0.8:
            return kind
    return CSV


def encoding_of(file, head: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return _whole(file, name)
    if b"\x00" in head:
        even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
        guess = "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else ""
        if guess and max(even, odd) > 200 * min(1, len(head) / 2000):
            return _whole(file, guess)
        raise Refused(_("This is not a text file, whatever its name says. Save it as CSV or XLSX."), field="file")
    try:
        return _whole(file, "utf-8")
    except Refused:
        best = from_bytes(head[:65536]).best()
        names = [best.encoding] if best and best.encoding not in ("ascii", "utf_8") else []
        # Chinese exports are more often GB18030 than whatever is guessed from a few characters.
        if names and names[0] in ("big5", "cp949", "gb2312", "gbk", "johab", "cp932"):
            names.insert(0, "gb18030") if names[0] in ("gb2312", "gbk", "cp949", "johab") else None
        for name in [*names, "gb18030", "cp1252"]:
            try:
                return _whole(file, name)
            except Refused:
                continue
        raise


def _whole(file, encoding: str) -> str:
    """The encoding, once the whole file was found to be in it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        raise Refused(_("The text is not %(encoding)s as it begins to be. Save it as UTF-8.") % {"encoding": encoding}, field="file") from fault
    return encoding


def delimiter_of(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    counts = {mark: first.count(mark) for mark in (",", ";", "\t", "|")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def csv_rows(file, encoding: str, delimiter: str, *, with_header: bool = False) -> Rows:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        reader = csv.reader(text, delimiter=delimiter)
        header_is_due, number = not with_header, 0
        while True:
            number += 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                yield number, [_("This row cannot be read: %(fault)s") % {"fault": fault}, UNREADABLE]
                continue
            if not any(row) or (row[0].lstrip().startswith("#") and not any(row[1:])):
                yield number, None
            elif header_is_due:
                header_is_due = False
            else:
                yield number, row
    finally:
        text.detach()


def line_rows(file, encoding: str, layout: str) -> Rows:
    text = io.TextIOWrapper(file, encoding=encoding)
    try:
        for number, line in enumerate(text, 1):
            line = line.strip().lstrip("\ufeff")
            if not line or line.startswith("#"):
                yield number, None
                continue
            if layout == HOSTS and (found := _HOSTS_LINE.match(line)):
                line = found.group(1)
            yield number, [line[:LONGEST_CELL]]
    finally:
        text.detach()
