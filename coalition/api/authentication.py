"""Who calls the API: a personal token bound to a seat, or the browser's own session."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as Session
from rest_framework.exceptions import AuthenticationFailed

from coalition.access.viewer import identify
from coalition.api.actions import digest_of
from coalition.api.models import AccessToken
from coalition.members.viewers import viewer_of_seat


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request):
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = AccessToken.objects.select_related("seat__person").filter(digest=digest_of(secret.strip())).first()
        viewer = viewer_of_seat(token.seat_id) if token and token.is_live else None
        if viewer is None:
            raise AuthenticationFailed("This token is unknown, revoked or expired, or its seat has ended.")
        AccessToken.objects.filter(pk=token.pk).update(used_at=timezone.now())
        request._request.viewer = viewer
        identify(viewer)
        return token.seat.person, token

    def authenticate_header(self, request):
        return 'Bearer realm="coalition"'


class SessionAuthentication(Session):
    """The signed-in person's session; with the CSRF token, as everywhere."""
