"""The verbs of programmes."""

from enforcement.programmes.actions.good_faith import GOOD_FAITH, judged, lift, ran_out, suspend, warn, watch
from enforcement.programmes.actions.running import amend, found, open_window, set_good_faith
from enforcement.programmes.actions.taking_part import accept, ask, decline, end, enrol, leave, withdraw

__all__ = [
    "GOOD_FAITH",
    "accept",
    "amend",
    "ask",
    "decline",
    "end",
    "enrol",
    "found",
    "judged",
    "leave",
    "lift",
    "open_window",
    "ran_out",
    "set_good_faith",
    "suspend",
    "warn",
    "watch",
    "withdraw",
]
