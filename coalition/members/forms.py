from django import forms
from django.utils.translation import gettext_lazy as _


class BreakGlassForm(forms.Form):
    reference = forms.CharField(label=_("Reference"), max_length=40, help_text=_("As on the case or notice: AUR-2026-0142."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The owner is told at once and reads this sentence."),
    )
