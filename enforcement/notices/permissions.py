"""In plain words: the principal's people compose and answer for a notice; the programme's team vets it; the platform's
people decide its items. Nobody does another's part."""

from __future__ import annotations

from coalition.access.models import Grant
from coalition.access.permissions import can_contribute
from coalition.access.viewer import Viewer
from enforcement.market.models import Platform
from enforcement.notices.models import Dispute, Notice, NoticeItem


def can_compose(viewer: Viewer) -> bool:
    return viewer.may("submit_notice")


def is_principal(viewer: Viewer, notice: Notice) -> bool:
    return notice.principal_id == viewer.organisation_id and viewer.may("submit_notice")


def can_edit(viewer: Viewer, notice: Notice) -> bool:
    return is_principal(viewer, notice) and notice.is_with_sender and viewer.role_in(notice.space_id) == Grant.Role.LEAD


def can_clarify(viewer: Viewer, notice: Notice, item: NoticeItem) -> bool:
    return is_principal(viewer, notice) and item.outcome == NoticeItem.Outcome.CLARIFICATION


def can_vet(viewer: Viewer, notice: Notice) -> bool:
    return (
        notice.state == Notice.State.VETTING
        and notice.programme is not None
        and notice.programme.team_id in viewer.audience_ids
        and can_contribute(viewer, notice.space_id)
    )


def can_answer_notices(viewer: Viewer) -> bool:
    """Whether a seat answers notices of its organisation's platforms at all."""
    return viewer.may("answer_notice")


def platforms_of(viewer: Viewer):
    """The platforms that a viewer's organisation runs."""
    return Platform.objects.filter(organisation_id=viewer.organisation_id)


def can_answer(viewer: Viewer, notice: Notice) -> bool:
    return (
        notice.state in (Notice.State.SENT, Notice.State.DECIDED)
        and notice.platform.organisation_id == viewer.organisation_id
        and can_answer_notices(viewer)
        and can_contribute(viewer, notice.space_id)
    )


def can_end_dispute(viewer: Viewer, dispute: Dispute) -> bool:
    return dispute.ending == Dispute.Ending.OPEN and is_principal(viewer, dispute.item.notice)


def can_conclude(viewer: Viewer, dispute: Dispute) -> bool:
    return dispute.ending == Dispute.Ending.STOOD_BEHIND and dispute.concluded_at is None and can_answer(viewer, dispute.item.notice)
