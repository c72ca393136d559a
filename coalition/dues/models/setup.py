"""What staff set, as dated rows: what a year costs, how it is asked, taxed and reminded of, and who issues the documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.dues import rules
from coalition.members.models import Tier

MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}
CURRENCIES = [(code, code) for code in ("EUR", "USD", "GBP")]


class DatedQuerySet(models.QuerySet):
    def in_force(self, on):
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("-valid_from")


class Dated(models.Model):
    """A row that holds from a day on, until before another."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Band(models.Model):
    """How large an organisation is, by yearly revenue. What its dues are by."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self):
        return self.name


class Rate(Dated):
    """A year's dues of a tier, for one band or for all, from a day on."""

    told_with = ("tier", "band")

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="rates")
    band = models.ForeignKey(Band, models.PROTECT, null=True, blank=True, related_name="+")
    amount = models.DecimalField(**MONEY)
    currency = models.CharField(max_length=3, choices=CURRENCIES, default="EUR")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="rate_not_negative"),
            models.UniqueConstraint(fields=["tier", "band", "valid_from"], nulls_distinct=False, name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="rate_has_days"),
        ]

    def __str__(self):
        return f"{self.tier}, {self.band or _('every band')}: {self.amount} {self.currency}"

    def get_absolute_url(self):
        return reverse("dues:rates")


class DuesRule(Dated):
    """How dues are asked: by which year, pro-rated how, payable when, with how much grace."""

    class Year(models.TextChoices):
        ANNIVERSARY = rules.ANNIVERSARY, _("twelve months from the first day")
        CALENDAR = rules.CALENDAR, _("the calendar year")

    class Proration(models.TextChoices):
        NONE = rules.NONE, _("never: a year is a year")
        MONTH = rules.MONTH, _("by months begun")
        DAY = rules.DAY, _("by days")

    told_with = ("tier",)

    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="dues_rules")
    year = models.CharField(max_length=12, choices=Year, default=Year.ANNIVERSARY)
    proration = models.CharField(max_length=6, choices=Proration, default=Proration.MONTH)
    renews_before = models.PositiveSmallIntegerField(_("days before a term ends that the next is invoiced"), default=60)
    payable_in = models.PositiveSmallIntegerField(_("days to pay a document that is not a renewal"), default=30)
    grace = models.PositiveSmallIntegerField(_("days of grace after the due day"), default=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tier", "valid_from"], nulls_distinct=False, name="one_dues_rule_a_day")]

    def __str__(self):
        return f"{self.tier or _('every tier')} from {self.valid_from}"

    def get_absolute_url(self):
        return reverse("dues:rates")


class TaxRule(Dated):
    """What tax goes on an invoice, by where the buyer is, and the sentence that says why."""

    class Scope(models.TextChoices):
        DOMESTIC = rules.DOMESTIC, _("buyer in the issuer’s country")
        EU_BUSINESS = rules.EU_BUSINESS, _("buyer elsewhere in the EU, with a VAT number")
        EU_OTHER = rules.EU_OTHER, _("buyer elsewhere in the EU, without one")
        ELSEWHERE = rules.ELSEWHERE, _("buyer outside the EU, or issuer outside it")

    scope = models.CharField(max_length=12, choices=Scope)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    words = models.CharField(max_length=200, help_text=_("As it stands on the invoice."))
    source = models.CharField(max_length=200)
    is_verified = models.BooleanField(default=False, help_text=_("Checked against the source’s text."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "valid_from"], name="one_tax_rule_a_day")]

    def __str__(self):
        return f"{self.get_scope_display()}: {self.percent} %"

    def get_absolute_url(self):
        return reverse("dues:rates")


class Issuer(Dated):
    """Who sends the invoices, as it stands on them, from a day on."""

    name = models.CharField(max_length=160)
    address = models.TextField()
    country = models.CharField(max_length=2)
    tax_number = models.CharField(max_length=40, blank=True)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11)
    bank = models.CharField(max_length=80)
    email = models.EmailField()
    valid_from = models.DateField(unique=True)

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("dues:rates")

    def as_printed(self) -> dict:
        return {name: getattr(self, name) for name in ("name", "address", "country", "tax_number", "iban", "bic", "bank", "email")}


class Rung(Dated):
    """One rung of the reminder ladder: how many days from the due day, and what the letter says."""

    days = models.SmallIntegerField(help_text=_("From the due day; negative is before it."))
    subject = models.CharField(max_length=120)
    words = models.TextField()

    class Meta:
        ordering = ["days"]
        constraints = [models.UniqueConstraint(fields=["days", "valid_from"], name="one_rung_a_day")]

    def __str__(self):
        if self.days < 0:
            return str(_("%(n)d days before the due day") % {"n": -self.days})
        return str(_("%(n)d days after the due day") % {"n": self.days} if self.days else _("on the due day"))
