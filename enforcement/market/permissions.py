"""In plain words: an organisation that keeps listings imports them to its own desk, and may undo its own imports."""

from coalition.access.permissions import can_contribute
from coalition.access.viewer import Viewer
from enforcement.market.models import Import


def can_import(viewer: Viewer) -> bool:
    return viewer.may("import_listings")


def can_work_on(viewer: Viewer, job: Import) -> bool:
    return can_import(viewer) and can_contribute(viewer, job.space_id)


def can_undo(viewer: Viewer, job: Import) -> bool:
    return can_work_on(viewer, job) and job.state == Import.State.DONE
