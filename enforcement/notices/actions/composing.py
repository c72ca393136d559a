"""Notices are drafted, edited, thinned and given up by their sender."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, require
from coalition.access.models import Audience, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.members.references import next_reference
from enforcement.cases.models import Case
from enforcement.cases.permissions import can_contribute as can_contribute_to_case
from enforcement.market.models import Listing, Platform
from enforcement.notices import rules
from enforcement.notices.actions.common import Outcome, index_notice, locked
from enforcement.notices.models import CaseNotice, Notice, NoticeItem
from enforcement.notices.permissions import can_compose, can_edit
from enforcement.notices.relists import removed_before
from enforcement.programmes.models import programme_for
from enforcement.rights.models import Right
from enforcement.rights.rules import NICE
from enforcement.shapes.models import form_of
from enforcement.shapes.rules import tidy


@transaction.atomic
def compose(listings, *, by: Viewer, case: Case | None = None) -> list[Notice]:
    """Draft notices about listings of the viewer's own desk: one a platform, more where one would hold too many items.

    Listings on platforms that take no notices here are left out; raises Refused when there are no others.
    """
    require(can_compose(by))
    if case is not None:
        require(can_contribute_to_case(by, case))
    chosen = listings.filter(space_id=by.desk_id).select_related("platform").order_by("platform_id", "pk")
    by_platform: dict[Platform, list[Listing]] = {}
    for listing in chosen:
        by_platform.setdefault(listing.platform, []).append(listing)
    if not by_platform:
        raise Refused(_("Choose at least one of your own listings."))
    if all(platform.organisation_id is None for platform in by_platform):
        names = ", ".join(platform.name for platform in by_platform)
        raise Refused(_("%(names)s: no notices are taken here yet; it is not a member.") % {"names": names})
    by_platform = {platform: rows for platform, rows in by_platform.items() if platform.organisation_id}
    return [
        _draft(platform, batch, by=by, case=case) for platform, all_of_it in by_platform.items() for batch in _batches(all_of_it, platform.most_items)
    ]


def not_yet_noticed(listings, *, by: Viewer):
    """Those listings that no notice of one's own is about, waiting or answered otherwise than with a refusal; and how many of them are."""
    about = NoticeItem.objects.filter(notice__principal=by.organisation_id, listing__in=listings.values("pk"))
    said = about.exclude(outcome__in=(*rules.ASKS_AGAIN, Outcome.WITHDRAWN)).values("listing")
    rest = listings.exclude(pk__in=said)
    left_out = listings.filter(pk__in=said).count()
    if left_out and not rest.exists():
        raise Refused(_("All of them are in notices of yours already. Tick some among your listings to send others."))
    return rest, left_out


def where_none_is_taken(listings, *, by: Viewer) -> list[tuple[str, int]]:
    """The platforms of some own listings that take no notices here, each with how many."""
    found = listings.filter(space_id=by.desk_id, platform__organisation=None).order_by()
    return list(found.values_list("platform__name").annotate(Count("pk")).order_by("platform__name"))


def _batches(rows: list, size: int):
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _draft(platform: Platform, listings: list[Listing], *, by: Viewer, case: Case | None) -> Notice:
    reference = next_reference(by.organisation_id, "N")
    owner = Audience.objects.get(pk=by.organisation_audience_id)
    space = access.open_space(Space.Kind.NOTICE, by=by, owner=owner, label=reference, mark=Tlp.AMBER)
    notice = Notice.objects.create(
        space=space, reference=reference, principal_id=by.organisation_id, platform=platform, drafted_by_id=by.audience_id,
        item_count=len(listings), programme=programme_for(by.organisation_id, platform, timezone.localdate()),
    )  # fmt: skip
    earlier = removed_before(listings, notice)
    NoticeItem.objects.bulk_create(
        NoticeItem(space=space, notice=notice, listing=listing, relist_of=earlier.get(listing.pk), **listing.facts) for listing in listings
    )
    Listing.objects.filter(pk__in=[listing.pk for listing in listings]).take_up()
    if case is not None:
        CaseNotice.objects.create(space_id=case.space_id, case=case, notice=notice)
    index_notice(notice)
    record("notice.drafted", notice, by=by, space=by.desk_id, count=len(listings))
    return notice


@transaction.atomic
def edit(
    notice: Notice,
    *,
    ground: str,
    right: Right | None,
    statement: str,
    signatory: str,
    in_good_faith: bool,
    not_genuine: bool,
    contact: str = "",
    said: dict[str, Any] | None = None,
    by: Viewer,
    seen: int | None = None,
) -> Notice:
    """Change a draft. The right must be one of the principal's own; what is `said` in the platform's own form stays where none is given.

    `seen` is the revision that was changed; raises Conflict when it has been saved since, in another window or by a colleague.
    """
    notice = locked(notice)
    require(can_edit(by, notice))
    if seen is not None and seen != notice.revision:
        told = _("%(ref)s was saved meanwhile, by a colleague or in another window. Look at it, then save yours again.")
        raise Conflict(told % {"ref": notice.reference})
    notice.revision += 1
    if right is not None and right.space_id != by.desk_id:
        raise Refused(_("Choose one of your own rights."), field="right")
    notice.ground, notice.right, notice.statement, notice.signatory = ground, right, statement, signatory
    notice.in_good_faith, notice.not_genuine = in_good_faith, not_genuine
    notice.contact = contact.strip()
    if said is not None:
        notice.said = tidy(form_of(notice.platform_id), said)
    notice.right_text = right.in_full[:300] if right else ""
    notice.right_jurisdiction = right.jurisdiction if right else ""
    notice.save()
    record("notice.edited", notice, by=by, space=by.desk_id)
    return notice


@transaction.atomic
def leave_out(notice: Notice, items: list[int], *, by: Viewer) -> int:
    """Take items out of a draft; returns how many. Raises Refused when none would be left."""
    notice = locked(notice)
    require(can_edit(by, notice))
    in_it = notice.items.exclude(outcome=Outcome.WITHDRAWN)
    chosen = in_it.filter(pk__in=items)
    count = chosen.count()
    if not count:
        raise Refused(_("Tick the items to leave out."))
    if count == in_it.count():
        raise Refused(_("A notice is about something: give up the draft instead."))
    if notice.submitted_at:
        # A cohort counts it already: it is withdrawn, not forgotten.
        chosen.update(outcome=Outcome.WITHDRAWN, decided_at=timezone.now())
    else:
        chosen.delete()
        notice.item_count = notice.items.count()
        notice.save(update_fields=["item_count"])
    index_notice(notice)
    record("notice.items_left_out", notice, by=by, space=by.desk_id, count=count)
    return count


@transaction.atomic
def classify(notice: Notice, items: list[int], *, nice_class: int | None, by: Viewer) -> int:
    """Say of items of a draft which Nice class their goods are of, or, with None, that nothing is said; returns of how many.

    Raises NotAllowed, and Refused, at its field, for no item and for a class that is none.
    """
    notice = locked(notice)
    require(can_edit(by, notice))
    if nice_class is not None and nice_class not in NICE:
        raise Refused(_("There are Nice classes from 1 to 45."), field="nice_class")
    chosen = notice.items.exclude(outcome=Outcome.WITHDRAWN).filter(pk__in=items)
    if not (count := chosen.update(nice_class=nice_class)):
        raise Refused(_("Tick the items whose goods they are."), field="item")
    said = _("class %(n)d") % {"n": nice_class} if nice_class else _("no class")
    record("notice.items_classified", notice, by=by, space=by.desk_id, count=count, what=said)
    return count


@transaction.atomic
def discard(notice: Notice, *, by: Viewer) -> Notice:
    """Give up a draft."""
    notice = locked(notice)
    require(can_edit(by, notice))
    notice.state = Notice.State.WITHDRAWN
    notice.save(update_fields=["state"])
    notice.items.filter(outcome=Outcome.PENDING).update(outcome=Outcome.WITHDRAWN, decided_at=timezone.now())
    record("notice.discarded", notice, by=by, space=by.desk_id)
    return notice
