"""In plain words: whoever sends notices for an organisation keeps the rights they rest on."""

from coalition.access.viewer import Viewer
from enforcement.rights.models import Right


def can_enter(viewer: Viewer) -> bool:
    return viewer.may("submit_notice")


def can_keep(viewer: Viewer, right: Right) -> bool:
    """One's own organisation's rights, and nobody else's."""
    return can_enter(viewer) and right.space_id == viewer.desk_id
