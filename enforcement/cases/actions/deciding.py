"""What a party decides to do, by itself, and which steps a case allows (PAP)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from enforcement.cases.actions.cases import touch
from enforcement.cases.models import Case, OwnDecision, Pap
from enforcement.cases.permissions import can_decide, can_lead


@transaction.atomic
def decide(case: Case, *, course: str, reason: str, by: Viewer) -> OwnDecision:
    """Record what the viewer's organisation decides to do about a case, by itself; a new one stands beside those before.

    It lies on the organisation's own desk: competitors in one case neither read it nor agree on it, for the decision to act is each
    member's own (Sherman Act, s. 1; article 101 TFEU). Raises NotAllowed, and Refused at its field.
    """
    require(can_decide(by, case))
    if course not in OwnDecision.Course.values:
        raise Refused(_("Choose what you do."), field="course")
    decision = OwnDecision.objects.create(space_id=by.desk_id, case=case, course=course, reason=reason_given(reason), decided_by_id=by.audience_id)
    record("case.decided", case, by=by, space=by.desk_id, course=str(decision.get_course_display()), reason=decision.reason[:300])
    return decision


@transaction.atomic
def set_pap(case: Case, *, pap: str, by: Viewer) -> Case:
    """Say which steps the case allows (Permissible Actions Protocol). Raises NotAllowed, and Refused at its field."""
    require(can_lead(by, case))
    if pap not in Pap.values:
        raise Refused(_("Choose a PAP mark."), field="pap")
    case = lock(case, "space")
    if case.pap != pap:
        before, case.pap = case.pap, pap
        case.save(update_fields=["pap"])
        touch(case)
        record("case.pap_set", case, by=by, before=before, after=pap)
    return case
