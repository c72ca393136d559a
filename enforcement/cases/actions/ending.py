"""Close a case with what came of it, and open it again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from enforcement.cases.actions.cases import index_case
from enforcement.cases.actions.tasks import end_task
from enforcement.cases.models import Case, Task
from enforcement.cases.permissions import can_lead


@transaction.atomic
def close(case: Case, *, outcome: str, by: Viewer) -> Case:
    """Close a case with its outcome. Raises Refused without one."""
    require(can_lead(by, case))
    _require_outcome(outcome)
    case = lock(case, "space")
    if case.state == Case.State.CLOSED:
        return case
    case.state, case.outcome = Case.State.CLOSED, outcome
    case.closed_at = case.changed_at = timezone.now()
    case.save(update_fields=["state", "outcome", "closed_at", "changed_at"])
    # What was still owed in it is owed no more; a side room's is its party's own.
    for task in case.tasks.filter(space=case.space, state=Task.State.OPEN):
        end_task(task, state=Task.State.DROPPED, remark=_("The case was closed."), by=by)
    index_case(case)
    record("case.closed", case, by=by, outcome=case.get_outcome_display())
    return case


@transaction.atomic
def close_all(cases: Iterable[Case], *, outcome: str, by: Viewer) -> int:
    """Close those of some cases that are open and that one leads, with the same outcome; returns how many. Raises Refused for what is none."""
    _require_outcome(outcome)
    count = 0
    for case in cases:
        if case.state == Case.State.OPEN and can_lead(by, case):
            close(case, outcome=outcome, by=by)
            count += 1
    return count


def _require_outcome(outcome: str) -> None:
    if outcome not in Case.Outcome.values or outcome == Case.Outcome.MERGED:
        raise Refused(_("Choose an outcome."), field="outcome")


@transaction.atomic
def reopen(case: Case, *, by: Viewer) -> Case:
    require(can_lead(by, case))
    case = lock(case, "space")
    if case.state == Case.State.OPEN:
        return case
    if case.merged_into_id:
        raise Refused(_("It was merged into another: undo that instead."))
    case.state, case.outcome, case.closed_at, case.changed_at = Case.State.OPEN, "", None, timezone.now()
    case.save(update_fields=["state", "outcome", "closed_at", "changed_at"])
    index_case(case)
    record("case.reopened", case, by=by)
    return case
