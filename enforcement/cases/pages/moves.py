"""What may be split off, and with whom."""

from __future__ import annotations

from functools import cached_property

from coalition.lists import wholes
from enforcement.cases.actions import officers_in, parties_of
from enforcement.cases.models import Case
from enforcement.cases.moving import MOVABLES


class SplitPage:
    """What may be split off a case, kind by kind, with what was ticked; and who would be in the new one."""

    def __init__(self, case: Case, query, seller: str = ""):
        self.case, self.query, self.seller = case, query, seller
        # Once what was ticked is judged, what it changes is shown.
        self.is_shown = False

    @cached_property
    def kinds(self) -> list[dict]:
        kinds = []
        for kind in MOVABLES:
            rows = list(kind.of(self.case).order_by("-pk")[:500])
            ticked = set(wholes(self.query.getlist(kind.name))) if self.query else {row.pk for row in rows if self.is_of_seller(row)}
            if rows:
                names = kind.named(rows)
                named = [{"row": row, "name": names[row.pk]} for row in rows]
                kinds.append({"kind": kind, "rows": rows, "named": named, "ticked": ticked})
        return kinds

    def is_of_seller(self, row) -> bool:
        return bool(self.seller) and getattr(row, "seller_key", "") == self.seller

    @property
    def chosen(self) -> dict[str, list[int]]:
        return {kind.name: wholes(self.query.getlist(kind.name)) for kind in MOVABLES}

    @property
    def moving(self) -> list[dict]:
        """What would move: of each kind how many, and the first by name."""
        moving = []
        for one in self.kinds:
            names = [named["name"] for named in one["named"] if named["row"].pk in one["ticked"]]
            if names:
                moving.append({"words": one["kind"].words, "n": len(names), "first": names[:5]})
        return moving

    @property
    def inside(self) -> list:
        return [party["audience"] for party in self.parties if party["ticked"] or party["stays"]]

    @property
    def outside(self) -> list:
        """Who reads what leaves no longer; officers among them, who come into no case by a split."""
        inside = set(self.inside)
        return [party for party in parties_of(self.case) if party not in inside]

    @cached_property
    def parties(self) -> list[dict]:
        """Everybody who is in, ticked unless somebody unticked them; the owner stays."""
        ticked = set(wholes(self.query.getlist("party"))) if self.query else None
        officers = set(officers_in(self.case).values_list("audience_id", flat=True))
        return [
            {"audience": party, "ticked": ticked is None or party.pk in ticked, "stays": party.pk == self.case.owner_id}
            for party in parties_of(self.case)
            if party.pk not in officers
        ]
