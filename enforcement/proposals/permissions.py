"""In plain words: whoever works cases proposes to other members, and takes back what was proposed. Each kind of thing says who answers
for the organisation that is asked: whoever might do it unasked. An agent, who may act for both, answers for neither, and law enforcement
proposes nothing to members.
"""

from coalition.access.viewer import Viewer
from enforcement.proposals.models import Proposal


def can_propose(viewer: Viewer) -> bool:
    return viewer.may("work_case") and viewer.organisation_kind != "partner"


def can_withdraw(viewer: Viewer, proposal: Proposal) -> bool:
    return can_propose(viewer) and proposal.proposer_id == viewer.organisation_audience_id and proposal.waits


def can_answer(viewer: Viewer, proposal: Proposal) -> bool:
    is_asked = proposal.asked_id == viewer.organisation_audience_id and not viewer.is_agent
    return is_asked and proposal.of_kind.can_answer(viewer) and proposal.waits
