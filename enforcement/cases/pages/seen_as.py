"""A case as one of those who are in sees it, for whoever leads it: what both may read, and what the other may not."""

from __future__ import annotations

from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.models import Audience, Grant, audiences_of
from coalition.access.viewer import Viewer
from enforcement.cases.models import Case
from enforcement.cases.pages.case import CasePage
from enforcement.cases.panels import tabs


class SeenAs:
    """The case asked by the predicate with the other's audiences. The database still answers for who leads it: of what the other alone may
    read, its side room and its own decisions, nothing is shown.
    """

    def __init__(self, case: Case, grant: Grant, viewer: Viewer):
        self.case, self.grant = case, grant
        party = grant.audience
        organisation = party.pk if party.kind == Audience.Kind.ORGANISATION else 0
        self.other = Viewer(audience_id=party.pk, audience_ids=frozenset({party.pk, *audiences_of(party.pk)}), organisation_audience_id=organisation)
        self.page, self.own = CasePage(case, self.other), CasePage(case, viewer)

    @cached_property
    def listings(self) -> list:
        return list(self.page.listings[:50])

    @cached_property
    def hidden(self) -> list[str]:
        """What of one's own is not shown to the other."""
        found = []
        if self.own.side_room and not self.page.side_room:
            found.append(_("your side room"))
        for own, theirs in zip(tabs(self.case, self.own.viewer), tabs(self.case, self.other), strict=True):
            if n := own["content"].count() - theirs["content"].count():
                found.append(f"{own['label']}: {n}")
        if n := len(self.own.own_decisions):
            found.append(ngettext("one decision of your own", "%(n)d decisions of your own", n) % {"n": n})
        seen = {row["case"].pk for row in self.page.related}
        if gone := [row["case"].reference for row in self.own.related if row["case"].pk not in seen]:
            found.append(_("that it belongs with %(cases)s") % {"cases": ", ".join(gone)})
        if kept := [room.case.reference for room in self.own.old_rooms]:
            found.append(_("your side rooms beside %(cases)s") % {"cases": ", ".join(kept)})
        return found
