"""What happens when the clock of a warning runs out."""

from coalition.clocks.registry import lapse
from enforcement.programmes import actions
from enforcement.programmes.models import Warning


@lapse(actions.GOOD_FAITH)
def warning_ran_out(clock):
    actions.ran_out(Warning.objects.get(pk=clock.subject_id))
