from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.directory.models import FIELDS, Level
from coalition.members.countries import COUNTRIES
from coalition.members.forms import PickMany


class TagsField(forms.CharField):
    """Words separated by commas."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value):
        return [word.strip() for word in super().clean(value).replace("，", ",").split(",") if word.strip()]


class OrganisationCardForm(forms.Form):
    about = forms.CharField(label=_("About"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}))
    website = forms.URLField(
        label=_("Website"), required=False, assume_scheme="https", widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "example.org"})
    )
    sectors = TagsField(label=_("Sectors"), max_length=400, required=False, help_text=_("Separated by commas."))
    jurisdictions = forms.MultipleChoiceField(label=_("Jurisdictions"), choices=COUNTRIES, required=False, widget=PickMany)
    marketplaces = TagsField(label=_("Marketplaces"), max_length=400, required=False, help_text=_("That you run, or work on most."))
    expertise = TagsField(label=_("Expertise"), max_length=400, required=False)


class CardForm(forms.Form):
    """One's own card: a value and a level for each field."""

    LONG = ("about",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, words in FIELDS.items():
            widget = forms.Textarea(attrs={"rows": 3, "data-keep": ""}) if name in self.LONG else forms.TextInput(attrs={"data-keep": ""})
            if name != "name":
                self.fields[name] = forms.CharField(label=words, required=False, max_length=1000 if name in self.LONG else 200, widget=widget)
            self.fields[f"{name}_level"] = forms.ChoiceField(label=_("Seen by"), choices=Level, initial=Level.MEMBERS)

    def pairs(self):
        """Each field with who sees it, as the page lays them out."""
        return [{"label": words, "value": self[name] if name != "name" else None, "level": self[f"{name}_level"]} for name, words in FIELDS.items()]


class MessageForm(forms.Form):
    body = forms.CharField(label=_("Message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}))
