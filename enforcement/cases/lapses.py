from coalition.activity.actions import record
from coalition.clocks.registry import lapse
from enforcement.cases.actions.tasks import DUE
from enforcement.cases.models import Task


@lapse(DUE)
def task_late(clock) -> None:
    """Nothing is done for anybody: those who owe it and asked for it are told."""
    task = Task.objects.select_related("case").get(pk=clock.subject_id)
    record(
        "case.task_late", task.case, by=None, space=task.space_id, title=task.title, owed_by=task.owed_by_id, added_by=task.added_by_id, task=task.pk
    )
