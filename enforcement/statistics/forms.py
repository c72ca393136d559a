from datetime import date, timedelta
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField
from coalition.members.countries import COUNTRIES
from enforcement.market.models import Platform
from enforcement.notices.models import Ground
from enforcement.notices.permissions import platforms_of
from enforcement.rights.models import Right
from enforcement.statistics.models import OwnMeasures, Snapshot

_date = {"type": "date"}


class PeriodForm(forms.Form):
    """The cohort a page is asked for; a year back from today where the address says nothing."""

    first = DayField(label=_("Submitted from"))
    last = DayField(label=_("to"))

    @staticmethod
    def year() -> dict[str, date]:
        today = timezone.localdate()
        return {"first": today - timedelta(days=365), "last": today}

    @classmethod
    def of(cls, query):
        return cls({name: query.get(name) or value.isoformat() for name, value in cls.year().items()})

    def clean(self):
        values = super().clean()
        if values.get("first") and values.get("last") and values["last"] < values["first"]:
            self.add_error("last", _("The last day lies before the first."))
        return values

    @property
    def period(self) -> dict[str, date]:
        """The days asked for; a year back from today while they are not said well, and the form says what is wrong."""
        return self.cleaned_data if self.is_valid() else self.year()


class CohortForm(PeriodForm):
    """A cohort, and what of it is counted."""

    platform = forms.ModelChoiceField(
        label=_("Platform"), queryset=Platform.objects.none(), to_field_name="slug", required=False, empty_label=_("all")
    )
    ground = forms.ChoiceField(label=_("Ground"), choices=[("", _("all")), *Ground.choices], required=False)
    right = forms.ModelChoiceField(label=_("Right"), queryset=Right.objects.none(), to_field_name="reference", required=False, empty_label=_("all"))
    country = forms.ChoiceField(label=_("Sold in"), choices=[("", _("everywhere")), *COUNTRIES], required=False)
    NARROWS = {"platform": "notice__platform", "ground": "notice__ground", "right": "notice__right"}

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["platform"]).queryset = Platform.objects.exclude(organisation=None)
        cast(forms.ModelChoiceField, self.fields["right"]).queryset = Right.objects.on_desk_of(viewer)

    @classmethod
    def of(cls, query, viewer):
        days = {name: query.get(name) or value.isoformat() for name, value in cls.year().items()}
        return cls({**{name: query.get(name, "") for name in (*cls.NARROWS, "country")}, **days}, viewer=viewer)

    def narrow(self, items):
        """Those of the items that are asked for; none while that is not said well, for a figure over everything would be taken for them."""
        if not self.is_valid():
            return items.none()
        values = self.cleaned_data
        items = items.filter(**{path: values[name] for name, path in self.NARROWS.items() if values[name]})
        return items.filter(notice__platform__countries__contains=[values["country"]]) if values["country"] else items


class PublishForm(PeriodForm):
    restates = forms.ModelChoiceField(
        label=_("Restates"), queryset=Snapshot.objects.filter(restated_by=None), required=False, empty_label=_("nothing, it is new")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Needed when it restates earlier figures."))
    procedures = forms.CharField(
        label=_("How the coalition stays independent"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}),
        help_text=_("For the report of a trusted flagger (DSA art. 22(3)): your procedures that keep it independent of platforms."),
    )  # fmt: skip


class OwnMeasuresForm(forms.Form):
    """What a platform removed in some days by its own measures."""

    platform = forms.ModelChoiceField(label=_("Platform"), queryset=Platform.objects.none(), to_field_name="slug", empty_label=_("Choose…"))
    first = DayField(label=_("From"))
    last = DayField(label=_("to"))
    by_itself = forms.IntegerField(label=_("Removed by your own measures"), min_value=0, max_value=10**15)
    after_notices = forms.IntegerField(label=_("Removed after notices of anybody"), min_value=0, max_value=10**15)
    source = forms.CharField(label=_("Source"), max_length=300, help_text=_("Where you have published it, or how it was counted."))
    replaces = forms.ModelChoiceField(
        label=_("In the place of"), queryset=OwnMeasures.objects.none(), required=False, empty_label=_("nothing, it is new"),
        help_text=_("Where you said something else of these days before."),
    )  # fmt: skip

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        own = platforms_of(viewer)
        cast(forms.ModelChoiceField, self.fields["platform"]).queryset = own
        cast(forms.ModelChoiceField, self.fields["replaces"]).queryset = OwnMeasures.objects.filter(platform__in=own, replaced_by=None)
