"""In plain words: members read the directory; a person may enter any seat they hold and no other."""

from coalition.access.viewer import Viewer
from coalition.members.models import Organisation, Seat


def can_manage_seats(viewer: Viewer, organisation: Organisation) -> bool:
    """Owners and managers of an organisation look after its seats, and nobody else does."""
    return viewer.organisation_id == organisation.pk and viewer.may("manage_seats")


def can_give(viewer: Viewer, organisation: Organisation, role: str) -> bool:
    """Whether they may give or take a seat of this role: owners are made and unmade by owners."""
    return can_manage_seats(viewer, organisation) and (role != Seat.Role.OWNER or viewer.may("own_organisation"))


def can_keep_register(viewer: Viewer) -> bool:
    return viewer.may("keep_register")


def can_read_directory(viewer: Viewer) -> bool:
    return viewer.may("read_directory")
