"""What can be proposed about sellers: an entry of another member's allow list ("this is our licensed dealer")."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from coalition.access.errors import Refused
from coalition.access.viewer import Viewer
from coalition.dates import last_day, long_day
from enforcement.market.allowing import allow, allowed_among
from enforcement.market.columns import seller_key
from enforcement.market.forms import ProposedSellerForm
from enforcement.market.models import AllowedSeller, Platform
from enforcement.market.permissions import can_keep_allow_list
from enforcement.proposals.registry import Kind, kinds


def _facts(about: dict) -> dict:
    platform, ends_on = about["platform"], about["ends_on"]
    key = seller_key(platform.slug, about["shop"], "")
    if not key.partition(":")[2]:
        raise Refused(_("Name the shop by its id or name there."), field="shop")
    if ends_on is not None and ends_on <= timezone.localdate():
        raise Refused(_("Choose a last day that is not over."), field="ends_on")
    return {"platform": platform.slug, "seller_key": key, "name": " ".join(about["name"].split()), "ends_on": ends_on and ends_on.isoformat()}


def _ends_on(facts: dict) -> date | None:
    return date.fromisoformat(facts["ends_on"]) if facts["ends_on"] else None


def _rows(facts: dict) -> list[tuple]:
    ends_on = _ends_on(facts)
    rows = [
        (_("Platform"), Platform.objects.get(slug=facts["platform"]).name),
        (_("Shop"), facts["seller_key"].partition(":")[2]),
        (_("Name"), facts["name"]),
    ]
    return [*rows, (_("Last day"), long_day(last_day(ends_on)))] if ends_on else rows


def _accept(facts: dict, because: str, by: Viewer) -> AllowedSeller:
    """Put the seller on the viewer's allow list; where it stands there today, it stays as it is."""
    for entry in allowed_among([facts["seller_key"]], desk_id=by.desk_id, on=timezone.localdate()):
        return entry
    ends_on = _ends_on(facts)
    if ends_on is not None and ends_on <= timezone.localdate():
        raise Refused(_("The last day that was proposed is over: decline it, or put the seller on your allow list yourself."))
    platform = Platform.objects.get(slug=facts["platform"])
    return allow(
        facts["seller_key"], platform=platform, name=facts["name"], kind=AllowedSeller.Kind.AUTHORISED, because=because, ends_on=ends_on, by=by
    )


kinds["allowed-seller"] = Kind(
    label=_later("Seller for the allow list"),
    explained=_later(
        "Say that a seller is a licensed dealer or an own shop of another member. They put it on their allow list, or say why not; on it, no notice"
        " of theirs goes against it."
    ),
    form=ProposedSellerForm,
    facts_of=_facts,
    name=lambda facts: facts["name"],
    subject=lambda facts: facts["seller_key"],
    rows=_rows,
    can_answer=can_keep_allow_list,
    accept=_accept,
)
