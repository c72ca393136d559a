"""The verbs of applications."""

from coalition.applications.actions.applicant import MOST_WAITING, answer_letter, answer_step, appeal, start, submit, withdraw
from coalition.applications.actions.committee import committee, committee_size, count_of, decline, hear_appeal, vote
from coalition.applications.actions.common import vetters
from coalition.applications.actions.joining import (
    activate,
    first_dues,
    first_dues_are_in,
    invite_to_pay,
    pay_by_card,
    waive_first_dues,
)
from coalition.applications.actions.vetting import (
    OBJECTION_WINDOW,
    ask_more,
    bare_name,
    begin_vetting,
    end_window,
    has_objected,
    letters_that_count,
    missing_for_objections,
    note_check,
    object_to,
    open_window,
    review,
    sponsors_of,
)

__all__ = [
    "MOST_WAITING",
    "OBJECTION_WINDOW",
    "activate",
    "answer_letter",
    "answer_step",
    "appeal",
    "ask_more",
    "bare_name",
    "begin_vetting",
    "committee",
    "committee_size",
    "count_of",
    "decline",
    "end_window",
    "first_dues",
    "first_dues_are_in",
    "has_objected",
    "hear_appeal",
    "invite_to_pay",
    "letters_that_count",
    "missing_for_objections",
    "note_check",
    "object_to",
    "open_window",
    "pay_by_card",
    "review",
    "sponsors_of",
    "start",
    "submit",
    "vetters",
    "vote",
    "waive_first_dues",
    "withdraw",
]
