from coalition.clocks.registry import lapse
from enforcement.proposals import actions
from enforcement.proposals.models import Proposal


@lapse(actions.ANSWER)
def not_answered(clock) -> None:
    actions.lapse(Proposal.objects.select_related("asked").select_for_update(of=("self",)).get(pk=clock.subject_id))
