"""In plain words: an organisation that keeps listings imports them to its own desk, and may undo its own imports."""

from coalition.access.permissions import can_contribute
from coalition.access.viewer import Viewer
from enforcement.market.models import Import, Relist


def can_import(viewer: Viewer) -> bool:
    return viewer.may("import_listings")


def can_keep_allow_list(viewer: Viewer) -> bool:
    """Whoever sends notices for an organisation says against whom none is sent."""
    return viewer.may("submit_notice")


def can_amend_platforms(viewer: Viewer) -> bool:
    """Whoever runs programmes for the coalition says what the platforms are like."""
    return viewer.may("run_programme")


def can_link_sellers(viewer: Viewer) -> bool:
    """Whoever imports an organisation's listings, or answers notices to its platforms, says for it which sellers are one."""
    return can_import(viewer) or viewer.may("answer_notice")


def can_judge(viewer: Viewer, relist: Relist) -> bool:
    """Whoever imports an organisation's listings says whether one is another come back."""
    return can_import(viewer) and relist.space_id == viewer.desk_id


def can_work_on(viewer: Viewer, job: Import) -> bool:
    return can_import(viewer) and can_contribute(viewer, job.space_id)


def can_choose_columns(viewer: Viewer, job: Import) -> bool:
    """While nothing has been written; then it can also be given up."""
    return can_work_on(viewer, job) and job.state in (Import.State.UPLOADED, Import.State.CHECKED)


def can_undo(viewer: Viewer, job: Import) -> bool:
    """Once it is done, or was refused half-way with something written."""
    if not can_work_on(viewer, job):
        return False
    return job.state == Import.State.DONE or (job.state == Import.State.REFUSED and job.listings.exists())
