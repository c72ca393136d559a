"""In plain words: members read the directory; people keep their own card; owners and managers keep their organisation's."""

from coalition.access.viewer import Viewer


def can_keep_organisation_card(viewer: Viewer) -> bool:
    return viewer.may("manage_seats")


def can_write_to_people(viewer: Viewer) -> bool:
    return viewer.may("read_directory")
