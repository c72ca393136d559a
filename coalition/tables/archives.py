"""ZIP archives of tables and pictures: looked at before anything is unpacked, and never written out by the names they give."""

from __future__ import annotations

import contextlib
import lzma
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.tables.workbooks import MOST_UNPACKED

MOST_MEMBERS = 20_000
MOST_TABLES = 100
_TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp")
_CHUNK = 1 << 20


@dataclass
class Contents:
    """The tables of an archive by their paths, and its pictures: from a name as a cell may say it to the path."""

    tables: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)


def is_archive(file) -> bool:
    """Whether a file is a ZIP archive and no workbook."""
    file.seek(0)
    if not file.read(4).startswith(b"PK"):
        return False
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False  # damaged: said where it is opened as the workbook it may have been
    return "[Content_Types].xml" not in names


def look(file) -> Contents:
    """What an archive holds that can be read. Raises Refused for one that is locked, or unpacks to too much."""
    file.seek(0)
    found, ambiguous = Contents(), set()
    with _readable(file) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MOST_MEMBERS:
            raise Refused(_("The archive holds more than %(most)d files. Split it.") % {"most": MOST_MEMBERS}, field="file")
        if any(member.flag_bits & 1 for member in members):
            raise Refused(_("The archive is locked with a password. Pack it again without one."), field="file")
        if sum(member.file_size for member in members) > MOST_UNPACKED:
            raise Refused(_("The archive unpacks to more than %(most)d MB. Split it.") % {"most": MOST_UNPACKED >> 20}, field="file")
        for member in members:
            path = name_of(member)
            file_name = path.rpartition("/")[2]
            if file_name.startswith(".") or path.startswith("__MACOSX/"):
                continue
            if file_name.lower().endswith(_TABLES):
                found.tables.append(path)
            elif file_name.lower().endswith(_PICTURES):
                for said in {plain(path), plain(file_name), plain(file_name.rpartition(".")[0])}:
                    if found.pictures.setdefault(said, path) != path:
                        ambiguous.add(said)
    if len(found.tables) > MOST_TABLES:
        raise Refused(
            _("The archive holds %(many)d tables; at most %(most)d are read. Split it.") % {"many": len(found.tables), "most": MOST_TABLES},
            field="file",
        )
    for said in ambiguous:
        # A name that two folders have says nothing; the whole path still does.
        del found.pictures[said]
    return found


def name_of(member: zipfile.ZipInfo) -> str:
    """A member's path. Packers of Windows write the names of their own code page, of which none is said: UTF-8 or Chinese are tried."""
    if not member.flag_bits & 0x800:
        for encoding in ("utf-8", "gb18030"):
            with contextlib.suppress(UnicodeError):
                return member.filename.encode("cp437").decode(encoding)
    return member.filename


def plain(said: str) -> str:
    """A file's name or path as it is compared."""
    return unicodedata.normalize("NFC", said).replace("\\", "/").strip().removeprefix("./").lower()


@contextlib.contextmanager
def opened(file, member: str) -> Iterator:
    """The member of an archive as a file of its own; the file itself where no member is named. Raises Refused for a damaged one."""
    file.seek(0)
    if not member:
        yield file
        return
    with tempfile.TemporaryFile() as inner:
        with _readable(file) as archive:
            _unpack(archive, _member(archive, member), inner)
        inner.seek(0)
        yield inner


def contents(file, paths: set[str], *, most: int) -> Iterator[tuple[str, bytes]]:
    """The bytes of some members by their paths; one larger than `most` bytes is passed over. Raises Refused for a damaged archive."""
    file.seek(0)
    with _readable(file) as archive:
        for member in archive.infolist():
            if (path := name_of(member)) in paths and member.file_size <= most:
                with archive.open(member) as part:
                    if len(content := part.read(most + 1)) <= most:
                        yield path, content


def _member(archive: zipfile.ZipFile, path: str) -> zipfile.ZipInfo:
    return next(member for member in archive.infolist() if name_of(member) == path)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, out) -> None:
    unpacked = 0
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > MOST_UNPACKED:
                raise Refused(_("The archive unpacks to far more than it says. It was not read."), field="file")
            out.write(chunk)


@contextlib.contextmanager
def _readable(file) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error, lzma.LZMAError) as fault:
        raise Refused(_("The archive is damaged. Pack it again."), field="file") from fault
