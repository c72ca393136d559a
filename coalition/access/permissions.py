"""In plain words: whoever leads a space may say who else enters it; whoever may enter contributes if their role says so."""

from coalition.access.models import Grant, Space
from coalition.access.viewer import Viewer


def can_lead(viewer: Viewer, space_id: int) -> bool:
    return viewer.role_in(space_id) == Grant.Role.LEAD


def can_contribute(viewer: Viewer, space_id: int) -> bool:
    return viewer.role_in(space_id) in (Grant.Role.LEAD, Grant.Role.CONTRIBUTE)


def can_share(viewer: Viewer, space: Space) -> bool:
    return space.kind in (Space.Kind.CASE, Space.Kind.SIDE_ROOM) and can_lead(viewer, space.pk)


def can_break_glass(viewer: Viewer) -> bool:
    return viewer.may("break_glass")
