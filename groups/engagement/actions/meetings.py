"""Call a meeting with its agenda, change it, call it off, answer, keep its minutes and make them final."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from coalition.access import actions as access
from coalition.access.errors import Conflict, NotAllowed, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.members.models import Seat
from coalition.search.actions import index
from groups.engagement.actions.groups import on_roster
from groups.engagement.models import Attendee, Group, Meeting, Minutes
from groups.engagement.permissions import can_answer, can_call, can_finish_minutes
from groups.engagement.rules import FURTHEST, SENT_AHEAD, off_limits, points_of

# What of a meeting can change, in words.
WORDS = {
    "title": _later("its title"), "starts_at": _later("its beginning"), "ends_at": _later("its end"), "place": _later("its place"),
    "agenda": _later("its agenda"), "counsel": _later("who keeps the antitrust policy there"),
}  # fmt: skip


@transaction.atomic
def call_meeting(
    group: Group, *, title: str, starts_at: datetime, ends_at: datetime, place: str, agenda: str, counsel: str, is_cleared: bool = False, by: Viewer
) -> Meeting:  # fmt: skip
    """Call a meeting and tell the roster. Raises NotAllowed, and Refused for an agenda that says nothing, one that is not sent a day ahead, and
    one that speaks of what competitors may not settle, unless counsel has cleared it.
    """
    require(can_call(by, group))
    _held_well(starts_at, ends_at, agenda)
    _require_cleared(f"{title}\n{agenda}", is_cleared)
    _sent_ahead(starts_at, field="starts_at")
    meeting = Meeting.objects.create(
        space_id=group.space_id, group=group, title=title.strip(), starts_at=starts_at, ends_at=ends_at, place=place.strip(),
        agenda=_one_way(agenda), counsel=counsel.strip(), called_by_id=by.audience_id,
        is_cleared=is_cleared,
    )  # fmt: skip
    _index(meeting)
    record("meeting.called", meeting, by=by, title=meeting.title, moment=_moment(starts_at))
    return meeting


@transaction.atomic
def amend_meeting(
    meeting: Meeting, *, title: str, starts_at: datetime, ends_at: datetime, place: str, agenda: str, counsel: str, is_cleared: bool = False,
    seen: int | None = None, by: Viewer,
) -> Meeting:  # fmt: skip
    """Change what was called before it begins, and tell the roster what. Within a day of it only its place and who keeps the policy change. Who
    answered for another beginning is asked again.

    `seen` is its `changes` as they were read. Raises NotAllowed; Conflict once it has begun, is called off, or was changed since; and Refused as
    `call_meeting` does.
    """
    require(can_call(by, meeting.group))
    meeting = _to_come(meeting)
    if seen is not None and seen != meeting.changes:
        raise Conflict(_("It was changed meanwhile: look at it, then save yours again."))
    wished = {
        "title": title.strip(), "starts_at": starts_at, "ends_at": ends_at, "place": place.strip(), "agenda": _one_way(agenda),
        "counsel": counsel.strip(),
    }  # fmt: skip
    changed = [name for name, value in wished.items() if getattr(meeting, name) != value]
    if not changed:
        return meeting
    _held_well(starts_at, ends_at, agenda)
    if {"title", "agenda"} & set(changed):
        _require_cleared(f"{title}\n{agenda}", is_cleared)
        meeting.is_cleared = is_cleared
    if late := [name for name in changed if name not in ("place", "counsel")]:
        _sent_ahead(min(starts_at, meeting.starts_at), field=late[0])
    for name in changed:
        setattr(meeting, name, wished[name])
    meeting.changes += 1
    meeting.save(update_fields=[*changed, "changes", "is_cleared"])
    _index(meeting)
    what = ", ".join(str(WORDS[name]) for name in changed)
    if "starts_at" in changed:
        meeting.attendees.update(answer="")
        record("meeting.moved", meeting, by=by, title=meeting.title, what=what, moment=_moment(starts_at))
    else:
        record("meeting.amended", meeting, by=by, title=meeting.title, what=what, moment=_moment(starts_at))
    return meeting


@transaction.atomic
def call_off(meeting: Meeting, *, reason: str, by: Viewer) -> Meeting:
    """Call a meeting off before it begins, saying why. Raises NotAllowed, Refused, and Conflict once it has begun."""
    require(can_call(by, meeting.group))
    meeting = _to_come(meeting)
    meeting.called_off_at, meeting.called_off_because = timezone.now(), reason_given(reason)
    meeting.changes += 1
    meeting.save(update_fields=["called_off_at", "called_off_because", "changes"])
    record("meeting.called_off", meeting, by=by, title=meeting.title, moment=_moment(meeting.starts_at), reason=meeting.called_off_because)
    return meeting


@transaction.atomic
def answer_meeting(meeting: Meeting, *, answer: str, by: Viewer) -> Attendee:
    """Say whether one comes, or say it anew. Raises NotAllowed for who is not on the roster, and Conflict once it has begun or is called off."""
    require(can_answer(by, meeting.group))
    meeting = _to_come(meeting)
    if answer not in Attendee.Answer:
        raise Refused(_("Say whether you come."), field="answer")
    given, _is_new = Attendee.objects.update_or_create(meeting=meeting, seat_id=by.seat_id, defaults={"space_id": meeting.space_id, "answer": answer})
    record("meeting.answered", meeting, by=by, answer=str(given.get_answer_display()))
    return given


@transaction.atomic
def minute(
    meeting: Meeting, *, minutes: str, statement_read: bool, counsel: str, there: list[Attendee], also: list[str], seen: datetime | None = None,
    by: Viewer,
) -> Meeting:  # fmt: skip
    """Write down what was said, decided and by whom it was attended; they can be written anew until they are final.

    `there` are those of the answers who came, `also` the addresses of others of the roster who did, `seen` the instant of the minutes that are
    written anew. Raises NotAllowed; Conflict for a meeting that has not begun, whose minutes are final, or were written anew since; and Refused
    for an address of nobody on the roster, or where nobody came.
    """
    require(can_call(by, meeting.group))
    meeting = lock(meeting, "group__space")
    if meeting.called_off_at or not meeting.has_begun:
        raise Conflict(_("It has not been held."))
    if meeting.final_at:
        raise Conflict(_("Its minutes are final: what corrects them is said in the next meeting’s."))
    if seen is not None and seen != meeting.minuted_at:
        raise Conflict(_("They were written anew meanwhile: read them, then save yours again."))
    if not minutes.strip():
        raise Refused(_("Write down what was said and decided."), field="minutes")
    came = {attendee.seat_id for attendee in there} | {seat.pk for seat in _named(meeting.group, also)}
    if not came:
        raise Refused(_("Tick who was there: minutes name the participants."), field="there")
    Attendee.objects.bulk_create(
        [Attendee(space_id=meeting.space_id, meeting=meeting, seat_id=seat_id, was_there=True) for seat_id in sorted(came)],
        update_conflicts=True, unique_fields=["meeting", "seat"], update_fields=["was_there"],
    )  # fmt: skip
    meeting.attendees.exclude(seat_id__in=came).update(was_there=False)
    _write(meeting, _one_way(minutes), statement_read, by=by)
    meeting.counsel, meeting.minuted_by_id, meeting.minuted_at = counsel.strip(), by.audience_id, timezone.now()
    meeting.save(update_fields=["counsel", "minuted_by", "minuted_at"])
    record("meeting.minuted", meeting, by=by, title=meeting.title)
    return meeting


def _write(meeting: Meeting, text: str, statement_read: bool, *, by: Viewer) -> None:
    """Keep the words where those who keep the group's minutes read them: the staff who lead the group, and whoever writes."""
    with as_system("keep minutes where those who review them read them"):
        written = Minutes.objects.select_related("space").filter(meeting=meeting).first()
        if written is None:
            group = meeting.group.space
            space = access.open_space(
                Space.Kind.GROUP, by=None, owner=group.owner, label=_("Minutes of %(title)s") % {"title": meeting.title}, mark=Tlp.AMBER
            )
            written = Minutes(meeting=meeting, space=space)
        access.grant(written.space, Audience.objects.get(pk=by.audience_id), Grant.Role.CONTRIBUTE, by=None, reason=_("writes the minutes"))
        written.text, written.statement_read, written.sent_back_because = text, statement_read, ""
        written.save()


def _named(group: Group, addresses: list[str]) -> list[Seat]:
    seats = []
    for address in addresses:
        try:
            seats.append(on_roster(group, address))
        except Refused as refusal:
            raise Refused(f"{address}: {refusal}", field="also") from refusal
    return seats


@transaction.atomic
def finish_minutes(meeting: Meeting, *, seen: datetime, by: Viewer) -> Meeting:
    """Make minutes final as they were `seen`, by somebody who did not write them (DOMAIN.md 4.3: counsel reviews before final).

    Raises NotAllowed, and Conflict where there are none, where they are final, or where they were written anew meanwhile.
    """
    meeting = _to_review(meeting, seen, by)
    meeting.reviewed_by_id, meeting.final_at = by.audience_id, timezone.now()
    meeting.save(update_fields=["reviewed_by", "final_at"])
    Minutes.objects.filter(meeting=meeting).update(space_id=meeting.space_id)
    _index(meeting)
    record("meeting.minutes_final", meeting, by=by, title=meeting.title)
    return meeting


@transaction.atomic
def send_back_minutes(meeting: Meeting, *, seen: datetime, reason: str, by: Viewer) -> Meeting:
    """Ask whoever wrote minutes, as they were `seen`, to write them anew, saying what for: they are told, and nobody else reads it.

    Raises NotAllowed, Refused without a reason, and Conflict as `finish_minutes` does.
    """
    meeting = _to_review(meeting, seen, by)
    reason = reason_given(reason)[:1000]
    written = Minutes.objects.get(meeting=meeting)
    written.sent_back_because = reason
    written.save(update_fields=["sent_back_because"])
    record("meeting.minutes_sent_back", meeting, by=by, space=written.space_id, title=meeting.title, reason=reason, told=meeting.minuted_by_id)
    return meeting


def _to_review(meeting: Meeting, seen: datetime, by: Viewer) -> Meeting:
    """The meeting, held, whose minutes this viewer reviews as they were `seen`."""
    require(by.may("found_group"))
    meeting = lock(meeting, "group")
    if meeting.minuted_at is None or meeting.final_at:
        raise Conflict(_("There are no minutes to review."))
    if not can_finish_minutes(by, meeting):
        raise NotAllowed(_("Somebody else than who wrote them reviews them."))
    if meeting.minuted_at != seen:
        raise Conflict(_("They were written anew meanwhile: read them again."))
    return meeting


def _one_way(text: str) -> str:
    """Text with its lines ended one way, however it came."""
    return text.replace("\r\n", "\n").strip()


def _to_come(meeting: Meeting) -> Meeting:
    meeting = lock(meeting, "group")
    if meeting.called_off_at:
        raise Conflict(_("It is called off."))
    if meeting.has_begun:
        raise Conflict(_("It has begun already."))
    return meeting


def _held_well(starts_at: datetime, ends_at: datetime, agenda: str) -> None:
    if ends_at <= starts_at:
        raise Refused(_("It ends after it begins."), field="ends_at")
    if starts_at > timezone.now() + FURTHEST:
        raise Refused(_("Call it within two years of the day."), field="starts_at")
    if (ends_at - starts_at).days >= 7:
        raise Refused(_("A meeting lasts less than a week."), field="ends_at")
    if not points_of(agenda):
        raise Refused(_("Say point by point what will be talked about: “other business” alone is no agenda."), field="agenda")


def _require_cleared(text: str, is_cleared: bool) -> None:
    if not is_cleared and (words := off_limits(text)):
        said = _("It speaks of %(words)s, which competitors do not settle among themselves: leave that out, or let counsel clear it first.")
        raise Refused(said % {"words": ", ".join(f"“{word}”" for word in words)}, field="is_cleared")


def _moment(at: datetime) -> str:
    return f"{at:%d %b %Y, %H:%M} UTC"


def _sent_ahead(starts_at: datetime, *, field: str) -> None:
    if starts_at < timezone.now() + SENT_AHEAD:
        raise Refused(_("The agenda is sent at least 24 hours before."), field=field)


def _index(meeting: Meeting) -> None:
    said = meeting.minutes.text if meeting.final_at else ""
    index(meeting, kind="meeting", title=meeting.title, detail=meeting.group.name, body=f"{meeting.agenda}\n{said}")
