"""Note what a platform did to a storefront, and take it back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks.models import ClockPolicy
from coalition.dates import long_day, midnight
from coalition.locks import one_at_a_time
from enforcement.market import columns
from enforcement.market.models import Platform
from enforcement.notices.models import UPHELD, Notice
from enforcement.storefronts.models import Act, Appeal
from enforcement.storefronts.permissions import can_note, can_note_under
from enforcement.storefronts.rules import GRAVITY

STRIKE = "strike"
Kind = Act.Kind
# Signs that turn the text after them round.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


@transaction.atomic
def note_under(
    notice: Notice, *, seller_key: str, kind: str, on: date, by: Viewer, grounds: str = "", ends_on: date | None = None, new_shop_of: str = ""
) -> Act:
    """As the platform: note what was done to a seller of a notice, on a day, because of it. A strike runs out by the platform's policy.

    A closure or ban goes on the record too, without the notice, and says there whose new shop it is, where that is known. Raises NotAllowed;
    Refused, at its field, for a seller who is not in the notice, a day to come or before the notice, and what is noted already.
    """
    require(can_note_under(by, notice))
    item = notice.items.filter(seller_key=seller_key).exclude(seller_key="").order_by("pk").first()
    if item is None:
        raise Refused(_("Choose a seller of this notice."), field="seller_key")
    if notice.sent_at is None or on < timezone.localdate(notice.sent_at):
        raise Refused(_("The notice reached you after that day."), field="on")
    not_to_come(on)
    one_at_a_time(f"storefront {seller_key}")
    if kind == Kind.STRIKE and not notice.items.filter(UPHELD, seller_key=seller_key).exists():
        raise Refused(_("No item of this storefront was upheld: a strike is an upheld offence."), field="kind")
    if Act.objects.standing().filter(notice=notice, seller_key=seller_key, kind=kind).exists():
        raise Refused(_("That is noted already: one notice is one offence."), field="kind")
    if kind == Kind.STRIKE:
        ends_on = ends_on or _runs_out(notice.platform, on)
    if ends_on is not None and (kind not in Act.ENDING or ends_on <= on):
        raise Refused(_("Give a last day after the first, and for a strike or a suspension only."), field="ends_on")
    values: dict[str, Any] = {"seller_key": seller_key, "seller_name": item.seller_name, "kind": kind, "on": on}
    earlier = _earlier(notice.platform, new_shop_of, seller_key, kind)
    recorded = _on_record(notice.platform, by=by, earlier=earlier, **values) if kind in Act.FOR_ALL else None
    act = Act.objects.create(
        space_id=notice.space_id,
        notice=notice,
        grounds=grounds.strip()[:300],
        ends_on=ends_on,
        recorded=recorded,
        noted_by_id=by.audience_id,
        platform=notice.platform,
        **values,
    )
    record("storefront.acted", act, by=by, what=str(act), day=on.isoformat(), members=notice.principal.audience_id)
    return act


def not_to_come(on: date) -> None:
    """Raises Refused, at the field `on`, for a day to come."""
    if on > timezone.localdate():
        raise Refused(_("That day is still to come."), field="on")


def _runs_out(platform: Platform, on: date) -> date | None:
    """The first day without a strike of that day; None where no policy lets one run out."""
    at = midnight(on)
    policy = ClockPolicy.objects.in_force(STRIKE, at, platform.slug)
    return policy.due(at, policy.amount).date() + timedelta(days=1) if policy else None


def _earlier(platform: Platform, shop: str, seller_key: str, kind: str) -> Act | None:
    """The gravest act on the platform's record against the shop, by its id or name, that this one is a new one of."""
    shop = _one_line(shop)
    if not shop:
        return None
    if kind not in Act.FOR_ALL:
        raise Refused(_("Whose new shop it is goes on the record with a closure or ban."), field="new_shop_of")
    named = Q(seller_key=columns.seller_key(platform.slug, shop, "")) | Q(seller_key=shop) | Q(seller_name__iexact=shop)
    found = Act.objects.on_record().standing().filter(named, platform__organisation=platform.organisation_id).exclude(seller_key=seller_key)
    keys = set(found.values_list("seller_key", flat=True))
    if not keys:
        raise Refused(_("No shop of this id or name is on your record."), field="new_shop_of")
    if len(keys) > 1:
        raise Refused(_("Several shops have this name: give its id."), field="new_shop_of")
    gravest = min(found.select_related("earlier"), key=lambda act: (-GRAVITY.get(act.kind, -1), -act.pk))
    before: Act | None = gravest
    while before is not None:
        if before.seller_key == seller_key:
            raise Refused(_("That one is said to be a new shop of this: two shops are not each the later."), field="new_shop_of")
        before = before.earlier
    return gravest


def _one_line(text: str) -> str:
    return " ".join(_TURNS.sub("", text).split())


def _on_record(platform: Platform, *, by: Viewer, earlier: Act | None, **values) -> Act:
    """The act on the record, which stands there already where another notice led to it."""
    space = _record_of(platform, by)
    kept = Act.objects.on_record().standing().filter(seller_key=values["seller_key"], kind=values["kind"]).first()
    if kept is None:
        kept = Act.objects.create(space=space, platform=platform, noted_by_id=by.audience_id, earlier=earlier, **values)
        record("storefront.recorded", kept, by=by, what=str(kept), day=kept.on.isoformat())
    elif earlier and kept.earlier_id not in (None, earlier.pk):
        raise Refused(_("The record says already whose new shop it is: %(who)s.") % {"who": kept.earlier}, field="new_shop_of")
    elif earlier and kept.earlier_id is None:
        kept.earlier = earlier
        kept.save(update_fields=["earlier"])
        record("storefront.came_back", kept, by=by, what=str(kept), earlier=str(earlier))
    return kept


def _record_of(platform: Platform, by: Viewer) -> Space:
    """The room of a platform's record, opened with its first act: its organisation leads it, every member reads it."""
    owner = Audience.objects.get(pk=by.organisation_audience_id)
    one_at_a_time(f"record of {owner.pk}")
    space = Space.objects.filter(kind=Space.Kind.RECORD, owner=owner).first()
    if space is None:
        space = access.open_space(Space.Kind.RECORD, by=by, owner=owner, label=_("Record of %(who)s") % {"who": owner}, mark=Tlp.GREEN)
        access.grant(space, Audience.members(), Grant.Role.READ, by=by, reason=_("what every member may know"))
    return space


@transaction.atomic
def note(platform: Platform, *, shop: str, name: str, kind: str, on: date, by: Viewer, new_shop_of: str = "") -> Act:
    """As the platform: note a closure or ban that rests on no notice here. Raises NotAllowed, and Refused at its field."""
    require(can_note(by, platform))
    if "/" in shop:
        raise Refused(_("Name the shop by its id or name, without a slash."), field="shop")
    key = columns.seller_key(platform.slug, _one_line(shop), "")
    if not key.partition(":")[2]:
        raise Refused(_("Name the shop by its id or name."), field="shop")
    if kind not in Act.FOR_ALL:
        raise Refused(_("A warning, strike or suspension is noted on the notice that led to it."), field="kind")
    not_to_come(on)
    one_at_a_time(f"storefront {key}")
    if kept := Act.objects.on_record().standing().filter(seller_key=key, kind=kind).first():
        raise Refused(_("It is on the record since %(day)s.") % {"day": long_day(kept.on)}, field="shop")
    earlier = _earlier(platform, new_shop_of, key, kind)
    return _on_record(platform, by=by, earlier=earlier, seller_key=key, seller_name=_one_line(name)[:200], kind=kind, on=on)


@transaction.atomic
def reverse(act: Act, *, on: date, reason: str, by: Viewer) -> Act:
    """As the platform: take an act back from a day, on appeal or as a mistake. What is on the record is taken back with the last act under a notice
    that led to it; taken back there, it is under every one. Appeals that are open against it are granted.

    The reason is for those of the notice: the record says that it was reversed and when. Raises NotAllowed, Conflict once reversed,
    Refused at its field.
    """
    require(can_note(by, act.platform))
    reason = reason_given(reason)[:300]
    held = lock(act, "platform", "notice__principal")
    if held.reversed_on is not None:
        raise Conflict(_("It was reversed on %(day)s.") % {"day": long_day(held.reversed_on)})
    not_to_come(on)
    acts = _taken_back_with(held)
    if on < max(one.on for one in acts):
        raise Refused(_("It was done after that day."), field="on")
    for one in acts:
        one.reversed_on, one.reversed_by_id = on, by.audience_id
        one.reversed_because = reason if one.notice else ""
        one.save(update_fields=["reversed_on", "reversed_by", "reversed_because"])
        granted = {"outcome": Appeal.Outcome.GRANTED, "ended_on": Greatest(F("on"), Value(on)), "ended_by_id": by.audience_id}
        Appeal.objects.open().filter(act=one).update(**granted, reason=one.reversed_because)
        if one.notice:
            to = one.notice.principal.audience_id
            record("storefront.reversed", one, by=by, what=str(one), day=on.isoformat(), reason=reason, members=to)
        else:
            record("storefront.struck", one, by=by, what=str(one), day=on.isoformat())
    held.refresh_from_db()
    return held


def _taken_back_with(held: Act) -> list[Act]:
    """The acts that go with one that is taken back, locked."""
    same = Act.objects.select_for_update(of=("self",)).standing().select_related("notice__principal")
    if held.notice_id is None:
        return list(same.filter(Q(pk=held.pk) | Q(recorded=held.pk)))
    if held.recorded_id is None or Act.objects.standing().filter(recorded=held.recorded_id).exclude(pk=held.pk).exists():
        return [held]
    return list(same.filter(pk__in=[held.pk, held.recorded_id]))
