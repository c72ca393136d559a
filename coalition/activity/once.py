"""A form that is sent twice does its deed once."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction


def once(same: Any, make: Callable[[], Any]) -> Any:
    """What `make` makes, or what of `same` (a queryset by the form's token) was made before, be it at this very moment."""
    if again := same.first():
        return again
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        if again := same.first():
            return again
        raise
