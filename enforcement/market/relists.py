"""Judge whether a listing is one that was removed, come back under a new id."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from enforcement.market.models import Relist
from enforcement.market.permissions import can_judge


@transaction.atomic
def judge(relist: Relist, *, verdict: str, by: Viewer) -> Relist:
    """Say that it is the same or is not; a judgement may be changed. Raises NotAllowed, and Refused for what is no verdict."""
    require(can_judge(by, relist))
    if verdict not in (Relist.Verdict.SAME, Relist.Verdict.DIFFERENT):
        raise Refused(_("Say whether it is a relist or not."), field="verdict")
    relist = lock(relist, "of", "listing")
    if relist.verdict != verdict:
        relist.verdict, relist.judged_at, relist.judged_by_id = verdict, timezone.now(), by.audience_id
        relist.save(update_fields=["verdict", "judged_at", "judged_by"])
        record("listing.judged", relist.listing, by=by, verdict=str(relist.get_verdict_display()), of=relist.of.key)
    return relist
