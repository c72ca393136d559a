"""In plain words: an owner asks for their organisation and takes it out; whoever runs programmes for the coalition decides and warns; those who
vet read how each member does.
"""

from __future__ import annotations

from coalition.access.viewer import Viewer
from enforcement.programmes.models import Programme


def can_run(viewer: Viewer) -> bool:
    return viewer.may("run_programme")


def can_read_members(viewer: Viewer, programme: Programme) -> bool:
    """Who takes part, and how accurately: the coalition's own people alone, for it is each member's own affair."""
    return can_run(viewer) or programme.team_id in viewer.audience_ids


def can_ask(viewer: Viewer) -> bool:
    """An owner of an organisation that sends notices, for itself and nobody's agent."""
    return viewer.may("own_organisation") and viewer.may("submit_notice")
