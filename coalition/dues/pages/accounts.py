"""One organisation's account and its documents, as itself and the treasury read them; what waits to be paid."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.activity.models import Event
from coalition.dates import long_day, midnight
from coalition.dues import card, rules
from coalition.dues.actions import renewals
from coalition.dues.actions.posting import credit_left
from coalition.dues.actions.settling import credits_of, left_of_credit_note, left_of_payment
from coalition.dues.forms import MoveForm, RefundForm
from coalition.dues.models import Account, Invoice, OpenItem
from coalition.dues.pages.ageing import AgeingPage
from coalition.dues.permissions import can_see_dues
from coalition.dues.tariff import Tariff
from coalition.lists import Keyset
from coalition.members.forms import ReasonForm
from coalition.members.models import Organisation


class AccountPage:
    """One organisation's account, for itself or for the treasury."""

    def __init__(self, organisation: Organisation, account: Account | None, viewer, query):
        self.organisation, self.account, self.viewer, self.query = organisation, account, viewer, query

    @cached_property
    def open_items(self) -> list[OpenItem]:
        items = OpenItem.objects.visible_to(self.viewer).filter(organisation=self.organisation)
        return list(items.select_related("invoice").order_by("due_on", "invoice_id"))

    @cached_property
    def invoices(self) -> Keyset:
        return Keyset(Invoice.objects.visible_to(self.viewer).filter(organisation=self.organisation).for_list(), self.query, rows=24)

    @cached_property
    def payments(self) -> list[dict]:
        if self.account is None:
            return []
        rows = self.account.payments.select_related("recorded_by").prefetch_related("allocations__invoice", "returned_by").order_by("-pk")[:40]
        return [self._payment(row) for row in rows]

    def _payment(self, row) -> dict:
        left = left_of_payment(row) if row.amount > 0 else Decimal(0)
        named = {name: form(auto_id=f"{name}-{row.pk}-%s") for name, form in (("back", ReasonForm), ("move", MoveForm), ("refund", RefundForm))}
        return {"payment": row, "left": left, "for": numbers_of(row), **named}

    @cached_property
    def credits_left(self) -> list[dict]:
        """Credit notes of which something is left that could go back."""
        if self.account is None:
            return []
        notes = self.account.invoices.filter(kind=Invoice.Kind.CREDIT_NOTE).prefetch_related("settled", "refunds")
        return [
            {"note": note, "left": left, "refund": RefundForm(auto_id=f"refund-{note.number}-%s")}
            for note in notes
            if (left := left_of_credit_note(note)) > 0
        ]

    @cached_property
    def credit(self) -> list[tuple[Decimal, str]]:
        """What is to the member's credit, by currency."""
        return [(amount, code) for code, amount in credits_of(self.account).items() if amount > 0] if self.account else []

    @cached_property
    def owed(self) -> list[tuple[Decimal, str]]:
        sums: dict[str, Decimal] = {}
        for item in self.open_items:
            sums[item.invoice.currency] = sums.get(item.invoice.currency, Decimal(0)) + item.amount
        return [(amount, code) for code, amount in sums.items()]

    @cached_property
    def term(self):
        return self.organisation.term_on(timezone.localdate())

    @property
    def has_other_tiers(self) -> bool:
        current = self.term.tier_id if self.term else None
        return self.organisation.category.tiers.exclude(pk=current).exists()

    @cached_property
    def leaving(self):
        return self.organisation.leaving()

    @cached_property
    def renewal(self) -> renewals.NextTerm | Refused:
        """The next term with its dues, or why there is none."""
        if self.leaving:
            return Refused(_("It has resigned, with effect from %(day)s.") % {"day": long_day(self.leaving.takes_effect_on)})
        if self.account is None:
            return Refused(_("It has no account yet."))
        try:
            return renewals.next_term(self.organisation, self.organisation.last_counting_term(), self.account, Tariff())
        except Refused as refusal:
            return refusal

    @property
    def why_not_renewed(self) -> str:
        return str(self.renewal) if isinstance(self.renewal, Refused) else ""

    @property
    def can_renew(self) -> bool:
        """Whether the next term is due to be given: from so many days before the last one's end."""
        return not isinstance(self.renewal, Refused) and self.renewal.from_day <= timezone.localdate()

    @property
    def next_invoice(self) -> renewals.NextTerm | None:
        """What will be invoiced next, and when, as rates stand today; None when nothing will."""
        return self.renewal if isinstance(self.renewal, renewals.NextTerm) and self.renewal.net else None

    @cached_property
    def events(self):
        return list(Event.objects.visible_to(self.viewer).newest().filter(space=self.account.space_id)[:40]) if self.account else []

    @property
    def by_card(self) -> bool:
        return card.is_on()


def own_panel(organisation: Organisation, viewer) -> dict | None:
    """Dues on *Our organisation*: what is open, and what comes next."""
    if not can_see_dues(viewer, organisation.pk):
        return None
    page = AccountPage(organisation, Account.objects.visible_to(viewer).select_related("band").filter(organisation=organisation).first(), viewer, {})
    rows = [(_("Open"), f"{amount:,.2f} {currency}") for amount, currency in page.owed] or [(_("Open"), _("nothing"))]
    if following := page.next_invoice:
        when = _("when it is renewed") if following.comes_back else date_format(following.from_day)
        rows.append((_("Next invoice"), f"{when}, {following.net:,.2f} {following.currency}"))
    return {"title": _("Dues"), "rows": rows, "address": reverse("dues:own"), "more": _("Invoices and how to pay")}


# How long before its due day an invoice waits on the home page.
SOON = timedelta(days=30)


def waiting(viewer) -> list[dict]:
    """For the home page: what one's own organisation has to pay soon, or gives no address for; and what waits for the treasury."""
    rows = _of_the_treasury(viewer) if viewer.may("keep_accounts") else []
    if not viewer.organisation_id or not viewer.may("see_dues"):
        return rows
    today = timezone.localdate()
    items = OpenItem.objects.visible_to(viewer).filter(organisation=viewer.organisation_id, due_on__lte=today + SOON).select_related("invoice")
    rows += [
        {"title": str(item.invoice), "detail": f"{item.amount:,.2f} {item.invoice.currency}, {item.invoice.state_words}",
         "address": item.invoice.get_absolute_url(), "due_at": midnight(item.due_on + timedelta(days=1))}
        for item in items.order_by("due_on")[:4]
    ]  # fmt: skip
    if Account.objects.visible_to(viewer).filter(organisation=viewer.organisation_id, email="").exists():
        rows.append({"title": _("Where do invoices go?"), "detail": _("No address for them is given."), "address": reverse("dues:own")})
    return rows


def _of_the_treasury(viewer) -> list[dict]:
    page, today = AgeingPage(viewer, {}), timezone.localdate()
    late = OpenItem.objects.visible_to(viewer).filter(invoice__late_from__lte=today).count()
    counted = [
        (page.to_match, _("Movements to be matched"), reverse("dues:bank")),
        (late, _("Invoices past their grace"), reverse("dues:ageing")),
        (len(page.without_rate), _("Tiers without a rate"), reverse("dues:rates")),
    ]
    return [{"title": words, "detail": str(n), "address": address} for n, words, address in counted if n]


def numbers_of(payment) -> str:
    sums: dict[str, Decimal] = {}
    for row in payment.allocations.all():
        sums[row.invoice.number] = sums.get(row.invoice.number, Decimal(0)) + row.amount
    return ", ".join(number for number, amount in sums.items() if amount > 0)


class InvoicePage:
    def __init__(self, invoice: Invoice, viewer):
        self.invoice, self.viewer = invoice, viewer

    @cached_property
    def lines(self):
        return list(self.invoice.lines.all())

    @cached_property
    def allocations(self):
        return list(self.invoice.allocations.select_related("payment", "credit_note"))

    @cached_property
    def credit_notes(self):
        return list(self.invoice.credit_notes.all())

    @cached_property
    def reminders(self):
        return list(self.invoice.reminders.select_related("rung").order_by("pk"))

    @cached_property
    def credit_left(self) -> Decimal:
        return Decimal(0) if self.invoice.is_credit_note else credit_left(self.invoice)

    @property
    def reference(self) -> str:
        return rules.spaced(self.invoice.reference)

    @property
    def iban(self) -> str:
        return rules.spaced(self.invoice.issuer["iban"])

    @property
    def by_card(self) -> bool:
        return card.is_on()
