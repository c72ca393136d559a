"""Builds `request.viewer` once and runs the view in a transaction that tells the database who asks."""

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.module_loading import import_string

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import identify
from coalition.members import viewers

SEAT = "seat"
_without_viewer = set()


def without_viewer(view):
    """For a view that asks nothing of anybody's: it runs outside the viewer's transaction."""
    _without_viewer.add(view)
    return view


class ViewerMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.viewer = None
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if "\x00" in request.path or any("\x00" in value for values in request.GET.lists() for value in values[1]):
            return HttpResponseBadRequest("The address holds a character that no text has.")
        if view in _without_viewer:
            return None
        try:
            return self.answer(request, view, args, kwargs)
        except (NotAllowed, Refused, Conflict) as refusal:
            return import_string(settings.REFUSAL_PAGE)(request, refusal)

    def answer(self, request, view, args, kwargs):
        with transaction.atomic():
            request.viewer = self.viewer(request)
            identify(request.viewer)
            if request.viewer is None and not request.path.startswith(("/accounts/", "/api/")):
                # Signed in, and no seat is left: they may still reach their own account and sign out.
                return render(request, "coalition/members/no_seat.html", status=403)
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and callable(response.render) and not getattr(response, "is_rendered", True):
                response.render()
            if not request.viewer or not request.viewer.is_anonymous:
                add_never_cache_headers(response)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    @staticmethod
    def viewer(request):
        if not request.user.is_authenticated:
            return viewers.anonymous()
        viewer = viewers.viewer_of_person(request.user.pk, request.session.get(SEAT))
        if viewer and request.session.get(SEAT) != viewer.seat_id:
            request.session[SEAT] = viewer.seat_id
        return viewer
