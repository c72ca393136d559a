"""In plain words: members read the directory; a person may enter any seat they hold and no other."""

from coalition.access.viewer import Viewer
from coalition.members.models import Organisation


def can_manage_seats(viewer: Viewer, organisation: Organisation) -> bool:
    """Owners and managers of an organisation look after its seats, and nobody else does."""
    return viewer.organisation_id == organisation.pk and viewer.may("manage_seats")


def can_keep_register(viewer: Viewer) -> bool:
    return viewer.may("keep_register")


def can_read_directory(viewer: Viewer) -> bool:
    return viewer.may("read_directory")
