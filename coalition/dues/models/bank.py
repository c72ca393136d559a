"""Bank statements and their movements."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel
from coalition.dues import rules
from coalition.dues.models.books import Invoice, Payment
from coalition.dues.models.setup import MONEY
from coalition.files.models import Attachment


class Statement(SpaceModel):
    """A bank statement the treasury brought in."""

    lives_in = ("house",)

    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    account = models.CharField(_("IBAN"), max_length=34, blank=True)
    brought_at = models.DateTimeField(default=timezone.now)
    brought_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    known = models.PositiveIntegerField(default=0, help_text=_("Lines that an earlier statement had brought."))

    class Meta:
        indexes = [models.Index(fields=["space", "-id"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("dues:statement", args=[self.pk])


class StatementLine(SpaceModel):
    """One movement on the bank account, what it seems to pay, and what became of it."""

    lives_in = ("house",)

    class State(models.TextChoices):
        OPEN = "open", _("to be matched")
        ACCEPTED = "accepted", _("booked")
        LEFT = "left", _("left aside")
        OUT = "out", _("went out")

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=120, unique=True)
    booked_on = models.DateField()
    amount = models.DecimalField(**MONEY)
    currency = models.CharField(max_length=3)
    payer = models.CharField(max_length=160, blank=True)
    payer_account = models.CharField(max_length=34, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    proposed = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=20, choices=[(key, words) for key, words in rules.MATCHES.items()], blank=True)
    # What it was booked as; kept where that was a mistake and the movement is to be matched again.
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, blank=True, related_name="line")
    reason = models.CharField(max_length=300, blank=True)
    # A movement of another file that this one looks like: banks name the same movement otherwise from format to format.
    like = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="one_line_a_place"),
            models.CheckConstraint(condition=~Q(state="accepted") | Q(payment__isnull=False), name="booked_line_has_payment"),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.amount} {self.currency} from {self.payer}"

    def get_absolute_url(self):
        return reverse("dues:statement", args=[self.statement_id])

    @property
    def is_certain(self) -> bool:
        return self.why == rules.BY_REFERENCE and self.like_id is None
