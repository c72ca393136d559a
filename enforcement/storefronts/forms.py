from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField, LastDayField
from coalition.members.forms import Beside, ReasonForm
from enforcement.market.models import Platform
from enforcement.notices.permissions import platforms_of
from enforcement.storefronts.models import Act


class ActForm(Beside, forms.Form):
    """What was done to a seller of one notice."""

    seller_key = forms.ChoiceField(label=_("Storefront"), choices=())
    kind = forms.ChoiceField(label=_("What you did"), choices=Act.Kind, initial=Act.Kind.STRIKE)
    on = DayField(label=_("On"), initial=timezone.localdate)
    ends_on = LastDayField(
        label=_("Last day"), required=False, help_text=_("Of a strike or suspension. A strike without one runs out by your policy.")
    )
    grounds = forms.CharField(label=_("Grounds"), max_length=300, required=False, help_text=_("The rights holder reads them, other members do not."))

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

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform"].queryset = platforms_of(viewer)


class ReverseForm(ReasonForm):
    on = DayField(label=_("From"), initial=timezone.localdate)
    field_order = ["on", "reason"]
