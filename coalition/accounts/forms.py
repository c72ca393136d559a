from django import forms

from coalition.accounts.actions import one_line
from coalition.accounts.models import Person


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name", "theme", "wants_email", "wants_shortcuts"]

    def clean_name(self):
        # One line: it stands in letters.
        return one_line(self.cleaned_data["name"])
