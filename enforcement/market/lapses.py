from coalition.activity.actions import record
from coalition.clocks.registry import lapse
from coalition.dates import last_day
from enforcement.market.allowing import ENDING
from enforcement.market.models import AllowedSeller


@lapse(ENDING)
def entry_ended(clock) -> None:
    """Notices go against the seller again: whose list it is should know."""
    entry = AllowedSeller.objects.get(pk=clock.subject_id)
    if entry.ends_on:
        record("seller.allowance_ended", entry, by=None, name=entry.name, day=last_day(entry.ends_on).isoformat(), members=clock.owed_by_id)
