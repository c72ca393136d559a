"""For which agents people sit: an agent's person bears its firm's name wherever they act."""

from __future__ import annotations

from collections.abc import Iterable

from coalition.access.viewer import as_system
from coalition.members.models import Seat


def firms_behind(audience_ids: Iterable[int | None]) -> set[int]:
    """The audiences of the agents for whom some of these, by their seats' audiences, act for another."""
    with as_system("ask for which agents people sit"):
        seats = Seat.objects.filter(audience__in=[pk for pk in audience_ids if pk], mandate__isnull=False)
        return set(seats.values_list("mandate__agent__audience", flat=True))
