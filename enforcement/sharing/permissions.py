"""In plain words: a member that may open cases gathers a group, and its own people alone say who is in it; whoever is in it may leave."""

from coalition.access import permissions as access
from coalition.access.viewer import Viewer
from enforcement.sharing.models import SharingGroup


def can_gather(viewer: Viewer) -> bool:
    """For the whole organisation, so never an agent."""
    return viewer.may("open_case") and not viewer.is_agent


def can_change(viewer: Viewer, group: SharingGroup) -> bool:
    return group.ended_at is None and can_gather(viewer) and access.can_lead(viewer, group.space_id)


def can_leave(viewer: Viewer, group: SharingGroup) -> bool:
    """Whoever is in it and did not gather it; it ends with its owner."""
    return group.ended_at is None and viewer.may("work_case") and not viewer.is_agent and group.owner_id != viewer.organisation_audience_id
