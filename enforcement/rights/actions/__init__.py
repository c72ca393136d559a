"""Rights are entered, change their status, are designated for, proved by papers and told to customs. What was, stays as it was."""

from enforcement.rights.actions.bringing import bring, enter_all, undo
from enforcement.rights.actions.customs import end_recordation, record_at_customs
from enforcement.rights.actions.entering import amend, enter
from enforcement.rights.actions.papers import add_paper, remove_paper
from enforcement.rights.actions.statuses import designate, set_status, take_back_status

__all__ = [
    "add_paper",
    "amend",
    "bring",
    "designate",
    "end_recordation",
    "enter",
    "enter_all",
    "record_at_customs",
    "remove_paper",
    "set_status",
    "take_back_status",
    "undo",
]
