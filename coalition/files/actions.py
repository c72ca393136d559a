"""Take bytes in: capped, hashed, sniffed, stored once."""

from __future__ import annotations

import hashlib
import re
import tempfile

import puremagic
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.models import Space
from coalition.access.permissions import can_contribute
from coalition.access.viewer import Viewer
from coalition.files.models import Attachment, Blob

TEXT = "text/plain"
# What a paper of an office is: a power of attorney, a certificate, an extract.
PAPERS = ("application/pdf", "image/png", "image/jpeg", "image/tiff")
UNKNOWN = "application/octet-stream"


def clean_name(name: str) -> str:
    """A file's name as shown and sent: no path, no control or direction characters, at most 200 long."""
    name = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/").rsplit("/", 1)[-1])
    return name.strip()[-200:] or "file"


def sniff(head: bytes) -> str:
    """The media type by the first bytes, never by the name; text when nothing in it is binary."""
    try:
        found = puremagic.magic_string(head)
        strong = [match for match in found if match.confidence >= 0.4 and match.mime_type]
        if strong:
            return strong[0].mime_type
    except (puremagic.PureError, ValueError):
        found = []
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    return UNKNOWN if b"\x00" in head else TEXT


def require_paper(upload, *, field: str, limit: int | None = None) -> None:
    """Raise Refused, at its `field`, for an uploaded file that is none of `PAPERS` or too large; it is left as it was, and not stored."""
    head = upload.read(4096)
    upload.seek(0)
    if head and sniff(head) not in PAPERS:
        raise Refused(_("%(name)s is no PDF and no picture.") % {"name": clean_name(upload.name)}, field=field)
    if limit and upload.size > limit:
        raise _too_large(limit, field)


def _too_large(limit: int, field: str) -> Refused:
    return Refused(_("The file is larger than %(limit)s MB. Split it.") % {"limit": limit // (1 << 20)}, field=field)


def store(upload, *, limit: int | None = None, field: str = "file") -> Blob:
    """Put an uploaded or opened file in the store and return its blob. Raises Refused, at its `field`, for an empty or too large one."""
    limit = limit or settings.UPLOAD_LIMIT
    digest, size, head = hashlib.sha256(), 0, b""
    with tempfile.TemporaryFile() as copy:
        while chunk := upload.read(1 << 20):
            if not head:
                head = chunk[:4096]
            size += len(chunk)
            if size > limit:
                raise _too_large(limit, field)
            digest.update(chunk)
            copy.write(chunk)
        if not size:
            raise Refused(_("The file is empty."), field=field)
        with transaction.atomic():
            blob, created = Blob.objects.get_or_create(sha256=digest.hexdigest(), defaults={"size": size, "media_type": sniff(head)})
            if created or not default_storage.exists(blob.path):
                copy.seek(0)
                default_storage.save(blob.path, File(copy))
    return blob


@transaction.atomic
def attach(upload, *, space: Space, by: Viewer, name: str | None = None) -> Attachment:
    """Store a file and attach it to a space. The caller records what it means."""
    require(can_contribute(by, space.pk))
    return Attachment.objects.create(
        space=space,
        blob=store(upload),
        name=clean_name(name or getattr(upload, "name", None) or "file"),
        attached_by_id=by.audience_id,
    )
