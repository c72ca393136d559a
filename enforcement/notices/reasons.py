"""The statement of reasons that a platform owes a seller for each item it took down (DSA art. 17), drawn from what it decided and what it says of
itself: restriction and territory (17(3)(a)), facts without who sent the notice (b), automated means (c), why it is illegal (d), the clause (e),
and how to contest it (f).
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from coalition.printing import document, slots
from enforcement.market.keys import NotAnAddress, canonicalise
from enforcement.notices.actions.common import law_of
from enforcement.notices.letters import country_in, valid_in
from enforcement.notices.models import Decision, Notice, NoticeItem
from enforcement.shapes import reasons as words
from enforcement.shapes import rules as shapes
from enforcement.shapes.models import Reasons
from enforcement.shapes.words import GROUNDS_ZH, UNION

# One file is for one seller, and no longer than a document can be.
MOST_AT_ONCE = 100


class Statement:
    """Of one item, by the decision that stands and by what its platform said of itself on that day."""

    def __init__(self, notice: Notice, item: NoticeItem, language: str, *, decision: Decision, standing: Reasons | None):
        self.notice, self.item, self.language, self.decision, self.standing = notice, item, language, decision, standing
        self.words: dict[str, Any] = words.WORDS[language]

    @cached_property
    def blocks(self) -> list[dict[str, Any]]:
        return slots.filled(self.words["body"], values=self.values, part=lambda name: [])

    @cached_property
    def values(self) -> dict[str, str]:
        notice, item, said = self.notice, self.item, self.words
        law = notice.recipient_country or law_of(notice)
        clause = (self.standing.clauses if self.standing else {}).get(notice.ground, "")
        ground = GROUNDS_ZH[notice.ground] if self.language == shapes.CHINESE else str(notice.get_ground_display())
        day = self._day(notice.received_at or notice.sent_at)
        facts = said["facts_union" if law in UNION else "facts"].format(day=day, ground=ground)
        reason = said["reason"].format(text=item.reason) if item.reason else ""
        places = valid_in(notice, self.language)
        return {
            # Not the notice's reference: that begins with its sender's letters.
            "number": f"{item.pk}-{self.decision.number}", "day": self._day(self.decision.decided_at),
            "seller": item.seller_name or said["nobody"], "provider": notice.recipient or str(notice.platform.organisation or notice.platform),
            "platform": notice.platform.name, "title": item.title or item.key, "address": _bare(item.address), "decision": self._decision(),
            "facts": " ".join(filter(None, [facts, reason])), "illegal": said["why"][notice.ground],
            "law": said["law"].format(law=words.LAW_UNION[notice.ground]) if law in UNION else "",
            "right": said["right"].format(right=notice.right_text, where=said["comma"].join(places)) if notice.right_text else "",
            "clause": said["clause"].format(clause=clause) if clause else "",
            "means": said["means"][self.standing.means if self.standing else ""],
            "redress": said["redress_union" if law in UNION else "redress_china" if law == "CN" else "redress"],
            "own_redress": self.standing.redress if self.standing else "",
        }  # fmt: skip

    def _decision(self) -> str:
        at = date_format(timezone.localtime(self.decision.decided_at), self.words["instant"])
        where = self.words["comma"].join(country_in(code, self.language) for code in self.item.territories)
        return str(self.words[self.item.outcome]).format(at=at, where=where)

    def _day(self, at: datetime | None) -> str:
        return date_format(timezone.localtime(at), self.words["day"]) if at else ""


def _bare(address: str) -> str:
    """An address as its platform knows it: what tracked whoever found it would tell of them."""
    try:
        return canonicalise(address).canonical
    except NotAnAddress:
        return address


def statements(notice: Notice, items: list[NoticeItem], language: str) -> list[Statement]:
    """Of items that are upheld, to whose sellers one is owed, each by the decision that stands; two queries."""
    decisions = {decision.item_id: decision for decision in Decision.objects.filter(item__in=items).order_by("number")}
    rows = list(Reasons.objects.filter(platform=notice.platform_id).order_by("since"))

    def standing(at: datetime) -> Reasons | None:
        """What the platform said of itself then; nothing of what it decided before it said anything."""
        return next((row for row in rows if row.since <= at and (row.until is None or at < row.until)), None)

    return [
        Statement(notice, item, language, decision=decisions[item.pk], standing=standing(decisions[item.pk].decided_at))
        for item in items if item.pk in decisions
    ]  # fmt: skip


def printed(found: list[Statement], *, at: datetime, language: str) -> bytes:
    """Statements to one seller as one PDF, a page each: from the provider, under no mark of this portal, for it leaves it."""
    lang, region = shapes.PRINTED_AS[language]
    notice = found[0].notice
    title = f"{notice.platform} {found[0].values['number']}"
    drawn: list[dict[str, Any]] = []
    for place, statement in enumerate(found):
        drawn += [{"kind": "page"}, *statement.blocks] if place else statement.blocks
    return document(title=title, mark="", drawn=drawn, by=found[0].values["provider"], at=at, lang=lang, region=region)
