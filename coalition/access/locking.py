"""Rows locked while they are changed, so that two who act at once come one after the other."""

from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, NotAllowed

M = TypeVar("M", bound=Model)


def lock(row: M, *related: str) -> M:
    """The row read afresh, with what it is `related` to, and locked until the transaction ends.

    Raises NotAllowed where the viewer may read it and not change it, for the database hands out no such row to lock; Conflict once it is gone.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    locked = (rows.select_related(*related) if related else rows).select_for_update(of=("self",)).first()
    if locked is None:
        if rows.exists():
            raise NotAllowed(_("Your seat may read this and not change it."))
        raise Conflict(_("It is gone: somebody took it away meanwhile."))
    return locked
