"""Found a programme and say what holds in it: how many it takes, when one may ask, what good faith is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, not_gone_by, require
from coalition.access.locking import lock
from coalition.access.models import Audience
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dates import last_day
from enforcement.market.models import Platform
from enforcement.programmes.models import GoodFaith, Programme, Window
from enforcement.programmes.permissions import can_run


@transaction.atomic
def found(*, slug: str, name: str, summary: str, team: Audience, platforms: list[Platform], by: Viewer | None) -> Programme:
    """Enter a programme with its platforms and the team that vets. `by` is None for set-up work."""
    if by:
        require(can_run(by))
    programme = Programme.objects.create(slug=slug, name=name, summary=summary, team=team)
    programme.platforms.set(platforms)
    return programme


@transaction.atomic
def amend(programme: Programme, *, summary: str, capacity: int | None, is_unanimous: bool, by: Viewer) -> Programme:
    """Put right what a programme says of itself, and how many it takes. Raises Refused, at its field, for a capacity that is none."""
    require(can_run(by))
    programme = lock(programme)
    if capacity is not None and capacity < 1:
        raise Refused(_("At least one, or leave it empty for any number."), field="capacity")
    programme.summary, programme.capacity, programme.is_unanimous = summary.strip(), capacity, is_unanimous
    programme.save(update_fields=["summary", "capacity", "is_unanimous"])
    record("programme.amended", programme, by=by, space=by.desk_id, programme=programme.name)
    return programme


@transaction.atomic
def open_window(programme: Programme, *, opens_on: date, closes_on: date, by: Viewer) -> Window:
    """Let organisations ask from a day until before another. Raises Refused, at its field, for days gone by or the wrong way round."""
    require(can_run(by))
    programme = lock(programme)
    not_gone_by(opens_on, "opens_on")
    if closes_on <= opens_on:
        raise Refused(_("It closes after it opens."), field="closes_on")
    if programme.windows.filter(opens_on__lt=closes_on, closes_on__gt=opens_on).exists():
        raise Refused(_("Another window is open in these days."), field="opens_on")
    window = Window.objects.create(programme=programme, opens_on=opens_on, closes_on=closes_on)
    days = {"first": opens_on.isoformat(), "last": last_day(closes_on).isoformat()}
    record("programme.window_opened", programme, by=by, space=by.desk_id, programme=programme.name, **days)
    return window


@transaction.atomic
def set_good_faith(
    programme: Programme, *, valid_from: date, months: int, least_accuracy: Decimal, most_countered: Decimal, by_ground: bool, least_items: int,
    rest_months: int, source: str, by: Viewer | None,
) -> GoodFaith:  # fmt: skip
    """Say what good faith is from a day on; what held before holds for the days before. Raises Refused, at its field."""
    if by:
        require(can_run(by))
        not_gone_by(valid_from, "valid_from")
    programme = lock(programme)
    for field, percent in (("least_accuracy", least_accuracy), ("most_countered", most_countered)):
        if not 0 <= percent <= 100:
            raise Refused(_("A percentage is from 0 to 100."), field=field)
    if not 1 <= months <= 36:
        raise Refused(_("From 1 to 36 months."), field="months")
    if programme.good_faith.filter(valid_from=valid_from).exists():
        raise Refused(_("That day begins with another rule already."), field="valid_from")
    if not source.strip():
        raise Refused(_("Say where it comes from."), field="source")
    made = GoodFaith.objects.create(
        programme=programme, valid_from=valid_from, months=months, least_accuracy=least_accuracy, most_countered=most_countered, by_ground=by_ground,
        least_items=least_items, rest_months=rest_months, source=source.strip(),
    )  # fmt: skip
    if by:
        record("programme.good_faith_set", programme, by=by, space=by.desk_id, programme=programme.name, since=valid_from.isoformat())
    return made
