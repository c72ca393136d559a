"""What settles what: payments and credit notes against open items, and what is left over, to the member's credit."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dues.models import Account, Allocation, Invoice, OpenItem, Payment


def _added(rows) -> Decimal:
    """In Python, because a page has the few rows at hand already."""
    return sum((row.amount for row in rows), Decimal(0))


def left_of_payment(payment: Payment) -> Decimal:
    """How much of a payment no invoice has used, and went back to nobody."""
    return payment.amount + _added(payment.returned_by.all()) - _added(payment.allocations.all())


def left_of_credit_note(note: Invoice) -> Decimal:
    """How much of a credit note no invoice has used, and went back to nobody."""
    return note.total + _added(note.refunds.all()) - _added(note.settled.all())


def _held(accounts: list[int]) -> dict[tuple[int, str], Decimal]:
    """What the coalition holds, by account and currency: what came in or was credited, that no invoice has used and that did not go back."""
    came = Payment.objects.filter(account__in=accounts).order_by().values_list("account", "currency").annotate(Sum("amount"))
    notes = Invoice.objects.filter(account__in=accounts, kind=Invoice.Kind.CREDIT_NOTE).order_by().values_list("account", "currency")
    used = Allocation.objects.filter(invoice__account__in=accounts).order_by().values_list("invoice__account", "invoice__currency")
    held: dict[tuple[int, str], Decimal] = {}
    for rows, sign in ((came, 1), (notes.annotate(Sum("total")), 1), (used.annotate(Sum("amount")), -1)):
        for account, currency, amount in rows:
            held[account, currency] = held.get((account, currency), Decimal(0)) + sign * amount
    return held


def credits_of(account: Account) -> dict[str, Decimal]:
    """What the coalition holds for a member, by currency."""
    return {currency: amount for (_account, currency), amount in _held([account.pk]).items()}


def accounts_in_credit(invoices: list[Invoice]) -> set[tuple[int, str]]:
    """The accounts of documents, with the currency, for which the coalition holds something."""
    return {key for key, amount in _held([invoice.account_id for invoice in invoices]).items() if amount > 0}


def credit_of(account: Account, currency: str) -> Decimal:
    """What the coalition holds for a member in one currency."""
    return credits_of(account).get(currency, Decimal(0))


def settle(invoice: Invoice, most: Decimal, *, by: Viewer | None, payment: Payment | None = None, credit_note: Invoice | None = None) -> Decimal:
    """Use up to `most` of a payment or a credit note for what is open of an invoice; returns how much was used."""
    item = OpenItem.objects.select_for_update().filter(invoice=invoice).first()
    used = min(most, item.amount) if item else Decimal(0)
    if item is None or used <= 0:
        return Decimal(0)
    Allocation.objects.create(
        space_id=invoice.space_id, invoice=invoice, payment=payment, credit_note=credit_note, amount=used, posted_on=timezone.localdate(),
        posted_by_id=by.audience_id if by else None,
    )  # fmt: skip
    if used == item.amount:
        item.delete()
        credited = credit_note is not None and credit_note.credits_id == invoice.pk
        record("dues.credited_out" if credited else "dues.settled", invoice, by=by, number=invoice.number, organisation=invoice.organisation_id)
    else:
        item.amount -= used
        item.save(update_fields=["amount"])
    return used


def unsettle(allocation: Allocation, amount: Decimal, *, by: Viewer | None) -> None:
    """Take back part of what a payment settled: the invoice is open again by as much."""
    invoice = allocation.invoice
    Allocation.objects.create(
        space_id=invoice.space_id, invoice=invoice, payment=allocation.payment, credit_note=allocation.credit_note, amount=-amount,
        posted_on=timezone.localdate(), posted_by_id=by.audience_id if by else None,
    )  # fmt: skip
    item, created = OpenItem.objects.select_for_update().get_or_create(
        invoice=invoice,
        defaults={"amount": amount, **OpenItem.facts(invoice)},
    )
    if not created:
        item.amount += amount
        item.save(update_fields=["amount"])


def settle_all_from_credit(account: Account, currency: str, *, by: Viewer | None) -> None:
    """Use what is to the member's credit for whatever is open, the oldest due first."""
    items = OpenItem.objects.filter(organisation=account.organisation_id, currency=currency).select_related("invoice__account")
    for item in items.order_by("due_on", "invoice_id"):
        settle_from_credit(item.invoice, by=by)


def settle_from_credit(invoice: Invoice, *, by: Viewer | None) -> None:
    """Use what is to the member's credit, oldest first, for an invoice that is open."""
    if credit_of(invoice.account, invoice.currency) <= 0:
        return
    for payment in invoice.account.payments.filter(currency=invoice.currency, amount__gt=0).order_by("pk"):
        settle(invoice, left_of_payment(payment), payment=payment, by=by)
    for note in invoice.account.invoices.filter(kind=Invoice.Kind.CREDIT_NOTE, currency=invoice.currency).order_by("pk"):
        settle(invoice, left_of_credit_note(note), credit_note=note, by=by)
