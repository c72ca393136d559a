"""What ends is watched ahead of its day: a right's term, a recordation with customs, a power of attorney."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.viewer import as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.dates import last_day
from enforcement.rights.models import Paper, Recordation, Right

# No policy watches for longer.
FURTHEST = timedelta(days=400)
EXPIRY, RECORDATION, PAPER = "right_expiry", "recordation_expiry", "paper_expiry"


def watch() -> int:
    """Start the clock of everything that ends within its policy's time, and tell its owner; returns how many. Said again, it starts none twice."""
    count = 0
    with as_system("watch what ends of rights"):
        today = timezone.localdate()
        for kind, thing, ends_on, label, scope in _ending(today):
            if clocks.watch(kind, thing, ends_on, label=label, scope=scope):
                right = thing if isinstance(thing, Right) else thing.right
                record("right.ends", right, by=None, what=str(thing), day=last_day(ends_on).isoformat(), members=thing.space.owner_id)
                count += 1
    return count


def _ending(today: date) -> Iterator[tuple[str, Any, date, str, str]]:
    for right in Right.objects.filter(expires_on__gt=today, expires_on__lte=today + FURTHEST).select_related("space").iterator():
        if right.expires_on:
            yield EXPIRY, right, right.expires_on, _("Renew %(what)s") % {"what": right}, right.jurisdiction
    running = Recordation.objects.filter(ends_on__gt=today, ends_on__lte=today + FURTHEST, starts_on__lte=today, followed_by=None, ended_because="")
    for row in running.select_related("space", "right").iterator():
        yield RECORDATION, row, row.ends_on, _("Renew the recordation %(what)s of %(right)s") % {"what": row, "right": row.right}, row.authority
    for paper in (
        Paper.objects.filter(ends_on__gt=today, ends_on__lte=today + FURTHEST, removed_at=None).select_related("space", "right", "file").iterator()
    ):
        if paper.ends_on:
            yield PAPER, paper, paper.ends_on, _("Replace the %(what)s of %(right)s") % {"what": paper, "right": paper.right}, ""
