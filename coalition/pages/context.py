"""What every page's frame needs: who one is, where one can go, what waits."""

from functools import cached_property

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from coalition.activity.models import InboxItem
from coalition.clocks.models import Clock

# (name of the route, words, icon, capability it asks for), at most seven above the line.
RAIL = [
    ("home", _("Home"), "home", None),
    ("cases:list", _("Cases"), "briefcase", "see_enforcement"),
    ("listings:list", _("Listings"), "tag", "see_enforcement"),
    ("notices:list", _("Notices"), "send", "see_enforcement"),
    ("engagement:list", _("Groups"), "messages", "read_directory"),
    ("library:list", _("Library"), "books", "read_directory"),
    ("directory:organisations", _("Members"), "building-community", "read_directory"),
]
BELOW = [
    ("rights:list", _("Rights"), "certificate", "submit_notice"),
    ("sellers:list", _("Sellers"), "building-store", "submit_notice"),
    ("storefronts:list", _("Storefronts"), "building-warehouse", "see_enforcement"),
    ("proposals:list", _("Proposals"), "arrows-exchange", "work_case"),
    ("imports:list", _("Imports"), "file-import", "import_listings"),
    ("programmes:list", _("Programmes"), "route", "read_directory"),
    ("statistics:own", _("Statistics"), "chart-bar", "see_enforcement"),
    ("members:own", _("Our organisation"), "building", None),
    ("ballots:list", _("Ballots"), "checkbox", "read_directory"),
    ("dues:own", _("Dues"), "receipt", "see_dues"),
    ("dues:ageing", _("Treasury"), "cash", "keep_accounts"),
    ("applications:candidates", _("Candidates"), "user-question", "object_to_applicant"),
    ("applications:queue", _("Applications"), "user-plus", "vet_applications"),
    ("register:dashboard", _("Membership"), "chart-histogram", "keep_register"),
    ("members:register", _("Categories"), "category", "keep_register"),
    ("members:break_glass", _("Break glass"), "hammer", "break_glass"),
]


class Shell:
    """The frame of a page as one viewer sees it; each part is asked for once, when it is drawn."""

    def __init__(self, request):
        self.request = request
        self.viewer = getattr(request, "viewer", None)

    @property
    def is_member(self) -> bool:
        return self.viewer is not None and not self.viewer.is_anonymous

    def _entries(self, rows):
        for route, words, icon, capability in rows:
            if capability is None or self.viewer.may(capability):
                address = reverse(route)
                yield {"address": address, "words": words, "icon": icon, "is_here": address == self._here}

    @cached_property
    def _here(self) -> str:
        """The longest address of the rail under which the page lies: an organisation's dues are not its page."""
        known = [reverse(route) for route, _words, _icon, capability in [*RAIL, *BELOW] if capability is None or self.viewer.may(capability)]
        return max((address for address in known if self.request.path.startswith(address)), key=len, default="")

    @cached_property
    def rail(self):
        return list(self._entries(RAIL)) if self.is_member else []

    @cached_property
    def below(self):
        return list(self._entries(BELOW)) if self.is_member else []

    @cached_property
    def counts(self) -> dict[str, int]:
        """Unread items and running clocks, capped, in one query each; nothing outside a request's transaction."""
        if not self.is_member or not connection.in_atomic_block:
            return {"unread": 0, "due": 0}
        unread = InboxItem.objects.of(self.viewer).unread()[:100].count()
        due = Clock.objects.of(self.viewer).order_by()[:100].count()
        return {"unread": unread, "due": due}

    @property
    def theme(self) -> str:
        user = getattr(self.request, "user", None)
        return getattr(user, "theme", "auto") if user is not None and user.is_authenticated else "auto"

    @property
    def wants_shortcuts(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(getattr(user, "wants_shortcuts", False))


def shell(request):
    return {
        "shell": SimpleLazyObject(lambda: Shell(request)),
        "viewer": getattr(request, "viewer", None),
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        "DEBUG_ON": settings.DEBUG,
    }
