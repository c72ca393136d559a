from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField, LastDayField
from coalition.members.countries import COUNTRIES
from coalition.members.forms import Beside, ReasonForm
from enforcement.rights import rules
from enforcement.rights.models import Paper, Recordation, Right

TERRITORIES = [*rules.REGIONS.items(), *COUNTRIES]
LONG = forms.Textarea(attrs={"rows": 4, "data-keep": ""})


class ClassesField(forms.CharField):
    """Nice classes, as people write them: 14, 18 and 25, or 9-11."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 200, "help_text": _("As “14, 18 and 25” or “9-11”."), **kwargs})

    def clean(self, value):
        try:
            return rules.clean_classes(super().clean(value))
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class DescribedForm(forms.Form):
    name = forms.CharField(label=_("Name or mark"), max_length=160)
    holder = forms.CharField(label=_("Holder, as registered"), max_length=160, required=False)
    classes = ClassesField(label=_("Nice classes"), required=False)
    goods = forms.CharField(label=_("Goods and services"), max_length=20_000, required=False, widget=LONG)


class RightForm(DescribedForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Right.Kind)
    jurisdiction = forms.ChoiceField(
        label=_("Register"), choices=[("", _("Choose…")), *TERRITORIES],
        help_text=_("The office that keeps it. For an international registration (Madrid, Hague) add what it designates on the next page."),
    )  # fmt: skip
    number = forms.CharField(
        label=_("Registration number"), max_length=40, required=False, help_text=_("Of an application, while it is not registered.")
    )
    filed_on = DayField(label=_("Filed on"), required=False)
    registered_on = DayField(label=_("Registered on"), required=False)
    expires_on = LastDayField(label=_("Last day"), required=False, help_text=_("Of the term as it runs; you are reminded ahead of it."))
    field_order = ["kind", "jurisdiction", "number", "name", "holder", "classes", "goods", "filed_on", "registered_on", "expires_on"]


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX or CSV with mark and register; number, holder, Nice classes, goods, filed, registered, last day, designations, status and its day"
            " may be there, under the names your software gives them. Days as 2026-03-31 or 31.03.2026."
        ),
    )
    kind = forms.ChoiceField(label=_("They are, where a row does not say"), choices=Right.Kind)


class StatusForm(Beside, forms.Form):
    state = forms.ChoiceField(label=_("It is"), choices=())
    since = DayField(label=_("Since"), initial=timezone.localdate)
    until = LastDayField(label=_("Last day of the term"), required=False)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)

    number = forms.CharField(
        label=_("Registration number"), max_length=40, required=False, help_text=_("Where it is another than the application’s.")
    )

    def __init__(self, *args, before: str, is_own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not (is_own and before == rules.PENDING):
            del self.fields["number"]
        choice = self.fields["state"]
        choice.choices = [(state, rules.STATES[state]) for state in rules.FOLLOWS[before]]  # type: ignore[attr-defined]


class DesignationForm(Beside, forms.Form):
    territory = forms.ChoiceField(label=_("Territory"), choices=[("", _("Choose…")), *(row for row in TERRITORIES if row[0] != rules.WORLD)])
    state = forms.ChoiceField(label=_("It is"), choices=[(state, rules.STATES[state]) for state in rules.FOLLOWS[""]], initial=rules.REGISTERED)
    since = DayField(label=_("Since"))
    until = LastDayField(label=_("Last day of the term"), required=False)
    classes = ClassesField(label=_("Limited to classes"), required=False)


class PaperForm(Beside, forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Paper.Kind)
    upload = forms.FileField(label=_("File"))
    ends_on = LastDayField(label=_("Valid until"), required=False)


class RecordationForm(Beside, forms.Form):
    authority = forms.ChoiceField(label=_("Authority"), choices=Recordation.Authority)
    number = forms.CharField(label=_("Its reference"), max_length=60)
    starts_on = DayField(label=_("From"))
    ends_on = LastDayField(label=_("Last day"))


class EndForm(ReasonForm):
    ends_on = LastDayField(label=_("Last day"), initial=timezone.localdate)
    field_order = ["ends_on", "reason"]


class AskForm(Beside, forms.Form):
    """Valid there, for these goods, on that day?"""

    country = forms.ChoiceField(label=_("In"), choices=[("", _("Choose…")), *COUNTRIES])
    on = DayField(label=_("On"), initial=timezone.localdate)
    classes = ClassesField(label=_("For goods of the classes"), required=False)
