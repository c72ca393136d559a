from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField, LastDayField
from coalition.members.forms import Beside
from enforcement.programmes.models import GoodFaith, Programme


class AskForm(forms.Form):
    """An organisation asks to take part."""

    rights = forms.MultipleChoiceField(label=_("Rights it comes with"), choices=[], widget=forms.CheckboxSelectMultiple)
    signatory = forms.CharField(label=_("Signed by"), max_length=120, help_text=_("Who may bind your organisation."))
    promises = forms.BooleanField(
        label=_("We claim in good faith alone, stand behind what we claim, and know that who does not is warned and then suspended.")
    )

    def __init__(self, *args, rights, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rights"].choices = [(right, right) for right in rights]


class AcceptForm(Beside, forms.Form):
    """The board's vote, as it was minuted."""

    votes_for = forms.IntegerField(label=_("Votes for"), min_value=0)
    votes_against = forms.IntegerField(label=_("Votes against"), min_value=0, initial=0)


class AmendForm(forms.ModelForm):
    class Meta:
        model = Programme
        fields = ["summary", "capacity", "is_unanimous"]
        labels = {"summary": _("What it is"), "capacity": _("Organisations it holds"), "is_unanimous": _("The board must be of one mind")}
        widgets = {"summary": forms.Textarea(attrs={"rows": 4, "data-keep": ""})}


class WindowForm(Beside, forms.Form):
    opens_on = DayField(label=_("From"), initial=timezone.localdate)
    closes_on = LastDayField(label=_("Last day"))


class GoodFaithForm(Beside, forms.ModelForm):
    valid_from = DayField(label=_("From"), initial=timezone.localdate)

    class Meta:
        model = GoodFaith
        fields = ["valid_from", "months", "least_accuracy", "most_countered", "least_items", "rest_months", "by_ground", "source"]
        labels = {
            "months": _("Judged over months"),
            "least_accuracy": _("Accepted, at least (%)"),
            "most_countered": _("Countered with success, at most (%)"),
            "least_items": _("Not judged below items"),
            "rest_months": _("Months to wait before asking again"),
            "by_ground": _("For every ground, too"),
            "source": _("Where it comes from"),
        }
