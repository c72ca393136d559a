"""Save a list page's filters under a name, share them, drop them."""

from __future__ import annotations

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.locks import one_at_a_time
from coalition.saved.models import SavedView, filters_of
from coalition.saved.permissions import can_change, can_save, can_share
from coalition.saved.registry import pages

MOST = 60


@transaction.atomic
def save_view(*, page: str, query: str, name: str, by: Viewer, is_shared: bool = False) -> SavedView:
    """Save filters under a name; the same name on the same page again replaces one's own.

    Raises NotAllowed, and Refused, at its field, for a page that has none, no name, and too many.
    """
    require(can_save(by) and (can_share(by) or not is_shared))
    if page not in pages:
        raise Refused(_("The filters of this page cannot be saved."), field="page")
    kept, name = _kept(query), _named(name)
    one_at_a_time(f"views of {by.audience_id}")
    own = SavedView.objects.filter(owner_id=by.audience_id, space_id=by.desk_id)
    view = own.filter(page=page, name__iexact=name).first()
    if view is None and own.count() >= MOST:
        raise Refused(_("You have %(most)d views: drop one first.") % {"most": MOST}, field="name")
    was_shared = view is not None and view.is_shared
    view = view or SavedView(space_id=by.desk_id, owner_id=by.audience_id, page=page)
    view.name, view.query, view.is_shared, view.saved_at = name, kept, is_shared, timezone.now()
    view.save()
    _say(view, was_shared, by)
    return view


@transaction.atomic
def change_view(view: SavedView, *, name: str, is_shared: bool, by: Viewer) -> SavedView:
    """Give a view another name; share one's own with one's organisation, or take it back. Raises NotAllowed, and Refused at its field."""
    require(can_change(by, view) and (can_share(by) or not is_shared))
    one_at_a_time(f"views of {view.owner_id}")
    view, name = lock(view), _named(name)
    if view.owner_id != by.audience_id and not is_shared:
        raise Refused(_("Only who saved it can keep it for themselves. Drop it instead."), field="is_shared")
    if SavedView.objects.filter(owner=view.owner_id, page=view.page, name__iexact=name).exclude(pk=view.pk).exists():
        raise Refused(_("There is a view of this name on that page."), field="name")
    was_shared, view.name, view.is_shared = view.is_shared, name, is_shared
    view.save(update_fields=["name", "is_shared"])
    _say(view, was_shared, by)
    return view


@transaction.atomic
def drop_view(view: SavedView, *, by: Viewer) -> None:
    """Take a view away. Raises NotAllowed."""
    require(can_change(by, view))
    if view.is_shared:
        record("view.dropped", view, by=by, name=view.name, page=str(view.page_words))
    lock(view).delete()


def _kept(query: str) -> str:
    kept = filters_of(QueryDict(query))
    if "%00" in kept:
        raise Refused(_("These filters hold a character that is none."), field="query")
    if not kept:
        raise Refused(_("No filter is set: choose some, then save."), field="query")
    if len(kept) > 2000:
        raise Refused(_("These are more filters than one view holds."), field="query")
    return kept


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise Refused(_("Give it a name of up to 80 letters."), field="name")
    return name


def _say(view: SavedView, was_shared: bool, by: Viewer) -> None:
    """Colleagues learn of what is theirs too; what somebody keeps for themselves is nobody's business."""
    if view.is_shared and not was_shared:
        record("view.shared", view, by=by, name=view.name, page=str(view.page_words))
    elif was_shared and not view.is_shared:
        record("view.dropped", view, by=by, name=view.name, page=str(view.page_words))
