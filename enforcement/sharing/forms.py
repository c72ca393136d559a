from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience
from coalition.members.forms import Beside


class WhoForm(Beside, forms.Form):
    who = forms.ModelMultipleChoiceField(
        label=_("Organisations"),
        queryset=Audience.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args, among, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = among


class DescribeForm(Beside, forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Whoever reads a case that is shared with the group reads its name and who is in it.")
    )
    purpose = forms.CharField(label=_("What it is for"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3, "data-keep": ""}))


class GatherForm(WhoForm, DescribeForm):
    field_order = ["name", "purpose", "who"]
