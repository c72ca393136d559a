"""Workbooks: refused before anything holds them where they are no honest ones, then read sheet by sheet."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from coalition.access.errors import Refused
from coalition.tables.text import Rows

MOST_COLUMNS = 200
MOST_ROWS = 1_000_000
# An honest sheet's XML packs to a tenth or so; what unpacks to more than this is not read at all.
MOST_UNPACKED = 400 << 20
MOST_RATIO = 150
# A sheet is held as its whole rectangle, so one far cell makes it large; this many cells are some hundred megabytes.
MOST_CELLS = 6_000_000
_CELL = re.compile(r"\$?([A-Z]{1,7})\$?([0-9]{1,9})")


@dataclass(frozen=True)
class Sheet:
    """A sheet with rows on it: its name and how many lines it is high."""

    name: str
    height: int
    # The last row of what stands above its headings; 0 where nothing does.
    titles: int = 0


def sheets(file) -> list[Sheet]:
    """The sheets of a workbook that show anything, in its order. Raises Refused for a workbook that cannot be read."""
    found = []
    with _refusing():
        book = _opened(file)
        for about in book.sheets_metadata:
            if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible:
                sheet = book.get_sheet_by_name(about.name)
                if sheet.end is not None:
                    found.append(Sheet(about.name, sheet.end[0] + 1))
    return found


def rows(file, name: str, *, with_header: bool = False, after: int = 0) -> Rows:
    """The lines of a sheet by their number there; the first that is not blank is its headings, and left out unless asked for. What stands
    above row `after` and in it is a title and no row.
    """
    header_is_due = not with_header
    with _refusing():
        sheet = _opened(file).get_sheet_by_name(name)
        first = (sheet.start or (0, 0))[0] + 1
        for number, row in enumerate(sheet.iter_rows(), first):
            cells = [_cell(value) for value in row]
            if number <= after or not any(cells):
                yield number, None
            elif header_is_due:
                header_is_due = False
            else:
                yield number, cells


def _opened(file) -> CalamineWorkbook:
    file.seek(0)
    with _refusing():
        return CalamineWorkbook.from_filelike(file)


@contextmanager
def _refusing() -> Iterator[None]:
    """What the reader of workbooks stumbles over is told at the file."""
    try:
        yield
    except (CalamineError, ValueError) as fault:
        raise Refused(_("The workbook cannot be read: %(fault)s") % {"fault": fault}, field="file") from fault


def _cell(value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def refuse_bombs(file) -> None:
    damaged = _("The workbook is damaged. Open it in a spreadsheet and save it again.")
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise Refused(_("This is an archive within an archive, and no workbook. Pack what it holds."), field="file")
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
