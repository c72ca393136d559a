"""Money comes in, is returned by the bank, is refunded, or is moved to the account it was meant for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.activity.once import once
from coalition.dates import long_day
from coalition.dues.actions.posting import _money
from coalition.dues.actions.settling import credits_of, left_of_credit_note, left_of_payment, settle, settle_all_from_credit, unsettle
from coalition.dues.models import Account, Invoice, OpenItem, Payment, StatementLine
from coalition.dues.permissions import can_keep_accounts
from coalition.members.actions import follow_standing, hold_all_still, hold_still


def _locked(account: Account) -> Account:
    """Those who post on an account wait for each other, and for whoever changes another fact of the organisation: always that row first."""
    hold_still(account.organisation_id)
    return lock(account, "organisation")


@transaction.atomic
def receive(
    account: Account,
    *,
    amount: Decimal,
    currency: str,
    received_on: date,
    method: str,
    key: str,
    by: Viewer | None,
    reference: str = "",
    invoice: Invoice | None = None,
) -> Payment:
    """Book money that came in: it settles the invoice it is for, then the others, the oldest due first; what is left is to the member's credit.

    Told twice under one `key`, it is booked once. Raises NotAllowed, Conflict for a key that is another payment's, and Refused for an amount
    that is none or a day that lies ahead.
    """
    require(by is None or can_keep_accounts(by))
    if amount <= 0:
        raise Refused(_("An amount that came in is more than nothing."), field="amount")
    if received_on > timezone.localdate():
        raise Refused(_("The day it came in does not lie ahead."), field="received_on")
    if invoice and (invoice.account_id != account.pk or invoice.currency != currency):
        raise Refused(_("That invoice is of another account or in another currency."), field="invoice")
    account = _locked(account)
    if again := Payment.objects.filter(key=key).first():
        if again.account_id != account.pk or again.amount != amount or again.currency != currency:
            raise Conflict(
                _("Another payment is booked under this key: on %(day)s, %(amount)s.") % {"day": long_day(again.received_on), "amount": again.amount}
            )
        return again

    def book() -> Payment:
        return Payment.objects.create(
            space_id=account.space_id, account=account, received_on=received_on, amount=amount, currency=currency, method=method,
            reference=reference[:140], key=key, recorded_by_id=by.audience_id if by else None,
        )  # fmt: skip

    payment = once(Payment.objects.filter(key=key), book)
    record("dues.paid", payment, by=by, amount=_money(amount, currency), organisation=account.organisation_id)
    _use(payment, account, invoice, by)
    follow_standing(account.organisation)
    return payment


def _use(payment: Payment, account: Account, invoice: Invoice | None, by: Viewer | None) -> None:
    left = payment.amount
    if invoice:
        left -= settle(invoice, left, payment=payment, by=by)
    items = OpenItem.objects.filter(organisation=account.organisation, currency=payment.currency).select_related("invoice")
    for item in items.order_by("due_on", "invoice_id"):
        if left <= 0:
            break
        left -= settle(item.invoice, left, payment=payment, by=by)


@transaction.atomic
def give_back(payment: Payment, *, reason: str, by: Viewer | None) -> Payment:
    """The bank or the card service took a payment back, or it was booked by mistake: what it settled is open again.

    Raises Conflict when it was given back already.
    """
    require(by is None or can_keep_accounts(by))
    reason = reason_given(reason)
    account = _locked(payment.account)
    # What was refunded of it went back already.
    left = payment.amount + sum(row.amount for row in payment.returned_by.all())
    if payment.amount <= 0 or left <= 0:
        raise Conflict(_("This payment was given back already."))
    settled: dict[int, Decimal] = {}
    rows = {}
    for row in payment.allocations.select_related("invoice"):
        settled[row.invoice_id] = settled.get(row.invoice_id, Decimal(0)) + row.amount
        rows[row.invoice_id] = row
    for invoice, amount in settled.items():
        if amount > 0:
            unsettle(rows[invoice], amount, by=by)
    back = Payment.objects.create(
        space_id=account.space_id, account=account, received_on=timezone.localdate(), amount=-left, currency=payment.currency,
        method=payment.method, reference=payment.reference, key=f"payment:{payment.pk}:returned", returns=payment, reason=reason,
        recorded_by_id=by.audience_id if by else None,
    )  # fmt: skip
    # What else is to the member's credit settles what is open again.
    settle_all_from_credit(account, payment.currency, by=by)
    record("dues.payment_returned", payment, by=by, amount=_money(left, payment.currency), reason=reason[:300],
           organisation=account.organisation_id)  # fmt: skip
    follow_standing(account.organisation)
    return back


@transaction.atomic
def move(payment: Payment, account: Account, *, reason: str, by: Viewer) -> Payment:
    """Book what is still there of a payment on the account it was meant for, and take it off the one it was booked on."""
    require(can_keep_accounts(by))
    if account.pk == payment.account_id:
        raise Refused(_("It is booked there already."), field="account")
    # In one order, whichever way money moves: two movements in opposite directions do not wait for each other for ever.
    hold_all_still([account.organisation_id, payment.account.organisation_id])
    back = give_back(payment, reason=reason, by=by)
    moved = receive(
        account, amount=-back.amount, currency=payment.currency, received_on=payment.received_on, method=payment.method,
        reference=payment.reference, key=f"payment:{payment.pk}:moved:{account.pk}", by=by,
    )  # fmt: skip
    # The movement on the bank account is what it is now booked as.
    StatementLine.objects.filter(payment=payment).update(payment=moved)
    return moved


@transaction.atomic
def refund(source: Payment | Invoice, *, amount: Decimal, reason: str, by: Viewer) -> Payment:
    """Send back what is left of a payment or of a credit note. Raises Refused for more than is left."""
    require(can_keep_accounts(by))
    reason = reason_given(reason)
    account = _locked(source.account)
    of_payment = isinstance(source, Payment)
    if (isinstance(source, Invoice) and not source.is_credit_note) or (isinstance(source, Payment) and source.amount <= 0):
        raise Refused(_("A payment goes back, or a credit note."))
    left = left_of_payment(source) if isinstance(source, Payment) else left_of_credit_note(source)
    if not Decimal(0) < amount <= left:
        raise Refused(_("At most %(left)s can go back.") % {"left": _money(left, source.currency)}, field="amount")
    earlier = Payment.objects.filter(returns=source) if of_payment else Payment.objects.filter(refunds=source)
    name = f"payment:{source.pk}" if isinstance(source, Payment) else source.number
    back = Payment.objects.create(
        space_id=account.space_id, account=account, received_on=timezone.localdate(), amount=-amount, currency=source.currency,
        method=Payment.Method.BANK, key=f"{name}:refund:{earlier.count() + 1}", returns=source if of_payment else None,
        refunds=None if of_payment else source, reason=reason, recorded_by_id=by.audience_id,
    )  # fmt: skip
    record("dues.refunded", back, by=by, amount=_money(amount, source.currency), reason=reason[:300], organisation=account.organisation_id)
    return back


def check_books() -> list[str]:
    """Everything in the books that does not add up, one sentence each; empty when all does. Counts from the documents alone."""
    faults = []
    open_amounts = dict(OpenItem.objects.values_list("invoice_id", "amount"))
    used = dict(Invoice.objects.filter(allocations__isnull=False).annotate(used=Sum("allocations__amount")).values_list("pk", "used"))
    lines = dict(Invoice.objects.annotate(lines_net=Sum("lines__net")).values_list("pk", "lines_net"))
    for pk, number, kind, net, total in Invoice.objects.values_list("pk", "number", "kind", "net", "total"):
        if lines.get(pk) != net:
            faults.append(f"The lines of {number} do not add up to its net.")
        still_open = total - used.get(pk, Decimal(0)) if kind == Invoice.Kind.INVOICE else Decimal(0)
        if still_open != open_amounts.get(pk, Decimal(0)):
            faults.append(f"{number} has {still_open} open and its open item says {open_amounts.get(pk, Decimal(0))}.")
        if still_open < 0:
            faults.append(f"{number} is settled by more than it is for.")
    for payment in Payment.objects.filter(amount__gt=0).prefetch_related("returned_by", "allocations"):
        if left_of_payment(payment) < 0:
            faults.append(f"Payment {payment.pk} settled more than came in.")
    moved = {payment.key.split(":")[1]: payment for payment in Payment.objects.filter(key__startswith="payment:", key__contains=":moved:")}
    for back in Payment.objects.filter(returns__in=list(moved), key__endswith=":returned"):
        if (there := moved[str(back.returns_id)]).amount != -back.amount:
            faults.append(f"Payment {there.pk} books {there.amount} where {-back.amount} was taken off.")
    for payment in Payment.objects.filter(refunds__kind=Invoice.Kind.INVOICE):
        faults.append(f"Payment {payment.pk} refunds an invoice, which nothing came in for.")
    for note in Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE).prefetch_related("settled", "refunds"):
        if left_of_credit_note(note) < 0:
            faults.append(f"{note.number} settled more than it credits.")
    open_in: dict[int, set[str]] = {}
    for organisation, currency in OpenItem.objects.order_by().values_list("organisation", "currency").distinct():
        open_in.setdefault(organisation, set()).add(currency)
    for account in Account.objects.select_related("organisation").filter(organisation__in=open_in).order_by("pk"):
        if any(amount > 0 and currency in open_in[account.organisation_id] for currency, amount in credits_of(account).items()):
            faults.append(f"{account} owes something while it has something to its credit.")
    return faults
