"""Files of rows as legal teams have them, read as a stream: CSV in any encoding, XLSX, lists of addresses, hosts files."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from coalition.access.errors import Refused

MOST_COLUMNS = 200
MOST_ROWS = 1_000_000
LONGEST_CELL = 100_000
HEAD = 1 << 18
# An honest sheet's XML packs to a tenth or so; what unpacks to more than this is not read at all.
MOST_UNPACKED = 400 << 20
MOST_RATIO = 150
# A sheet is held as its whole rectangle, so one far cell makes it large; this many cells are some hundred megabytes.
MOST_CELLS = 6_000_000
_CELL = re.compile(r"\$?([A-Z]{1,7})\$?([0-9]{1,9})")
CSV, XLSX, LIST, HOSTS = "csv", "xlsx", "list", "hosts"
_HOSTS_LINE = re.compile(r"^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(\S+)")
_ADDRESS_LINE = re.compile(r"^\s*(?:https?://\S+|(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#]\S*)?)\s*$", re.IGNORECASE)

_ADDRESS_CELL = re.compile(r"\s*https?://\S", re.IGNORECASE)

csv.field_size_limit(1 << 20)


@dataclass
class Table:
    """How a file is laid out. `rows` yields (number, cells) from the top each time; a row of None was a blank or a comment."""

    layout: str
    columns: list[str]
    encoding: str = ""
    delimiter: str = ""
    has_header: bool = True

    def rows(self, file) -> Iterator[tuple[int, list[str] | None]]:
        file.seek(0)
        if self.layout == XLSX:
            rows = _xlsx_rows(file, with_header=not self.has_header)
        elif self.layout == CSV:
            rows = _csv_rows(file, self.encoding, self.delimiter, with_header=not self.has_header)
        else:
            rows = _line_rows(file, self.encoding, self.layout)
        for number, row in rows:
            if number > MOST_ROWS:
                raise Refused(_("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS}, field="file")
            yield number, row


def recognise(file) -> Table:
    """Find out how an opened binary file is laid out. Raises Refused, in words for the person who chose it."""
    file.seek(0)
    head = file.read(HEAD)
    if not head.strip():
        raise Refused(_("The file is empty."), field="file")
    if head.startswith(b"PK"):
        _refuse_bombs(file)
        header = next((row for _number, row in _xlsx_rows(file, with_header=True) if row), [])
        return _with_columns(Table(XLSX, []), header)
    if head.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"MZ", b"\x7fELF", b"Rar!", b"7z")):
        raise Refused(_("This is not a table. Save it as CSV or XLSX and choose that file."), field="file")
    encoding = _encoding(file, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")][:50]
    if lines and sum(bool(_HOSTS_LINE.match(line)) for line in lines) >= len(lines) * 0.8:
        return Table(HOSTS, ["address"], encoding)
    if lines and sum(bool(_ADDRESS_LINE.match(line)) for line in lines) >= len(lines) * 0.8:
        return Table(LIST, ["address"], encoding)
    delimiter = _delimiter(text)
    table = Table(CSV, [], encoding, delimiter)
    header = next((row for _number, row in _csv_rows(file, encoding, delimiter, with_header=True) if row), [])
    return _with_columns(table, header)


def _with_columns(table: Table, header: list[str]) -> Table:
    """Take the first row for the headings, unless an address stands in it: then it is the first row of goods already."""
    table.has_header = not any(_ADDRESS_CELL.match(cell) for cell in header)
    table.columns = _columns(header if table.has_header else [""] * len(header), named=table.has_header)
    return table


def _columns(header: list[str], *, named: bool = True) -> list[str]:
    if len(header) > MOST_COLUMNS:
        raise Refused(
            _("The file has %(many)d columns; at most %(most)d are read. Remove those that are not needed.")
            % {"many": len(header), "most": MOST_COLUMNS},
            field="file",
        )
    if named and not any(cell.strip() for cell in header):
        raise Refused(_("The first row has no headings."), field="file")
    return [cell.strip()[:80] or _("column %(n)d") % {"n": n} for n, cell in enumerate(header, 1)]


def _encoding(file, head: bytes) -> str:
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


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    counts = {mark: first.count(mark) for mark in (",", ";", "\t", "|")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _csv_rows(file, encoding: str, delimiter: str, *, with_header: bool = False):
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
                yield number, [_("This row cannot be read: %(fault)s") % {"fault": fault}, "\x00unreadable"]
                continue
            if not any(row) or (row[0].lstrip().startswith("#") and not any(row[1:])):
                yield number, None
            elif header_is_due:
                header_is_due = False
            else:
                yield number, row
    finally:
        text.detach()


def _line_rows(file, encoding: str, layout: str):
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


def _refuse_bombs(file) -> None:
    damaged = _("The workbook is damaged. Open it in a spreadsheet and save it again.")
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise Refused(_("This is an archive, not a workbook. Choose the CSV or XLSX inside it."), field="file")
            unpacked = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries) or 1
            if unpacked > MOST_UNPACKED or (unpacked > (20 << 20) and unpacked / packed > MOST_RATIO):
                raise Refused(_("The workbook unpacks to far more than it should. It was not opened."), field="file")
            # Any part may be a sheet, whatever it is called: the workbook's own relations say which.
            for entry in entries:
                _refuse_far_cells(_Extent().read(archive, entry))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, expat.ExpatError) as fault:
        raise Refused(damaged, field="file") from fault


def _refuse_far_cells(extent: _Extent) -> None:
    if extent.columns > MOST_COLUMNS:
        words = _("The workbook reaches to column %(many)d; at most %(most)d are read. Remove those that are not needed.")
        raise Refused(words % {"many": extent.columns, "most": MOST_COLUMNS}, field="file")
    if extent.rows > MOST_ROWS or extent.rows * extent.columns > MOST_CELLS:
        raise Refused(_("The workbook reaches to row %(row)d. Remove empty cells far below, or split it.") % {"row": extent.rows}, field="file")


class _Extent:
    """The last row and column that a part's cells stand in, read as a stream before anything holds the rectangle whole."""

    def __init__(self):
        self.rows = self.columns = self._row = self._column = 0

    def read(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _Extent:
        """Read one part; one that is not XML has no cells. Raises ExpatError for XML that is broken or declares entities."""
        with archive.open(entry) as part:
            head = part.read(1 << 16)
            if not head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
                return self
            parser = expat.ParserCreate(namespace_separator=" ")
            parser.StartElementHandler = self._start
            parser.EntityDeclHandler = self._entity
            unpacked = 0
            while head:
                unpacked += len(head)
                if unpacked > MOST_UNPACKED:
                    raise ValueError("A part is longer than the archive says.")
                parser.Parse(head, False)
                head = part.read(1 << 20)
            parser.Parse(b"", True)
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
        elif kind == "c":
            found = _CELL.fullmatch(attributes.get("r", "").strip().upper())
            if found:
                self._row, self._column = int(found[2]), 0
                for letter in found[1]:
                    self._column = self._column * 26 + ord(letter) - 64
            else:
                self._column += 1
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)

    @staticmethod
    def _entity(*_declared) -> None:
        raise ValueError("A workbook declares no entities.")


def _xlsx_rows(file, *, with_header: bool = False):
    file.seek(0)
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    except (CalamineError, IndexError, ValueError) as fault:
        raise Refused(_("The workbook cannot be read: %(fault)s") % {"fault": fault}, field="file") from fault
    first = (sheet.start or (0, 0))[0] + 1
    header_is_due = not with_header
    for number, row in enumerate(sheet.iter_rows(), first):
        cells = [_cell(value) for value in row]
        if not any(cells):
            yield number, None
        elif header_is_due:
            header_is_due = False
        else:
            yield number, cells


def _cell(value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
