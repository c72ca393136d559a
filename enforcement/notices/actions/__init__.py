"""The verbs of notices."""

from enforcement.notices.actions.answers import acknowledge, answer, clarify
from enforcement.notices.actions.common import ANSWER, COMPLAINT, CONCLUDE, STAND_BEHIND, VETTING
from enforcement.notices.actions.complaints import answer_complaint, complain, complaint_until
from enforcement.notices.actions.composing import classify, compose, discard, edit, leave_out, not_yet_noticed, where_none_is_taken
from enforcement.notices.actions.disputes import conclude, dispute, lapse, stand_behind, withdraw
from enforcement.notices.actions.sending import approve, countersign, give_back, send_back, set_two_people, submit, translate, vet_all

__all__ = [
    "ANSWER",
    "COMPLAINT",
    "CONCLUDE",
    "STAND_BEHIND",
    "VETTING",
    "acknowledge",
    "answer",
    "answer_complaint",
    "approve",
    "clarify",
    "classify",
    "complain",
    "complaint_until",
    "compose",
    "conclude",
    "countersign",
    "discard",
    "dispute",
    "edit",
    "give_back",
    "lapse",
    "leave_out",
    "not_yet_noticed",
    "send_back",
    "set_two_people",
    "stand_behind",
    "submit",
    "translate",
    "vet_all",
    "where_none_is_taken",
    "withdraw",
]
