from django import forms

from coalition.accounts.models import Person


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name", "theme", "wants_email", "wants_shortcuts"]
