from django import forms
from django.utils.translation import gettext_lazy as _


class ViewForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))
    is_shared = forms.BooleanField(
        label=_("For my whole organisation"),
        required=False,
        help_text=_("A view holds filters, never rows: everybody sees through it what they may."),
    )

    def __init__(self, *args, can_share, **kwargs):
        super().__init__(*args, **kwargs)
        if not can_share:
            del self.fields["is_shared"]

    def clean_is_shared(self):
        return bool(self.cleaned_data.get("is_shared"))


class SaveForm(ViewForm):
    page = forms.CharField(widget=forms.HiddenInput, max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=4000, required=False)
