from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.ballots.actions import voting_roles
from coalition.ballots.models import Ballot
from coalition.dates import DayField
from coalition.members.forms import ReasonForm
from coalition.members.models import Seat


class BallotForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(label=_("What is decided"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6, "data-keep": ""}))
    kind = forms.ChoiceField(label=_("Kind"), choices=Ballot.Kind, widget=forms.RadioSelect, initial=Ballot.Kind.MOTION)
    options = forms.CharField(
        label=_("Candidates or options"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}),
        help_text=_("For an election, one a line: the person, a comma, and the member they come from. A motion has for and against."),
    )  # fmt: skip
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=50, initial=1)
    majority = forms.ChoiceField(label=_("Majority"), choices=Ballot.Majority)
    quorum_percent = forms.IntegerField(label=_("Quorum, in per cent of the electors"), min_value=0, max_value=100, initial=50)
    is_secret = forms.BooleanField(label=_("Secret: who voted is shown, never how"), required=False)

    def clean_options(self):
        return [line for line in self.cleaned_data["options"].splitlines() if line.strip()]


class AmendForm(BallotForm):
    """A draft as it is now; `seen` says which wording was amended."""

    seen = forms.CharField(widget=forms.HiddenInput)

    @staticmethod
    def said(ballot: Ballot) -> dict:
        """The fields as the draft has them."""
        options = "\n".join(ballot.options) if ballot.kind == Ballot.Kind.ELECTION else ""
        fields = ("title", "text", "kind", "places", "majority", "quorum_percent", "is_secret")
        return {name: getattr(ballot, name) for name in fields} | {"options": options, "seen": ballot.wording}


class OpenForm(forms.Form):
    closes_on = DayField(label=_("Open until the end of"), help_text=_("The rule’s day, or a later one. It closes sooner when all have voted."))
    seen = forms.CharField(widget=forms.HiddenInput)


class RecuseForm(ReasonForm):
    reason = forms.CharField(
        label=_("Why you stand aside"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "data-keep": ""}),
        help_text=_("Every member reads it on this page."),
    )  # fmt: skip


class VoterForm(forms.Form):
    voter = forms.ModelChoiceField(label=_("Votes"), queryset=Seat.objects.none(), empty_label=_("Choose…"))
    alternate = forms.ModelChoiceField(label=_("When they cannot"), queryset=Seat.objects.none(), required=False, empty_label=_("nobody"))

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        seats = Seat.objects.filter(organisation=organisation, ends_at=None, mandate=None, role__in=voting_roles(organisation))
        seats = seats.select_related("person", "organisation", "audience")
        self.fields["voter"].queryset = self.fields["alternate"].queryset = seats
