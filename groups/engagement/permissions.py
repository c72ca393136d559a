"""In plain words: whoever is on a group's roster posts in it; a member may join an open group; its chair calls its meetings."""

from coalition.access.permissions import can_contribute
from coalition.access.viewer import Viewer
from groups.engagement.models import Group, Meeting


def can_post(viewer: Viewer, group: Group) -> bool:
    return viewer.may("post") and can_contribute(viewer, group.space_id)


def leads(viewer: Viewer | None, group: Group) -> bool:
    """Whether a seat leads a group: it was appointed, and its category and role still let it."""
    return viewer is not None and bool(viewer.seat_id) and viewer.seat_id == group.chair_id and viewer.may("chair_group")


def can_appoint_chair(viewer: Viewer) -> bool:
    """Who founds groups says who leads them."""
    return viewer.may("found_group")


def can_amend(viewer: Viewer, group: Group) -> bool:
    """Its chair keeps its charter, and who founds groups."""
    return leads(viewer, group) or viewer.may("found_group")


def can_call(viewer: Viewer, group: Group) -> bool:
    """Its chair calls meetings and keeps their minutes, and who founds groups."""
    return can_amend(viewer, group)


def can_finish_minutes(viewer: Viewer, meeting: Meeting) -> bool:
    """Staff who found groups review what the chair wrote; nobody reviews their own minutes."""
    return viewer.may("found_group") and meeting.minuted_by_id not in (None, viewer.audience_id)


def can_answer(viewer: Viewer, group: Group) -> bool:
    """Whoever sits at an organisation on the roster says whether they come, whatever their role."""
    return bool(viewer.seat_id) and group.audience_id in viewer.audience_ids


def can_join(viewer: Viewer, group: Group) -> bool:
    return group.is_open and viewer.may("join_group") and group.audience_id not in viewer.audience_ids
