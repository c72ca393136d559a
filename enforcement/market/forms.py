from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField, LastDayField
from coalition.members.countries import COUNTRIES
from coalition.members.forms import Beside, PickMany
from enforcement.market.columns import FIELDS, NEEDED
from enforcement.market.models import AllowedSeller, Platform, SellerLink
from enforcement.proposals.forms import ProposeForm


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of listings"),
        allow_empty_file=True,
        help_text=_("CSV or XLSX as you have it, a list of addresses, a hosts file, or a ZIP of these with their pictures; up to 60 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.zip"}),
    )


class AllowForm(Beside, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("It is"), choices=AllowedSeller.Kind)
    because = forms.CharField(label=_("Why"), max_length=300, help_text=_("The contract, or who said so."))
    starts_on = DayField(label=_("From"), required=False, help_text=_("Today, where you leave it empty."))
    ends_on = LastDayField(label=_("Last day"), required=False, help_text=_("When the contract ends."))


class NewAllowForm(AllowForm):
    platform = forms.ModelChoiceField(label=_("Platform"), queryset=Platform.objects.exclude(slug="alias"), empty_label=_("Choose…"))
    shop = forms.CharField(label=_("Shop"), max_length=100, help_text=_("Its id or name there, as your listings name it; for a website its domain."))
    field_order = ["platform", "shop", "name", "kind", "because", "starts_on", "ends_on"]


class PlatformForm(forms.Form):
    countries = forms.MultipleChoiceField(
        label=_("Offers goods in"),
        choices=COUNTRIES,
        required=False,
        widget=PickMany({"aria-label": _("Offers goods in")}),
        help_text=_("None chosen: everywhere."),
    )
    most_items = forms.IntegerField(label=_("Most items in one notice"), min_value=1)


class AllowFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX or CSV with the shop: its address, or the platform and its id or name there; name, kind, why, from and last day may be there."
            " Days as 2026-03-31 or 31.03.2026."
        ),
    )
    because = forms.CharField(label=_("Why"), max_length=200, help_text=_("Who keeps the list; what a row says of its contract stands behind."))


class LinkForm(Beside, forms.Form):
    other = forms.CharField(label=_("Other storefront"), max_length=200, help_text=_("Its key, or its name on your listings."))
    verdict = forms.ChoiceField(label=_("They are"), choices=SellerLink.Verdict)
    confidence = forms.ChoiceField(label=_("How sure"), choices=SellerLink.Confidence, initial=SellerLink.Confidence.MEDIUM)
    source = forms.CharField(
        label=_("On what ground"), max_length=300, help_text=_("The return address of a test purchase, the same licence, a court file.")
    )


class ProposedSellerForm(ProposeForm):
    platform = forms.ModelChoiceField(
        label=_("Platform"), queryset=Platform.objects.exclude(slug="alias"), to_field_name="slug", empty_label=_("Choose…")
    )
    shop = forms.CharField(label=_("Shop"), max_length=100, help_text=_("Its id or name there; for a website its domain."))
    name = forms.CharField(label=_("Name"), max_length=200)
    ends_on = LastDayField(label=_("Last day"), required=False, help_text=_("When the licence ends, if you know it."))
    field_order = ["to", "platform", "shop", "name", "ends_on", "because"]


class MappingForm(forms.Form):
    """One choice a field: which column of the file holds it."""

    def __init__(self, *args, job, **kwargs):
        super().__init__(*args, **kwargs)
        if len(job.sheets) > 1:
            named = [(name, name) for name in job.sheets]
            self.fields["sheets"] = forms.MultipleChoiceField(
                label=_("Sheets to read"), choices=named, initial=[name for name in job.sheets if name not in job.skipped],
                widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose at least one sheet.")},
            )  # fmt: skip
        choices = [("", _("not in this file")), *((str(n), column) for n, column in enumerate(job.columns))]
        for field, label in FIELDS.items():
            chosen = job.mapping.get(field)
            self.fields[field] = forms.ChoiceField(
                label=label, choices=choices, required=field == NEEDED, initial=str(chosen["column"]) if chosen else ""
            )
            self.fields[field].because = chosen["because"] if chosen else ""
            self.fields[field].samples = [row[chosen["column"]] for row in job.samples[:3] if chosen and chosen["column"] < len(row)]

    def columns(self):
        """The choices of a column, without that of the sheets."""
        return [self[field] for field in FIELDS]

    def mapping(self) -> dict[str, int]:
        return {field: int(self.cleaned_data[field]) for field in FIELDS if self.cleaned_data[field] != ""}
