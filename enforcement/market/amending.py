"""What the coalition says of a platform: where it offers goods, and how many items it takes in one notice."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.members.countries import NAMES
from enforcement.market.models import Platform
from enforcement.market.permissions import can_amend_platforms

MOST_ITEMS = 10_000


@transaction.atomic
def amend_platform(platform: Platform, *, countries: Sequence[str], most_items: int, by: Viewer) -> Platform:
    """Put right where a platform offers goods (none is everywhere) and how many items one notice to it holds; notices drafted from now on follow.

    Raises NotAllowed, and Refused, at its field, for what is no country and a number that no notice has.
    """
    require(can_amend_platforms(by))
    if unknown := [country for country in countries if country not in NAMES]:
        raise Refused(_("%(code)s is no country.") % {"code": unknown[0]}, field="countries")
    if not 1 <= most_items <= MOST_ITEMS:
        raise Refused(_("From one to %(n)d items.") % {"n": MOST_ITEMS}, field="most_items")
    platform = lock(platform)
    before = (platform.countries, platform.most_items)
    platform.countries, platform.most_items = sorted(set(countries)), most_items
    if (platform.countries, platform.most_items) != before:
        platform.save(update_fields=["countries", "most_items"])
        where = ", ".join(NAMES[country] for country in platform.countries) or _("everywhere")
        record("platform.amended", platform, by=by, space=by.desk_id, name=platform.name, where=where[:1000], most=most_items)
    return platform
