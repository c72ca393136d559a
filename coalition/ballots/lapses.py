from coalition.ballots import actions
from coalition.ballots.models import Ballot
from coalition.clocks.registry import lapse


@lapse(actions.VOTING)
def voting_ended(clock):
    actions.close(Ballot.objects.get(pk=clock.subject_id))
