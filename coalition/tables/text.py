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
# As they are passed around so that nobody opens them by mistake, hxxps://shop[.]example among them.
_DOT = r"(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\))"
_ADDRESS_LINE = re.compile(rf"^\s*(?:h(?:tt|xx)ps?\[?:(?://|\]//|//\])\S+|(?:[\w-]+{_DOT})+[^\W\d_]{{2,}}(?:[/?#]\S*)?)\s*(?:#.*)?$", re.IGNORECASE)
# The rules of blockers that name a whole site: ||shop.example^, address=/shop.example/0.0.0.0, *.shop.example.
_BLOCKING = re.compile(r"^(?:\|\|([\w.-]+)\^?(?:\$\S*)?|(?:address|server|local)=/([\w.-]+)/\S*|\*\.([\w.-]+))$")
_REMARK = ("#", "!", ";")

csv.field_size_limit(1 << 20)
# The number of a line, and its cells; None for a blank or a comment.
# In the last of two cells: the first says why the row could not be read. No cell of a file is this.
UNREADABLE = "\x00unreadable"
Rows = Iterator[tuple[int, list[str] | None]]


def layout(text: str) -> str:
    """What a text is laid out as, by its first lines: a table, a list of addresses, a hosts file."""
    lines = [_site_of(line.strip()) for line in text.splitlines() if line.strip() and not _is_remark(line)][:50]
    if lines and not _ADDRESS_LINE.match(lines[0]) and re.search(r"[^\s,;|][,;\t|]", lines[0]):
        # Headings: a row whose cells hold no blank looks like one long address.
        return CSV
    for kind, pattern in ((HOSTS, _HOSTS_LINE), (LIST, _ADDRESS_LINE)):
        if lines and sum(bool(pattern.match(line)) for line in lines) >= len(lines) * 0.8:
            return kind
    return CSV


def _is_remark(line: str) -> bool:
    """Whether a line of a list is none of its addresses: a remark, or the name of the format in brackets."""
    line = line.strip()
    return line.startswith(_REMARK) or (line.startswith("[") and line.endswith("]"))


def _site_of(line: str) -> str:
    """The site that a blocker's rule names; any other line as it is."""
    found = _BLOCKING.match(line)
    return next(filter(None, found.groups())) if found else line


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
    """What parts the cells of a table, by its first line; where that is a title above the table, by the first line of what follows."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")][:25]
    for place, line in enumerate(lines):
        below = lines[place:]
        mark = max(",;\t|", key=line.count)
        if line.count(mark) and sum(mark in other for other in below) >= 0.8 * len(below):
            return mark
    mark = max(",;\t|", key=lines[0].count) if lines else ","
    return mark if lines and mark in lines[0] else ","


def csv_rows(file, encoding: str, delimiter: str, *, with_header: bool = False, after: int = 0) -> Rows:
    """The rows below the headings, or with them; what stands above row `after` and in it is a title and no row."""
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
            if number <= after or not any(row) or (row[0].lstrip().startswith("#") and not any(row[1:])):
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
            if not line or _is_remark(line):
                yield number, None
                continue
            if layout == HOSTS and (found := _HOSTS_LINE.match(line)):
                line = found.group(1)
            # A remark may follow an address, after a blank.
            line = re.split(r"\s+#", _site_of(line), maxsplit=1)[0]
            yield number, [line[:LONGEST_CELL]]
    finally:
        text.detach()
