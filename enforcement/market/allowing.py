"""The allow list: sellers that an organisation sends no notices against. Entries are dated and end; none is rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.dates import last_day
from coalition.locks import one_at_a_time
from enforcement.market.models import AllowedSeller, Platform
from enforcement.market.permissions import can_keep_allow_list

ENDING = "allow_list_ending"


@dataclass(frozen=True)
class Entry:
    """A seller to be allowed, from a day until `ends_on`, the first day without it."""

    seller_key: str
    platform: Platform
    name: str
    kind: str
    because: str
    starts_on: date
    ends_on: date | None

    def overlaps(self, other: Entry | AllowedSeller) -> bool:
        return (other.ends_on is None or self.starts_on < other.ends_on) and (self.ends_on is None or other.starts_on < self.ends_on)


def checked(
    seller_key: str, *, platform: Platform, name: str, kind: str, because: str, starts_on: date | None = None, ends_on: date | None = None
) -> Entry:
    """What an entry of the list may be, said by hand or by a file. Raises Refused, at its field."""
    because, starts_on, seller_key = reason_given(because, field="because"), starts_on or timezone.localdate(), seller_key.strip()
    if seller_key.partition(":")[0] != platform.slug or not seller_key.partition(":")[2]:
        raise Refused(_("A seller is named by its platform and its shop there."), field="shop")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused(_("The last day lies before the first."), field="ends_on")
    return Entry(seller_key, platform, " ".join(name.split())[:200] or seller_key, kind, because[:300], starts_on, ends_on)


def write(entries: Sequence[Entry], *, by: Viewer) -> list[AllowedSeller]:
    """Put entries, none of which overlaps another, on the writer's list. What follows on without a gap is the renewal of what ends."""
    made = AllowedSeller.objects.bulk_create(
        AllowedSeller(
            space_id=by.desk_id, platform=entry.platform, seller_key=entry.seller_key, name=entry.name, kind=entry.kind, because=entry.because,
            starts_on=entry.starts_on, ends_on=entry.ends_on, added_by_id=by.audience_id,
        )
        for entry in entries
    )  # fmt: skip
    begins = {(entry.seller_key, entry.starts_on) for entry in made}
    ends_then = AllowedSeller.objects.filter(
        space_id=by.desk_id, seller_key__in={key for key, _day in begins}, ends_on__in={day for _key, day in begins}
    )
    for ending in ends_then:
        if (ending.seller_key, ending.ends_on) in begins:
            clocks.stop(ENDING, ending)
    return made


@transaction.atomic
def allow(
    seller_key: str, *, platform: Platform, name: str, kind: str, because: str, by: Viewer, ends_on: date | None = None, starts_on: date | None = None
) -> AllowedSeller:
    """Put a seller on one's own allow list, from a day (today) until `ends_on`, the first day without it; saying why.

    Raises NotAllowed, and Refused, at its field, for days that are none and for a seller that is on it on one of these days.
    """
    require(can_keep_allow_list(by))
    new = checked(seller_key, platform=platform, name=name, kind=kind, because=because, starts_on=starts_on, ends_on=ends_on)
    one_at_a_time(f"allow list of {by.desk_id}")
    if any(new.overlaps(other) for other in AllowedSeller.objects.filter(space_id=by.desk_id, seller_key__iexact=new.seller_key)):
        raise Refused(_("It is on your allow list on these days: end that entry first."), field="starts_on")
    [entry] = write([new], by=by)
    record("seller.allowed", entry, by=by, name=entry.name, platform=platform.name, reason=entry.because)
    return entry


@transaction.atomic
def end(entry: AllowedSeller, *, reason: str, by: Viewer) -> AllowedSeller:
    """End an entry from today on, saying why: notices against the seller can be sent again. Raises NotAllowed, and Conflict where it has ended."""
    require(can_keep_allow_list(by) and entry.space_id == by.desk_id)
    reason = reason_given(reason)
    entry = lock(entry)
    today = timezone.localdate()
    if entry.ends_on is not None and entry.ends_on <= today:
        raise Conflict(_("It has ended already."))
    # One that was to begin later never does.
    entry.ends_on = max(today, entry.starts_on)
    entry.save(update_fields=["ends_on"])
    clocks.stop(ENDING, entry, outcome=Clock.Outcome.CANCELLED)
    record("seller.allowed_no_more", entry, by=by, name=entry.name, reason=reason[:300])
    return entry


def watch() -> int:
    """Start the clock of every entry that ends soon, and tell its organisation; returns how many. Said again, it starts none twice."""
    count = 0
    with as_system("watch what ends of allow lists"):
        for entry in AllowedSeller.objects.ending(timezone.localdate()).select_related("space").iterator():
            if entry.ends_on and clocks.watch(
                ENDING, entry, entry.ends_on, label=_("Renew or let go: %(who)s on the allow list") % {"who": entry.name}
            ):
                record(
                    "seller.allowance_ends", entry, by=None, name=entry.name, day=last_day(entry.ends_on).isoformat(), members=entry.space.owner_id
                )
                count += 1
    return count


def allowed_among(seller_keys: Iterable[str], *, desk_id: int, on: date) -> list[AllowedSeller]:
    """The entries of a desk that hold on a day for any of these sellers; a shop that is named by its name is the same in capitals."""
    wanted = {key.lower() for key in seller_keys if key}
    return list(AllowedSeller.objects.in_force(on).annotate(low=Lower("seller_key")).filter(space_id=desk_id, low__in=wanted))
