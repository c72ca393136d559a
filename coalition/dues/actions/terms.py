"""Dues of terms: an applicant's first, those of a tier changed in mid-term, and those of a term that never begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dates import long_day
from coalition.dues import rules
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.posting import Line, credit, credit_left, dues_line, post
from coalition.dues.actions.settling import credits_of
from coalition.dues.models import Account, Invoice, OpenItem, TermCharge
from coalition.dues.permissions import can_keep_accounts
from coalition.dues.tariff import Tariff
from coalition.members.actions import follow_standing, hold_still, require_offered
from coalition.members.models import Organisation, Term, Tier


@transaction.atomic
def invite_to_pay(organisation: Organisation, tier: Tier, *, by: Viewer | None) -> Invoice | None:
    """Post the first dues of an organisation that is not a member yet; None where its tier costs nothing. Part of an application's verbs."""
    account, tariff, today = account_of(organisation), Tariff(), timezone.localdate()
    period = tariff.first_period(tier, today)
    net, rate = tariff.price(tier, account.band, period)
    return post(account, [dues_line(tier, period, net)], currency=rate.currency, rule=tariff.rule(tier, today), by=by) if net else None


@transaction.atomic
def change_tier(organisation: Organisation, tier: Tier, *, by: Viewer, reason: str) -> list[Invoice]:
    """Change the tier from today to the end of the term: what the old one still holds is credited, the new one charged pro rata.

    Returns the documents posted for the difference, an invoice or as many credit notes as it takes; none where it costs the same. Days gone by
    keep their tier. Raises NotAllowed, and Refused without a term, for whoever has resigned, for the same tier, or for one of another category.
    """
    require(can_keep_accounts(by))
    reason = reason_given(reason)
    hold_still(organisation)
    account, tariff, today = account_of(organisation), Tariff(), timezone.localdate()
    term = organisation.term_on(today)
    if term is None or term.tier is None:
        raise Refused(_("%(who)s has no term today.") % {"who": organisation})
    if leaving := organisation.leaving():
        raise Refused(_("%(who)s has resigned, with effect from %(day)s.") % {"who": organisation, "day": long_day(leaving.takes_effect_on)})
    if tier.category_id != organisation.category_id or tier == term.tier:
        raise Refused(_("Choose another tier of its own category."), field="tier")
    require_offered(tier, organisation, today)
    rest = rules.Period(today, term.ends_on)
    charges = list(term.charges.select_related("invoice").prefetch_related("invoice__lines", "invoice__credit_notes__lines"))
    old = _still_held(charges, rest, tariff.rule(term.tier, term.starts_on).proration)
    new, rate = tariff.price(tier, account.band, rest, since=term.starts_on)
    before = term.tier
    if any(charge.invoice.currency != rate.currency for charge in charges):
        raise Refused(_("The term was charged in another currency than %(one)s: credit it and post anew.") % {"one": rate.currency}, field="tier")
    if term.starts_on < today:
        term.ends_on = today
        term.save(update_fields=["ends_on"])
        part = Term.objects.create(organisation=organisation, tier=tier, starts_on=today, ends_on=rest.ends_on)
        # What charged for the whole charges for its rest too: a difference that is credited again takes no term away.
        TermCharge.objects.bulk_create(TermCharge(space_id=row.space_id, invoice_id=row.invoice_id, term=part) for row in charges)
    else:
        term.tier = tier
        term.save(update_fields=["tier"])
        part = term
    record("dues.tier_changed", account, by=by, before=str(before), after=str(tier), reason=reason[:300], organisation=organisation.pk)
    documents = []
    if new > old:
        lines = [dues_line(tier, rest, new)]
        if old:
            lines.append(Line(_("Less what %(tier)s still holds") % {"tier": before.name}, -old, rest))
        documents.append(post(account, lines, currency=rate.currency, rule=tariff.rule(tier, today), by=by, terms=[part]))
    else:
        # The newest first: what a change charged is what the change back credits.
        too_much = old - new
        for invoice in sorted((charge.invoice for charge in charges), key=lambda invoice: -invoice.pk):
            if (least := min(too_much, credit_left(invoice))) > 0:
                documents.append(credit(invoice, net=least, reason=reason, by=by, period=rest))
                too_much -= least
    for following in Term.objects.counting().filter(organisation=organisation, starts_on__gte=rest.ends_on, tier=before):
        _charge_anew(following, tier, account, reason=reason, by=by)
    follow_standing(organisation)
    return documents


@dataclass(frozen=True)
class Posted:
    """A document that a verb would post: what of it is read before it is."""

    is_credit_note: bool
    net: Decimal
    tax: Decimal
    total: Decimal
    currency: str
    due_on: date | None
    lines: list[Line]


@dataclass(frozen=True)
class Foreseen:
    """What comes of a verb before it is done: its documents, and what is open and to the member's credit afterwards, by currency."""

    documents: list[Posted]
    owed: list[tuple[Decimal, str]]
    credit: list[tuple[Decimal, str]]


def what_change_posts(organisation: Organisation, tier: Tier, *, by: Viewer, reason: str) -> Foreseen:
    """What a change of tier would post today: the verb itself is done, read and taken back, so that both say the same.

    Raises what the change would.
    """
    with transaction.atomic():
        before = Invoice.objects.filter(organisation=organisation).aggregate(last=Max("pk"))["last"] or 0
        change_tier(organisation, tier, by=by, reason=reason)
        documents = Invoice.objects.filter(organisation=organisation, pk__gt=before).order_by("pk").prefetch_related("lines")
        opened = OpenItem.objects.filter(organisation=organisation).values_list("currency").annotate(Sum("amount")).order_by("currency")
        credit_now = [(amount, code) for code, amount in credits_of(account_of(organisation)).items() if amount > 0]
        found = Foreseen([_as_posted(one) for one in documents], [(amount, code) for code, amount in opened], credit_now)
        transaction.set_rollback(True)
    return found


def _as_posted(document: Invoice) -> Posted:
    lines = [Line(line.text, line.net, line.period) for line in document.lines.all()]
    return Posted(document.is_credit_note, document.net, document.tax, document.total, document.currency, document.due_on, lines)


def _charge_anew(term: Term, tier: Tier, account: Account, *, reason: str, by: Viewer) -> None:
    """A term that was given and invoiced already, under another tier: what was charged is credited, and the new dues are posted."""
    for charge in term.charges.select_related("invoice").prefetch_related("invoice__credit_notes"):
        if (left := credit_left(charge.invoice)) > 0:
            credit(charge.invoice, net=left, reason=reason, by=by)
    term.tier = tier
    term.save(update_fields=["tier"])
    _charge(term, tier, account, by=by)


@transaction.atomic
def charge_given(term: Term, *, at_once: bool, by: Viewer | None) -> list[Invoice]:
    """Post the dues of a term that staff gave; part of a verb that asks permission. Raises Refused where its rate or band is not set."""
    if term.tier is None:
        raise Refused(_("Choose a tier."), field="tier")
    return _charge(term, term.tier, account_of(term.organisation), at_once=at_once, by=by)


def _charge(term: Term, tier: Tier, account: Account, *, at_once: bool = False, by: Viewer | None) -> list[Invoice]:
    """Post a term's dues, payable by its first day; nothing where its tier costs nothing."""
    period, tariff = rules.Period(term.starts_on, term.ends_on), Tariff()
    net, rate = tariff.price(tier, account.band, period)
    rule = tariff.rule(tier, term.starts_on)
    line = dues_line(tier, period, net)
    if not net:
        return []
    return [post(account, [line], currency=rate.currency, rule=rule, by=by, terms=[term], due_on=term.starts_on, at_once=at_once)]


def _still_held(charges: list[TermCharge], rest: rules.Period, how: str) -> Decimal:
    """What was charged for the rest of a term, without what of it was credited already."""
    held = Decimal(0)
    for charge in charges:
        invoice = charge.invoice
        credits = [line for note in invoice.credit_notes.all() for line in note.lines.all()]
        timed = [(line.net, line.period) for line in invoice.lines.all() if line.period]
        whole, part = sum((net for net, _days in timed), Decimal(0)), _part_of(timed, rest, how)
        # What was credited for all of it, and what a line without days takes off, is spread over its days; what was credited for some, lies there.
        loose = invoice.net - whole - sum((line.net for line in credits if not line.period), Decimal(0))
        held += part + (loose * part / whole if whole else Decimal(0))
        held -= _part_of([(line.net, line.period) for line in credits if line.period], rest, how)
    return max(rules.cents(held), Decimal(0))


def _part_of(timed: list[tuple[Decimal, rules.Period]], rest: rules.Period, how: str) -> Decimal:
    return sum((rules.remaining(net, whole, rest, how) for net, whole in timed), Decimal(0))


def unbegun(organisation: Organisation, day: date) -> QuerySet[Invoice]:
    """What charges only terms that would begin on a day or later, and so never begin when the organisation leaves on it."""
    begun = TermCharge.objects.filter(invoice=OuterRef("pk"), term__starts_on__lt=day)
    found = Invoice.objects.filter(organisation=organisation, term_charges__term__starts_on__gte=day)
    # One that also charges a term that had begun is for days that were had.
    return found.filter(~Exists(begun)).distinct().prefetch_related("credit_notes")


@transaction.atomic
def credit_unbegun(organisation: Organisation, *, reason: str, by: Viewer | None) -> list[Invoice]:
    """Credit the dues of terms that will never begin, because the organisation has resigned."""
    hold_still(organisation)
    gone = organisation.resignations.standing().first()
    if gone is None:
        return []
    found = unbegun(organisation, gone.takes_effect_on).filter(posted_at__lte=gone.given_at)
    return [credit(invoice, net=left, reason=reason, by=by) for invoice in found if (left := credit_left(invoice)) > 0]


@transaction.atomic
def charge_again(organisation: Organisation, *, by: Viewer | None) -> list[Invoice]:
    """Charge the terms still to begin of which every charge was credited: the organisation had resigned, and stays."""
    hold_still(organisation)
    if organisation.leaving():
        return []
    posted = []
    ahead = Term.objects.counting().filter(organisation=organisation, starts_on__gt=timezone.localdate())
    for term in ahead.select_related("tier__category"):
        charges = list(term.charges.select_related("invoice").prefetch_related("invoice__credit_notes"))
        if term.tier and charges and all(credit_left(charge.invoice) <= 0 for charge in charges):
            posted += _charge(term, term.tier, account_of(organisation), by=by)
    return posted
