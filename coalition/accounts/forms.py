from django import forms
from django.utils.translation import gettext as _

from coalition.accounts.actions import JOINERS, one_line
from coalition.accounts.models import Person


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name", "theme", "wants_email", "wants_shortcuts"]

    def clean_name(self):
        # One line: it stands in letters.
        name = one_line(self.cleaned_data["name"])
        if not name.strip(JOINERS):
            raise forms.ValidationError(_("Give a name that can be read."))
        return name
