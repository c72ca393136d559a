"""A meeting as calendars read it."""

from __future__ import annotations

from django.utils import timezone
from icalendar import Calendar, Event

from groups.engagement.models import Meeting


def calendar_of(meeting: Meeting, *, address: str, host: str) -> bytes:
    """The meeting as an iCalendar file (RFC 5545): a later change or its being called off replaces what was entered before."""
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Coalition portal//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.called_off_at else "PUBLISH")
    event.add("uid", f"meeting-{meeting.pk}@{host}")
    event.add("sequence", meeting.changes)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", f"{meeting.group.name}: {meeting.title}")
    event.add("location", meeting.place)
    event.add("description", f"{meeting.agenda}\n\n{address}")
    event.add("url", address)
    event.add("status", "CANCELLED" if meeting.called_off_at else "CONFIRMED")
    calendar.add_component(event)
    return calendar.to_ical()
