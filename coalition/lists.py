"""List pages: keyset pages, capped counts, filter chips in the address, and the same rows as CSV or XLSX."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

import xlsxwriter
from django.db.models import Q, QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from coalition.access.viewer import Viewer, as_viewer
from coalition.dates import long_day

# Counted no further: each row counted is a row whose space is asked, and nobody acts on the difference beyond it.
COUNTED = 2_000
ROWS = 50
MOST_EXPORTED = 100_000
# A cell that begins so would be run by a spreadsheet; an apostrophe makes it text (OWASP, CSV injection).
# In a CSV, so is what follows a mark that some spreadsheet takes for the separator.
SPLIT = re.compile(r"([;,|\t\r\n]\s*)([=+\-@＝＋－＠])")
# What is not seen before a sign does not hide it.
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
# A spreadsheet's numbers are exact up to here; longer ones are ids, and stay text.
LARGEST_EXACT = 10**15
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def whole(text) -> int:
    """A number out of an address or a form, as an id; 0, which nothing has, for what is none or too long to be one."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 19 else 0


def wholes(texts) -> list[int]:
    return [number for number in map(whole, texts) if number]


class Keyset:
    """One page of a queryset ordered by `-pk`: the newest, those older than `before`, or newer than `after`."""

    def __init__(self, queryset, query, rows: int = ROWS):
        self.queryset, self.query, self.size = queryset, query, rows

    @cached_property
    def _window(self) -> tuple[list, bool, bool]:
        before, after = self._number("before"), self._number("after")
        if after:
            rows = list(self.queryset.filter(pk__gt=after).order_by("pk")[: self.size + 1])
            more, rows = len(rows) > self.size, rows[: self.size][::-1]
            return rows, more, True
        rows = list((self.queryset.filter(pk__lt=before) if before else self.queryset).order_by("-pk")[: self.size + 1])
        return rows[: self.size], bool(before), len(rows) > self.size

    def _number(self, name: str) -> int | None:
        return whole(self.query.get(name, "")) or None

    def __iter__(self) -> Iterator:
        return iter(self._window[0])

    def __len__(self):
        return len(self._window[0])

    @property
    def newer(self) -> str | None:
        rows, has_newer, _has_older = self._window
        return self._link(after=rows[0].pk) if rows and has_newer else None

    @property
    def older(self) -> str | None:
        rows, _has_newer, has_older = self._window
        return self._link(before=rows[-1].pk) if rows and has_older else None

    def _link(self, **place) -> str:
        return with_query(self.query, **{"before": None, "after": None, **place})

    @cached_property
    def count(self) -> int:
        """How many there are, counted no further than the cap."""
        return self.queryset.order_by()[: COUNTED + 1].count()

    @property
    def count_text(self) -> str:
        return f"{COUNTED:,}+" if self.count > COUNTED else f"{self.count:,}"


class Named:
    """One page of a queryset ordered by a name and then `pk`, going on after the last row shown; nothing is counted."""

    def __init__(self, queryset, query, field: str, rows: int = ROWS):
        self.queryset, self.query, self.field, self.size = queryset, query, field, rows

    @cached_property
    def _window(self) -> tuple[list, bool]:
        found = self.queryset.order_by(self.field, "pk")
        name, mark, pk = self.query.get("after", "").rpartition("|")
        if mark and whole(pk):
            beyond = {f"{self.field}__gt": name}
            found = found.filter(Q(**beyond) | Q(**{self.field: name, "pk__gt": whole(pk)}))
        rows = list(found[: self.size + 1])
        return rows[: self.size], len(rows) > self.size

    def __iter__(self) -> Iterator:
        return iter(self._window[0])

    def __len__(self):
        return len(self._window[0])

    @property
    def newer(self) -> str | None:
        """Back to the first page."""
        return with_query(self.query, after=None) if self.query.get("after") else None

    @property
    def older(self) -> str | None:
        rows, has_more = self._window
        return with_query(self.query, after=f"{getattr(rows[-1], self.field)}|{rows[-1].pk}") if has_more else None


def with_query(query, **changes) -> str:
    """The query string with some names set and, where the value is None, dropped."""
    copy = query.copy()
    for name, value in changes.items():
        copy.pop(name, None)
        if value is not None:
            copy[name] = value
    return "?" + copy.urlencode()


@dataclass
class Chip:
    """One filter that is on, and the address without it."""

    label: Any
    value: Any
    without: str


def chips(query, labels: dict[str, tuple[Any, Callable[[str], Any]]]) -> list[Chip]:
    """The filters of `labels` that the query sets, as chips."""
    return [
        Chip(label, shown(query[name]), with_query(query, **{name: None, "before": None, "after": None}))
        for name, (label, shown) in labels.items()
        if query.get(name)
    ]


def labels_of(form) -> dict[str, tuple[Any, Callable[[str], Any]]]:
    """For the chips of a filter: what each field is called, and what its value is in words."""
    return {name: (field.label, _in_words(field)) for name, field in form.fields.items()}


def _in_words(field) -> Callable[[str], Any]:
    def words(value: str) -> Any:
        return next((words for code, words in getattr(field, "choices", ()) if str(code) == value), value)

    return words


def safe_cell(value) -> str:
    """A value as an exported cell; text that a spreadsheet would run is made plain text."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return timezone.localtime(value).isoformat(" ", "seconds") if hasattr(value, "tzinfo") and value.tzinfo else value.isoformat()
    text = str(value)
    if isinstance(value, str | Promise) and text.strip().lstrip(UNSEEN).lstrip().startswith(DANGEROUS):
        return "'" + text
    return text


class _Echo:
    def write(self, value):
        return value


def marked(columns, viewer):
    """What an officer of law enforcement takes out says on every row for whom it was made."""
    words = made_for(viewer)
    return columns | {_("Made for"): lambda row: words} if words else columns


def made_for(viewer) -> str:
    """The watermark of what an officer of law enforcement takes out; nothing for a member."""
    if viewer.organisation_kind != "partner":
        return ""
    names = {"who": viewer.person_name, "where": viewer.organisation_name, "day": long_day(timezone.localdate())}
    return _("%(who)s, %(where)s, on %(day)s") % names


def export(
    queryset,
    columns: dict[Any, Callable[[Any], Any]],
    *,
    name: str,
    format: str,
    viewer: Viewer,
    prepare: Callable[[list], None] | None = None,
):
    """The rows of a list, a queryset or what was made of one, as a file. It is read after the request's transaction, so it carries the viewer itself.

    `prepare` is given each few hundred rows before they are written, to fetch at once what their columns ask for.
    """
    columns = marked(columns, viewer)
    rows = _export_rows(queryset[:MOST_EXPORTED], columns, viewer, prepare)
    if format == "xlsx":
        return FileResponse(_workbook(columns, rows), as_attachment=True, filename=f"{name}.xlsx")
    writer = csv.writer(_Echo())

    def lines():
        yield "\ufeff" + writer.writerow([safe_cell(str(heading)) for heading in columns])
        for row in rows:
            yield writer.writerow([SPLIT.sub(r"\1'\2", safe_cell(value)) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _export_rows(queryset, columns, viewer: Viewer, prepare: Callable[[list], None] | None = None) -> Iterator[list]:
    with as_viewer(viewer):
        things = queryset.iterator(chunk_size=2000) if isinstance(queryset, QuerySet) else iter(queryset)
        while few := list(islice(things, 500)):
            if prepare:
                prepare(few)
            for thing in few:
                yield [value(thing) for value in columns.values()]


def _workbook(headings: Iterable, rows: Iterable[list]):
    """Days, moments and numbers as what they are, so that a spreadsheet sorts and adds them; everything else as text."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day, moment, amount = (book.add_format({"num_format": shape}) for shape in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0.00"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [safe_cell(str(heading)) for heading in headings])
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            match value:
                case datetime():
                    sheet.write_datetime(number, column, timezone.localtime(value).replace(tzinfo=None), moment)
                case date():
                    sheet.write_datetime(number, column, value, day)
                case Decimal():
                    sheet.write_number(number, column, value, amount)
                case int() if not isinstance(value, bool) and abs(value) < LARGEST_EXACT:
                    sheet.write_number(number, column, value)
                case _:
                    sheet.write_string(number, column, safe_cell(value))
    book.close()
    file.seek(0)
    return file


def label_fields(form) -> None:
    """A filter's own name stands in its empty choice or field, so that a row of filters needs no labels beside it."""
    for field in form.fields.values():
        if hasattr(field, "queryset"):
            field.empty_label = field.label
        elif hasattr(field, "choices"):
            field.empty_label = field.label
            # Said anew, so that the widget asks this field for its empty label and not the one it was copied from.
            field.choices = [choice for choice in field.choices if choice[0] != ""]
        else:
            field.widget.attrs["placeholder"] = field.label
