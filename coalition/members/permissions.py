"""In plain words: members read the directory; a person may enter any seat they hold and no other."""

from coalition.access.viewer import Viewer


def can_read_directory(viewer: Viewer) -> bool:
    return viewer.may("read_directory")
