"""The case page: what it gathers, one property a panel."""

from __future__ import annotations

from functools import cached_property
from operator import itemgetter

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.actions import live_grants
from coalition.access.models import Grant
from coalition.activity.models import Event
from coalition.files.models import Attachment
from enforcement.cases.models import Case, CaseListing, Note, SideRoom
from enforcement.cases.permissions import can_contribute, can_lead, can_leave, can_open_side_room, can_write

SHOWN = 60


class CasePage:
    """A case, or one of its side rooms, as one viewer sees it."""

    def __init__(self, case: Case, viewer, room: SideRoom | None = None):
        self.case, self.viewer, self.room = case, viewer, room
        self.space = room.space if room else case.space

    @cached_property
    def grants(self) -> list[Grant]:
        return live_grants(self.space.pk)

    @property
    def can_contribute(self) -> bool:
        return can_write(self.viewer, self.space.pk)

    @property
    def can_leave(self) -> bool:
        return not self.can_lead and can_leave(self.viewer)

    @property
    def can_lead(self) -> bool:
        return self.room is None and can_lead(self.viewer, self.case)

    @property
    def can_open_side_room(self) -> bool:
        return self.room is None and not self.side_room and can_open_side_room(self.viewer, self.case)

    @property
    def can_add(self) -> bool:
        return can_contribute(self.viewer, self.case) and self.case.state == Case.State.OPEN

    @cached_property
    def side_room(self) -> SideRoom | None:
        return SideRoom.objects.visible_to(self.viewer).filter(case=self.case).select_related("party").first()

    @cached_property
    def timeline(self) -> list[dict]:
        """What people wrote and what happened, newest first, in one stream."""
        notes = Note.objects.visible_to(self.viewer).filter(space=self.space, case=self.case).select_related("author").order_by("-pk")[:SHOWN]
        events = Event.objects.visible_to(self.viewer).newest().filter(space=self.space).exclude(verb="case.noted")[:SHOWN]
        entries = [{"at": note.written_at, "note": note} for note in notes]
        entries += [{"at": event.at, "event": event} for event in events]
        return sorted(entries, key=itemgetter("at"), reverse=True)[:SHOWN]

    @cached_property
    def listings(self):
        return CaseListing.objects.visible_to(self.viewer).filter(case=self.case).select_related("platform", "brought_by", "case").order_by("-pk")

    @cached_property
    def listing_count(self) -> int:
        return self.listings.count()

    @cached_property
    def sellers(self) -> list[dict]:
        """The sellers of the case's listings, those that several parties know first."""
        found = (
            self.listings.order_by()
            .exclude(seller_key="")
            .values("seller_key", "platform__name")
            .annotate(name=Max("seller_name"), listings=Count("pk"), parties=Count("brought_by", distinct=True))
        )
        return list(found.order_by("-parties", "-listings", "seller_key")[:100])

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.visible_to(self.viewer).filter(space=self.space).select_related("blob", "attached_by").order_by("-pk")[:100])


def own_cases(viewer) -> list[dict]:
    """For the home page: the open cases one is in, the last touched first."""
    if not viewer.may("see_enforcement"):
        return []
    cases = Case.objects.visible_to(viewer).filter(state=Case.State.OPEN).select_related("owner").order_by("-pk")[:6]
    return [
        {"title": f"{case.reference} · {case.title}", "detail": str(case.owner), "address": case.get_absolute_url(), "at": case.changed_at}
        for case in cases
    ]


def seller_panel(key: str, viewer) -> dict | None:
    """The cases in which a seller occurs, on its page."""
    found = CaseListing.objects.visible_to(viewer).filter(seller_key=key)
    counts = dict(found.order_by().values_list("case").annotate(Count("pk")))
    if not counts:
        return None
    cases = Case.objects.visible_to(viewer).filter(pk__in=counts).order_by("-changed_at")[:20]
    return {
        "title": _("Cases"), "name": found.exclude(seller_name="").values_list("seller_name", flat=True).first() or "",
        "rows": [
            {"address": case.get_absolute_url(), "words": f"{case.reference} {case.title}", "at": case.changed_at,
             "more": ngettext("one listing of it", "%(n)d listings of it", counts[case.pk]) % {"n": counts[case.pk]}}
            for case in cases
        ],
    }  # fmt: skip
