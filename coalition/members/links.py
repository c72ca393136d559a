"""The link in an invitation. Its secret is made from the invitation's key by the portal's own; the database knows the digest."""

import hashlib

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from coalition.access.viewer import as_system
from coalition.members.models import Invitation

SALT = "members.invitation"


def secret_of(key) -> str:
    return salted_hmac(SALT, str(key), algorithm="sha256").hexdigest()


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def address_of(invitation: Invitation) -> str:
    return settings.SITE_URL + reverse("members:join", args=[secret_of(invitation.key)])


def invitation_of(secret: str) -> Invitation | None:
    """The invitation a link opens, be it used up or not; None for a link that nobody was sent."""
    with as_system("somebody invited opens their invitation by its link"):
        return Invitation.objects.select_related("organisation__category").filter(digest=digest_of(secret)).first()
