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
from enforcement.notices import rules
from enforcement.notices.actions.common import law_of
from enforcement.notices.letters import country_in
from enforcement.notices.models import Decision, Notice, NoticeItem
from enforcement.shapes import reasons as words
from enforcement.shapes import rules as shapes
from enforcement.shapes.models import Reasons
from enforcement.shapes.words import GROUNDS_ZH, UNION

MOST_AT_ONCE = 300


def owes_reasons(item: NoticeItem) -> bool:
    """Whether an item was taken down, wholly or for some territories: to its seller a statement is owed."""
    return item.outcome in rules.DOWN and item.decided_at is not None


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
        clause = (self.standing.clauses if self.standing else {}).get(notice.ground, "")
        ground = GROUNDS_ZH[notice.ground] if self.language == shapes.CHINESE else str(notice.get_ground_display())
        day = self._day(notice.received_at or notice.sent_at)
        facts = said["facts_union" if law_of(notice) in UNION else "facts"].format(day=day, ground=ground)
        reason = said["reason"].format(text=item.reason) if item.reason else ""
        places = [country_in(code, self.language) for code in notice.right_countries or [notice.right_jurisdiction] if code]
        return {
            # Not the notice's reference: that begins with its sender's letters.
            "number": f"{item.pk}-{self.decision.number}", "day": self._day(self.decision.decided_at),
            "seller": item.seller_name or said["nobody"], "provider": notice.recipient or str(notice.platform.organisation or notice.platform),
            "platform": notice.platform.name, "title": item.title or item.key, "address": item.address, "decision": self._decision(),
            "facts": " ".join(filter(None, [facts, reason])), "illegal": said["why"][notice.ground],
            "right": said["right"].format(right=notice.right_text, where=said["comma"].join(places)) if notice.right_text else "",
            "clause": said["clause"].format(clause=clause) if clause else said["no_clause"],
            "means": said["means"][self.standing.means if self.standing else ""],
            "redress": self.standing.redress if self.standing and self.standing.redress else said["redress"],
        }  # fmt: skip

    def _decision(self) -> str:
        at = date_format(timezone.localtime(self.decision.decided_at), self.words["instant"])
        where = self.words["comma"].join(country_in(code, self.language) for code in self.item.territories)
        return str(self.words[self.item.outcome]).format(at=at, where=where)

    def _day(self, at: datetime | None) -> str:
        return date_format(timezone.localtime(at), self.words["day"]) if at else ""


def statements(notice: Notice, items: list[NoticeItem], language: str) -> list[Statement]:
    """Of the items that were taken down, each by the decision that stands; three queries."""
    down = [item for item in items if owes_reasons(item)]
    decisions = {decision.item_id: decision for decision in Decision.objects.filter(item__in=down).order_by("number")}
    rows = list(Reasons.objects.filter(platform=notice.platform_id).order_by("since"))

    def standing(at: datetime) -> Reasons | None:
        """What the platform said of itself then; of what it decided before it said anything, the first it said."""
        return next((row for row in rows if row.until is None or at < row.until), None)

    return [
        Statement(notice, item, language, decision=decisions[item.pk], standing=standing(decisions[item.pk].decided_at))
        for item in down if item.pk in decisions
    ]  # fmt: skip


def printed(found: list[Statement], *, at: datetime, by: str, language: str) -> bytes:
    """Statements as one PDF, each on its own after the last."""
    lang, region = ("zh", "CN") if language == shapes.CHINESE else ("en", "GB")
    notice = found[0].notice
    title = f"{notice.platform} {found[0].values['number']}"
    drawn: list[dict[str, Any]] = []
    for place, statement in enumerate(found):
        drawn += [{"kind": "rule"}, *statement.blocks] if place else statement.blocks
    return document(title=title, mark=notice.space.tlp, drawn=drawn, by=by, at=at, lang=lang, region=region)
