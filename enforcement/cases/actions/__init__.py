"""The verbs of a case."""

from enforcement.cases.actions.cases import (
    MOST_AT_ONCE,
    add_listings,
    add_seller,
    describe,
    enter_listings,
    is_in_as_organisation,
    open_case,
    tag_all,
    take_out,
    verify,
)
from enforcement.cases.actions.deciding import decide, set_pap
from enforcement.cases.actions.ending import close, reopen
from enforcement.cases.actions.moves import Merging, may_merge_into, merge, merged_here, merging, parties_of, split, undo
from enforcement.cases.actions.notes import add_file, may_mention, mentioned, unheard, write_note
from enforcement.cases.actions.officers import consent, note_file_taken, note_taken, officers_in, silent, take_back_consent
from enforcement.cases.actions.relating import relate, set_stage, stage_all, unrelate
from enforcement.cases.actions.sharing import Difference, check_sharing, difference, leave, mark, may_let_in, open_side_room, share, unshare
from enforcement.cases.actions.tasks import add_task, change_task, end_task, may_owe, reopen_task
from enforcement.cases.actions.templates import begin_with, drop_template, keep_report_template, keep_template, template_of

__all__ = [
    "MOST_AT_ONCE",
    "Difference",
    "Merging",
    "add_file",
    "add_listings",
    "add_seller",
    "add_task",
    "begin_with",
    "change_task",
    "check_sharing",
    "close",
    "consent",
    "decide",
    "describe",
    "difference",
    "drop_template",
    "end_task",
    "enter_listings",
    "is_in_as_organisation",
    "keep_report_template",
    "keep_template",
    "leave",
    "mark",
    "may_let_in",
    "may_mention",
    "may_merge_into",
    "may_owe",
    "mentioned",
    "merge",
    "merged_here",
    "merging",
    "note_file_taken",
    "note_taken",
    "officers_in",
    "open_case",
    "open_side_room",
    "parties_of",
    "relate",
    "reopen",
    "reopen_task",
    "set_pap",
    "set_stage",
    "share",
    "silent",
    "split",
    "stage_all",
    "tag_all",
    "take_back_consent",
    "take_out",
    "template_of",
    "undo",
    "unheard",
    "unrelate",
    "unshare",
    "verify",
    "write_note",
]
