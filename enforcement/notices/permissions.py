"""In plain words: the principal's people compose and answer for a notice; the programme's team vets it; the platform's
people decide its items. Nobody does another's part."""

from __future__ import annotations

from coalition.access.models import Grant
from coalition.access.permissions import can_contribute
from coalition.access.viewer import Viewer
from enforcement.market.models import Platform
from enforcement.notices.models import Dispute, Notice, NoticeItem, TwoPeople


def can_compose(viewer: Viewer) -> bool:
    return viewer.may("submit_notice")


def is_principal(viewer: Viewer, notice: Notice) -> bool:
    return notice.principal_id == viewer.organisation_id and viewer.may("submit_notice")


def can_edit(viewer: Viewer, notice: Notice) -> bool:
    return is_principal(viewer, notice) and notice.is_with_sender and viewer.role_in(notice.space_id) == Grant.Role.LEAD


def wants_two(organisation_id: int) -> bool:
    """Whether an organisation wants two of its people behind each notice, today."""
    return TwoPeople.objects.filter(organisation=organisation_id, until=None).exists()


def can_set_two_people(viewer: Viewer) -> bool:
    """An owner, for their own organisation."""
    return viewer.may("own_organisation") and viewer.may("submit_notice") and not viewer.is_agent


def can_countersign(viewer: Viewer, notice: Notice) -> bool:
    """One of the organisation's own people, another than whoever asked; an agent's people ask, and do not approve."""
    return (
        notice.state == Notice.State.APPROVAL
        and is_principal(viewer, notice)
        and not viewer.is_agent
        and viewer.audience_id != notice.asked_by_id
        and viewer.role_in(notice.space_id) == Grant.Role.LEAD
    )


def can_take_back(viewer: Viewer, notice: Notice) -> bool:
    """Whoever asked for a colleague's word, until it is given."""
    return notice.state == Notice.State.APPROVAL and viewer.audience_id == notice.asked_by_id


def can_clarify(viewer: Viewer, notice: Notice, item: NoticeItem) -> bool:
    return is_principal(viewer, notice) and item.outcome == NoticeItem.Outcome.CLARIFICATION


def can_vet(viewer: Viewer, notice: Notice) -> bool:
    return (
        notice.state == Notice.State.VETTING
        and notice.programme is not None
        and notice.programme.team_id in viewer.audience_ids
        and can_contribute(viewer, notice.space_id)
    )


def can_translate(viewer: Viewer, notice: Notice) -> bool:
    """Its sender until it is sent, and whoever vets it."""
    return can_edit(viewer, notice) or can_vet(viewer, notice)


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
