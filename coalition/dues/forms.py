from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField
from coalition.dues.models import CURRENCIES, MONEY, Account, Band, DuesRule, Issuer, Payment, TaxRule
from coalition.members.countries import COUNTRIES
from coalition.members.forms import Beside, ReasonForm, TierField, tiers_of_members
from coalition.members.models import Tier

# A member by name: what is typed so far asks for the names that hold it.
SUGGESTED = {
    "list": "organisations", "autocomplete": "off", "hx-get": reverse_lazy("dues:members"), "hx-trigger": "input changed delay:150ms",
    "hx-target": "#organisations",
}  # fmt: skip


def _amount(label, **more):
    return forms.DecimalField(label=label, min_value=0, **{**MONEY, **more})


class BillingForm(Beside, forms.ModelForm):
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)

    class Meta:
        model = Account
        fields = ["name", "address", "country", "tax_number", "email", "order_number"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3, "data-keep": ""})}
        help_texts = {"tax_number": _("It decides about tax on the next invoice."), "email": _("Invoices and reminders go there.")}


class PaymentForm(Beside, forms.Form):
    amount = _amount(_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    received_on = DayField(label=_("Came in on"), initial=timezone.localdate)
    method = forms.ChoiceField(label=_("How"), choices=Payment.Method)
    reference = forms.CharField(label=_("Reference"), max_length=100, help_text=_("What tells it from every other: the bank’s, or the cheque’s."))
    invoice = forms.ModelChoiceField(label=_("For"), queryset=None, required=False, empty_label=_("the oldest that is open"))

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["invoice"].queryset = account.invoices.filter(open_item__isnull=False)


class CreditForm(ReasonForm):
    net = _amount(_("Amount without tax"))
    field_order = ["net", "reason"]


class RefundForm(ReasonForm):
    amount = _amount(_("Amount"))
    field_order = ["amount", "reason"]


class MoveForm(ReasonForm):
    organisation = forms.CharField(label=_("To the account of"), max_length=160, widget=forms.TextInput(attrs=SUGGESTED))
    field_order = ["organisation", "reason"]


class TierForm(ReasonForm):
    tier = forms.ModelChoiceField(label=_("New tier"), queryset=Tier.objects.none(), empty_label=_("Choose…"))
    field_order = ["tier", "reason"]

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        term = organisation.term_on(today)
        self.fields["tier"].queryset = Tier.objects.filter(category_id=organisation.category_id).offered(today, beside=term.tier if term else None)


class BandForm(ReasonForm):
    band = forms.ModelChoiceField(label=_("Revenue band"), queryset=Band.objects.all(), required=False, empty_label=_("none"))
    field_order = ["band", "reason"]


class StatementForm(forms.Form):
    file = forms.FileField(label=_("Statement"), help_text=_("CAMT.053 (XML) as your bank sends it, or CSV with a date and an amount in columns."))


class RateForm(forms.Form):
    tier = TierField(label=_("Tier"), queryset=Tier.objects.none(), empty_label=_("Choose…"))
    band = forms.ModelChoiceField(label=_("Band"), queryset=Band.objects.all(), required=False, empty_label=_("every band"))
    amount = _amount(_("A year’s dues"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    valid_from = DayField(label=_("From"), initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = tiers_of_members()


class FromForm(forms.ModelForm):
    """A dated row: what holds from a day on."""

    valid_from = DayField(label=_("From"), initial=timezone.localdate)


class IssuerForm(FromForm):
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)

    class Meta:
        model = Issuer
        fields = ["name", "address", "country", "tax_number", "iban", "bic", "bank", "email", "valid_from"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3, "data-keep": ""})}

    def _post_clean(self):
        """The action writes the row; the form says only what was typed."""


class RuleForm(FromForm):
    tier = TierField(label=_("Tier"), queryset=Tier.objects.none(), required=False, empty_label=_("every tier"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = tiers_of_members()

    class Meta:
        model = DuesRule
        fields = ["tier", "year", "proration", "renews_before", "payable_in", "grace", "valid_from"]

    def _post_clean(self):
        """The action writes the row; the form says only what was typed."""


class TaxForm(FromForm):
    class Meta:
        model = TaxRule
        fields = ["scope", "percent", "words", "source", "valid_from"]

    def _post_clean(self):
        """The action writes the row; the form says only what was typed."""


class LineForm(Beside, forms.Form):
    """What a movement pays: an invoice by its number, or nothing but an organisation's account."""

    invoice = forms.CharField(label=_("Invoice number"), max_length=20, required=False)
    organisation = forms.CharField(label=_("Or on the account of"), max_length=160, required=False, widget=forms.TextInput(attrs=SUGGESTED))
