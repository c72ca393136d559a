"""In plain words: staff who vet applications work the queue; whoever vetted one does not also review it; a committee of members
decides, without those who stand aside; every member in good standing may object while the window is open."""

from __future__ import annotations

from coalition.access.viewer import Viewer
from coalition.applications.models import Application, Candidate

State = Application.State


def can_see_queue(viewer: Viewer) -> bool:
    return viewer.may("vet_applications") or viewer.may("decide_applications")


def can_vet(viewer: Viewer, application: Application) -> bool:
    return viewer.may("vet_applications") and viewer.role_in(application.space_id) is not None


def can_review(viewer: Viewer, application: Application) -> bool:
    """The second pair of eyes is another's."""
    return application.state == State.REVIEW and can_vet(viewer, application) and application.vetted_by_id != viewer.audience_id


def can_vote(viewer: Viewer, application: Application) -> bool:
    return application.state == State.COMMITTEE and viewer.may("decide_applications") and viewer.role_in(application.space_id) is not None


def can_object(viewer: Viewer, candidate: Candidate) -> bool:
    return candidate.is_open and viewer.may("object_to_applicant")
