"""An organisation leaves, and may take that back until its day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, not_gone_by, reason_given, require
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import Entry, record_all
from coalition.dates import long_day
from coalition.members.actions.organisations import follow_standing, hold_still
from coalition.members.models import Category, Organisation, Resignation
from coalition.members.permissions import can_keep_register, can_resign


@transaction.atomic
def resign(organisation: Organisation, *, takes_effect_on: date, reason: str, by: Viewer) -> Resignation:
    """As its owner, or as the coalition for an organisation that wrote so: leave with effect from a day, saying why.

    Everybody at the organisation and at the coalition is told, and its owners get a letter.
    Raises NotAllowed, and Refused for a day gone by, or for whoever has resigned already.
    """
    require(can_resign(by, organisation))
    reason = reason_given(reason)
    hold_still(organisation)
    require_can_leave(organisation, takes_effect_on, by=by)
    resignation = Resignation.objects.create(organisation=organisation, takes_effect_on=takes_effect_on, reason=reason)
    follow_standing(organisation)
    _tell("resigned", resignation, reason, by=by)
    return resignation


def require_can_leave(organisation: Organisation, takes_effect_on: date, *, by: Viewer) -> None:
    """Raise Refused for a day gone by, for whoever has resigned already, and for an owner who took a resignation back within a day.

    A resignation and its taking back post credit notes and invoices, so nobody turns them on and off.
    """
    not_gone_by(takes_effect_on, "takes_effect_on")
    if before := organisation.leaving():
        said = _("%(who)s has resigned already, with effect from %(day)s.") % {"who": organisation, "day": long_day(before.takes_effect_on)}
        raise Refused(said, field="takes_effect_on")
    back = organisation.resignations.filter(taken_back_at__gt=timezone.now() - timedelta(days=1))
    if not can_keep_register(by) and back.exists():
        raise Refused(_("A resignation was taken back within a day: give another tomorrow, or write to the coalition."))


@transaction.atomic
def take_back_resignation(organisation: Organisation, *, reason: str, by: Viewer) -> Resignation:
    """Stay: before the day a resignation takes effect it is taken back, by its owner or by the coalition, saying why.

    Raises NotAllowed, and Refused where none stands, or its day has come: then it comes back with a new term.
    """
    require(can_resign(by, organisation))
    reason = reason_given(reason)
    hold_still(organisation)
    resignation = organisation.leaving()
    if resignation is None:
        raise Refused(_("%(who)s has not resigned.") % {"who": organisation})
    if resignation.takes_effect_on <= timezone.localdate():
        raise Refused(_("It took effect on %(day)s: a new term brings it back.") % {"day": long_day(resignation.takes_effect_on)})
    resignation.taken_back_at = timezone.now()
    resignation.save(update_fields=["taken_back_at"])
    follow_standing(organisation)
    _tell("stays", resignation, reason, by=by)
    return resignation


def _tell(what: str, resignation: Resignation, reason: str, *, by: Viewer) -> None:
    """In its own office, and in the coalition's, where its staff and treasury are."""
    organisation = resignation.organisation
    house = Organisation.objects.get(category__kind=Category.Kind.COALITION)
    is_at_once = resignation.takes_effect_on <= timezone.localdate()
    until = _("The membership has ended with that.") if is_at_once else _("Until then the membership is as it was, and an owner can take it back.")
    data = {"until": until, "day": resignation.takes_effect_on.isoformat(), "reason": reason[:300], "who": organisation.name}
    with as_system("tell whom it concerns that an organisation leaves or stays"):
        record_all(
            [
                Entry(f"organisation.{what}", organisation, {**data, "members": organisation.audience_id}, organisation.office_id),
                Entry(f"register.{what}", organisation, {**data, "staff": house.audience_id}, house.office_id),
            ],
            by=by,
        )
