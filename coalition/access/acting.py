"""How a view lets a form's verb act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages

from coalition.access.errors import told_at


def acted(request, act: Callable[..., Any], thing: Any, form, said) -> bool:
    """Act on a thing with what its form gives, and say so. False where the form does not hold, or says now what the verb refused with."""
    if form.is_valid():
        with told_at(form):
            act(thing, by=request.viewer, **form.cleaned_data)
            messages.success(request, said)
            return True
    return False
