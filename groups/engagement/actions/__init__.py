"""The verbs of groups."""

from groups.engagement.actions.groups import amend_charter, appoint_chair, enrol, found, on_roster
from groups.engagement.actions.meetings import amend_meeting, answer_meeting, call_meeting, call_off, finish_minutes, minute, send_back_minutes
from groups.engagement.actions.topics import mark_read, reply, start_topic

__all__ = [
    "amend_charter",
    "amend_meeting",
    "answer_meeting",
    "appoint_chair",
    "call_meeting",
    "call_off",
    "enrol",
    "finish_minutes",
    "found",
    "mark_read",
    "minute",
    "on_roster",
    "reply",
    "send_back_minutes",
    "start_topic",
]
