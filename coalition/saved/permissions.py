"""In plain words: everybody saves views for themselves; for the whole organisation its own people do, never an agent that acts for it."""

from coalition.access.viewer import Viewer
from coalition.saved.models import SavedView


def can_save(viewer: Viewer) -> bool:
    return bool(viewer.desk_id)


def can_share(viewer: Viewer) -> bool:
    return can_save(viewer) and not viewer.is_agent


def can_change(viewer: Viewer, view: SavedView) -> bool:
    """One's own; and whoever runs the organisation changes what it shares."""
    return view.owner_id == viewer.audience_id or (view.is_shared and view.space_id == viewer.desk_id and viewer.may("own_organisation"))
