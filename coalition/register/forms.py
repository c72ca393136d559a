from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField


class RegisterFileForm(forms.Form):
    file = forms.FileField(
        label=_("Register"),
        help_text=_(
            "XLSX or CSV with the columns name, tier, country, term from, term until (its last day). Owner email, billing email, band, vat number and"
            " joined may be there."
        ),
    )


class LetterForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=160)
    body = forms.CharField(label=_("Letter"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5, "data-keep": ""}))


class ManyForm(forms.Form):
    """What is done to many members at once, and what it needs."""

    SUSPEND, REINSTATE, RENEW = "suspend", "reinstate", "renew"
    # A box beside the list's own: its fields are told apart from those of the letter.
    prefix = "many"

    # Enter presses the box's own button.
    use_required_attribute = False

    verb = forms.ChoiceField(label=_("What"))
    starts_on = DayField(label=_("Suspended from"), required=False, help_text=_("Today where it is empty. For a suspension alone."))
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        required=False,
        widget=forms.TextInput({"data-enter": "do-to-many"}),
        help_text=_("Its owners read it. A renewal asks for none: the invoice says what it is for."),
    )

    def __init__(self, *args, renews, **kwargs):
        super().__init__(*args, **kwargs)
        verbs = [(self.SUSPEND, _("Suspend")), (self.REINSTATE, _("End the suspension"))]
        # Only a renewal goes without.
        self.fields["reason"].is_needed_later = True
        self.fields["verb"].choices = [*verbs, (self.RENEW, _("Give the next term and invoice it"))] if renews else verbs

    def clean(self):
        said = super().clean()
        if said.get("verb") in (self.SUSPEND, self.REINSTATE) and len(said.get("reason", "")) < 5:
            self.add_error("reason", _now("Say why, in five letters or more: a reason is never optional."))
        if said.get("verb") == self.SUSPEND and "starts_on" in said:
            said["starts_on"] = said["starts_on"] or timezone.localdate()
        return said
