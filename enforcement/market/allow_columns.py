"""A list of a member's own shops and authorised sellers, as its sales department keeps it: which column says what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from coalition.brought.columns import Columns, NotUnderstood, day
from enforcement.market.columns import seller_key
from enforcement.market.keys import NotAnAddress, canonicalise, of_platform
from enforcement.market.models import AllowedSeller

COLUMNS = Columns(
    headings={
        "shop": ("shop", "store", "storefront", "shop url", "store url", "seller", "seller id", "shop id", "url", "address", "domain", "website"),
        "platform": ("platform", "marketplace", "channel"),
        "name": ("name", "seller name", "shop name", "store name", "dealer", "company", "licensee"),
        "kind": ("kind", "type", "it is"),
        "because": ("why", "reason", "contract", "contract number", "agreement", "basis", "remark"),
        "starts_on": ("from", "start", "since", "valid from", "contract start"),
        "ends_on": ("last day", "until", "to", "end", "valid to", "expires", "expiry", "expiry date", "contract end"),
    },
    needed=("shop",),
)
KINDS = {
    "own": AllowedSeller.Kind.OWN, "own shop": AllowedSeller.Kind.OWN, "our own shop": AllowedSeller.Kind.OWN, "flagship": AllowedSeller.Kind.OWN,
    "official": AllowedSeller.Kind.OWN, "official store": AllowedSeller.Kind.OWN,
}  # fmt: skip
# What an address may name for its seller to be meant, and not one of the goods there.
SHOPS = ("store", "profile", "account", "site", "page")
ONE_DAY = timedelta(days=1)


def understand(said: Mapping[str, str], platforms: Mapping[str, str]) -> dict:
    """What a row says, as an entry of the list takes it, the platform by its slug. `platforms` are slugs by slug and by name in small letters.

    Raises NotUnderstood.
    """
    platform, key = _seller(said["shop"], said.get("platform", ""), platforms)
    ends_on = _day(said, "ends_on")
    return {
        "seller_key": key, "platform": platform, "name": said.get("name", "") or said["shop"], "because": said.get("because", ""),
        "kind": KINDS.get(said.get("kind", "").casefold(), AllowedSeller.Kind.AUTHORISED),
        "starts_on": _day(said, "starts_on"), "ends_on": ends_on + ONE_DAY if ends_on else None,
    }  # fmt: skip


def _seller(shop: str, platform: str, platforms: Mapping[str, str]) -> tuple[str, str]:
    """The platform and the key of a shop, which is named by its address, or by the platform and its id or name there."""
    if not shop:
        raise NotUnderstood(_("Shop: it is empty."))
    if "/" in shop or not platform:
        try:
            key = canonicalise(shop)
        except NotAnAddress as why:
            raise NotUnderstood(_("Shop: “%(shop)s”: %(why)s") % {"shop": shop[:80], "why": why}) from why
        if not key.seller or key.kind not in SHOPS or of_platform(key) or key.platform not in platforms.values():
            raise NotUnderstood(_("Shop: “%(shop)s” is no address of a shop.") % {"shop": shop[:80]})
        return key.platform, seller_key(key.platform, key.seller, "")
    slug = platforms.get(platform.casefold(), "")
    if not slug:
        raise NotUnderstood(_("Platform: “%(name)s” is none of ours.") % {"name": platform[:40]})
    return slug, seller_key(slug, shop, "")


def _day(said: Mapping[str, str], field: str) -> date | None:
    return day(said[field], COLUMNS.headings[field][0]) if said.get(field) else None
