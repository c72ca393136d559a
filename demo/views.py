"""The demo's own page: the letters that were sent, and days that pass. Only there when DEMO=1."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _later

from demo.passing import MOST_DAYS

CHECKOUT = Path(__file__).resolve().parent.parent
SHOWN_LETTERS = 40


class DaysForm(forms.Form):
    days = forms.IntegerField(label=_later("Days"), min_value=1, max_value=MOST_DAYS, initial=14)


def letters() -> list[dict]:
    """The last letters that were sent, the newest first, as the mail folder holds them."""
    found = []
    folder = Path(settings.EMAIL_FILE_PATH)
    for file in sorted(folder.glob("*.log"), key=lambda one: one.stat().st_mtime, reverse=True)[:SHOWN_LETTERS]:
        for raw in reversed(file.read_bytes().split(b"-" * 79 + b"\n")):
            if raw.strip():
                letter = email.message_from_bytes(raw.lstrip(), policy=email.policy.default)
                body = letter.get_body(("plain",))
                found.append({"to": letter["to"], "subject": letter["subject"], "at": letter["date"], "text": body.get_content() if body else ""})
