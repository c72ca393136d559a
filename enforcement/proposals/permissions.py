"""In plain words: whoever works cases proposes to other members, and takes back what was proposed. Each kind of thing says who answers
for the organisation that is asked: whoever might do it unasked.
"""

from coalition.access.viewer import Viewer
from enforcement.proposals.models import Proposal


def can_propose(viewer: Viewer) -> bool:
    return viewer.may("work_case")


def can_withdraw(viewer: Viewer, proposal: Proposal) -> bool:
    return can_propose(viewer) and proposal.proposer_id == viewer.organisation_audience_id and proposal.waits


def can_answer(viewer: Viewer, proposal: Proposal) -> bool:
    return proposal.asked_id == viewer.organisation_audience_id and proposal.of_kind.can_answer(viewer) and proposal.waits
