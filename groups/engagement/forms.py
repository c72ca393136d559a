import uuid

from django import forms
from django.utils.translation import gettext_lazy as _


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
