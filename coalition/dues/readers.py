"""What is said of money, whom it tells, and the letters to the address for invoices."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _plain
from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import reader, verb
from coalition.dates import long_day


def _money_seats(event):
    """The seats of the organisation that look after its money."""
    from coalition.members.models import Organisation

    return list(Organisation.objects.filter(pk=event.data.get("organisation")).values_list("finance_id", flat=True))


def _treasury(event):
    return [event.data.get("treasury")]


def _what_it_was_worth(invoice) -> str:
    """With the invoice of a renewal: where its owner reads what the membership gave in the last twelve months."""
    from coalition.members.models import Term

    renewed = invoice.term_charges.filter(term__starts_on__gt=invoice.issued_on).exists()
    if not renewed or not Term.objects.filter(organisation=invoice.organisation_id, starts_on__lte=invoice.issued_on).exists():
        return ""
    address = settings.SITE_URL + reverse("register:own_value")
    return _plain("What the membership gave you in the last twelve months, for its owner:\n%(address)s\n\n") % {"address": address}


def _document_letter(event):
    """The document itself, to the address for invoices; none when there is no address."""
    from coalition.dues.models import Invoice
    from coalition.dues.printing import printed
    from coalition.dues.rules import spaced

    invoice = Invoice.objects.select_related("account", "credits").get(pk=event.subject_id)
    if not invoice.account.email:
        return {}
    values = {
        "what": str(invoice), "name": invoice.billed_to["name"], "total": f"{invoice.total:,.2f} {invoice.currency}",
        "day": long_day(invoice.due_on),
        "iban": spaced(invoice.issuer["iban"]), "reference": spaced(invoice.reference), "issuer": invoice.issuer["name"], "reason": invoice.reason,
        "worth": _what_it_was_worth(invoice),
    }  # fmt: skip
    if invoice.is_credit_note:
        text = _plain("%(name)s,\n\nattached is %(what)s over %(total)s.\n\nReason: %(reason)s\n\n%(issuer)s") % values
    else:
        text = (
            _plain(
                "%(name)s,\n\nattached is %(what)s over %(total)s, payable by %(day)s.\n\nIBAN %(iban)s\nReference %(reference)s\n\n"
                "With the reference your payment is matched by itself.\n\n%(worth)s%(issuer)s"
            )
            % values
        )

    def file():
        with printed(invoice).file.blob.open() as opened:
            return f"{invoice.number}.pdf", opened.read(), "application/pdf"

    return {invoice.account.email: (f"{str(invoice.get_kind_display()).capitalize()} {invoice.number}", text, file)}


def _consequence(invoice) -> str:
    """What comes of not paying: a member's standing ends with the grace of its own tier, an applicant's membership does not begin."""
    from coalition.members.models import Term

    if not Term.objects.filter(organisation=invoice.organisation_id).exists():
        return _plain("The membership begins when they are in. If you do not want it any more, withdraw your application.")
    return _plain(
        "From %(late)s on the membership is not in good standing: nobody of your organisation reads or does anything in the portal, "
        "and votes are not counted, until the dues are in."
    ) % {"late": long_day(invoice.late_from)}


def _reminder_letter(event):
    """A rung's letter, as long as something is open; a letter that waited past the payment says nothing."""
    from coalition.dues.models import OpenItem, Rung
    from coalition.dues.rules import payable_in, spaced

    item = OpenItem.objects.select_related("invoice__account").filter(invoice_id=event.subject_id).first()
    rung = Rung.objects.filter(pk=event.data.get("rung")).first()
    if item is None or rung is None or not item.invoice.account.email:
        return {}
    invoice = item.invoice
    values = {
        "number": invoice.number, "open": f"{item.amount:,.2f} {invoice.currency}", "due": long_day(invoice.due_on),
        "name": invoice.billed_to["name"], "payable": payable_in((invoice.due_on - timezone.localdate()).days),
        "consequence": _consequence(invoice),
        "late": long_day(invoice.late_from), "iban": spaced(invoice.issuer["iban"]), "reference": spaced(invoice.reference),
    }  # fmt: skip
    text = f"{rung.words}\n\nIBAN {{iban}}\n{_plain('Reference')} {{reference}}\n\n{invoice.issuer['name']}"
    return {invoice.account.email: (rung.subject.format_map(values), text.format_map(values))}


verb("dues.posted", _("posted the invoice {number} over {total}, payable by {due}"), tells=_money_seats, writes=_document_letter)
verb("dues.credited", _("credited {credited} with {number} over {total}: {reason}"), tells=_money_seats, writes=_document_letter)
verb("dues.term_given_up", _("gave up the term until {until}: nothing charges for it any more"), tells=_money_seats)
verb("dues.reissued", _("posted {number} instead of {instead}: {reason}"))
verb("dues.paid", _("booked a payment of {amount}"), tells=_money_seats)
verb("dues.settled", _("settled the invoice {number}"))
verb("dues.credited_out", _("closed the invoice {number}: nothing of it is open once it is credited"))
verb("dues.payment_returned", _("took back the booking of a payment of {amount}: {reason}"), tells=_money_seats)
verb("dues.refunded", _("sent back {amount}: {reason}"), tells=_money_seats)
verb("dues.reminded", _("reminds of the invoice {number}, {when}"), tells=_money_seats, writes=_reminder_letter)
verb("dues.tier_changed", _("changed the tier from {before} to {after}: {reason}"), tells=_money_seats)
verb("dues.band_set", _("changed the band from {before} to {after}: {reason}"))
verb("dues.billing_changed", _("changed the billing details"), tells=_treasury)
verb("dues.rate_set", _("set the dues of {tier}, {band}, to {amount} from {day}"))
verb(
    "dues.statement_brought",
    (_("brought in the statement {name} with one new movement"), _("brought in the statement {name} with {count} new movements")),
)
verb("dues.issuer_set", _("made {name} the issuer of documents from {day}"))
verb("dues.rule_set", _("changed how dues of {tier} are asked from {day}"))
verb("dues.tax_set", _("set the tax of “{scope}” to {percent} % from {day}"))
verb("dues.line_unbooked", _("took back the booking of a movement of {amount}: {reason}"))
verb("dues.line_taken_up", _("took a movement of {amount} up again"))
verb("dues.line_left", _("left a movement of {amount} aside: {reason}"))


@reader("dues of those who leave")
def credit_those_who_leave(event) -> None:
    """Whoever resigns owes nothing for terms that never begin; whoever stays after all is charged for them again."""
    from coalition.dues.actions.terms import charge_again, credit_unbegun
    from coalition.members.models import Organisation

    if event.verb not in ("organisation.resigned", "organisation.stays"):
        return
    organisation = Organisation.objects.select_related("category", "audience").get(pk=event.subject_id)
    if event.verb == "organisation.resigned":
        credit_unbegun(organisation, reason=_plain("The organisation has resigned."), by=None)
    else:
        charge_again(organisation, by=None)
