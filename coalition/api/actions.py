"""Make and revoke personal tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.api.models import AccessToken
from coalition.members.models import Category, Seat

PREFIX = "ct_"
LONGEST = 366


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def can_make_token(viewer: Viewer) -> bool:
    """Whoever is a member's or the coalition's; a partner's seats are for their people alone."""
    return viewer.organisation_kind != Category.Kind.PARTNER


@transaction.atomic
def make_token(*, name: str, days: int, by: Viewer) -> tuple[AccessToken, str]:
    """Make a token for the viewer's present seat; the secret is returned once and kept nowhere."""
    require(can_make_token(by))
    if not 1 <= days <= LONGEST:
        raise Refused(_("A token lasts from one day to a year."), field="days")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        seat_id=by.seat_id, name=name, digest=digest_of(secret), beginning=secret[:8], expires_at=timezone.now() + timedelta(days=days)
    )
    record("token.made", Seat.objects.get(pk=by.seat_id), by=by, space=by.desk_id, name=name)
    return token, secret


@transaction.atomic
def revoke_token(token: AccessToken, *, by: Viewer) -> None:
    """Revoke one of the viewer's own tokens."""
    if AccessToken.objects.filter(pk=token.pk, seat__person_id=by.person_id, revoked_at=None).update(revoked_at=timezone.now()):
        record("token.revoked", Seat.objects.get(pk=token.seat_id), by=by, space=by.desk_id, name=token.name)
