"""What settles what: payments and credit notes against open items, and what is left over, to the member's credit."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dues.models import Account, Allocation, Invoice, OpenItem, Payment


def _sum(rows, name: str = "amount") -> Decimal:
    return rows.aggregate(all=Sum(name))["all"] or Decimal(0)


def left_of_payment(payment: Payment) -> Decimal:
    """How much of a payment no invoice has used, and went back to nobody."""
    return payment.amount + _sum(payment.returned_by.all()) - _sum(payment.allocations.all())


def left_of_credit_note(note: Invoice) -> Decimal:
    """How much of a credit note no invoice has used, and went back to nobody."""
    return note.total + _sum(note.refunds.all()) - _sum(note.settled.all())


def credit_of(account: Account, currency: str) -> Decimal:
    """What the coalition holds for a member: what came in or was credited, that no invoice has used and that did not go back."""
    came = _sum(account.payments.filter(currency=currency))
    credited = _sum(account.invoices.filter(kind=Invoice.Kind.CREDIT_NOTE, currency=currency), "total")
    used = _sum(Allocation.objects.filter(invoice__account=account, invoice__currency=currency))
    return came + credited - used


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
        record("dues.settled", invoice, by=by, number=invoice.number, organisation=invoice.organisation_id)
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
        defaults={"space_id": invoice.space_id, "organisation_id": invoice.organisation_id, "amount": amount, "due_on": invoice.due_on},
    )
    if not created:
        item.amount += amount
        item.save(update_fields=["amount"])


def settle_from_credit(invoice: Invoice, *, by: Viewer | None) -> None:
    """Use what is to the member's credit, oldest first, for an invoice that is open."""
    if credit_of(invoice.account, invoice.currency) <= 0:
        return
    for payment in invoice.account.payments.filter(currency=invoice.currency, amount__gt=0).order_by("pk"):
        settle(invoice, left_of_payment(payment), payment=payment, by=by)
    for note in invoice.account.invoices.filter(kind=Invoice.Kind.CREDIT_NOTE, currency=invoice.currency).order_by("pk"):
        settle(invoice, left_of_credit_note(note), credit_note=note, by=by)
