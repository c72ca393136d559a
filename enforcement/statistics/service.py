"""How well notices are vetted: what waits by its clock, how many were passed on or returned in time, how long it took, and by whom. For the analysts
and who runs their programmes; no member's figures are in it but what its analysts read anyway.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.viewer import as_system
from coalition.clocks.models import Clock
from enforcement.notices.actions import VETTING
from enforcement.notices.models import Notice, Return
from enforcement.programmes.models import Programme
from enforcement.statistics.times import begun_hours, percentiles

PERIODS = {30: _("30 days"), 90: _("90 days"), 365: _("a year")}
SHARES = (50, 90)
# What ends so soon is looked at first.
SOON = timedelta(hours=8)


class ServicePage:
    """The vetting that one viewer may see, over the last days."""

    def __init__(self, viewer, query):
        self.viewer, self.now = viewer, timezone.now()
        days = query.get("days", "")
        self.days = int(days) if days.isdecimal() and int(days) in PERIODS else 90
        self.since = self.now - timedelta(days=self.days)

    @property
    def periods(self) -> list[tuple[int, Any]]:
        return list(PERIODS.items())

    @cached_property
    def _clocks(self):
        """The clocks of the teams the viewer is in, or of all for who runs programmes. They are counted as named system work: a notice that was
        returned is its sender's own again, and how long it lay here is not.
        """
        teams = Programme.objects.values_list("team_id", flat=True)
        owed = list(teams if self.viewer.may("run_programme") else teams.filter(team__in=self.viewer.audience_ids))
        return Clock.objects.filter(kind=VETTING, owed_by__in=owed)

    @cached_property
    def waiting(self) -> dict[str, int]:
        """What is being vetted at this moment, by how near the end of its clock is. One that ran out is in vetting still."""
        waiting = Notice.objects.visible_to(self.viewer).filter(state=Notice.State.VETTING)
        return waiting.aggregate(
            all=Count("pk"), over=Count("pk", filter=Q(due_at__lte=self.now)),
            soon=Count("pk", filter=Q(due_at__gt=self.now, due_at__lte=self.now + SOON)), items=Coalesce(Sum("item_count"), 0),
        )  # fmt: skip

    @cached_property
    def level(self) -> dict[str, int | None]:
        """Of the clocks that began in these days: how many were met, how many ran out, how many run; and the share met of those that ended or
        whose end has come, in whole per cent, rounded down so that no missed one is a hundred.
        """
        with as_system("count how the clocks of vetting ended"):
            counts = self._clocks.filter(started_at__gte=self.since).aggregate(
                all=Count("pk"), met=Count("pk", filter=Q(outcome=Clock.Outcome.MET)), lapsed=Count("pk", filter=Q(outcome=Clock.Outcome.LAPSED)),
                running=Count("pk", filter=Q(ended_at=None)),
            )  # fmt: skip
        judged = counts["met"] + counts["lapsed"]
        return counts | {"percent": 100 * counts["met"] // judged if judged else None}

    @cached_property
    def hours(self) -> list[tuple[int, int | None]]:
        """Within how many begun hours so many in a hundred were passed on or returned. What ran out or still runs took at least so long."""
        took = ExpressionWrapper(Coalesce("ended_at", Value(self.now)) - F("started_at"), DurationField())
        hours = begun_hours(took)
        with as_system("count how long vetting took"):
            began = self._clocks.filter(started_at__gte=self.since).exclude(outcome=Clock.Outcome.CANCELLED)
            rows = list(began.order_by().annotate(hours=hours).values("hours", "outcome").annotate(n=Count("pk")))
        return list(percentiles(((row["hours"], row["outcome"] == Clock.Outcome.MET, row["n"]) for row in rows), SHARES).items())

    @cached_property
    def people(self) -> list[dict]:
        """Who passed on and who returned how many in these days, the busiest first."""
        passed = Notice.objects.visible_to(self.viewer).filter(vetted_at__gte=self.since).order_by()
        rows: dict[str, dict] = {}
        for who, notices, items in passed.values_list("vetted_by__label").annotate(Count("pk"), Sum("item_count")):
            rows[who] = {"who": who, "passed": notices, "items": items, "returned": 0}
        returned = Return.objects.visible_to(self.viewer).filter(returned_at__gte=self.since).order_by()
        for who, notices in returned.values_list("returned_by__label").annotate(Count("pk")):
            rows.setdefault(who, {"who": who, "passed": 0, "items": 0, "returned": 0})["returned"] = notices
        return sorted(rows.values(), key=lambda row: (-(row["passed"] + row["returned"]), row["who"]))
