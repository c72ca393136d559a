"""What passes from one seat to another: the ownership, in two steps; and everything a person who leaves was looking after."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.members import registry
from coalition.members.actions.organisations import hold_still
from coalition.members.actions.seats import end_seat, set_role
from coalition.members.models import Handover, Seat
from coalition.members.permissions import can_hand_over

OFFER_LASTS = timedelta(days=14)
WORKING = (Seat.Role.OWNER, Seat.Role.MANAGER, Seat.Role.MEMBER)


@transaction.atomic
def offer_ownership(taker: Seat, *, stays_as: str, by: Viewer) -> Handover:
    """Offer the ownership to a colleague. Nothing changes until they take it; asked again, the offer before is withdrawn."""
    require(by.organisation_id == taker.organisation_id and by.may("own_organisation"))
    if taker.ends_at is not None or taker.mandate_id or taker.pk == by.seat_id:
        raise Refused(_("Choose a colleague with a seat here."), field="taker")
    if taker.role == Seat.Role.OWNER:
        raise Refused(_("%(who)s is an owner already.") % {"who": taker.person}, field="taker")
    if stays_as not in Seat.Role.values:
        raise Refused(_("Choose what you stay as."), field="stays_as")
    hold_still(taker.organisation)
    now = timezone.now()
    Handover.objects.filter(organisation_id=taker.organisation_id, taken_at=None, refused_at=None).update(refused_at=now)
    handover = Handover.objects.create(
        space_id=taker.organisation.office_id, organisation_id=taker.organisation_id, giver_id=by.seat_id, taker=taker, stays_as=stays_as,
        expires_at=now + OFFER_LASTS,
    )  # fmt: skip
    record("ownership.offered", handover, by=by, who=taker.person.name, taker=taker.audience_id)
    return handover


def _open(handover: Handover) -> Handover:
    handover = lock(handover, "organisation", "giver__person", "taker__person")
    if not handover.is_open:
        raise Refused(_("This offer is no longer open."))
    return handover


@transaction.atomic
def take_ownership(handover: Handover, *, by: Viewer) -> Handover:
    """Take the ownership one was offered: one becomes owner, and who gave it what they said they stay as, in one step.

    The giver's right is asked again: who is owner no more has nothing to give.
    """
    hold_still(handover.organisation)
    handover = _open(handover)
    require(by.seat_id == handover.taker_id)
    giver = Seat.objects.select_related("organisation", "person").get(pk=handover.giver_id)
    if giver.ends_at is not None or giver.role != Seat.Role.OWNER:
        raise Refused(_("%(who)s is not an owner any more and has nothing to hand over.") % {"who": giver.person})
    taker = Seat.objects.select_related("organisation", "person").get(pk=handover.taker_id)
    set_role(taker, Seat.Role.OWNER)
    set_role(giver, handover.stays_as)
    handover.taken_at = timezone.now()
    handover.save(update_fields=["taken_at"])
    record("ownership.taken", handover, by=by, who=taker.person.name, before=giver.person.name, giver=giver.audience_id)
    return handover


@transaction.atomic
def refuse_ownership(handover: Handover, *, by: Viewer) -> Handover:
    """As who was offered it, or who offered it: let the offer go."""
    handover = _open(handover)
    require(by.seat_id in (handover.taker_id, handover.giver_id))
    handover.refused_at = timezone.now()
    handover.save(update_fields=["refused_at"])
    other = handover.giver if by.seat_id == handover.taker_id else handover.taker
    record("ownership.refused", handover, by=by, other=other.audience_id)
    return handover


def looked_after(seat: Seat, *, is_own: bool) -> list[dict]:
    """What a seat looks after, by kind: words, how many, and the most frequent by name, but for what was written to that person alone: who looks
    after the seats need not have the rights of every one of them.
    """
    found = []
    with as_system("see what a person who leaves looks after"):
        for handing in registry.handings:
            things = handing.held(seat)
            if things:
                named = Counter(handing.named(thing) for thing in things) if is_own or not handing.is_private else Counter()
                found.append({"words": handing.words, "n": len(things), "named": named.most_common(12)})
    return found


def deputies(seat: Seat) -> QuerySet[Seat]:
    """Colleagues who may do what this seat does: who only reads, or looks after money alone, cannot answer its clocks."""
    others = Seat.objects.filter(organisation=seat.organisation_id, ends_at=None, mandate=None).exclude(pk=seat.pk)
    return others.filter(role__in=WORKING) if seat.role in WORKING else others


@transaction.atomic
def hand_over(seat: Seat, deputy: Seat, *, ends: bool, by: Viewer) -> dict[str, int]:
    """Give a deputy everything a seat looks after; with `ends`, the seat then ends. Returns how many of each kind, by words.

    By the person themself, or by whoever manages the seats; both the deputy and the person are told. Raises NotAllowed, and Refused for a
    deputy who may not do what the seat does, or where there is nothing to hand over.
    """
    require(can_hand_over(by, seat))
    if not deputies(seat).filter(pk=deputy.pk).exists():
        raise Refused(_("Choose a colleague with a seat here who may do what was done."), field="deputy")
    hold_still(seat.organisation)
    moved: dict[str, int] = {}
    with as_system("hand over what a person who leaves looks after"):
        for handing in registry.handings:
            if things := handing.held(seat):
                handing.move(seat, deputy, things)
                moved[str(handing.words)] = len(things)
        if not moved and not ends:
            raise Refused(_("%(who)s looks after nothing now.") % {"who": seat.person})
        said = ", ".join(f"{words} {n}" for words, n in moved.items()) or _("nothing was open")
        record("seat.handed_over", seat.organisation, by=by, space=seat.organisation.office_id, who=seat.person.name, deputy=deputy.person.name,
               what=said, told=deputy.audience_id, giver=seat.audience_id)  # fmt: skip
    if ends:
        # Whoever leaves may end their own seat, and nobody else's.
        end_seat(seat, by=None if by.seat_id == seat.pk and not _is_last_owner(seat) else by)
    return moved


def _is_last_owner(seat: Seat) -> bool:
    others = Seat.objects.owners().filter(organisation=seat.organisation_id).exclude(pk=seat.pk)
    return seat.role == Seat.Role.OWNER and not others.exists()
