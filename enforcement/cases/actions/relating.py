"""Which cases belong together, and where the work on one stands."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import NotAllowed, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from enforcement.cases.actions.cases import require_open, touch
from enforcement.cases.models import Case, Related
from enforcement.cases.permissions import can_contribute


@transaction.atomic
def relate(case: Case, other: Case, *, because: str, by: Viewer) -> Related:
    """Note in a case that another belongs with it; shown to those who may read both. Raises NotAllowed, and Refused for itself."""
    require(can_contribute(by, case))
    if case.pk == other.pk:
        raise Refused(_("Choose another case."), field="other")
    because = reason_given(because, field="because")[:200]
    link, is_new = Related.objects.get_or_create(
        case=case, other=other, defaults={"space_id": case.space_id, "because": because, "added_by_id": by.audience_id}
    )
    if is_new:
        touch(case)
        # On the other's side nothing is said: who reads it need not know of this one. Nor does the event here name it to all.
        record("case.related", case, by=by, other=_("another case"), because=because)
    return link


@transaction.atomic
def unrelate(link: Related, *, by: Viewer) -> None:
    """Take it back. Raises NotAllowed."""
    require(can_contribute(by, link.case))
    # Whoever may not read the other case does not know of the link.
    if not Case.objects.visible_to(by).filter(pk=link.other_id).exists():
        raise NotAllowed(_("This is not yours to take back."))
    record("case.unrelated", link.case, by=by, other=_("another case"))
    link.delete()


@transaction.atomic
def set_stage(case: Case, *, stage: str, by: Viewer) -> Case:
    """Say where the work on an open case stands. The same again says nothing. Raises NotAllowed, and Refused for what is no stage."""
    require(can_contribute(by, case))
    if stage not in Case.Stage.values:
        raise Refused(_("Choose where it stands."), field="stage")
    case = lock(case, "space")
    require_open(case)
    if case.stage != stage:
        case.stage = stage
        case.save(update_fields=["stage"])
        touch(case)
        record("case.staged", case, by=by, stage=str(case.get_stage_display()))
    return case


def stage_all(cases: Iterable[Case], *, stage: str, by: Viewer) -> int:
    """Say where the work stands on those of some cases that are open and that one works on; returns how many. Raises Refused for what is no stage."""
    if stage not in Case.Stage.values:
        raise Refused(_("Choose where they stand."), field="stage")
    count = 0
    for case in cases:
        if case.state == Case.State.OPEN and can_contribute(by, case):
            set_stage(case, stage=stage, by=by)
            count += 1
    return count
