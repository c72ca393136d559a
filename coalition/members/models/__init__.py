"""Organisations, the kinds of member they are, the seats people hold there, and what each gives."""

from coalition.members.models.categories import Category, CategoryHold, Tier
from coalition.members.models.organisations import (
    Organisation,
    ReferenceCounter,
    Resignation,
    Suspension,
    Term,
    in_good_standing,
)
from coalition.members.models.policies import (
    Acceptance,
    Policy,
)
from coalition.members.models.seats import (
    CapabilityRule,
    Invitation,
    RoleChange,
    Seat,
)
from coalition.members.models.ways_in import Handover, MailDomain, Mandate

__all__ = [
    "Acceptance",
    "CapabilityRule",
    "Category",
    "CategoryHold",
    "Handover",
    "Invitation",
    "MailDomain",
    "Mandate",
    "Organisation",
    "Policy",
    "ReferenceCounter",
    "Resignation",
    "RoleChange",
    "Seat",
    "Suspension",
    "Term",
    "Tier",
    "in_good_standing",
]
