from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField
from enforcement.statistics.models import Snapshot

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


class PublishForm(PeriodForm):
    restates = forms.ModelChoiceField(
        label=_("Restates"), queryset=Snapshot.objects.filter(restated_by=None), required=False, empty_label=_("nothing, it is new")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Needed when it restates earlier figures."))
