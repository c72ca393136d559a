"""Side rooms that outlive a party's place in the case: what its own people wrote there stays theirs to read."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet

from coalition.access.actions import live_grants
from coalition.access.viewer import Viewer
from coalition.files.models import Attachment
from enforcement.cases.models import Case, Note, SideRoom, Task


def kept_rooms(viewer: Viewer) -> QuerySet[SideRoom]:
    """The side rooms that a viewer may enter beside cases that they may not."""
    return SideRoom.objects.visible_to(viewer).filter(~Exists(Case.objects.visible_to(viewer).filter(pk=OuterRef("case_id"))))


class KeptRoom:
    """Such a room, to be read. Its rows name a case that is not shown any more: none of them is asked for it."""

    def __init__(self, room: SideRoom, viewer: Viewer):
        self.room, self.viewer = room, viewer

    @cached_property
    def grants(self):
        return live_grants(self.room.space_id)

    @cached_property
    def notes(self) -> list[Note]:
        return list(Note.objects.visible_to(self.viewer).filter(space=self.room.space_id).select_related("author").order_by("-pk")[:300])

    @cached_property
    def tasks(self) -> list[Task]:
        return list(Task.objects.visible_to(self.viewer).filter(space=self.room.space_id).select_related("owed_by").order_by("-pk")[:100])

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.visible_to(self.viewer).filter(space=self.room.space_id).select_related("blob").order_by("-pk")[:100])
