from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.access.errors import told_at
from enforcement.shapes import rules
from enforcement.shapes.models import Field, Ground, Reasons


class FieldForm(forms.Form):
    label = forms.CharField(label=_("What it asks for"), max_length=120)
    label_zh = forms.CharField(label=_("In Chinese"), max_length=120, required=False)
    name = forms.RegexField(
        r"^[a-z0-9-]+$", label=_("Its name for programs"), max_length=40,
        help_text=_("Small letters, figures and “-”. A field of the same name gives way to this one."),
        error_messages={"invalid": _("Small letters, figures and “-” alone.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=Field.Kind)
    options = forms.CharField(
        label=_("Codes"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}),
        help_text=_("A line each: code | words | words in Chinese | grounds it suits, as “1.1 | item is counterfeit | 商品系假冒 | counterfeit”."),
    )  # fmt: skip
    most = forms.IntegerField(label=_("Most letters"), min_value=1, max_value=rules.LONGEST_SAID, required=False)
    hint = forms.CharField(label=_("Hint"), max_length=300, required=False)
    grounds = forms.MultipleChoiceField(
        label=_("Asked for on"), choices=Ground, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: on every ground.")
    )
    is_needed = forms.BooleanField(label=_("It is always needed then"), required=False)
    needed_with = forms.SlugField(label=_("Needed where this field"), max_length=40, required=False, help_text=_("The name of a field of codes."))
    needed_codes = forms.CharField(label=_("says one of these codes"), max_length=200, required=False, help_text=_("With commas between."))
    source = forms.CharField(label=_("By which rule"), max_length=200, help_text=_("Where the platform says so, or the law."))

    def clean(self):
        given = super().clean() or {}
        if "options" in given:
            with told_at(self):
                given["options"] = rules.read_options(given["options"], Ground.values)
        return given

    def clean_needed_codes(self):
        return [code.strip() for code in self.cleaned_data["needed_codes"].split(",") if code.strip()]


class WordingForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=list(rules.LANGUAGES.items()), widget=forms.HiddenInput)
    body = forms.CharField(
        label=_("How it reads"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 16, "data-keep": ""}),
        help_text=_("Markdown with places in braces. Empty: the standard text."),
    )  # fmt: skip


class PolicyForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160)
    address = forms.URLField(
        label=_("Address"), max_length=500, assume_scheme="https", help_text=_("Where the platform has published it; it is linked, not copied.")
    )


class ReasonsForm(forms.Form):
    """What all statements of reasons of a platform say; a clause by ground."""

    means = forms.ChoiceField(label=_("Automated means"), choices=Reasons.Means, widget=forms.RadioSelect)
    redress = forms.CharField(
        label=_("How a seller contests"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "data-keep": ""}),
        help_text=_("Where to: an address or a link. It is added to what the law of your place gives."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for ground in Ground:
            label = _("Clause of your terms: %(ground)s") % {"ground": ground.label}
            self.fields[f"clause_{ground.value}"] = forms.CharField(label=label, required=False, max_length=200)

    def clean(self):
        given = super().clean() or {}
        given["clauses"] = {ground: given.pop(f"clause_{ground}", "") for ground in Ground.values}
        return given

    @staticmethod
    def written(reasons: Reasons) -> dict:
        """What stands there now."""
        return {"means": reasons.means, "redress": reasons.redress, **{f"clause_{ground}": text for ground, text in reasons.clauses.items()}}
