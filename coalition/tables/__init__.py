"""Files of rows as legal teams have them, read as a stream: CSV in any encoding, XLSX, lists of addresses, hosts files, archives of these."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import islice

from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.tables import archives, text, workbooks
from coalition.tables.text import CSV, HOSTS, LIST
from coalition.tables.workbooks import MOST_COLUMNS, MOST_ROWS

HEAD = 1 << 18
# Among so many rows the headings are looked for.
TITLES = 25
XLSX = "xlsx"
# In one column alone: “seller.name” is a heading of files made from JSON.
_SITE_CELL = re.compile(r"\s*(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#]\S*)?\s*$")
_ADDRESS_CELL = re.compile(r"\s*https?://\S", re.IGNORECASE)
_OTHER_KINDS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"MZ", b"\x7fELF", b"Rar!", b"7z")


@dataclass
class Table:
    """How rows that belong together are laid out in a file: one text, or the sheets of a workbook that have the same headings."""

    layout: str
    columns: list[str]
    encoding: str = ""
    delimiter: str = ""
    has_header: bool = True
    # The last row of what stands above the headings of a text: a title, the day of the export.
    titles: int = 0
    sheets: list[workbooks.Sheet] = field(default_factory=list)
    # Its path within an archive; empty where the file is no archive.
    member: str = ""

    @classmethod
    def from_json(cls, said: dict) -> Table:
        """What `as_json` gave."""
        return cls(**{**said, "sheets": [workbooks.Sheet(**sheet) for sheet in said.get("sheets", [])]})

    def as_json(self) -> dict:
        """What has to be kept to read the same rows again."""
        return asdict(self)

    def rows(self, file) -> Iterator[tuple[int, list[str] | None]]:
        """The rows, from the top each time, as (number, cells); cells of None were a blank or a comment.

        The lines of a second sheet are counted on from the first; `place` says where a number stands. Raises Refused where there are too many.
        """
        with archives.opened(file, self.member) as inner:
            for number, row in self._rows(inner):
                if number > MOST_ROWS:
                    raise Refused(_("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS}, field="file")
                yield number, row

    def _rows(self, file) -> Iterator[tuple[int, list[str] | None]]:
        if self.layout == CSV:
            yield from text.csv_rows(file, self.encoding, self.delimiter, with_header=not self.has_header, after=self.titles)
        elif self.layout != XLSX:
            yield from text.line_rows(file, self.encoding, self.layout)
        before = 0
        for sheet in self.sheets:
            for number, row in workbooks.rows(file, sheet.name, with_header=not self.has_header, after=sheet.titles):
                yield before + number, row
            before += sheet.height

    def place(self, number: int) -> str:
        """Where a person finds a row: its line, after the name of its sheet where there are several."""
        if len(self.sheets) > 1:
            for sheet in self.sheets:
                if number <= sheet.height:
                    return f"{sheet.name} {number}"
                number -= sheet.height
        return str(number)


def recognise(file) -> Table:
    """Find out how an opened binary file is laid out; of a workbook, its first sheets of the same headings.

    Raises Refused, in words for the person who chose it; also for an archive.
    """
    if archives.is_archive(file):
        raise Refused(_("This is an archive, not a workbook. Choose the CSV or XLSX inside it."), field="file")
    return _recognised(file)[0]


def recognise_all(file) -> list[Table]:
    """All tables of a file: of a workbook one for each set of headings, of an archive those of every table in it. Raises Refused as above."""
    if not archives.is_archive(file):
        return _recognised(file)
    found = []
    for member in archives.look(file).tables:
        with archives.opened(file, member) as inner:
            try:
                found += [replace(table, member=member) for table in _recognised(inner)]
            except Refused as refusal:
                raise Refused(f"{member}: {refusal.message}", field="file") from refusal
    if not found:
        raise Refused(_("The archive holds no CSV and no XLSX."), field="file")
    return found


def _recognised(file) -> list[Table]:
    file.seek(0)
    head = file.read(HEAD)
    if not head.strip():
        raise Refused(_("The file is empty."), field="file")
    if head.startswith(b"PK"):
        workbooks.refuse_bombs(file)
        return _by_headings(file)
    if head.startswith(_OTHER_KINDS):
        raise Refused(_("This is not a table. Save it as CSV or XLSX and choose that file."), field="file")
    encoding = text.encoding_of(file, head)
    beginning = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    if (layout := text.layout(beginning)) in (HOSTS, LIST):
        return [Table(layout, ["address"], encoding)]
    delimiter = text.delimiter_of(beginning)
    titles, header = _headings(text.csv_rows(file, encoding, delimiter, with_header=True))
    return [_with_columns(Table(CSV, [], encoding, delimiter, titles=titles), header)]


def _headings(rows: Iterator[tuple[int, list[str] | None]]) -> tuple[int, list[str]]:
    """Which row is the last of a title above the headings, 0 where there is none, and the headings themselves.

    A title fills one cell or two of what is a wider table below; it holds no address, which would be goods.
    """
    first = [(number, row) for number, row in islice(rows, TITLES) if row]
    if not first:
        return 0, []
    filled = [sum(bool(cell.strip()) for cell in row) for _number, row in first]
    widest = max(filled)
    if filled[0] > 2 or widest < 3 or widest < 2 * filled[0]:
        return 0, first[0][1]
    place = next(place for place, many in enumerate(filled) if many > 2 and 2 * many > widest)
    # Where goods stand above it or in it, the rows are ragged and the first is the headings.
    if any(_ADDRESS_CELL.match(cell) or _SITE_CELL.match(cell) for _number, row in first[: place + 1] for cell in row):
        return 0, first[0][1]
    return first[place][0] - 1, first[place][1]


def _by_headings(file) -> list[Table]:
    """The sheets of a workbook, those of the same headings as one table."""
    found: list[Table] = []
    for sheet in workbooks.sheets(file):
        titles, header = _headings(workbooks.rows(file, sheet.name, with_header=True))
        table = _with_columns(Table(XLSX, [], sheets=[replace(sheet, titles=titles)]), header)
        same = next((other for other in found if (other.columns, other.has_header) == (table.columns, table.has_header)), None)
        if same is not None:
            same.sheets += table.sheets
        else:
            found.append(table)
    if not found:
        raise Refused(_("The workbook has no sheet with rows."), field="file")
    return found


def _with_columns(table: Table, header: list[str]) -> Table:
    """Take the first row for the headings, unless an address stands in it, or a domain where it has one column: then it is goods already."""
    is_site = len(header) == 1 and _SITE_CELL.match(header[0]) is not None
    table.has_header = not (is_site or any(_ADDRESS_CELL.match(cell) for cell in header))
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
