"""Whether an organisation is a member in good standing on a day, and why: read from dated facts, never stored, never made true by a job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.dates import last_day, long_day
from coalition.members import registry
from coalition.members.models import Policy

# Whoever comes when a policy is long in force has so long to accept it: those whom a register brings in. Applicants accept as they apply.
NEWCOMERS_ACCEPT_IN = timedelta(days=30)


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
    # As far as they count: without the days for which nothing is charged any more, and without what a resignation overtook.
    terms: list[Span] = field(default_factory=list)
    suspensions: list[Span] = field(default_factory=list)
    # The category's own, with whatever effect was chosen.
    category_suspensions: list[Span] = field(default_factory=list)
    # Dues unpaid past their grace, and policies not accepted by their day.
    arrears: list[Span] = field(default_factory=list)
    unaccepted: list[Span] = field(default_factory=list)
    # The days on which it left. Terms given before are cut there already; one given since brings it back.
    resigned: list[date] = field(default_factory=list)


@dataclass(frozen=True)
class Standing:
    is_good: bool
    words: str
    because: str


def _day(day: date | None) -> str:
    return long_day(day) if day else _("further notice")


def _last(before: date | None) -> str:
    return _day(before and last_day(before))


def standing(facts: Facts, on: date) -> Standing:
    """Judge standing on a day. The first thing that takes it away is the one that is said."""
    if not facts.must_be_member:
        return Standing(True, _("partner"), _("A partner of the coalition, not a member."))
    covering = [span for span in facts.terms if span.covers(on)]
    term = max(covering, key=lambda span: span.starts_on, default=None)
    ended = max((span.ends_on for span in facts.terms if span.ends_on and span.ends_on <= on), default=None)
    left = max((day for day in facts.resigned if day <= on), default=None)
    if term is None and left and (ended is None or ended <= left):
        return Standing(False, _("resigned"), _("It resigned with effect from %(day)s.") % {"day": _day(left)})
    if held := next((span for span in facts.suspensions if span.covers(on)), None):
        return Standing(False, _("suspended"), _("Suspended since %(day)s: %(why)s") % {"day": _day(held.starts_on), "why": held.reason})
    if held := next((span for span in facts.category_suspensions if span.covers(on)), None):
        because = _("Its category is suspended since %(day)s: %(why)s") % {"day": _day(held.starts_on), "why": held.reason}
        return Standing(False, _("category suspended"), because)
    if term and (held := next((span for span in facts.arrears if span.covers(on)), None)):
        because = _("Dues unpaid, with no grace left since %(day)s: %(why)s.") % {"day": _day(held.starts_on), "why": held.reason}
        return Standing(False, _("dues overdue"), because)
    if term and (held := next((span for span in facts.unaccepted if span.covers(on)), None)):
        because = _("Not accepted, though due by %(day)s: %(why)s.") % {"day": _last(held.starts_on), "why": held.reason}
        return Standing(False, _("policy not accepted"), because)
    if term and term.ends_on in facts.resigned:
        return Standing(True, _("in good standing"), _("It has resigned with effect from %(day)s.") % {"day": _day(term.ends_on)})
    if term:
        return Standing(True, _("in good standing"), _("Its term runs until %(day)s.") % {"day": _last(term.ends_on)})
    if ended:
        return Standing(False, _("lapsed"), _("Its last term ended on %(day)s.") % {"day": _last(ended)})
    return Standing(False, _("not a member yet"), _("No term has begun."))


def good_spells(facts: Facts, since: date) -> list[Span]:
    """The days from `since` on at which standing is good, as spans that do not touch."""
    spans = [*facts.terms, *facts.suspensions, *facts.category_suspensions, *facts.arrears, *facts.unaccepted]
    turns = {since, *(day for span in spans for day in (span.starts_on, span.ends_on) if day and day > since)}
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


def without(span: Span, holes: list[Span]) -> list[Span]:
    """What is left of a span when others are taken out of it."""
    left = [span]
    for hole in holes:
        left = [part for piece in left for part in _cut(piece, hole)]
    return left


def _cut(span: Span, hole: Span) -> list[Span]:
    before_ends = hole.starts_on if span.ends_on is None else min(span.ends_on, hole.starts_on)
    pieces = [Span(span.starts_on, before_ends, span.reason)] if span.starts_on < before_ends else []
    if hole.ends_on is not None:
        after = max(span.starts_on, hole.ends_on)
        if span.ends_on is None or after < span.ends_on:
            pieces.append(Span(after, span.ends_on, span.reason))
    return pieces


def policy_gaps(policies: list, accepted_on: dict[int, date]) -> list[Span]:
    """The days on which a policy that had to be accepted was not: from the day after a version's last day for it until that version, or a
    later one, is accepted, or until a later one has to be.

    `policies` are (pk, kind, version, title, accept_by); `accepted_on` says which was accepted when.
    """
    gaps = []
    for pk, kind, version, title, accept_by in policies:
        later = [other for other in policies if other[1] == kind and other[2] > version]
        ends = [other[4] + timedelta(days=1) for other in later] + [accepted_on[other[0]] for other in later if other[0] in accepted_on]
        if pk in accepted_on:
            ends.append(accepted_on[pk])
        end = min(ends, default=None)
        begins = accept_by + timedelta(days=1)
        if end is None or begins < end:
            gaps.append(Span(begins, end, f"{title}, {_('version')} {version}"))
    return gaps


FACTS = ("terms", "suspensions", "resignations", "category__holds", "acceptances")


def facts_of_all(organisations: Iterable) -> dict[int, Facts]:
    """The facts of organisations, by id, in a number of queries that does not grow with them."""
    organisations = list(organisations)
    prefetch_related_objects(organisations, *FACTS)
    policies = list(Policy.objects.order_by("kind", "version").values_list("pk", "kind", "version", "title", "accept_by"))
    dues = registry.dues_facts([organisation.pk for organisation in organisations if organisation.category.is_member])
    return {organisation.pk: _facts(organisation, policies, dues.get(organisation.pk, registry.DuesFacts())) for organisation in organisations}


def facts_of(organisation) -> Facts:
    """An organisation's facts as they are now, from its rows."""
    fresh = type(organisation).objects.select_related("category").get(pk=organisation.pk)
    return facts_of_all([fresh])[fresh.pk]


def to_accept(organisation) -> list[tuple[Policy, date]]:
    """The policies an organisation has still to accept, each with the day by which it does."""
    earliest = _earliest_to_accept(organisation)
    return [(policy, max(policy.accept_by, earliest)) for policy in organisation.policies_to_accept()]


def _earliest_to_accept(organisation) -> date:
    """The day before which nothing need be accepted: a newcomer has its first weeks for it."""
    first = min((timezone.localdate(term.given_at) for term in organisation.terms.all()), default=date.min)
    return first + NEWCOMERS_ACCEPT_IN


def _facts(organisation, policies: list, dues: registry.DuesFacts) -> Facts:
    resignations = [left for left in organisation.resignations.all() if left.taken_back_at is None]
    terms = [
        part
        for term in organisation.terms.all()
        for part in without(
            Span(term.starts_on, term.ends_on),
            [
                *(Span(*hole) for hole in dues.uncharged.get(term.pk, [])),
                # A term that was given before a resignation ends where it took effect, or never begins.
                *(Span(left.takes_effect_on) for left in resignations if term.given_at <= left.given_at),
            ],
        )
    ]
    earliest = _earliest_to_accept(organisation)
    asked = [(*facts, max(due, earliest)) for *facts, due in policies]
    accepted_on: dict[int, date] = {}
    for row in organisation.acceptances.all():
        accepted_on[row.policy_id] = timezone.localdate(row.accepted_at)
    return Facts(
        must_be_member=organisation.category.is_member,
        terms=terms,
        suspensions=[Span(row.starts_on, row.ends_on, row.reason) for row in organisation.suspensions.all()],
        category_suspensions=[
            Span(row.starts_on, row.ends_on, row.reason) for row in organisation.category.holds.all() if row.effect == row.Effect.SUSPENDED
        ],
        arrears=[Span(*arrear) for arrear in dues.arrears],
        unaccepted=policy_gaps(asked, accepted_on),
        resigned=[left.takes_effect_on for left in resignations],
    )
