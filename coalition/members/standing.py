"""Whether an organisation is a member in good standing on a day, and why: read from dated facts, never stored, never made true by a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Span:
    """From a day until before another, or for good."""

    starts_on: date
    ends_on: date | None = None
    reason: str = ""

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True)
class Facts:
    """Everything standing is judged on."""

    must_be_member: bool = True
    terms: list[Span] = field(default_factory=list)
    suspensions: list[Span] = field(default_factory=list)
    # The category's own, with whatever effect was chosen.
    category_suspensions: list[Span] = field(default_factory=list)
    resigned_on: date | None = None


@dataclass(frozen=True)
class Standing:
    is_good: bool
    words: str
    because: str


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else _("further notice")


def standing(facts: Facts, on: date) -> Standing:
    """Judge standing on a day. The first thing that takes it away is the one that is said."""
    if not facts.must_be_member:
        return Standing(True, _("partner"), _("A partner of the coalition, not a member."))
    covering = [span for span in facts.terms if span.covers(on)]
    term = max(covering, key=lambda span: span.starts_on, default=None)
    # Whoever comes back does so with a new term.
    if facts.resigned_on and facts.resigned_on <= on and not (term and term.starts_on >= facts.resigned_on):
        return Standing(False, _("resigned"), _("It resigned with effect from %(day)s.") % {"day": _day(facts.resigned_on)})
    if held := next((span for span in facts.suspensions if span.covers(on)), None):
        return Standing(False, _("suspended"), _("Suspended since %(day)s: %(why)s") % {"day": _day(held.starts_on), "why": held.reason})
    if held := next((span for span in facts.category_suspensions if span.covers(on)), None):
        because = _("Its category is suspended since %(day)s: %(why)s") % {"day": _day(held.starts_on), "why": held.reason}
        return Standing(False, _("category suspended"), because)
    if term:
        return Standing(True, _("in good standing"), _("Its term runs until %(day)s.") % {"day": _day(term.ends_on)})
    ended = max((span.ends_on for span in facts.terms if span.ends_on and span.ends_on <= on), default=None)
    if ended:
        return Standing(False, _("lapsed"), _("Its last term ended on %(day)s.") % {"day": _day(ended)})
    return Standing(False, _("not a member yet"), _("No term has begun."))


def good_spells(facts: Facts, since: date) -> list[Span]:
    """The days from `since` on at which standing is good, as spans that do not touch."""
    spans = [*facts.terms, *facts.suspensions, *facts.category_suspensions]
    turns = {since, *(day for span in spans for day in (span.starts_on, span.ends_on) if day and day > since)}
    if facts.resigned_on and facts.resigned_on > since:
        turns.add(facts.resigned_on)
    spells: list[Span] = []
    days = sorted(turns)
    for day, then in zip(days, [*days[1:], None], strict=True):
        if not standing(facts, day).is_good:
            continue
        if spells and spells[-1].ends_on == day:
            spells[-1] = Span(spells[-1].starts_on, then)
        else:
            spells.append(Span(day, then))
    return spells


def facts_of(organisation) -> Facts:
    """An organisation's facts, from its rows."""
    resignation = max(organisation.resignations.all(), key=lambda row: row.takes_effect_on, default=None)
    return Facts(
        must_be_member=organisation.category.is_member,
        terms=[Span(term.starts_on, term.ends_on) for term in organisation.terms.all()],
        suspensions=[Span(row.starts_on, row.ends_on, row.reason) for row in organisation.suspensions.all()],
        category_suspensions=[
            Span(row.starts_on, row.ends_on, row.reason) for row in organisation.category.holds.all() if row.effect == row.Effect.SUSPENDED
        ],
        resigned_on=resignation.takes_effect_on if resignation else None,
    )
