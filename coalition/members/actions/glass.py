"""Somebody breaks the glass."""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access import permissions as access_permissions
from coalition.access.errors import Refused, require
from coalition.access.models import Audience, Grant, Space, SpaceModel
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record

GLASS_STAYS_BROKEN_FOR = timedelta(hours=1)


@transaction.atomic
def break_glass(reference: str, *, by: Viewer, reason: str) -> Space:
    """Enter a space for an hour without being invited: recorded there, and its owner is told.

    Raises NotAllowed, and Refused for an unknown reference, a space one is in already, or a thin reason.
    """
    require(access_permissions.can_break_glass(by))
    if len(reason.strip()) < 15:
        raise Refused(_("Say why, in a sentence: the owner will read it."), field="reason")
    with as_system(f"break glass by {by.person_name}: {reason}"):
        thing = _by_reference(reference.strip())
        if thing is None:
            raise Refused(_("Nothing has this reference."), field="reference")
        space = Space.objects.get(pk=thing.space_id)
        if by.role_in(space.pk):
            raise Refused(_("You can enter this already."), field="reference")
        # The seat itself, even under TLP:RED: a named person who is recorded and must answer for it.
        seat_audience = Audience.objects.get(pk=by.audience_id)
        access.grant(
            space, seat_audience, Grant.Role.READ, by=by, reason=_("broke the glass: %s") % reason[:170],
            expires_at=timezone.now() + GLASS_STAYS_BROKEN_FOR,
        )  # fmt: skip
        record("space.glass_broken", thing, by=by, space=space, reason=reason, owner=space.owner_id)
    return thing


def _by_reference(reference: str):
    for model in apps.get_models():
        named = issubclass(model, SpaceModel) and any(field.name == "reference" for field in model._meta.fields)
        if named and (found := model._default_manager.filter(reference__iexact=reference).first()):
            return found
    return None
