"""The home page: what needs this person, in the order they need it."""

from __future__ import annotations

from functools import cached_property

from coalition.activity.models import Event, with_subjects
from coalition.clocks.models import Clock
from coalition.pages.registry import home_panels


class HomePage:
    def __init__(self, viewer):
        self.viewer = viewer

    @cached_property
    def due(self):
        return list(Clock.objects.of(self.viewer).select_related("policy")[:8])

    @cached_property
    def waiting(self) -> list[dict]:
        return self._panel("waiting")

    @cached_property
    def cases(self) -> list[dict]:
        return self._panel("cases")

    @cached_property
    def groups(self) -> list[dict]:
        return self._panel("groups")

    @cached_property
    def meetings(self) -> list[dict]:
        return self._panel("meetings")

    def _panel(self, name: str) -> list[dict]:
        return [row for panel in home_panels[name] for row in panel(self.viewer)]

    @cached_property
    def lately(self):
        """The newest events this viewer may see, each with what it is about where that may be seen too."""
        return with_subjects(Event.objects.visible_to(self.viewer).newest()[:12], self.viewer)

    @property
    def is_quiet(self) -> bool:
        return not (self.due or self.waiting)
