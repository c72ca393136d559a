"""One verb for many things, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import transaction

from coalition.access.errors import Conflict, Refused

T = TypeVar("T")


def one_by_one(things: Iterable[T], verb: Callable[[T], Any]) -> tuple[list[tuple[T, Any]], list[tuple[T, str]]]:
    """Do a verb to each thing, so that what refuses one stops no other. Returns those it was done to with what came of it, and those that were
    refused with why. What else the verb raises goes on to the caller, whose transaction then undoes it all.
    """
    done, refused = [], []
    for thing in things:
        try:
            with transaction.atomic():
                done.append((thing, verb(thing)))
        except (Refused, Conflict) as refusal:
            refused.append((thing, str(refusal)))
    return done, refused
