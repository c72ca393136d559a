"""Card payments by Stripe Checkout, where STRIPE_SECRET_KEY is set. The card never touches the portal."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import stripe
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.viewer import Viewer, as_system
from coalition.dues.actions.payments import give_back, receive
from coalition.dues.models import Invoice, OpenItem, Payment
from coalition.dues.permissions import can_see_dues

# What we answer; every other kind of event is none of ours.
PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
REFUNDED, WITHDRAWN = "charge.refunded", "charge.dispute.funds_withdrawn"


def is_on() -> bool:
    return bool(settings.STRIPE_SECRET_KEY)


def _client() -> stripe.StripeClient:
    base = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, base_addresses=base, max_network_retries=1)  # type: ignore[arg-type]


def checkout(invoice: Invoice, *, by: Viewer | None) -> str:
    """The address at which what is open of an invoice is paid by card. Asking twice gives the same session for the same amount. `by` is None for an
    applicant, who acts by their link.

    Raises NotAllowed, and Refused when nothing is open or the card service does not answer.
    """
    require(is_on() and (by is None or can_see_dues(by, invoice.organisation_id)))
    item = OpenItem.objects.filter(invoice=invoice).first()
    if item is None:
        raise Refused(_("Nothing is open of %(number)s.") % {"number": invoice.number})
    back = settings.SITE_URL + (reverse("dues:own") if by else reverse("front"))
    price: Any = {"currency": invoice.currency.lower(), "unit_amount": int(item.amount * 100), "product_data": {"name": str(invoice)}}
    try:
        session = _client().v1.checkout.sessions.create(
            params={  # type: ignore[arg-type]
                "mode": "payment", "line_items": [{"quantity": 1, "price_data": price}], "client_reference_id": invoice.number,
                "metadata": {"invoice": invoice.number}, "payment_intent_data": {"metadata": {"invoice": invoice.number}},
                "success_url": f"{back}?paid={invoice.number}", "cancel_url": back,
            },
            options={"idempotency_key": f"{invoice.number}-{item.amount}-{datetime.now(tz=UTC):%Y%m%d%H}"},
        )  # fmt: skip
    except stripe.StripeError as failure:
        raise Refused(_("The card service does not answer. Nothing was charged; pay by transfer, or try again later.")) from failure
    return str(session.url)


def told(payload: bytes, signature: str) -> str:
    """What the card service tells us, once its signature holds: booked, given back, or none of ours. Told again, nothing happens twice.

    Raises Refused for a signature that does not hold.
    """
    try:
        event = stripe.Webhook.construct_event(payload, signature, settings.STRIPE_WEBHOOK_SECRET)
    except (ValueError, stripe.SignatureVerificationError) as wrong:
        raise Refused("The signature does not hold.") from wrong
    thing = event["data"]["object"].to_dict()
    if event["type"] in PAID and thing["payment_status"] == "paid":
        with as_system("book a card payment"):
            number = (thing.get("metadata") or {}).get("invoice", "")
            invoice = Invoice.objects.select_related("account__organisation").filter(number=number).first()
            if invoice is None:
                # A payment of something else on the same account of the card service.
                return "not ours"
            receive(
                invoice.account, amount=Decimal(thing["amount_total"]) / 100, currency=str(thing["currency"]).upper(),
                received_on=datetime.fromtimestamp(event["created"], UTC).date(), method=Payment.Method.CARD,
                key=f"stripe:{thing['payment_intent']}", reference=str(thing["id"])[:140], invoice=invoice, by=None,
            )  # fmt: skip
        return "booked"
    if event["type"] in (REFUNDED, WITHDRAWN):
        with as_system("a card payment was taken back"):
            payment = Payment.objects.filter(key=f"stripe:{thing['payment_intent']}").first()
            # A part that went back is for the treasury to book: only the whole opens the invoice again by itself.
            is_whole = event["type"] == WITHDRAWN or thing.get("amount_refunded") == thing.get("amount")
            if payment and is_whole and not payment.returned_by.exists():
                give_back(payment, reason=_("The card service took it back: %(what)s.") % {"what": event["type"]}, by=None)
                return "given back"
    return "not ours"
