import uuid

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from coalition.dates import read_moment


class PostForm(forms.Form):
    body = forms.CharField(
        label=_("Message"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "data-keep": ""}),
        help_text=_("Markdown. No prices, margins, customers or territories: the antitrust policy holds here too."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class TopicForm(PostForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    field_order = ["title", "body"]


class ChairForm(forms.Form):
    """By address: who has a seat where is their organisation's own business."""

    chair = forms.EmailField(
        label=_("E-mail address"), required=False, max_length=254, help_text=_("Of somebody on the roster; empty for nobody.")
    )  # fmt: skip


class CharterForm(forms.Form):
    charter = forms.CharField(label=_("Charter"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8, "data-keep": ""}))


def _moment(label, **kwargs) -> forms.DateTimeField:
    """A moment to the minute, picked in the browser's own calendar; the portal's time is UTC and says so."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **kwargs)


class MeetingForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    starts_at = _moment(_("Begins (UTC)"), help_text=_("At least 24 hours from now: the agenda is sent in advance."))
    ends_at = _moment(_("Ends (UTC)"))
    place = forms.CharField(label=_("Place or link"), max_length=300)
    agenda = forms.CharField(
        label=_("Agenda"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8, "data-keep": ""}),
        help_text=_("A line for each point, as “1. …”. It says what will be talked about; no prices, margins, customers or territories."),
    )  # fmt: skip
    counsel = forms.CharField(
        label=_("Who keeps the antitrust policy there"), max_length=120, help_text=_("Counsel, or staff trained for it, by name.")
    )  # fmt: skip
    is_cleared = forms.BooleanField(
        label=_("Counsel has read this agenda and cleared it"), required=False,
        help_text=_("Asked for where it speaks of prices, margins, customers and the like: the price of a fake bought to test it is fine."),
    )  # fmt: skip

    def __init__(self, *args, seen=None, **kwargs):
        super().__init__(*args, **kwargs)
        if seen is not None:
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, initial=seen, required=False)


class CallOffForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("The roster reads it."))


class _Chairs(forms.ModelMultipleChoiceField):
    def label_from_instance(self, attendee):
        answered = f" ({attendee.get_answer_display()})" if attendee.answer else ""
        return f"{attendee.seat.person.name}, {attendee.seat.organisation.name}{answered}"


class MinutesForm(forms.Form):
    there = _Chairs(label=_("Who was there"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    also = forms.CharField(
        label=_("Others of the roster who were there"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Their e-mail addresses, a line each."),
    )  # fmt: skip
    statement_read = forms.BooleanField(label=_("The antitrust statement was read at the beginning"), required=False)
    counsel = forms.CharField(label=_("Who kept the antitrust policy there"), max_length=120)
    minutes = forms.CharField(
        label=_("Minutes"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 14, "data-keep": ""}),
        help_text=_("Markdown: what was said on each point, what was decided and how, who does what until when, who came late and left early."),
    )  # fmt: skip

    # The minutes that are written anew, by their instant.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["there"].queryset = meeting.attendees.select_related("seat__person", "seat__organisation")

    def clean_also(self):
        addresses = [line.strip().strip(",;") for line in self.cleaned_data["also"].splitlines() if line.strip()]
        for address in addresses:
            validate_email(address)
        return addresses

    def clean_seen(self):
        return read_moment(self.cleaned_data["seen"])
