"""The demo's own page: the letters that were sent, and days that pass. Only there when DEMO=1."""

from __future__ import annotations

import email
import email.policy
import subprocess
import sys
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from coalition.members.middleware import without_viewer
from demo.cast import PASSWORD, SHOWN
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
    return found[:SHOWN_LETTERS]


@without_viewer
@login_not_required
def demo(request):
    """Read the letters; let days pass."""
    form = DaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        # As a program of its own: it moves what no page may.
        words = [sys.executable, "manage.py", "let_days_pass", str(days)]
        done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode == 0:
            messages.success(request, _("%(n)d days have passed.") % {"n": days})
            return redirect("demo")
        form.add_error("days", (done.stderr.strip().splitlines() or [_("It could not be done.")])[-1])
    context = {"form": form, "letters": letters(), "people": SHOWN, "password": PASSWORD}
    return render(request, "demo/demo.html", context, status=422 if form.errors else 200)
