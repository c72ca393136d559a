"""The demo's published figures, and what its marketplace says of its own measures."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from coalition.access.viewer import as_viewer
from demo.times import ago
from enforcement.market.models import Platform
from enforcement.statistics import actions as statistics

INDEPENDENCE = """The coalition is paid by its members alone, most of them brands; what platforms pay is a membership fee by tier, and no fee depends on
notices. Analysts are employed by the coalition, pass on a notice only after they have judged it by the checklist of its ground, and may not work for a
member or a platform for two years after. The board hears once a year how many notices were returned and why."""


def tell(viewers):
    """Last year's figures, and what the marketplace removed by itself."""
    bazaar = Platform.objects.get(slug="bazaar")
    with ago(days=20), as_viewer(viewers["trust@bazaar.example"]) as viewer:
        today = timezone.localdate()
        said = [
            (date(today.year - 2, 1, 1), date(today.year - 2, 12, 31), 1_204_310, 41_208, "Transparency report, table 4"),
            (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31), 1_611_092, 39_874, "Transparency report, table 4"),
            (today - timedelta(days=190), today - timedelta(days=8), 902_551, 18_420, "Half-yearly report"),
        ]
        for first, last, by_itself, after_notices, source in said:
            statistics.say_own_measures(
                bazaar, first=first, last=last, by_itself=by_itself, after_notices=after_notices, source=source, by=viewer
            )  # fmt: skip
    with as_viewer(viewers["admin@coalition.example"]) as admin:
        today = timezone.localdate()
        statistics.publish(first=today - timedelta(days=365), last=today, note="", procedures=INDEPENDENCE, by=admin)
