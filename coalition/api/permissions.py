from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from coalition.access.doors import may_call
from coalition.access.errors import NotAllowed
from coalition.members.models import Category


class HasSeat(BasePermission):
    """Nobody calls the API without a seat, or for an organisation not in good standing; what they may do there the actions decide."""

    def has_permission(self, request, view):
        viewer = getattr(request._request, "viewer", None)
        if viewer is None or viewer.is_anonymous:
            return False
        if not viewer.in_standing:
            raise NotAllowed(_("%(name)s is not in good standing.") % {"name": viewer.organisation_name})
        if viewer.organisation_kind == Category.Kind.PARTNER:
            raise NotAllowed(_("Law enforcement reads in the portal, where what it reads is marked and what it takes out is kept in the case."))
        if not may_call(viewer, type(view).__module__):
            raise NotAllowed(_("Your membership does not give this part of the portal."))
        return True
