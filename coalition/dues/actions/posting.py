"""Documents are posted and credited. What is posted never changes; an open item says what is still to be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dues import rules
from coalition.dues.actions.settling import settle, settle_all_from_credit, settle_from_credit
from coalition.dues.models import Account, DuesRule, Invoice, InvoiceLine, Issuer, OpenItem, TaxRule, TermCharge
from coalition.dues.permissions import can_keep_accounts
from coalition.members.actions import follow_standing, hold_still
from coalition.members.models import Term
from coalition.members.references import next_number


@dataclass(frozen=True)
class Line:
    """One line to be posted."""

    text: str
    net: Decimal
    period: rules.Period | None = None


def _in_force(model, day: date, what: str, **which):
    row = model.objects.in_force(day).filter(**which).first()
    if row is None:
        raise Refused(_("No %(what)s is in force on %(day)s. Staff can add one.") % {"what": what, "day": day})
    return row


def post(
    account: Account, lines: list[Line], *, currency: str, rule: DuesRule, by: Viewer | None, term: Term | None = None, due_on: date | None = None
) -> Invoice:
    """Post an invoice; a part of other verbs, which ask permission. Its number, address, tax, due day and grace are frozen here."""
    hold_still(account.organisation_id)
    today = timezone.localdate()
    due = max(due_on or today + timedelta(days=rule.payable_in), today)
    issuer = _in_force(Issuer, today, _("issuer of invoices"))
    scope = rules.tax_scope(issuer.country, account.country, account.tax_number)
    tax_rule = _in_force(TaxRule, today, _("tax rule"), scope=scope)
    net = sum((line.net for line in lines), Decimal(0))
    number = f"{today.year}-{next_number(f'INV-{today.year}'):04d}"
    invoice = _write(
        account, lines, number=number, kind=Invoice.Kind.INVOICE, due_on=due, late_from=due + timedelta(days=rule.grace + 1),
        currency=currency, net=net, tax_percent=tax_rule.percent, tax_words=tax_rule.words, tax=rules.tax_on(net, tax_rule.percent),
        issuer=issuer.as_printed(), by=by,
    )  # fmt: skip
    OpenItem.objects.create(
        space_id=account.space_id, invoice=invoice, organisation_id=account.organisation_id, amount=invoice.total, due_on=invoice.due_on
    )
    if term:
        TermCharge.objects.create(space_id=account.space_id, invoice=invoice, term=term)
    record(
        "dues.posted", invoice, by=by, number=number, total=_money(invoice.total, currency), due=due.isoformat(), organisation=account.organisation_id
    )
    settle_from_credit(invoice, by=by)
    follow_standing(account.organisation)
    return invoice


def _write(account: Account, lines: list[Line], *, net: Decimal, tax: Decimal, number: str, by: Viewer | None, **facts) -> Invoice:
    if net + tax <= 0:
        raise Refused(_("A document is for an amount."), field="amount")
    invoice = Invoice.objects.create(
        space_id=account.space_id, number=number, account=account, organisation_id=account.organisation_id, issued_on=timezone.localdate(),
        net=net, tax=tax, total=net + tax, billed_to=account.as_printed(), reference=rules.creditor_reference(number),
        posted_by_id=by.audience_id if by else None, **facts,
    )  # fmt: skip
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            space_id=account.space_id, invoice=invoice, position=place, text=line.text[:300], net=line.net,
            starts_on=line.period.starts_on if line.period else None, ends_on=line.period.ends_on if line.period else None,
        )
        for place, line in enumerate(lines, 1)
    )  # fmt: skip
    return invoice


def credit_left(invoice: Invoice) -> Decimal:
    """How much of an invoice's net is not credited yet."""
    return invoice.net - sum((note.net for note in invoice.credit_notes.all()), Decimal(0))


@transaction.atomic
def credit(invoice: Invoice, *, net: Decimal, reason: str, by: Viewer | None) -> Invoice:
    """Credit an invoice, whole or in part, saying why: a document of its own, with the invoice's own tax. It settles what is open;
    what was paid already stays to the member's credit.

    A term of which every charge is credited counts no more, from today. Raises NotAllowed, and Refused for more than is left.
    """
    require(by is None or can_keep_accounts(by))
    reason = reason_given(reason)
    hold_still(invoice.organisation_id)
    account = Account.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=invoice.account_id)
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
    line = Line(_("Credit on invoice %(number)s of %(day)s") % {"number": invoice.number, "day": f"{invoice.issued_on:%d %B %Y}"}, net)
    today = timezone.localdate()
    note = _write(
        account, [line], number=f"CN-{year}-{next_number(f'CN-{year}'):04d}", kind=Invoice.Kind.CREDIT_NOTE, credits=invoice, reason=reason,
        due_on=today, late_from=today + timedelta(days=1), currency=invoice.currency, net=net, tax_percent=invoice.tax_percent,
        tax_words=invoice.tax_words, tax=tax, issuer=invoice.issuer, by=by,
    )  # fmt: skip
    record("dues.credited", note, by=by, number=note.number, credited=invoice.number, total=_money(note.total, note.currency), reason=reason[:300],
           organisation=account.organisation_id)  # fmt: skip
    settle(invoice, note.total, credit_note=note, by=by)
    # What the invoice did not need may settle another that is open.
    settle_all_from_credit(account, note.currency, by=by)
    follow_standing(account.organisation)
    return note


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.2f} {currency}"
