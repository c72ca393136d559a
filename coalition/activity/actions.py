"""Record what happened, deliver it to whoever reads, seal it."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from coalition.access.models import Space
from coalition.access.viewer import Viewer, as_system
from coalition.activity import registry
from coalition.activity.models import Delivery, Event, InboxItem, Seal, SealedEvent
from coalition.locks import one_at_a_time

log = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Entry:
    """One event to be written: what was done, to what, in which room if not the thing's own."""

    verb: str
    subject: Any
    data: dict = field(default_factory=dict)
    space: Space | int | None = None


def record(verb: str, subject, *, by: Viewer | None, space: Space | int | None = None, **data) -> Event:
    """Write the event of an action, with a delivery for each reader, in the action's own transaction."""
    return record_all([Entry(verb, subject, data, space)], by=by)[0]


def record_all(entries: list[Entry], *, by: Viewer | None) -> list[Event]:
    """The events of an action that was done to many things at once, in two queries."""
    if unknown := {entry.verb for entry in entries} - registry.verbs.keys():
        raise ValueError(f"Describe the verb {min(unknown)} in readers.py first.")
    if not connection.in_atomic_block:
        raise RuntimeError("An event is written in the transaction of what it tells.")
    events = Event.objects.bulk_create(
        Event(
            space_id=_room_of(entry),
            actor_id=by.audience_id if by else None,
            organisation_id=by.organisation_audience_id if by else None,
            verb=entry.verb,
            subject_type=entry.subject._meta.label_lower,
            subject_id=entry.subject.pk,
            data=entry.data,
        )
        for entry in entries
    )
    Delivery.objects.bulk_create(Delivery(event=event, reader=name) for event in events for name in registry.readers)
    transaction.on_commit(_wake_the_relay, robust=True)
    return events


def _room_of(entry: Entry) -> int:
    if entry.space is None:
        return entry.subject.space_id
    return entry.space.pk if isinstance(entry.space, Space) else entry.space


def _wake_the_relay() -> None:
    """Ask for delivery at once. If the broker is away beat asks again: the outbox rows are already committed."""
    from coalition.activity.tasks import deliver

    try:
        deliver.apply_async(retry=False)
    except deliver.OperationalError as away:
        log.warning("The broker is away (%s); events wait in the outbox.", away)


def deliver_batch(limit: int = 200) -> int:
    """Give due events to their readers; returns how many deliveries were done. Safe to run in many processes at once."""
    done = 0
    with as_system("deliver events"):
        due = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(due_at__lte=timezone.now())
            .select_related("event")
            .order_by("due_at", "id")[:limit]
        )
        for delivery in due:
            try:
                with transaction.atomic():
                    if read := registry.readers.get(delivery.reader):
                        read(delivery.event)
                    delivery.delete()
                done += 1
            except Exception as failure:
                # The row stays: it is tried again, later each time, and staff see its error. Other rows go on.
                log.exception("Reader %s failed on event %s", delivery.reader, delivery.event_id)
                delivery.attempts += 1
                delivery.last_error = f"{type(failure).__name__}: {failure}"
                delivery.due_at = timezone.now() + min(timedelta(seconds=2 ** min(delivery.attempts, 10)), LONGEST_WAIT)
                delivery.save()
    return done


@transaction.atomic
def mark_read(items, *, by: Viewer) -> int:
    """Mark these inbox items of the viewer's own seat as read; returns how many were unread."""
    ids = list(items.values_list("pk", flat=True)) if hasattr(items, "values_list") else [item.pk for item in items]
    return InboxItem.objects.of(by).unread().filter(pk__in=ids).update(read_at=timezone.now())


def leaf_of(event: Event) -> str:
    """SHA-256 over the event's every field in one canonical JSON text."""
    fields = [
        event.pk,
        event.at.isoformat(),
        event.actor_id,
        event.organisation_id,
        event.verb,
        event.subject_type,
        event.subject_id,
        event.space_id,
        event.data,
    ]
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\x00" + text.encode()).hexdigest()


def merkle_root(leaves: list[str]) -> str:
    """Root over hex leaves as RFC 6962 pairs them, a lone node going up as it is; inner nodes are prefixed apart from leaves."""
    level = [bytes.fromhex(leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
        level = pairs
    return level[0].hex() if level else hashlib.sha256(b"").hexdigest()


def seal_digest(seal: Seal) -> str:
    return hashlib.sha256(f"{seal.previous}|{seal.count}|{seal.root}".encode()).hexdigest()


def seal_events(limit: int = 10_000) -> Seal | None:
    """Close a batch over committed events that no seal holds yet, in order; None when there is none."""
    with as_system("seal events"):
        one_at_a_time("activity.seal")
        sealed = SealedEvent.objects.filter(event_id=OuterRef("pk"))
        events = list(Event.objects.filter(~Exists(sealed)).order_by("pk")[:limit])
        if not events:
            return None
        leaves = [leaf_of(event) for event in events]
        last = Seal.objects.order_by("-pk").first()
        seal = Seal(count=len(leaves), root=merkle_root(leaves), previous=last.digest if last else "0" * 64)
        seal.digest = seal_digest(seal)
        seal.save()
        SealedEvent.objects.bulk_create(
            SealedEvent(seal=seal, position=place, event_id=event.pk, leaf=leaf)
            for place, (event, leaf) in enumerate(zip(events, leaves, strict=True))
        )
        return seal


def verify_seals() -> list[str]:
    """Everything that does not agree with the seals, one sentence each; empty when all is as it was sealed."""
    faults: list[str] = []
    with as_system("verify seals"):
        previous = "0" * 64
        for seal in Seal.objects.order_by("pk"):
            if seal.previous != previous:
                faults.append(f"Seal {seal.pk} does not follow the seal before it.")
            if seal.digest != seal_digest(seal):
                faults.append(f"Seal {seal.pk} was altered.")
            leaves = list(seal.leaves.order_by("position"))
            events = Event.objects.in_bulk([leaf.event_id for leaf in leaves])
            if [leaf.position for leaf in leaves] != list(range(seal.count)):
                faults.append(f"Seal {seal.pk} closed {seal.count} events and has {len(leaves)} leaves.")
            for leaf in leaves:
                event = events.get(leaf.event_id)
                if event is None:
                    faults.append(f"Event {leaf.event_id} is missing (seal {seal.pk}).")
                elif leaf_of(event) != leaf.leaf:
                    faults.append(f"Event {leaf.event_id} was altered (seal {seal.pk}).")
            if merkle_root([leaf.leaf for leaf in leaves]) != seal.root:
                faults.append(f"Seal {seal.pk} holds other leaves, or the same in another order.")
            previous = seal.digest
    return faults
