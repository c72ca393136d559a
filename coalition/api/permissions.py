from rest_framework.permissions import BasePermission


class HasSeat(BasePermission):
    """Nobody without a seat calls the API; what they may do there the actions decide."""

    def has_permission(self, request, view):
        viewer = getattr(request._request, "viewer", None)
        return viewer is not None and not viewer.is_anonymous
