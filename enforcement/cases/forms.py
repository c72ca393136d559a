import uuid

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, Grant
from coalition.access.tlp import MEANINGS, Tlp
from coalition.dates import DayField
from coalition.members.forms import Beside
from enforcement.cases.models import PAP_MEANINGS, Case, OwnDecision, Pap

MARKS = [(mark.value, format_lazy("{mark} – {meaning}", mark=mark.label, meaning=MEANINGS[mark])) for mark in Tlp]

PAPS = [(mark.value, format_lazy("{mark} – {meaning}", mark=mark.label, meaning=PAP_MEANINGS[mark])) for mark in Pap]


class CaseForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("What you would call it on the telephone."))
    summary = forms.CharField(
        label=_("What it is about"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""})
    )
    tags = forms.CharField(label=_("Tags"), max_length=600, required=False, help_text=_("Separated by commas: watches, baiyun, winter 2026."))
    tlp = forms.ChoiceField(
        label=_("TLP mark"),
        choices=MARKS,
        initial=Tlp.AMBER,
        help_text=_("The Traffic Light Protocol: how far what is in it may go."),
    )


class TemplateForm(CaseForm):
    name = forms.CharField(label=_("Name of the template"), max_length=120)
    title = forms.CharField(label=_("Title"), max_length=200, required=False, help_text=_("What a case begins with; whoever opens one completes it."))
    field_order = ["name", "title", "summary", "tags", "tlp"]


class KeepForm(Beside, forms.Form):
    name = forms.CharField(label=_("Name of the template"), max_length=120)


class TemplateTaskForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=200, required=False)
    days = forms.IntegerField(
        label=_("Within days of opening"),
        min_value=0,
        max_value=1000,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def clean(self):
        if self.cleaned_data.get("days") is not None and not self.cleaned_data.get("title"):
            self.add_error("title", _("Say what is to be done."))
        return self.cleaned_data


TemplateTasks = forms.formset_factory(TemplateTaskForm, extra=4, max_num=30, validate_max=True)


class ReportTemplateForm(forms.Form):
    name = forms.CharField(label=_("Name of the template"), max_length=120)
    body = forms.CharField(
        label=_("What the report says"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 24, "class": "raw", "data-keep": ""})
    )


class NoteForm(forms.Form):
    body = forms.CharField(
        label=_("Note"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 3, "data-keep": "", "data-mentions": ""}),
        help_text=_("@ and a name tells that person."),
    )  # fmt: skip
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ChangeTaskForm(Beside, forms.Form):
    owed_by = forms.ModelChoiceField(label=_("Who"), queryset=Audience.objects.none(), empty_label=_("Choose…"))
    due_on = DayField(label=_("Last day"), required=False)

    def __init__(self, *args, owing, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owed_by"].queryset = Audience.objects.filter(pk__in=[audience.pk for audience in owing])
        self.fields["owed_by"].choices = [("", _("Choose…")), *((audience.pk, audience.label) for audience in owing)]


class TaskForm(ChangeTaskForm):
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    detail = forms.CharField(label=_("More"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2, "data-keep": ""}))
    field_order = ["title", "owed_by", "due_on", "detail"]


class ShareForm(forms.Form):
    audience = forms.ModelChoiceField(
        label=_("Who"), queryset=Audience.objects.none(), empty_label=_("Choose…"),
        help_text=_("People: your own, your contacts, and officers of law enforcement who are in the directory."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("They may"), choices=Grant.Role, initial=Grant.Role.CONTRIBUTE)
    expires_on = DayField(label=_("Until"), required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["audience"].queryset = Audience.objects.filter(pk__in=[audience.pk for _words, group in choices for audience in group])
        groups = [(words, [(one.pk, one.label) for one in group]) for words, group in choices if group]
        self.fields["audience"].choices = [("", _("Choose…")), *groups]

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day in the future."))
        return day


class MarkForm(forms.Form):
    tlp = forms.ChoiceField(label=_("TLP mark"), choices=MARKS)


class PapForm(forms.Form):
    pap = forms.ChoiceField(label=_("PAP mark"), choices=PAPS, help_text=_("Permissible Actions Protocol: which steps may be taken now."))


class DecideForm(Beside, forms.Form):
    course = forms.ChoiceField(label=_("What we do"), choices=OwnDecision.Course)
    reason = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "data-keep": ""}))


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Choose…")), *Case.Outcome.to_close_with()])


class DescribeForm(Beside, forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("What it is about"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""})
    )
    tags = forms.CharField(label=_("Tags"), max_length=600, required=False, help_text=_("Separated by commas: watches, baiyun, winter 2026."))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)


class StageForm(Beside, forms.Form):
    stage = forms.ChoiceField(label=_("Where it stands"), choices=Case.Stage)


class EnterForm(Beside, forms.Form):
    addresses = forms.CharField(
        label=_("Addresses"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 3, "class": "raw", "data-keep": "", "placeholder": "https://"}),
        help_text=_("One a line. They become listings of your own desk and are brought into the case."),
    )  # fmt: skip
    seller_name = forms.CharField(label=_("Seller’s name"), max_length=200, required=False)
    verified = forms.BooleanField(label=_("I have looked: they are what they seem"), required=False)


class SellerForm(Beside, forms.Form):
    seller = forms.CharField(label=_("Seller"), max_length=200, help_text=_("Its name or key, as on your listings: all of them are brought in."))


class RelateForm(Beside, forms.Form):
    other = forms.CharField(label=_("Reference of the other case"), max_length=20)
    because = forms.CharField(label=_("Why"), max_length=200)


class MergeForm(forms.Form):
    target = forms.ModelChoiceField(label=_("Into"), queryset=Case.objects.none(), to_field_name="reference", empty_label=_("Choose…"))

    def __init__(self, *args, targets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = targets


class SplitForm(forms.Form):
    title = forms.CharField(label=_("Title of the new case"), max_length=200)


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), allow_empty_file=True)
