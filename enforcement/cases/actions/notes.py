"""What people write in a case or in their own side room beside it, whom they name in it, and the files they add."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.models import Audience, Grant
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.activity.models import Event
from coalition.activity.once import once
from coalition.files.actions import attach
from coalition.files.models import Attachment
from coalition.members.models import Seat
from coalition.search.actions import index
from enforcement.cases.actions.cases import require_here, touch
from enforcement.cases.models import Case, Note, SideRoom
from enforcement.cases.permissions import can_write

LONGEST_NOTE = 50_000


def may_mention(case: Case, viewer: Viewer, room: SideRoom | None = None) -> list[Audience]:
    """Whom one can name in a note: one's own people and those who have shown themselves there, as far as they can read it."""
    space_id = room.space_id if room else case.space_id
    inside = list(Grant.objects.live().filter(space_id=space_id).values_list("audience_id", flat=True))
    now = timezone.now()
    own = Seat.objects.filter(organisation_id=viewer.organisation_id, starts_at__lte=now).exclude(ends_at__lte=now)
    known = set(own.values_list("audience_id", flat=True)) | set(inside)
    known |= set(Note.objects.visible_to(viewer).filter(space_id=space_id, case=case).values_list("author_id", flat=True))
    # Whoever did something there stands in its timeline by name.
    known |= set(Event.objects.visible_to(viewer).filter(space=space_id).order_by().values_list("actor_id", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute("SELECT seat FROM access_seats_of(%s::bigint[]) AS entering(seat)", [inside])
        known &= {row[0] for row in cursor.fetchall()}
    return list(Audience.objects.filter(pk__in=known, kind=Audience.Kind.SEAT).exclude(pk=viewer.audience_id).order_by("label"))


def mentioned(body: str, people: list[Audience]) -> list[Audience]:
    """Those of `people` whose name stands in a text after an @; with the organisation after it, only who sits there."""
    found = []
    for one in people:
        name, _dot, seat = one.label.partition(" · ")
        if re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)(?! · (?!{re.escape(seat)}))", body, re.IGNORECASE):
            found.append(one)
    return found


def unheard(body: str, people: list[Audience]) -> list[str]:
    """What stands after an @ in a text and names none of `people`: nobody is told of it."""
    heard = {one.label.partition(" · ")[0].casefold() for one in mentioned(body, people)}
    said = re.findall(r"(?<![\w@])@([^\W\d_][\w’'-]*(?: [A-Z][\w’'-]*)?)", body)
    return [name for name in dict.fromkeys(said) if not any(name.casefold().startswith(one) or one.startswith(name.casefold()) for one in heard)]


@transaction.atomic
def write_note(case: Case, *, body: str, by: Viewer, room: SideRoom | None = None, token: UUID | None = None) -> Note:
    """Write in the case, or in one's own side room; whoever is named with an @ is told so.

    A repeated `token` gives the note it made the first time.
    """
    space_id = room.space_id if room else case.space_id
    require(can_write(by, space_id))
    if not body.strip():
        raise Refused(_("Write something first."), field="body")
    if len(body) > LONGEST_NOTE:
        raise Refused(_("At most %(most)d letters: put the rest into a file.") % {"most": LONGEST_NOTE}, field="body")
    if room is None:
        require_here(case)

    def write() -> Note:
        note = Note.objects.create(space_id=space_id, case=case, author_id=by.audience_id, body=body, token=token)
        if room is None:
            touch(case)
        who = ", ".join(one.label for one in mentioned(body, may_mention(case, by, room))) if "@" in body else ""
        record("case.noted_for" if who else "case.noted", case, by=by, space=space_id, note=note.pk, **({"who": who} if who else {}))
        return note

    return once(Note.objects.filter(token=token, author_id=by.audience_id), write) if token else write()


@transaction.atomic
def add_file(case: Case, upload, *, by: Viewer, room: SideRoom | None = None) -> Attachment:
    """Put a file into the case or into one's own side room."""
    space = room.space if room else case.space
    require(can_write(by, space.pk))
    if room is None:
        require_here(case)
    attachment = attach(upload, space=space, by=by)
    index(attachment, kind="file", title=attachment.name, detail=case.reference)
    record("case.file_added", case, by=by, space=space, name=attachment.name)
    return attachment
