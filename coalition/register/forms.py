from django import forms
from django.utils.translation import gettext_lazy as _


class RegisterFileForm(forms.Form):
    file = forms.FileField(
        label=_("Register"),
        help_text=_(
            "XLSX or CSV with the columns name, tier, country, term from, term until (its last day). Owner email, billing email, band, vat number and"
            " joined may be there."
        ),
    )


class LetterForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=160)
    body = forms.CharField(label=_("Letter"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5, "data-keep": ""}))
