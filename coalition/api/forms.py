from django import forms
from django.utils.translation import gettext_lazy as _


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    days = forms.TypedChoiceField(label=_("Lasts"), coerce=int, choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))], initial=90)
