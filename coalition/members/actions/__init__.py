"""The verbs of the membership."""

from coalition.members.actions.categories import hold_category, release_category
from coalition.members.actions.domains import answer_wish_for_seat, claim_domain, end_domain, prove_domain, vouch_for_domain
from coalition.members.actions.glass import break_glass
from coalition.members.actions.handing import hand_over, looked_after, offer_ownership, refuse_ownership, take_ownership
from coalition.members.actions.mandates import appoint_agent, end_mandate, seat_agent, unseat_agent
from coalition.members.actions.organisations import (
    admit,
    batched,
    follow_standing,
    follow_standing_of,
    found_organisation,
    give_terms,
    hold_all_still,
    hold_still,
    join_team,
    leave_team,
    reinstate,
    suspend,
)
from coalition.members.actions.policies import accept_policies, publish_policy
from coalition.members.actions.resignation import require_can_leave, resign, take_back_resignation
from coalition.members.actions.seats import (
    accept_invitation,
    accept_with_new_account,
    change_role,
    end_seat,
    give_seat,
    invite,
    invite_owner,
    require_free_seat,
    revoke_invitation,
)

__all__ = [
    "accept_invitation",
    "accept_policies",
    "accept_with_new_account",
    "admit",
    "answer_wish_for_seat",
    "appoint_agent",
    "batched",
    "break_glass",
    "change_role",
    "claim_domain",
    "end_domain",
    "end_mandate",
    "end_seat",
    "follow_standing",
    "follow_standing_of",
    "found_organisation",
    "give_seat",
    "give_terms",
    "hand_over",
    "hold_all_still",
    "hold_category",
    "hold_still",
    "invite",
    "invite_owner",
    "join_team",
    "leave_team",
    "looked_after",
    "offer_ownership",
    "prove_domain",
    "publish_policy",
    "refuse_ownership",
    "reinstate",
    "release_category",
    "require_can_leave",
    "require_free_seat",
    "resign",
    "revoke_invitation",
    "seat_agent",
    "suspend",
    "take_back_resignation",
    "take_ownership",
    "unseat_agent",
    "vouch_for_domain",
]
