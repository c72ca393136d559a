"""Immediate e-mail. A letter says that something happened and where; it is written as its reader may see it when it is sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from coalition.access.doors import may_pass
from coalition.access.models import Space
from coalition.access.viewer import Viewer, as_system, as_viewer
from coalition.activity.models import Event, Letter, OutsideLetter, with_subjects
from coalition.activity.registry import verbs

log = logging.getLogger(__name__)

# Set by the app that knows seats: from a seat's audience to its viewer and address, or None when the seat has ended.
viewer_of: Callable[[int], Viewer | None] = lambda audience_id: None  # noqa: E731


def send_owed(limit: int = 100) -> int:
    """Send letters that wait; returns how many. A letter's Message-ID is fixed, so a repeat after a crash is recognisable."""
    sent = 0
    refused: list[int] = []
    for _attempt in range(limit):
        with transaction.atomic(), as_system("send letters"):
            letter = (
                Letter.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(sent_at=None, dropped="")
                .exclude(pk__in=refused)
                .order_by("id")
                .first()
            )
            if letter is None:
                return sent
            viewer = viewer_of(letter.audience_id)
        # Rendered as the reader, outside the system's role.
        with transaction.atomic():
            message = compose(letter, viewer) if viewer else None
            with as_system("send letters"):
                locked = Letter.objects.select_for_update().filter(pk=letter.pk, sent_at=None, dropped="").first()
                if locked is None:
                    continue
                if message is None:
                    locked.dropped = "no longer visible to this reader"
                else:
                    try:
                        message.send()
                    except (OSError, SMTPException):
                        # The next round tries it again; an address that is refused holds up nobody else's letter.
                        log.exception("Letter %s could not be sent", locked.pk)
                        refused.append(locked.pk)
                        continue
                    locked.sent_at = timezone.now()
                    sent += 1
                locked.save()
    return sent


def send_owed_outside(limit: int = 100) -> int:
    """Send letters to people without a seat; returns how many. Each is written anew as things stand when it goes."""
    sent = 0
    with as_system("send letters to people without a seat"):
        waiting = list(OutsideLetter.objects.filter(sent_at=None, dropped="").order_by("id").values_list("pk", flat=True)[:limit])
    for pk in waiting:
        with as_system("send letters to people without a seat"):
            letter = (
                OutsideLetter.objects.select_for_update(skip_locked=True, of=("self",)).select_related("event").filter(pk=pk, sent_at=None).first()
            )
            if letter is None:
                continue
            verb = verbs.get(letter.event.verb)
            try:
                with transaction.atomic():
                    written = verb.writes(letter.event).get(letter.address) if verb and verb.writes else None
                    if written:
                        subject, text, *files = written
                        subject = " ".join(f"[{settings.SITE_NAME}] {subject}".split())
                        identity = {"Message-ID": f"<outside-{letter.pk}@{settings.MAIL_DOMAIN}>"}
                        EmailMessage(subject=subject, body=text, to=[letter.address], headers=identity, attachments=[file() for file in files]).send()
            except Exception:
                # Whatever is wrong with this one, the others go; the next round tries it again.
                log.exception("Outside letter %s could not be sent", letter.pk)
                continue
            if written is None:
                letter.dropped = "nothing is left to say"
            else:
                letter.sent_at = timezone.now()
                sent += 1
            letter.save()
    return sent


def compose(letter: Letter, viewer: Viewer) -> EmailMessage | None:
    """The letter as this reader may see it now; None when they may not see what it is about any more."""
    with as_viewer(viewer):
        event = Event.objects.visible_to(viewer).newest().filter(pk=letter.event_id).first()
        # Whose membership has lapsed is still told of the membership itself: what lies in their own office, and their account.
        if event is None or not (viewer.in_standing or event.space.kind in (Space.Kind.OFFICE, Space.Kind.ACCOUNT)):
            return None
        (event,) = with_subjects([event], viewer)
        address = event.subject.get_absolute_url() if event.subject else "/inbox/"
        if not may_pass(viewer, address):
            return None
        context = {"event": event, "viewer": viewer, "address": settings.SITE_URL + address, "site": settings.SITE_NAME}
        subject = " ".join(render_to_string("coalition/activity/letter_subject.txt", context).split())
        return EmailMessage(
            subject=subject,
            body=render_to_string("coalition/activity/letter.txt", context),
            to=[letter.address],
            headers={"Message-ID": f"<event-{letter.event_id}-{letter.audience_id}@{settings.MAIL_DOMAIN}>"},
        )
