"""In plain words: whoever is on a group's roster posts in it; a member may join an open group."""

from coalition.access.permissions import can_contribute
from coalition.access.viewer import Viewer
from groups.engagement.models import Group


def can_post(viewer: Viewer, group: Group) -> bool:
    return viewer.may("post") and can_contribute(viewer, group.space_id)


def can_join(viewer: Viewer, group: Group) -> bool:
    return group.is_open and viewer.may("join_group") and group.audience_id not in viewer.audience_ids
