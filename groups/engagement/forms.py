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


class ChairForm(forms.Form):
    """By address: who has a seat where is their organisation's own business."""

    chair = forms.EmailField(
        label=_("E-mail address"), required=False, max_length=254, help_text=_("Of somebody on the roster; empty for nobody.")
    )  # fmt: skip


class CharterForm(forms.Form):
    charter = forms.CharField(label=_("Charter"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8, "data-keep": ""}))
