"""Whom the demo's brands send no notices against, and what they propose to each other about it."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from coalition.access.viewer import as_viewer
from coalition.members.models import Organisation
from demo.times import ago
from enforcement.market import allow_bringing
from enforcement.market.allowing import allow
from enforcement.market.models import Platform
from enforcement.proposals import actions as proposals

DEALERS = """Marketplace,Store,Dealer,Type,Contract,From,Until
,https://www.aliexpress.com/store/1102345678,Aurelia Official Store,own shop,,2025-01-01,
taobao,shop558802211,金阁表行,authorised,A-2024-117,2024-07-01,2027-06-30
,montres-lac.example,Montres du Lac,authorised,A-2023-090,2023-09-01,2028-08-31
ebay,https://www.ebay.de/itm/335566778899,Uhren Kaiser,authorised,A-2025-004,,
"""


def tell(viewers):
    """An own shop on an allow list; one proposal accepted, one declined, one that waits."""
    aurelia, northpeak = viewers["owner@aurelia.example"], viewers["owner@northpeak.example"]
    with ago(days=300), as_viewer(aurelia) as viewer:
        allow(
            "web:aurelia-shop.example", platform=Platform.objects.get(slug="web"), name="Aurelia online", kind="own",
            because="Our own web shop.", by=viewer,
        )  # fmt: skip
    with ago(days=200), as_viewer(aurelia) as viewer:
        allow_bringing.enter_all(
            allow_bringing.bring(ContentFile(DEALERS.encode(), name="sales-partners.csv"), because="Sales, list of May", by=viewer), by=viewer
        )
    with ago(days=60):
        known = _propose(aurelia, "northpeak", "bazaar", "alpenhaus", "Alpenhaus Outdoor", "They showed us your dealer contract when we called.", 400)
        resold = _propose(
            viewers["trust@kiosk.example"], "aurelia", "kiosk", "secondlife-watches", "Second Life Watches", "They call themselves your dealer."
        )
    with ago(days=55), as_viewer(northpeak) as viewer:
        proposals.accept(known, reason="Yes, since 2019. Thank you for asking first.", by=viewer)
    with ago(days=52), as_viewer(aurelia) as viewer:
        proposals.decline(resold, reason="Not one of ours: they resell used watches and may say so, no more.", by=viewer)
    with ago(days=11):
        _propose(
            northpeak,
            "aurelia",
            "bazaar",
            "maison-du-lac",
            "Maison du Lac 湖畔名品",
            "Their page shows a certificate with your seal, valid to next year.",
            300,
        )


def _propose(viewer, to, platform, shop, name, because, days=None):
    with as_viewer(viewer):
        about = {
            "platform": Platform.objects.get(slug=platform), "shop": shop, "name": name,
            "ends_on": timezone.localdate() + timedelta(days=days) if days else None,
        }  # fmt: skip
        asked = Organisation.objects.select_related("audience").get(slug=to)
        return proposals.propose("allowed-seller", to=asked, about=about, because=because, by=viewer)
