from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.members.forms import Beside, ReasonForm
from coalition.members.models import Organisation


class ProposeForm(forms.Form):
    """Whom it is asked of, and why; each kind of thing adds its own fields."""

    to = forms.ModelChoiceField(label=_("Whose it is"), queryset=Organisation.objects.none(), empty_label=_("Choose…"))
    because = forms.CharField(
        label=_("Why"), max_length=4000, help_text=_("They read it, and nobody else."), widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""})
    )

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        members = Organisation.objects.listed().filter(category__is_member=True).exclude(pk=viewer.organisation_id)
        self.fields["to"].queryset = members.select_related("audience")

    @property
    def proposed(self) -> dict:
        """To whom, why, and what the form of the kind says about the thing."""
        about = dict(self.cleaned_data)
        return {"to": about.pop("to"), "because": about.pop("because"), "about": about}


class AcceptForm(Beside, forms.Form):
    reason = forms.CharField(
        label=_("Anything to say with it"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2, "data-keep": ""})
    )


class DeclineForm(ReasonForm):
    pass


class WithdrawForm(ReasonForm):
    pass
