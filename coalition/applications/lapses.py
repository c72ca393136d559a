from coalition.applications import actions
from coalition.applications.models import Application
from coalition.clocks.registry import lapse


@lapse(actions.OBJECTION_WINDOW)
def window_ended(clock):
    actions.end_window(Application.objects.get(pk=clock.subject_id))
