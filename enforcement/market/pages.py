"""The page of a seller: its storefront as far as this viewer sees it."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Max, Min

from coalition.activity.models import Event
from coalition.lists import Keyset
from coalition.members.forms import ReasonForm
from enforcement.market.forms import AllowForm, LinkForm
from enforcement.market.linking import Linked, linked, suggested
from enforcement.market.models import AllowedSeller, Listing, Platform
from enforcement.market.panels import panels
from enforcement.market.permissions import can_keep_allow_list, can_link_sellers
from enforcement.proposals.permissions import can_propose


class SellerPage:
    def __init__(self, key: str, viewer, query, wrong: dict | None = None):
        self.key, self.viewer, self.query, self.wrong = key, viewer, query, wrong or {}
        self.own = Listing.objects.on_desk_of(viewer).for_list().filter(seller_key=key)

    @property
    def is_known(self) -> bool:
        """Whether this viewer sees anything of it; what nobody here sees is not there."""
        return bool(self.first or self.panels or self.entries)

    @cached_property
    def first(self) -> Listing | None:
        return self.own.first()

    @cached_property
    def rows(self) -> Keyset:
        return Keyset(self.own, self.query)

    @cached_property
    def seen(self) -> dict:
        return self.own.order_by().aggregate(first=Min("first_seen_at"), last=Max("last_seen_at"))

    @cached_property
    def panels(self) -> list[dict]:
        return panels(self.key, self.viewer)

    @cached_property
    def platform(self) -> Platform | None:
        return Platform.objects.filter(slug=self.key.partition(":")[0]).first()

    @property
    def name(self) -> str:
        named = [self.first.seller_name if self.first else "", *(entry.name for entry in self.entries), *(panel["name"] for panel in self.panels)]
        return next(filter(None, named), self.shop)

    @cached_property
    def entries(self) -> list[AllowedSeller]:
        """The viewer's own allow list on it, the newest first."""
        found = AllowedSeller.objects.on_desk_of(self.viewer).filter(seller_key__iexact=self.key)
        return list(found.select_related("added_by").order_by("-starts_on", "-pk"))

    @property
    def allowed(self) -> AllowedSeller | None:
        return next((entry for entry in self.entries if entry.is_in_force), None)

    @property
    def shop(self) -> str:
        return self.key.partition(":")[2]

    @property
    def can_propose(self) -> bool:
        return self.platform is not None and can_propose(self.viewer)

    @property
    def can_keep(self) -> bool:
        return can_keep_allow_list(self.viewer)

    @property
    def can_link(self) -> bool:
        return bool(self.first or self.panels) and can_link_sellers(self.viewer)

    @cached_property
    def linked(self) -> list[Linked]:
        return linked(self.key, self.viewer)

    @cached_property
    def suggested(self) -> list[tuple[str, str]]:
        return suggested(self.key, self.name, self.viewer) if self.can_link else []

    @property
    def link_form(self):
        return self.wrong.get("link") or LinkForm(initial={"other": self.query.get("other", "")})

    @property
    def allow_form(self):
        return self.wrong.get("allow") or AllowForm(initial={"name": self.name})

    @property
    def end_form(self):
        return self.wrong.get("end") or ReasonForm(auto_id="end-%s")

    @cached_property
    def events(self):
        own = [entry.pk for entry in self.entries]
        return list(Event.objects.visible_to(self.viewer).newest().filter(subject_type="market.allowedseller", subject_id__in=own)[:20])
