"""The books: accounts, posted documents that never change, money that came in, and what it settled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.dues import rules
from coalition.dues.models.setup import CURRENCIES, MONEY, Band, Rung
from coalition.files.models import Attachment
from coalition.members.models import Organisation, Term


class Account(SpaceModel):
    """An organisation's account with the coalition. Its room is read by those who look after the organisation's money and led by the treasury."""

    told_with = ("organisation",)
    lives_in = ("account",)

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="account")
    name = models.CharField(_("name on invoices"), max_length=160)
    address = models.TextField(_("postal address"), blank=True)
    country = models.CharField(_("country"), max_length=2)
    tax_number = models.CharField(_("VAT number"), max_length=40, blank=True)
    email = models.EmailField(_("address for invoices"), blank=True)
    order_number = models.CharField(_("your order number"), max_length=60, blank=True)
    band = models.ForeignKey(Band, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revenue band"))

    class Meta:
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Leads the treasury to the account and the organisation to its dues."""
        return reverse("dues:of", args=[self.organisation.slug])

    def as_printed(self) -> dict:
        return {name: getattr(self, name) for name in ("name", "address", "country", "tax_number", "order_number")}


class InvoiceQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("organisation", "open_item").prefetch_related("credit_notes").order_by("-pk")


class Invoice(SpaceModel):
    """A posted document: an invoice, or a credit note on one. It never changes; what is wrong is credited and posted anew."""

    lives_in = ("account",)
    append_only = True

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.INVOICE)
    account = models.ForeignKey(Account, models.PROTECT, related_name="invoices")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invoices")
    credits = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="credit_notes")
    # The one it was posted instead of.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.TextField(blank=True)
    issued_on = models.DateField()
    due_on = models.DateField()
    # The first day on which it stands in the way of good standing: after the due day and its grace, frozen here.
    late_from = models.DateField()
    currency = models.CharField(max_length=3, choices=CURRENCIES)
    net = models.DecimalField(**MONEY)
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2)
    tax_words = models.CharField(max_length=200)
    tax = models.DecimalField(**MONEY)
    total = models.DecimalField(**MONEY)
    billed_to = models.JSONField()
    issuer = models.JSONField()
    # What a bank transfer carries (ISO 11649).
    reference = models.CharField(max_length=25, unique=True)
    layout = models.PositiveSmallIntegerField(default=1)
    posted_at = models.DateTimeField(default=timezone.now)
    posted_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total=models.F("net") + models.F("tax")), name="invoice_adds_up"),
            models.CheckConstraint(condition=Q(net__gte=0, tax__gte=0, total__gt=0), name="invoice_is_for_something"),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits=None) | Q(kind="credit_note", credits__isnull=False), name="credit_note_credits"
            ),
            models.CheckConstraint(condition=~Q(kind="credit_note", reason=""), name="credit_note_says_why"),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("issued_on"), late_from__gte=models.F("due_on")), name="late_after_due_after_issued"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"]),
            models.Index(fields=["space", "-id"]),
            models.Index(fields=["issued_on"]),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self):
        return reverse("dues:invoice", args=[self.number])

    @property
    def is_credit_note(self) -> bool:
        return self.kind == self.Kind.CREDIT_NOTE

    @property
    def open_amount(self) -> Decimal:
        """What is still to be paid of it."""
        item = getattr(self, "open_item", None)
        return item.amount if item else Decimal(0)

    @property
    def state(self) -> str:
        if self.is_credit_note:
            return "credit"
        if not self.open_amount:
            return "credited" if sum(note.net for note in self.credit_notes.all()) == self.net else "settled"
        today = timezone.localdate()
        return "late" if today >= self.late_from else "due" if today > self.due_on else "open"

    @property
    def state_words(self):
        words = {
            "credit": _("credit note"),
            "settled": _("settled"),
            "credited": _("credited"),
            # Whoever comes back has none.
            "late": _("past its grace") if self.late_from > self.due_on else _("open, without grace"),
            "due": _("overdue"),
            "open": _("open"),
        }
        return words[self.state]


class InvoiceLine(SpaceModel):
    """One line of a posted document: for what, for which days, how much without tax."""

    lives_in = ("account",)
    append_only = True

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    net = models.DecimalField(**MONEY)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="one_line_a_position")]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return self.text

    @property
    def period(self) -> rules.Period | None:
        """The days it is for, where it is for any."""
        return rules.Period(self.starts_on, self.ends_on) if self.starts_on and self.ends_on else None

    @property
    def last_on(self):
        """The last day it is for, as people say it."""
        return self.ends_on and self.ends_on - timedelta(days=1)


class TermCharge(SpaceModel):
    """An invoice charges for a term. What it charges is what the term's standing rests on."""

    lives_in = ("account",)
    append_only = True

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="term_charges")
    term = models.ForeignKey(Term, models.PROTECT, related_name="charges")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "term"], name="charged_once")]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.invoice} for {self.term}"


class OpenItem(SpaceModel):
    """What is still to be paid of an invoice: the row is there while something is. Kept by posting and settling alone; `check_books` counts again."""

    lives_in = ("account",)

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="open_item")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="open_items")
    amount = models.DecimalField(**MONEY)
    # The invoice's, so that what is open is added up without asking every invoice.
    currency = models.CharField(max_length=3)
    due_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="open_item_is_open")]
        indexes = [models.Index(fields=["due_on", "invoice"]), models.Index(fields=["organisation"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.invoice}: {self.amount}"

    @classmethod
    def facts(cls, invoice: Invoice) -> dict:
        """What its row repeats of an invoice."""
        return {"space_id": invoice.space_id, "organisation_id": invoice.organisation_id, "currency": invoice.currency, "due_on": invoice.due_on}


class Payment(SpaceModel):
    """Money that came in, or went back: a refund and a payment returned by the bank are negative."""

    lives_in = ("account",)
    told_with = ("account__organisation",)
    append_only = True

    class Method(models.TextChoices):
        BANK = "bank", _("bank transfer")
        CARD = "card", _("card")
        OTHER = "other", _("other")

    account = models.ForeignKey(Account, models.PROTECT, related_name="payments")
    received_on = models.DateField()
    amount = models.DecimalField(**MONEY)
    currency = models.CharField(max_length=3, choices=CURRENCIES)
    method = models.CharField(max_length=6, choices=Method)
    reference = models.CharField(max_length=140, blank=True)
    # What makes it the same payment when it is told twice: the bank's key of the line, the card service's of the payment.
    key = models.CharField(max_length=120, unique=True)
    returns = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="returned_by")
    refunds = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="refunds")
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="payment_is_for_something"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, returns=None, refunds=None)
                | (Q(amount__lt=0) & ~Q(reason="") & (Q(returns__isnull=False, refunds=None) | Q(returns=None, refunds__isnull=False))),
                name="money_back_says_of_what_and_why",
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.amount} {self.currency}, {self.received_on}"

    def get_absolute_url(self):
        return self.account.get_absolute_url()


class Allocation(SpaceModel):
    """How much of an invoice a payment or a credit note settled, from the day it was posted. Undone by a negative one."""

    lives_in = ("account",)
    append_only = True

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="allocations")
    credit_note = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="settled")
    amount = models.DecimalField(**MONEY)
    posted_on = models.DateField()
    posted_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="allocation_is_for_something"),
            models.CheckConstraint(
                condition=Q(payment=None, credit_note__isnull=False) | Q(payment__isnull=False, credit_note=None), name="settled_by_one_thing"
            ),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.amount} on {self.invoice}"


class Printed(SpaceModel):
    """The PDF of a posted document, made once."""

    lives_in = ("account",)
    append_only = True

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="printed")
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"PDF of {self.invoice}"


class Reminder(SpaceModel):
    """The send log of the ladder: this rung of this invoice was sent, or passed over, on a day. A second run finds it here."""

    lives_in = ("account",)
    append_only = True

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="reminders")
    rung = models.ForeignKey(Rung, models.PROTECT, related_name="+")
    sent_on = models.DateField()
    was_sent = models.BooleanField(default=True, help_text=_("Not sent where a later rung had come by then."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "rung"], name="one_reminder_a_rung")]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.rung} of {self.invoice}"
