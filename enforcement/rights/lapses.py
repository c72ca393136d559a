from coalition.activity.actions import record
from coalition.clocks.registry import lapse
from enforcement.rights.models import Paper, Recordation, Right
from enforcement.rights.watch import EXPIRY, PAPER, RECORDATION


def _told(right: Right, what: str, clock) -> None:
    record("right.ended", right, by=None, what=what, day=clock.due_at.date().isoformat(), members=clock.owed_by_id)


@lapse(EXPIRY)
def right_ended(clock) -> None:
    right = Right.objects.get(pk=clock.subject_id)
    _told(right, right.name, clock)


@lapse(RECORDATION)
def recordation_ended(clock) -> None:
    row = Recordation.objects.select_related("right").get(pk=clock.subject_id)
    _told(row.right, str(row), clock)


@lapse(PAPER)
def paper_ended(clock) -> None:
    paper = Paper.objects.select_related("right", "file").get(pk=clock.subject_id)
    _told(paper.right, str(paper), clock)
