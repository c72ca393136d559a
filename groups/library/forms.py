from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField
from groups.library.models import Collection


class DocumentForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(label=_("In one sentence"), max_length=300, required=False)
    body = forms.CharField(label=_("Text"), max_length=400_000, widget=forms.Textarea(attrs={"rows": 18, "data-keep": ""}), help_text=_("Markdown."))


class RevisionForm(DocumentForm):
    note = forms.CharField(label=_("What changed"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PublishForm(forms.Form):
    reach = forms.ChoiceField(
        label=_("Who may read it"),
        choices=[(r.value, r.label) for r in (Collection.Reach.MEMBERS, Collection.Reach.PUBLIC)],
        widget=forms.RadioSelect,
    )
    review_on = DayField(label=_("Review by"), required=False)


class CommentForm(forms.Form):
    body = forms.CharField(label=_("Comment"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}))
