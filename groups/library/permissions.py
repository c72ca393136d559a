"""In plain words: an organisation that may publish guidance writes and publishes its own; members comment while it is open."""

from coalition.access.viewer import Viewer
from groups.library.models import Document


def can_write(viewer: Viewer) -> bool:
    return viewer.may("publish_guidance")


def can_publish(viewer: Viewer, document: Document) -> bool:
    return can_write(viewer) and document.publisher_id == viewer.organisation_audience_id


def can_comment(viewer: Viewer, document: Document) -> bool:
    return document.state == Document.State.CONSULTATION and viewer.may("comment")
