"""In plain words: staff who vet applications work the queue; whoever vetted one does not also review it; a committee of members
decides, without those who stand aside; every member in good standing may object while the window is open."""

from __future__ import annotations

from coalition.access.models import Space
from coalition.access.viewer import Viewer
from coalition.activity.models import Event
from coalition.applications.models import Application, Candidate
from coalition.files.models import Attachment

State = Application.State


def can_see_queue(viewer: Viewer) -> bool:
    return viewer.may("vet_applications") or viewer.may("decide_applications")


def can_vet(viewer: Viewer, application: Application) -> bool:
    return viewer.may("vet_applications") and viewer.role_in(application.space_id) is not None


# Whoever did one of these had a hand in it: the second pair of eyes is another's.
HANDS_ON = ("application.vetting_begun", "application.checked", "application.window_opened", "application.declined")


def has_had_a_hand(viewer: Viewer, application: Application) -> bool:
    return Event.objects.about(application).filter(verb__in=HANDS_ON, actor_id=viewer.audience_id).exists()


def can_review(viewer: Viewer, application: Application) -> bool:
    """By somebody who has not vetted any part of it."""
    return application.state == State.REVIEW and can_vet(viewer, application) and not has_had_a_hand(viewer, application)


def can_hear(viewer: Viewer, application: Application) -> bool:
    """An appeal is heard by somebody who neither vetted nor declined it."""
    return application.state == State.APPEALED and can_vet(viewer, application) and not has_had_a_hand(viewer, application)


def can_vote(viewer: Viewer, application: Application) -> bool:
    return application.state == State.COMMITTEE and viewer.may("decide_applications") and viewer.role_in(application.space_id) is not None


def can_object(viewer: Viewer, candidate: Candidate) -> bool:
    return candidate.is_open and viewer.may("object_to_applicant")


def may_have_paper(paper: Attachment, viewer: Viewer) -> bool:
    """Whether a viewer who may enter its room may have a file: an applicant's only once it was handed in, and by those who vet or decide."""
    if paper.attached_by_id is not None or paper.space.kind != Space.Kind.APPLICATION:
        return True
    application = Application.objects.visible_to(viewer).filter(space=paper.space_id).exclude(state=State.DRAFT).first()
    if application is None or not can_see_queue(viewer):
        return False
    handed_in = [application.answers.get("papers", {}), *(earlier.answers for earlier in application.earlier_answers.filter(step="papers"))]
    return any(str(paper.pk) in answers.get("papers", []) for answers in handed_in)
