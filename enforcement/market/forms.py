from django import forms
from django.utils.translation import gettext_lazy as _

from enforcement.market.columns import FIELDS, NEEDED


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of listings"),
        allow_empty_file=True,
        help_text=_("CSV or XLSX as you have it, a list of addresses, or a hosts file; up to 60 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class MappingForm(forms.Form):
    """One choice a field: which column of the file holds it."""

    def __init__(self, *args, job, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("not in this file")), *((str(n), column) for n, column in enumerate(job.columns))]
        for field, label in FIELDS.items():
            chosen = job.mapping.get(field)
            self.fields[field] = forms.ChoiceField(
                label=label, choices=choices, required=field == NEEDED, initial=str(chosen["column"]) if chosen else ""
            )
            self.fields[field].because = chosen["because"] if chosen else ""
            self.fields[field].samples = [row[chosen["column"]] for row in job.samples[:3] if chosen and chosen["column"] < len(row)]

    def mapping(self) -> dict[str, int]:
        return {field: int(value) for field, value in self.cleaned_data.items() if value != ""}
