"""Builds `request.viewer` once and runs the view in a transaction that tells the database who asks."""

import logging
from urllib.parse import urljoin

from django.conf import settings
from django.db import ProgrammingError, transaction
from django.http import Http404, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.cache import add_never_cache_headers
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from coalition.access.doors import may_pass
from coalition.access.errors import Conflict, NotAllowed, Refused, withdrawn
from coalition.access.viewer import identify
from coalition.activity.once import answered_once
from coalition.members import viewers

log = logging.getLogger(__name__)

SEAT = "seat"
ACCOUNTS = "/accounts/"
# The route of addresses that nothing answers.
NOTHING = "nothing"
WHOEVER_ACTS = ("/switch/",)
INVITED = ("/join/",)
# Pages that a secret in their address opens.
BY_LINK = (*INVITED, "/apply/", "/sponsor/")
# What is done there for others to see, or lets others in, waits for good standing.
CLOSED_WITHOUT_STANDING = (
    "/profile/card/", "/profile/tokens/", "/organisation/card/", "/organisation/agents/", "/organisation/domains/", "/organisation/value/",
    "/organisation/invite/",
)  # fmt: skip
OPEN_WITHOUT_STANDING = ("/profile/", "/switch/", "/organisation/", "/dues/", "/policies/", "/join/")
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
        response = self.get_response(request)
        if request.path.startswith((ACCOUNTS, *BY_LINK)) or response.status_code >= 400:
            add_never_cache_headers(response)
        return response

    def process_view(self, request, view, args, kwargs):
        if "\x00" in request.path or any("\x00" in value for values in request.GET.lists() for value in values[1]):
            return HttpResponseBadRequest("The address holds a character that no text has.")
        if view in _without_viewer:
            return None
        if request.method == "POST" and any("\x00" in value for values in request.POST.lists() for value in values[1]):
            return HttpResponseBadRequest("The form holds a character that no text has.")
        if request.path.startswith(ACCOUNTS):
            # allauth's own pages speak by exceptions (sign in once more, too often) that its middleware answers.
            request.viewer = self.viewer(request)
            return None
        try:
            return self.answer(request, view, args, kwargs)
        except (NotAllowed, Refused, Conflict) as refusal:
            return import_string(settings.REFUSAL_PAGE)(request, refusal)
        except ProgrammingError as error:
            if (refusal := withdrawn(error)) is None:
                raise
            log.warning("The database refused %s %s of seat %s", request.method, request.path, request.viewer and request.viewer.seat_id)
            return import_string(settings.REFUSAL_PAGE)(request, refusal)
        except Http404:
            if request.path.startswith("/api/"):
                raise
            with transaction.atomic():
                identify(request.viewer)
                return render(request, "404.html", status=404)

    def answer(self, request, view, args, kwargs):
        with transaction.atomic():
            request.viewer = self.viewer(request)
            if request.viewer is None and getattr(view, "login_required", True) is False:
                # Signed in without a seat: of the public's pages they see what the public sees, an invitation's among them.
                request.viewer = viewers.anonymous()
            identify(request.viewer)
            if request.viewer is None and not request.path.startswith("/api/"):
                # Signed in, and no seat is left: they may still reach their own account and sign out.
                return render(request, "coalition/members/no_seat.html", status=403)
            drawn_for = request.POST.get("acting_for") if request.method == "POST" else None
            if drawn_for and request.viewer and drawn_for != str(request.viewer.seat_id) and not request.path.startswith(WHOEVER_ACTS):
                said = _("This page was opened while you acted for another organisation. You act for %(name)s now; nothing was done.")
                raise Conflict(said % {"name": request.viewer.organisation_name or _("nobody")})
            if request.viewer and not request.viewer.in_standing:
                if not self.is_open_without_standing(request, view):
                    return self.without_standing(request)
                if getattr(view, "login_required", True) is False and not request.path.startswith(INVITED):
                    # Of the public's pages they see what the public sees.
                    request.viewer = viewers.anonymous()
                    identify(request.viewer)
            elif request.viewer and not may_pass(request.viewer, request.path):
                if getattr(view, "login_required", True):
                    raise NotAllowed(_("Your membership does not give this part of the portal."))
                request.viewer = viewers.anonymous()
                identify(request.viewer)
            response = answered_once(request, lambda: view(request, *args, **kwargs))
            if response.status_code == 405 and request.method == "GET" and not request.path.startswith("/api/"):
                return redirect(self.page_above(request.path))
            if hasattr(response, "render") and callable(response.render) and not getattr(response, "is_rendered", True):
                response.render()
            if not request.viewer or not request.viewer.is_anonymous:
                add_never_cache_headers(response)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    @staticmethod
    def page_above(path: str) -> str:
        """Where a form's address leads that somebody opens by itself: the nearest address above it that is one."""
        while path != "/":
            path = urljoin(path, "../")
            if resolve(path).url_name != NOTHING:
                break
        return path

    @staticmethod
    def is_open_without_standing(request, view) -> bool:
        """The public's pages, one's own account, and the page where the membership is put in order."""
        if getattr(view, "login_required", True) is False:
            return True
        return request.path.startswith(OPEN_WITHOUT_STANDING) and not request.path.startswith(CLOSED_WITHOUT_STANDING)

    @staticmethod
    def without_standing(request):
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": "Your organisation is not in good standing."}, status=403)
        return render(request, "coalition/members/no_standing.html", status=403)

    @staticmethod
    def viewer(request):
        if not request.user.is_authenticated:
            return viewers.anonymous()
        viewer = viewers.viewer_of_person(request.user.pk, request.session.get(SEAT))
        if viewer and request.session.get(SEAT) != viewer.seat_id:
            request.session[SEAT] = viewer.seat_id
        return viewer
