"""What each capability lets somebody do, in words; the dated rows say whom it is given to."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _plain
from django.utils.translation import gettext_lazy as _

from coalition.members.models import CapabilityRule, Organisation, Seat, Term

WORDS = {
    "read_directory": _("Read the directory, the library and ballots"),
    "see_enforcement": _("Read cases, listings and notices one is let into"),
    "import_listings": _("Import listings"),
    "open_case": _("Open cases"),
    "work_case": _("Work on cases one is let into"),
    "submit_notice": _("Send notices and stand behind them"),
    "answer_notice": _("Answer notices as a platform"),
    "join_group": _("Join Member Engagement Groups"),
    "post": _("Write in groups"),
    "comment": _("Comment on documents in consultation"),
    "chair_group": _("Chair a group"),
    "found_group": _("Found a group"),
    "publish_guidance": _("Publish guidance"),
    "vote": _("Vote in ballots"),
    "stand_for_board": _("Stand for the board"),
    "hold_ballot": _("Put questions to the vote"),
    "object_to_applicant": _("Object to an applicant"),
    "vet_applications": _("Vet applications"),
    "decide_applications": _("Decide about applications, on the committee"),
    "manage_seats": _("Invite people and manage seats"),
    "own_organisation": _("Sign for the organisation: policies, agents, resignation"),
    "see_dues": _("Read and pay dues"),
    "keep_accounts": _("Keep every member’s account"),
    "keep_register": _("Keep the register"),
    "run_programme": _("Run a programme"),
    "vet": _("Vet notices of a programme"),
    "publish_statistics": _("Publish statistics"),
    "break_glass": _("Break the glass"),
}

# What a category may give its members, in the order in which categories are compared. The rest is the coalition's own business, or what any
# membership needs to be kept in order.
MEMBERS_MAY = (
    "read_directory", "see_enforcement", "import_listings", "open_case", "work_case", "submit_notice", "answer_notice", "join_group", "post",
    "comment", "chair_group", "publish_guidance", "vote", "stand_for_board", "object_to_applicant",
)  # fmt: skip


def in_words(capability: str) -> str:
    return str(WORDS.get(capability) or capability.replace("_", " ").capitalize())


def roles_in_words(roles: Iterable[str]) -> str:
    """Those with these roles, in words and in their usual order; an empty role is everybody with a seat."""
    roles = set(roles)
    if not roles or "" in roles or roles >= set(Seat.Role.values):
        return _plain("everybody with a seat")
    return ", ".join(str(label) for value, label in Seat.Role.choices if value in roles)


def roles_given(organisation: Organisation, on: date) -> dict[str, set[str]]:
    """What its category and its tier give an organisation's seats on a day: the roles of each capability, an empty one for everybody."""
    term = organisation.term_on(on)
    rules = CapabilityRule.objects.in_force(on).filter(Q(category=organisation.category_id) | Q(category=None), team=None)
    given: dict[str, set[str]] = {}
    for rule in rules.filter(Q(tier=None) | Q(tier=term.tier_id if term else None)):
        given.setdefault(rule.capability, set()).add(rule.role)
    return given


def given_to(capability: str, on: date) -> Q:
    """Which organisations have it by their category or by their tier on a day, for any of their seats: a condition on `Organisation`."""
    given = CapabilityRule.objects.in_force(on).filter(capability=capability, team=None)
    whole = set(given.filter(tier=None).values_list("category_id", flat=True))
    if None in whole:
        return Q()
    tiers = Term.objects.covering(on).filter(organisation=OuterRef("pk"))
    return Q(category_id__in=whole) | Q(Exists(tiers.filter(tier__in=given.exclude(tier=None).values("tier"))))
