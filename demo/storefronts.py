"""What the demo's marketplace did to storefronts."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from coalition.access.viewer import as_viewer
from demo.times import ago
from enforcement.market import actions as market
from enforcement.market import working
from enforcement.market.models import Platform
from enforcement.notices.models import Notice, NoticeItem
from enforcement.storefronts import actions as storefronts


def tell(viewers):
    """A strike under a notice, a closure that two notices may know the grounds of, two of the platform's own, one of them taken back."""
    bazaar = viewers["trust@bazaar.example"]
    for slug, kind, days, grounds in (
        ("aurelia", "strike", 31, "Its items were upheld; the invoices shown were another shop’s."),
        ("northpeak", "closed", 8, "Third offence within a year."),
    ):
        with ago(days=days), as_viewer(bazaar) as viewer:
            decided = Notice.objects.filter(principal__slug=slug, platform__slug="bazaar", sent_at__isnull=False)
            notice = decided.select_related("platform", "principal").earliest("pk")
            seller = notice.items.exclude(seller_key="").order_by("pk").first().seller_key
            storefronts.note_under(notice, seller_key=seller, kind=kind, on=timezone.localdate(), grounds=grounds, by=viewer)
    _ladder(viewers)
    bazaar_global = Platform.objects.get(slug="bazaar-global")
    for shop, name, kind, days in (("lux-outlet-88", "Lux Outlet 88", "closed", 120), ("lux-outlet-88", "Lux Outlet 88", "banned", 90),
                                   ("tool-depot", "Tool Depot", "closed", 60)):  # fmt: skip
        with ago(days=days), as_viewer(bazaar) as viewer:
            act = storefronts.note(bazaar_global, shop=shop, name=name, kind=kind, on=timezone.localdate(), by=viewer)
    with ago(days=50), as_viewer(bazaar) as viewer:
        day = timezone.localdate() - timedelta(days=1)
        storefronts.reverse(act, on=day, reason="Upheld on appeal: the goods were its own brand.", by=viewer)


def _ladder(viewers):
    """The marketplace's own policy, two more strikes by which one seller comes to a step of it, and an appeal that is open."""
    keeper = viewers["admin@coalition.example"]
    bazaar = Platform.objects.get(slug="bazaar")
    with ago(days=149), as_viewer(keeper):
        clause = "Repeat infringers and penalties"
        for strikes, kind, days, part in (
            (1, "warned", None, "3.1"),
            (2, "suspended", 14, "3.2"),
            (4, "closed", None, "3.3"),
            (5, "banned", None, "3.4"),
        ):
            storefronts.set_step(bazaar, strikes=strikes, kind=kind, days=days, clause=f"{clause}, {part}", by=keeper)
    platform = viewers["trust@bazaar.example"]
    with as_viewer(platform):
        notices = Notice.objects.filter(platform=bazaar, sent_at__isnull=False).order_by("pk")
        shops: dict[str, list] = {}
        for notice in notices.select_related("platform", "principal"):
            for key in sorted(set(notice.items.filter(outcome="removed").exclude(seller_key="").values_list("seller_key", flat=True))):
                shops.setdefault(key, []).append(notice)
        struck = sorted(shops.items(), key=lambda row: (-len(row[1]), row[0]))[:3]
    for place, (key, theirs) in enumerate(struck):
        for notice in theirs[: 3 - place]:
            day = max(timezone.localdate(notice.sent_at), timezone.localdate(notice.decided_at or notice.sent_at))
            with ago(days=max((timezone.localdate() - day).days - 1, 0)), as_viewer(platform) as viewer:
                if not notice.acts.filter(seller_key=key, kind="strike", reversed_on=None).exists():
                    words = "Items upheld after review."
                    act = storefronts.note_under(notice, seller_key=key, kind="strike", on=timezone.localdate(), grounds=words, by=viewer)
    with as_viewer(platform) as viewer:
        storefronts.appeal(act, on=timezone.localdate(), said="The shop says that its supplier sent invoices for every bag.", by=viewer)


def come_back(viewers):
    """Weeks after it was removed, the same seller offers the same goods under new numbers."""
    with ago(days=6), as_viewer(viewers["owner@aurelia.example"]) as viewer:
        gone = NoticeItem.objects.filter(notice__principal__slug="aurelia", outcome="removed", final="").order_by("pk")
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["URL", "Product name", "Shop", "Price", "Currency"])
        for item in gone[:3]:
            writer.writerow([f"https://www.bazaar.example/item/{300_400_000 + item.pk}", item.title, item.seller_name, "59.00", "USD"])
        file = ContentFile(out.getvalue().encode(), name="aurelia-sweep.csv")
        job = market.upload(file, by=viewer)
        market.choose_columns(job, mapping={field: choice["column"] for field, choice in job.mapping.items()}, by=viewer)
    with ago(days=6):
        working.work_on(job.pk)
        with as_viewer(viewers["owner@aurelia.example"]) as viewer:
            market.confirm(job, by=viewer)
        working.work_on(job.pk)
