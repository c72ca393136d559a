"""Categories are held and released."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.members.actions.organisations import batched, end_today, follow_standing_of, tell_office
from coalition.members.models import Category, CategoryHold, Organisation


@transaction.atomic
def hold_category(category: Category, *, effect: str, starts_on: date, reason: str, by: Viewer) -> CategoryHold:
    """Close a category to new members, or suspend it with everybody in it, from a day on; saying why."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    category = lock(category)
    if effect not in CategoryHold.Effect.values:
        raise Refused(_("Choose what the hold does."), field="effect")
    if category.kind == Category.Kind.COALITION:
        raise Refused(_("The coalition itself cannot be put on hold."))
    if starts_on < timezone.localdate():
        raise Refused(_("What was, stays as it was: choose today or a later day."), field="starts_on")
    before = category.holds.select_for_update().filter(ends_on=None).first()
    if before and not (before.effect == CategoryHold.Effect.CLOSED and effect == CategoryHold.Effect.SUSPENDED and before.starts_on <= starts_on):
        raise Refused(_("%(name)s is on hold already.") % {"name": category.name})
    if before:
        # Closed before, it is suspended now: the one hold gives way to the other on its day.
        before.ends_on = starts_on
        before.save(update_fields=["ends_on"])
    hold = CategoryHold.objects.create(category=category, effect=effect, starts_on=starts_on, reason=reason)
    _category_follows(hold, "category.held", by=by, reason=reason, day=starts_on.isoformat())
    return hold


@transaction.atomic
def release_category(category: Category, *, reason: str, by: Viewer) -> CategoryHold:
    """End a category's hold today, saying why."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    category = lock(category)
    hold = category.holds.select_for_update().filter(ends_on=None).first()
    if hold is None:
        raise Refused(_("%(name)s is not on hold.") % {"name": category.name})
    today = timezone.localdate()
    end_today(hold)
    # One it was still to take the place of ends too: released is open.
    category.holds.filter(starts_on__lte=today, ends_on__gt=today).exclude(pk=hold.pk).update(ends_on=today)
    _category_follows(hold, "category.released", by=by, reason=reason)
    return hold


def _category_follows(hold: CategoryHold, verb: str, *, by: Viewer, reason: str, **more) -> None:
    said = {"name": hold.category.name, "effect": hold.get_effect_display(), "reason": reason[:300], **more}
    if hold.effect == CategoryHold.Effect.SUSPENDED:
        organisations = list(Organisation.objects.filter(category=hold.category).order_by("pk"))
        for few in batched(organisations, 200):
            follow_standing_of([organisation.pk for organisation in few])
        for organisation in organisations:
            tell_office(verb, organisation, by=by, **said)
    record(verb, hold, by=by, space=by.desk_id, **said)
