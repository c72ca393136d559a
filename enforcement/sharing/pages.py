"""The page of a sharing group: what it gathers, one property a panel."""

from __future__ import annotations

from functools import cached_property

from coalition.access.actions import live_grants
from coalition.access.models import Audience
from coalition.activity.models import Event
from enforcement.sharing import actions
from enforcement.sharing.forms import DescribeForm, WhoForm
from enforcement.sharing.models import SharingGroup
from enforcement.sharing.panels import panels
from enforcement.sharing.permissions import can_change, can_leave


class GroupPage:
    def __init__(self, group: SharingGroup, viewer, wrong: dict | None = None):
        # Forms that were refused, by name.
        self.group, self.viewer, self.wrong = group, viewer, wrong or {}

    @cached_property
    def grants(self):
        return live_grants(self.group.space_id)

    @cached_property
    def members(self) -> list[Audience]:
        return actions.members(self.group)

    @cached_property
    def can_change(self) -> bool:
        return can_change(self.viewer, self.group)

    @cached_property
    def can_leave(self) -> bool:
        return can_leave(self.viewer, self.group)

    @cached_property
    def addable(self):
        return actions.organisations_and_teams().exclude(pk__in=[one.pk for one in self.members])

    @property
    def who_form(self) -> WhoForm:
        return self.wrong.get("who") or WhoForm(among=self.addable)

    @property
    def describe_form(self) -> DescribeForm:
        return self.wrong.get("describe") or DescribeForm(initial={"name": self.group.name, "purpose": self.group.purpose})

    @cached_property
    def panels(self) -> list[dict]:
        return panels(self.group, self.viewer)

    @cached_property
    def events(self):
        return list(Event.objects.visible_to(self.viewer).newest().about(self.group)[:60])
