"""Posted documents as PDF: the same row gives the same bytes, whenever it is drawn."""

from __future__ import annotations

from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.viewer import as_system
from coalition.activity.once import once
from coalition.dates import long_day
from coalition.dues.models import Invoice, Printed
from coalition.dues.rules import spaced
from coalition.files.actions import clean_name, store
from coalition.files.models import Attachment
from coalition.members.countries import NAMES
from coalition.printing import draw

TEMPLATES = Path(__file__).parent / "typst"


def _period(line) -> str:
    return f"{line.starts_on:%d %b %Y} – {line.last_on:%d %b %Y}" if line.starts_on else ""


def _data(invoice: Invoice) -> dict:
    money = "{:,.2f}".format
    is_credit = invoice.is_credit_note
    facts = [(_("Date"), long_day(invoice.issued_on))]
    if is_credit and invoice.credits:
        facts.append((_("Credits"), f"{invoice.credits.number}, {invoice.credits.issued_on:%d %B %Y}"))
    else:
        facts.append((_("Payable by"), long_day(invoice.due_on)))
    if order := invoice.billed_to.get("order_number"):
        facts.append((_("Your order"), order))
    issuer = invoice.issuer
    pay = [] if is_credit else [
        (_("Account holder"), issuer["name"]), (_("IBAN"), spaced(issuer["iban"])), (_("BIC"), f"{issuer['bic']} · {issuer['bank']}"),
        (_("Amount"), f"{money(invoice.total)} {invoice.currency}"), (_("Reference"), spaced(invoice.reference)),
    ]  # fmt: skip
    return {
        "title": str(invoice.get_kind_display()).capitalize(), "number": invoice.number, "currency": invoice.currency,
        "year": invoice.issued_on.year, "month": invoice.issued_on.month, "day": invoice.issued_on.day,
        "issuer": issuer, "billed_to": {**invoice.billed_to, "country_name": NAMES.get(invoice.billed_to["country"], invoice.billed_to["country"])},
        "facts": facts, "reason": invoice.reason if is_credit else "", "pay": pay,
        "lines": [{"text": line.text, "period": _period(line), "net": money(line.net)} for line in invoice.lines.all()],
        "net": money(invoice.net), "tax": money(invoice.tax), "total": money(invoice.total),
        "tax_label": _("VAT %(percent)s %%") % {"percent": f"{invoice.tax_percent.normalize():f}"}, "tax_words": invoice.tax_words,
        "words": {
            "to": _("To"), "tax_number": _("VAT number"), "what": _("For"), "period": _("Period"), "net": _("Net"),
            "total": _("Total"), "pay": _("Please pay by bank transfer"), "reason": _("Reason:"), "page": _("Page"),
            "reference": _("With this reference your payment is matched by itself."),
        },
    }  # fmt: skip


def pdf(invoice: Invoice) -> bytes:
    """The document as PDF. Asks nothing but its row and its lines."""
    return draw(TEMPLATES / "invoice.typ", _data(invoice), at=invoice.posted_at)


@transaction.atomic
def printed(invoice: Invoice) -> Printed:
    """The document's PDF, made the first time it is asked for and the same ever after."""

    def make() -> Printed:
        name = clean_name(f"{invoice.number}.pdf")
        file = Attachment.objects.create(space_id=invoice.space_id, blob=store(ContentFile(pdf(invoice), name=name)), name=name)
        return Printed.objects.create(space_id=invoice.space_id, invoice=invoice, file=file)

    with as_system("print a posted document"):
        return once(Printed.objects.select_related("file__blob").filter(invoice=invoice), make)
