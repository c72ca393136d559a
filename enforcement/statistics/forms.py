from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enforcement.statistics.models import Snapshot

_date = {"type": "date"}


class PeriodForm(forms.Form):
    """The cohort a page is asked for; a year back from today where the address says nothing."""

    first = forms.DateField(label=_("Submitted from"), widget=forms.DateInput(attrs=_date, format="%Y-%m-%d"))
    last = forms.DateField(label=_("to"), widget=forms.DateInput(attrs=_date, format="%Y-%m-%d"))

    @classmethod
    def of(cls, query):
        today = timezone.localdate()
        start = {"first": (today - timedelta(days=365)).isoformat(), "last": today.isoformat()}
        form = cls({name: query.get(name) or value for name, value in start.items()})
        if not form.is_valid() or form.cleaned_data["last"] < form.cleaned_data["first"]:
            form = cls(start)
            form.is_valid()
        return form


class PublishForm(PeriodForm):
    restates = forms.ModelChoiceField(
        label=_("Restates"), queryset=Snapshot.objects.filter(restated_by=None), required=False, empty_label=_("nothing, it is new")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Needed when it restates earlier figures."))
