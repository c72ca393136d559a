from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField, LastDayField
from coalition.members.forms import Beside, ReasonForm
from enforcement.market.models import Platform
from enforcement.notices.permissions import platforms_of
from enforcement.storefronts.models import Act, Appeal, LadderStep

NEW_SHOP_HELP = _("Where it is a new shop of one that is on your record: the other’s id or name. Every member reads that they are one seller’s.")


def _new_shop() -> forms.CharField:
    return forms.CharField(label=_("A new shop of"), max_length=200, required=False, help_text=NEW_SHOP_HELP)


class ActForm(Beside, forms.Form):
    """What was done to a seller of one notice."""

    seller_key = forms.ChoiceField(label=_("Storefront"), choices=())
    kind = forms.ChoiceField(label=_("What you did"), choices=Act.Kind, initial=Act.Kind.STRIKE)
    on = DayField(label=_("On"), initial=timezone.localdate)
    ends_on = LastDayField(
        label=_("Last day"), required=False, help_text=_("Of a strike or suspension. A strike without one runs out by your policy.")
    )
    grounds = forms.CharField(label=_("Grounds"), max_length=300, required=False, help_text=_("The rights holder reads them, other members do not."))
    new_shop_of = _new_shop()

    def __init__(self, *args, sellers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seller_key"].choices = sellers


class RecordForm(forms.Form):
    """A closure or ban that rests on no notice here."""

    platform = forms.ModelChoiceField(label=_("Platform"), queryset=Platform.objects.none(), to_field_name="slug", empty_label=_("Choose…"))
    shop = forms.CharField(label=_("Shop"), max_length=100, help_text=_("Its id or name on your platform."))
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("What you did"), choices=[(kind, Act.Kind(kind).label) for kind in Act.FOR_ALL])
    on = DayField(label=_("On"), initial=timezone.localdate)
    new_shop_of = _new_shop()

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform"].queryset = platforms_of(viewer)


class ReverseForm(ReasonForm):
    on = DayField(label=_("From"), initial=timezone.localdate)
    field_order = ["on", "reason"]


class StepForm(forms.Form):
    """What happens at so many strikes that count."""

    strikes = forms.IntegerField(label=_("Strikes that count"), min_value=1, max_value=99)
    kind = forms.ChoiceField(label=_("What happens"), choices=LadderStep.Kind)
    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=3650, required=False, help_text=_("How long a suspension lasts, where it says so.")
    )
    clause = forms.CharField(label=_("Clause"), max_length=200, help_text=_("Of the policy that says so."))


class AppealForm(forms.Form):
    """A seller appeals against what was done to its storefront."""

    on = DayField(label=_("The seller appealed on"), initial=timezone.localdate)
    said = forms.CharField(label=_("What it says"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3, "data-keep": ""}))

    def __init__(self, *args, act, **kwargs):
        super().__init__(*args, **kwargs)
        if act.notice_id:
            self.fields["said"].help_text = _("The rights holder of the notice reads it.")
        else:
            # Every member reads the record.
            del self.fields["said"]


class DecideAppealForm(ReasonForm):
    outcome = forms.ChoiceField(label=_("Your decision"), choices=[row for row in Appeal.Outcome.choices if row[0]], widget=forms.RadioSelect)
    on = DayField(label=_("On"), initial=timezone.localdate)
    field_order = ["outcome", "on", "reason"]
