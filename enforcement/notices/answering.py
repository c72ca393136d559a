"""Answers of a platform from a file: the open items taken out, filled in elsewhere, brought back, judged row by row, then written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.brought import actions as files
from coalition.brought.columns import Columns, NotUnderstood, code_of
from coalition.brought.models import BroughtRow
from coalition.members.countries import NAMES
from enforcement.market.keys import NotAnAddress, canonicalise
from enforcement.notices import rules
from enforcement.notices.actions import answer
from enforcement.notices.models import AnswerFile, AnswerRow, Notice, NoticeItem, Why
from enforcement.notices.permissions import can_answer_notices, platforms_of

COLUMNS = Columns(
    headings={
        "item": ("item", "key", "address", "url", "link", "listing"),
        "notice": ("notice", "reference", "notice reference"),
        "outcome": ("answer", "outcome", "decision"),
        "why": ("reason code", "code", "why"),
        "reason": ("reason", "remark", "statement of reasons"),
        "territories": ("territories", "countries", "territory"),
    },
    needed=("item", "outcome"),
)
Verdict = BroughtRow.Verdict
LATELY = timedelta(days=90)
LONGEST_REASON = 300


def open_items(viewer: Viewer) -> QuerySet[NoticeItem]:
    """What a viewer's platforms have still to answer."""
    own = platforms_of(viewer)
    waiting = NoticeItem.objects.visible_to(viewer).filter(notice__platform__in=own, notice__state=Notice.State.SENT)
    return waiting.filter(outcome=NoticeItem.Outcome.PENDING).select_related("notice__platform", "notice__principal").order_by("notice", "pk")


def _code(text: str, known: dict[str, str], field: str) -> str:
    """The code that a cell gives by itself or in words, and nothing that only resembles one. Raises NotUnderstood."""
    said = " ".join(text.casefold().replace("_", " ").split())
    if said in known:
        return known[said]
    all_of_them = ", ".join(dict.fromkeys(known.values()))
    raise NotUnderstood(_("%(field)s: “%(text)s” is none. Write one of: %(all)s.") % {"field": field, "text": text[:40], "all": all_of_them})


def _known(codes: Iterable[str], words: Callable[[str], object]) -> dict[str, str]:
    return {said: code for code in codes for said in (code.replace("_", " "), str(words(code)).casefold())}


def _territories(text: str) -> tuple[str, ...]:
    found = {part.strip(): code_of(part, NAMES) for part in text.replace(";", ",").split(",") if part.strip()}
    if wrong := [part for part, code in found.items() if not code]:
        raise NotUnderstood(_("territories: “%(text)s” is no country.") % {"text": wrong[0][:40]})
    return tuple(found.values())


class Reader:
    """Reads the answers that the rows of a file give."""

    def __init__(self) -> None:
        self.outcomes = _known(rules.ANSWERS["pending"], lambda code: NoticeItem.Outcome(code).label)
        self.reasons = _known(Why.values, lambda code: Why(code).label)

    def answer(self, said: dict[str, str]) -> rules.Answer:
        """The answer of one row. Raises NotUnderstood, naming the column."""
        why = said.get("why", "")
        if len(said.get("reason", "")) > LONGEST_REASON:
            raise NotUnderstood(_("reason: at most %(n)d letters.") % {"n": LONGEST_REASON})
        answer = rules.Answer.given(
            _code(said["outcome"], self.outcomes, "answer"),
            _code(why, self.reasons, "reason code") if why else "",
            said.get("reason", ""),
            _territories(said.get("territories", "")),
        )
        if lacks := answer.missing:
            field, words = lacks
            raise NotUnderstood(f"{COLUMNS.headings[field][0]}: {words}")
        return answer


def bring(upload, *, by: Viewer) -> AnswerFile:
    """Read a file of answers and judge each row; nothing is answered yet.

    Raises NotAllowed, and Refused, at `file`, for one that is no table or names no items.
    """
    require(can_answer_notices(by))
    own = platforms_of(by)
    found: dict[str, list[NoticeItem]] = defaultdict(list)
    # What was decided long ago is corrected on its page, if ever.
    lately = Q(notice__state=Notice.State.DECIDED, notice__decided_at__gte=timezone.now() - LATELY)
    theirs = NoticeItem.objects.visible_to(by).filter(Q(notice__state=Notice.State.SENT) | lately, notice__platform__in=own)
    for item in theirs.select_related("notice").only(
        "key", "outcome", "why", "reason", "territories", "final", "decisions", "notice__reference", "notice__state"
    ):
        found[item.key].append(item)
    seen: dict[int, rules.Answer] = {}
    reader = Reader()

    def judge(said: dict[str, str]) -> tuple[str, dict]:
        if not any(said.get(name) for name in ("outcome", "why", "reason", "territories")):
            # Left open: of a file that is filled in by half, the rest waits.
            return Verdict.LEFT, {}
        answer = reader.answer(said)
        item = _item_of(said["item"], said.get("notice", ""), found)
        facts = {"item": item.pk, "notice": item.notice.reference, "seen": item.decisions, **asdict(answer)}
        if item.pk in seen:
            if seen[item.pk] != answer:
                raise NotUnderstood(_("item: another row of this file answers it otherwise; that one is taken."))
            return Verdict.DOUBLE, facts
        seen[item.pk] = answer
        if item.answered == answer:
            return Verdict.KNOWN, facts
        if not rules.may_answer(item.outcome, answer.outcome, item.final):
            raise NotUnderstood(_("item: it is %(state)s; it cannot be answered so.") % {"state": item.get_outcome_display()})
        return Verdict.NEW, facts

    return files.bring(AnswerFile, upload, columns=COLUMNS, judge=judge, verb="answers.brought", by=by)


def _item_of(text: str, reference: str, found: dict[str, list[NoticeItem]]) -> NoticeItem:
    """The item a row names, by its key or its address, in the notice it names or in the one that waits. Raises NotUnderstood."""
    key = text.strip()
    if key not in found:
        try:
            key = canonicalise(key).text
        except NotAnAddress:
            key = ""
    items = [item for item in found.get(key, []) if not reference or item.notice.reference == reference.strip()]
    if not reference:
        # Of several notices, that which waits is meant.
        items = [item for item in items if item.outcome == NoticeItem.Outcome.PENDING] or items
    if not items:
        where = f" ({reference[:20]})" if reference else ""
        raise NotUnderstood(_("item: “%(text)s” is in no notice to you%(where)s.") % {"text": text[:80], "where": where})
    if len(items) > 1:
        raise NotUnderstood(_("item: it is in %(notices)s: say which notice.") % {"notices": ", ".join(item.notice.reference for item in items[:5])})
    return items[0]


@transaction.atomic
def enter(brought: AnswerFile, *, by: Viewer) -> tuple[int, int]:
    """Write the answers of a file's new rows, once. Returns how many items were answered, and how many rows are refused now because somebody
    answered meanwhile, or what they say cannot be any more: those say so, and the others are written.
    """
    require(can_answer_notices(by) and brought.space_id == by.desk_id)
    brought = files.held(brought, state=AnswerFile.State.CHECKED)
    rows = list(brought.rows.filter(verdict=Verdict.NEW))
    together: dict[tuple[str, rules.Answer], list[AnswerRow]] = defaultdict(list)
    for row in rows:
        facts = row.facts
        said = rules.Answer.given(facts["outcome"], facts.get("why", ""), facts["reason"], facts.get("territories", ()))
        together[facts["notice"], said].append(row)
    notices = Notice.objects.visible_to(by).in_bulk({reference for reference, _said in together}, field_name="reference")
    count, refused = 0, []
    # In one order, whatever the file's: two files that name the same notices wait for each other, and not in a ring.
    for (reference, said), some in sorted(together.items(), key=lambda part: part[0][0]):
        try:
            with transaction.atomic():
                answers = {row.facts["item"]: row.facts["seen"] for row in some}
                count += answer(notices[reference], answers, by=by, **asdict(said))
        except (Conflict, Refused) as why:
            for row in some:
                row.verdict, row.problem = Verdict.REFUSED, str(why)[:300]
            refused += some
    AnswerRow.objects.bulk_update(refused, ["verdict", "problem"], batch_size=1000)
    files.pass_to(brought, AnswerFile.State.ENTERED)
    record("answers.entered", brought, by=by, name=brought.name, count=count)
    return count, len(refused)
