"""In plain words: members read the directory; a person may enter any seat they hold and no other."""

from coalition.access.viewer import Viewer
from coalition.members.models import Mandate, Organisation, Seat


def can_manage_seats(viewer: Viewer, organisation: Organisation) -> bool:
    """Owners and managers of an organisation look after its seats, and nobody else does."""
    return viewer.organisation_id == organisation.pk and viewer.may("manage_seats")


def can_give(viewer: Viewer, organisation: Organisation, role: str) -> bool:
    """Whether they may give or take a seat of this role: owners are made and unmade by owners."""
    return can_manage_seats(viewer, organisation) and (role != Seat.Role.OWNER or viewer.may("own_organisation"))


def can_keep_register(viewer: Viewer) -> bool:
    return viewer.may("keep_register")


def can_resign(viewer: Viewer, organisation: Organisation) -> bool:
    """An owner, for their own organisation; the coalition's staff, for one that wrote to them."""
    return can_keep_register(viewer) or (viewer.organisation_id == organisation.pk and viewer.may("own_organisation"))


def can_read_directory(viewer: Viewer) -> bool:
    return viewer.may("read_directory")


def can_appoint_agent(viewer: Viewer, principal: Organisation) -> bool:
    """An owner appoints agents for their organisation, and ends their mandates."""
    return viewer.organisation_id == principal.pk and viewer.may("own_organisation")


def can_seat_agents(viewer: Viewer, mandate: Mandate) -> bool:
    """Whoever manages the agent's own seats says which of its people act under a mandate."""
    return viewer.organisation_id == mandate.agent_id and viewer.may("manage_seats")


def can_hand_over(viewer: Viewer, seat: Seat) -> bool:
    """A person hands over what they look after themselves; who manages the seats does it for whoever has gone."""
    return viewer.seat_id == seat.pk or can_give(viewer, seat.organisation, seat.role)
