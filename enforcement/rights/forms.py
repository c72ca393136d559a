from django import forms

from enforcement.rights.models import Right

_date = forms.DateInput(attrs={"type": "date"})


class RightForm(forms.ModelForm):
    class Meta:
        model = Right
        fields = ["kind", "name", "number", "jurisdiction", "classes", "registered_on", "expires_on"]
        widgets = {"registered_on": _date, "expires_on": _date}

    def clean(self):
        data = super().clean()
        if data.get("kind") != Right.Kind.COPYRIGHT and not data.get("number"):
            self.add_error("number", "A registered right has a number.")
        start, end = data.get("registered_on"), data.get("expires_on")
        if start and end and end <= start:
            self.add_error("expires_on", "It expires after it was registered.")
        return data
