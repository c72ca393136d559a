"""Documents are posted and credited. What is posted never changes; an open item says what is still to be paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import Entry, record, record_all
from coalition.dates import last_day, long_day
from coalition.dues import rules
from coalition.dues.actions.settling import accounts_in_credit, settle, settle_all_from_credit, settle_from_credit
from coalition.dues.models import Account, DuesRule, Invoice, InvoiceLine, Issuer, OpenItem, TaxRule, TermCharge
from coalition.dues.permissions import can_keep_accounts
from coalition.dues.tariff import Tariff
from coalition.members.actions import follow_standing, follow_standing_of, hold_still
from coalition.members.models import Term, Tier
from coalition.members.references import next_number, next_numbers


@dataclass(frozen=True)
class Line:
    """One line to be posted."""

    text: str
    net: Decimal
    period: rules.Period | None = None


def dues_line(tier: Tier, period: rules.Period, net: Decimal) -> Line:
    """What a tier's dues for a period are called on a document."""
    return Line(_("Membership, %(tier)s") % {"tier": f"{tier.category.name} – {tier.name}"}, net, period)


@dataclass(frozen=True)
class Draft:
    """An invoice that can be posted: whatever could be refused has been."""

    account: Account
    lines: list[Line]
    currency: str
    due_on: date
    late_from: date
    tax: TaxRule
    issuer: Issuer
    terms: Sequence[Term] = ()
    replaces: Invoice | None = None


def draft(
    account: Account,
    lines: list[Line],
    *,
    currency: str,
    rule: DuesRule,
    tariff: Tariff,
    terms: Sequence[Term] = (),
    due_on: date | None = None,
    replaces: Invoice | None = None,
    at_once: bool = False,
) -> Draft:
    """Judge what would be posted today, writing nothing; `at_once` gives no grace: whoever comes back is a member again when it is paid.

    Raises Refused where nobody issues or no tax is set, and for a document for nothing.
    """
    today = timezone.localdate()
    due = max(due_on or today + timedelta(days=rule.payable_in), today)
    issuer, tax = tariff.issuer(today), tariff.tax_for(account.country, account.tax_number, today)
    if sum(line.net for line in lines) <= 0:
        raise Refused(_("A document is for an amount."), field="amount")
    late_from = due if at_once else due + timedelta(days=rule.grace + 1)
    return Draft(account, lines, currency, due, late_from, tax, issuer, terms, replaces)


def post(
    account: Account, lines: list[Line], *, currency: str, rule: DuesRule, by: Viewer | None, terms: Sequence[Term] = (), due_on: date | None = None,
    at_once: bool = False,
) -> Invoice:  # fmt: skip
    """Post an invoice; a part of other verbs, which ask permission. Its number, address, tax, due day and grace are frozen here."""
    hold_still(account.organisation_id)
    found = draft(account, lines, currency=currency, rule=rule, tariff=Tariff(), terms=terms, due_on=due_on, at_once=at_once)
    return post_all([found], by=by)[0]


def post_all(drafts: list[Draft], *, by: Viewer | None) -> list[Invoice]:
    """Post drafts, of organisations that hold still, in a number of queries that does not grow with them."""
    year = timezone.localdate().year
    written, entries = [], []
    for one, number in zip(drafts, next_numbers(f"INV-{year}", len(drafts)), strict=True):
        net = sum((line.net for line in one.lines), Decimal(0))
        written.append(_document(
            one.account, one.lines, number=f"{year}-{number:04d}", kind=Invoice.Kind.INVOICE, due_on=one.due_on, late_from=one.late_from,
            currency=one.currency, net=net, tax_percent=one.tax.percent, tax_words=one.tax.words, tax=rules.tax_on(net, one.tax.percent),
            issuer=one.issuer.as_printed(), replaces=one.replaces, by=by,
        ))  # fmt: skip
    invoices = _write(written)
    OpenItem.objects.bulk_create(OpenItem(invoice=invoice, amount=invoice.total, **OpenItem.facts(invoice)) for invoice in invoices)
    TermCharge.objects.bulk_create(
        TermCharge(space_id=invoice.space_id, invoice=invoice, term=term) for one, invoice in zip(drafts, invoices, strict=True) for term in one.terms
    )
    for invoice in invoices:
        total, organisation = _money(invoice.total, invoice.currency), invoice.organisation_id
        data = {"number": invoice.number, "total": total, "due": invoice.due_on.isoformat(), "organisation": organisation}
        entries.append(Entry("dues.posted", invoice, data))
    record_all(entries, by=by)
    in_credit = accounts_in_credit(invoices)
    for invoice in invoices:
        if (invoice.account_id, invoice.currency) in in_credit:
            settle_from_credit(invoice, by=by)
    follow_standing_of([invoice.organisation_id for invoice in invoices])
    return invoices


def _document(
    account: Account, lines: list[Line], *, net: Decimal, tax: Decimal, number: str, by: Viewer | None, **facts
) -> tuple[Invoice, list[Line]]:
    invoice = Invoice(
        space_id=account.space_id, number=number, account=account, organisation_id=account.organisation_id, issued_on=timezone.localdate(),
        net=net, tax=tax, total=net + tax, billed_to=account.as_printed(), reference=rules.creditor_reference(number),
        posted_by_id=by.audience_id if by else None, **facts,
    )  # fmt: skip
    return invoice, lines


def _write(documents: list[tuple[Invoice, list[Line]]]) -> list[Invoice]:
    invoices = Invoice.objects.bulk_create(invoice for invoice, _lines in documents)
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            space_id=invoice.space_id, invoice=invoice, position=place, text=line.text[:300], net=line.net,
            starts_on=line.period.starts_on if line.period else None, ends_on=line.period.ends_on if line.period else None,
        )
        for invoice, lines in documents
        for place, line in enumerate(lines, 1)
    )  # fmt: skip
    return invoices


def credit_left(invoice: Invoice) -> Decimal:
    """How much of an invoice's net is not credited yet."""
    return invoice.net - sum((note.net for note in invoice.credit_notes.all()), Decimal(0))


@transaction.atomic
def credit(invoice: Invoice, *, net: Decimal, reason: str, by: Viewer | None, period: rules.Period | None = None) -> Invoice:
    """Credit an invoice, whole or in part, saying why: a document of its own, with the invoice's own tax. It settles what is open;
    what was paid already stays to the member's credit.

    With a `period` it is for those days alone; without one, for all that the invoice is for. A term of which every charge is credited
    counts no more, from today. Raises NotAllowed, and Refused for more than is left.
    """
    require(by is None or can_keep_accounts(by))
    reason = reason_given(reason)
    hold_still(invoice.organisation_id)
    account = lock(invoice.account, "organisation")
    invoice = Invoice.objects.prefetch_related("credit_notes").get(pk=invoice.pk)
    if invoice.is_credit_note:
        raise Refused(_("A credit note is not credited: post the invoice anew."))
    left = credit_left(invoice)
    if not Decimal(0) < net <= left:
        raise Refused(_("Of %(number)s at most %(left)s can be credited.") % {"number": invoice.number, "left": left}, field="net")
    year = timezone.localdate().year
    # What is credited last takes the tax that is left, so that rounding leaves no cent behind.
    taxed = sum((note.tax for note in invoice.credit_notes.all()), Decimal(0))
    tax = invoice.tax - taxed if net == left else min(rules.tax_on(net, invoice.tax_percent), invoice.tax - taxed)
    line = Line(_("Credit on invoice %(number)s of %(day)s") % {"number": invoice.number, "day": long_day(invoice.issued_on)}, net, period)
    today = timezone.localdate()
    note, = _write([_document(
        account, [line], number=f"CN-{year}-{next_number(f'CN-{year}'):04d}", kind=Invoice.Kind.CREDIT_NOTE, credits=invoice, reason=reason,
        due_on=today, late_from=today + timedelta(days=1), currency=invoice.currency, net=net, tax_percent=invoice.tax_percent,
        tax_words=invoice.tax_words, tax=tax, issuer=invoice.issuer, by=by,
    )])  # fmt: skip
    record("dues.credited", note, by=by, number=note.number, credited=invoice.number, total=_money(note.total, note.currency), reason=reason[:300],
           organisation=account.organisation_id)  # fmt: skip
    settle(invoice, note.total, credit_note=note, by=by)
    # What the invoice did not need may settle another that is open.
    settle_all_from_credit(account, note.currency, by=by)
    follow_standing(account.organisation)
    return note


@transaction.atomic
def credit_by_hand(invoice: Invoice, *, net: Decimal, reason: str, by: Viewer) -> Invoice:
    """As the treasury: credit an invoice, and give up from today the terms that nothing charges for any more; they can be renewed by hand.

    Raises what `credit` raises.
    """
    note = credit(invoice, net=net, reason=reason, by=by)
    today = timezone.localdate()
    terms = Term.objects.filter(charges__invoice=invoice, ends_on__gt=today, given_up_on=None).distinct()
    for term in terms.prefetch_related("charges__invoice__credit_notes"):
        if all(credit_left(charge.invoice) <= 0 for charge in term.charges.all()):
            term.given_up_on = today
            term.save(update_fields=["given_up_on"])
            record("dues.term_given_up", note, by=by, until=last_day(term.ends_on).isoformat(), organisation=invoice.organisation_id)
    follow_standing(note.organisation)
    return note


@transaction.atomic
def reissue(invoice: Invoice, *, reason: str, by: Viewer) -> Invoice:
    """Credit what is left of an invoice and post it anew, as the account's address, tax number and the rules stand today.

    What was paid settles the new one; the terms it charged are charged by the new one. Due when the old one was, or today where that
    day is gone. Raises NotAllowed, and Refused for a credit note, or where nothing is left to credit.
    """
    require(can_keep_accounts(by))
    reason = reason_given(reason)
    hold_still(invoice.organisation_id)
    invoice = Invoice.objects.prefetch_related("credit_notes__lines", "lines", "term_charges__term__tier").get(pk=invoice.pk)
    left = Decimal(0) if invoice.is_credit_note else credit_left(invoice)
    if left <= 0:
        raise Refused(_("Nothing of %(number)s is left to be posted anew.") % {"number": invoice.number})
    lines = [Line(line.text, line.net, line.period) for line in invoice.lines.all()]
    for note in invoice.credit_notes.all():
        words = _("Less what %(number)s credited before") % {"number": note.number}
        lines += [Line(words, -line.net, line.period) for line in note.lines.all()]
    terms = [charge.term for charge in invoice.term_charges.all()]
    tariff, today = Tariff(), timezone.localdate()
    rule = tariff.rule(terms[0].tier if terms else None, today)
    account = Account.objects.select_related("organisation").get(pk=invoice.account_id)
    found = draft(
        account, lines, currency=invoice.currency, rule=rule, tariff=tariff, terms=terms, due_on=invoice.due_on, replaces=invoice,
        # Whoever came back has no grace by another document either.
        at_once=invoice.late_from == invoice.due_on,
    )  # fmt: skip
    # Posted first: what was paid of the old one is free once it is credited, and then settles the new one.
    new = post_all([found], by=by)[0]
    credit(invoice, net=left, reason=reason, by=by)
    record("dues.reissued", new, by=by, number=new.number, instead=invoice.number, reason=reason[:300], organisation=account.organisation_id)
    return new


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.2f} {currency}"
