"""The cases of the demo."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from coalition.access.models import Audience, Grant
from coalition.access.viewer import as_viewer
from coalition.saved.actions import save_view
from demo.cast import ANALYSTS, KNOWN
from demo.listings import first, own
from demo.times import ago
from enforcement.cases import actions as cases
from enforcement.cases.models import Case, SideRoom
from enforcement.market import linking
from enforcement.sharing import actions as sharing


def tell(viewers):
    """One case of two rivals and the analysts, one of each alone, one that is over."""
    aurelia, northpeak = viewers["owner@aurelia.example"], viewers["owner@northpeak.example"]
    kestrel = viewers["owner@kestrel.example"]
    north = Audience.objects.get(organisation__slug="northpeak")
    team = Audience.objects.get(kind=Audience.Kind.TEAM, label=ANALYSTS)
    with ago(days=45), as_viewer(aurelia):
        case = cases.open_case(
            title="金龙皮具专营店: watches and bags on three marketplaces",
            summary="One shop name, three marketplaces, our watches beside other houses’ jackets. We believe one warehouse in Baiyun ships all of it.",
            listings=own(aurelia, seller_name=KNOWN),
            by=aurelia,
        )
        cases.write_note(case, body="Two test purchases arrived from the same return address.", by=aurelia)
    with ago(days=40), as_viewer(aurelia):
        cases.share(case, north, role=Grant.Role.CONTRIBUTE, by=aurelia)
        cases.share(case, team, role=Grant.Role.READ, by=aurelia)
        room = cases.open_side_room(case, by=aurelia)
        cases.write_note(case, body="Counsel: hold the civil claim until the platform has answered.", by=aurelia, room=room)
    with ago(days=38), as_viewer(northpeak):
        cases.add_listings(case, own(northpeak, seller_name=KNOWN), by=northpeak)
        cases.write_note(case, body="Same shop, our jackets. The photographs are ours, mirrored. 图片是镜像的。", by=northpeak)
        room = cases.open_side_room(case, by=northpeak)
        cases.write_note(case, body="We have a raid budget for this one; not for the table yet.", by=northpeak, room=room)
    with ago(days=3), as_viewer(aurelia):
        cases.write_note(case, body="**Next**: notices to both Bazaar marketplaces this week, Kiosk after that.", by=aurelia)
    with ago(days=30), as_viewer(northpeak):
        cases.open_case(
            title="Storm parka AAA on Kiosk",
            summary="A wave of parkas since the frost.",
            listings=own(northpeak, platform__slug="kiosk"),
            by=northpeak,
        )
    with ago(days=20), as_viewer(kestrel):
        cases.open_case(
            title="K2 headphones, refurbished or fake?",
            tlp="RED",
            summary="Examine before anything is said.",
            listings=first(own(kestrel), 4),
            by=kestrel,
        )
    with ago(days=90), as_viewer(aurelia):
        done = cases.open_case(
            title="Mirror watches of Uhrenparadies",
            summary="Closed after the platform acted.",
            listings=own(aurelia, seller_name="Uhrenparadies"),
            by=aurelia,
        )
    with ago(days=70), as_viewer(aurelia):
        cases.close(done, outcome="shop_closed", by=aurelia)
    stand(viewers)
    begin(viewers)


def decide(viewers):
    """Each party decides alone; the law firm works for one of them; two shops are judged to be one seller; a case asks for stillness."""
    aurelia, northpeak, kestrel = (viewers[f"owner@{slug}.example"] for slug in ("aurelia", "northpeak", "kestrel"))
    counsel = viewers["agent@hartley.example", "aurelia"]
    case_title = "金龙皮具专营店: watches and bags on three marketplaces"
    with ago(days=6), as_viewer(aurelia):
        case = Case.objects.get(title=case_title)
        cases.decide(case, course="act", reason="Notices first; the civil claim waits for the platform’s answer.", by=aurelia)
        owed_by = Audience.objects.get(pk=counsel.audience_id)
        cases.add_task(
            case, title="Draft the notices to both Bazaar marketplaces", owed_by=owed_by, due_on=timezone.localdate() + timedelta(days=1), by=aurelia
        )
        shops = sorted(set(own(aurelia, seller_name=KNOWN).exclude(seller_key="").values_list("seller_key", flat=True)))
        source = "One return address in Baiyun on the parcels of both test purchases."
        linking.link(shops[0], shops[1], verdict="same", confidence="high", source=source, by=aurelia)
    with ago(days=5), as_viewer(northpeak):
        cases.decide(case, course="watch", reason="We wait for the spring range before we spend the raid budget.", by=northpeak)
    with ago(days=4), as_viewer(counsel):
        cases.write_note(
            case, body="Counsel for Aurelia: two of the offers copy the registered dial design as well; I add it to the drafts.", by=counsel
        )
    with ago(days=8), as_viewer(kestrel):
        held = Case.objects.get(title="Shunde: one packer, many brands")
        cases.set_pap(held, pap="AMBER", by=kestrel)


def gather(viewers):
    """Three houses whose goods meet in the same warehouses; a fourth joined when a first case was shared with them already."""
    aurelia, kestrel = viewers["owner@aurelia.example"], viewers["owner@kestrel.example"]
    houses = Audience.objects.filter(organisation__slug__in=["northpeak", "kestrel"])
    with ago(days=33), as_viewer(aurelia):
        group = sharing.gather(
            name="Warehouses of the Pearl River", who=houses, by=aurelia,
            purpose="Houses whose goods are packed side by side in Baiyun and Shunde. Cases about a warehouse are shared here first.",
        )  # fmt: skip
    with ago(days=32), as_viewer(kestrel):
        case = cases.open_case(
            title="Shunde: one packer, many brands",
            summary="Three test purchases of three brands came with the same packing list.",
            listings=first(own(kestrel), 3),
            by=kestrel,
        )
        cases.share(case, group.current().audience, role=Grant.Role.CONTRIBUTE, by=kestrel)
    with ago(days=12), as_viewer(aurelia):
        sharing.widen(group, Audience.objects.filter(organisation__slug="lumiere"), by=aurelia)


def call_in(viewers):
    """An officer of customs reads the case of the two rivals for two months, once both have agreed."""
    aurelia, northpeak = viewers["owner@aurelia.example"], viewers["owner@northpeak.example"]
    case_title = "金龙皮具专营店: watches and bags on three marketplaces"
    with ago(days=2), as_viewer(northpeak):
        cases.consent(Case.objects.get(title=case_title), by=northpeak)
    with ago(days=2), as_viewer(viewers["agent@hartley.example", "aurelia"]) as firm:
        cases.consent(Case.objects.get(title=case_title), by=firm)
    with ago(days=1), as_viewer(aurelia):
        officer = Audience.objects.get(seat__person__email="officer@customs.example")
        case = Case.objects.get(title=case_title)
        cases.share(case, officer, role=Grant.Role.READ, expires_at=timezone.now() + timedelta(days=60), by=aurelia)


def begin(viewers):
    """What Aurelia's cases about one shop begin with, and the views its people keep."""
    aurelia = viewers["owner@aurelia.example"]
    with ago(days=60), as_viewer(aurelia):
        cases.keep_template(
            None, name="One shop, several marketplaces", title="Shop: ", tags="storefront", by=aurelia,
            summary="Which marketplaces, since when, which goods, and what links the shops?",
            tasks=[
                {"title": "Buy one piece and have it examined", "days": 14},
                {"title": "Look for the shop on the other marketplaces", "days": 5},
                {"title": "Decide: notices alone, or the shop", "days": 21},
            ],
        )  # fmt: skip
        cases.keep_report_template(
            None, name="For outside counsel", by=aurelia,
            body="# {title}\n\nTo counsel, from {author}, {organisation}, {today}. **{mark}**\n\n{summary}\n\n## Who is in it\n\n{parties}\n\n## Sellers\n\n{sellers}\n\n"
            "## What was said\n\n{notes}\n\n## Notices\n\n{notices}",
        )  # fmt: skip
        save_view(page="cases:list", query="state=open&stage=acting", name="Being acted on", is_shared=True, by=aurelia)
        save_view(page="listings:list", query="q=Uhrenparadies", name="Uhrenparadies", by=aurelia)


def stand(viewers):
    """What is open stands in different places, under tags of its own."""
    places = [
        ("owner@aurelia.example", "金龙皮具专营店", "acting", "baiyun, watches"),
        ("owner@northpeak.example", "Storm parka", "looking", "winter"),
    ]
    for email, title, stage, tags in places:
        with ago(days=14), as_viewer(viewers[email]):
            case = Case.objects.get(title__startswith=title)
            cases.describe(case, title=case.title, summary=case.summary, tags=tags, by=viewers[email])
            cases.set_stage(case, stage=stage, by=viewers[email])


def work(viewers):
    """Tasks of two brands in one case, and a case that was opened twice and merged."""
    aurelia, northpeak = viewers["owner@aurelia.example"], viewers["owner@northpeak.example"]
    noor = Audience.objects.get(seat__person__email="member@aurelia.example")
    today = timezone.localdate()
    with ago(days=4), as_viewer(aurelia):
        case = Case.objects.get(title="金龙皮具专营店: watches and bags on three marketplaces")
        rival = Audience.objects.get(organisation__slug="northpeak")
        cases.add_task(case, title="Buy one watch and have it examined", owed_by=noor, due_on=today + timedelta(days=2), by=aurelia)
        cases.add_task(case, title="Say which jackets are yours", owed_by=rival, due_on=today + timedelta(days=6), by=aurelia)
        asked = cases.add_task(
            case, title="Ask Bazaar for the shop’s business licence", owed_by=Audience.objects.get(organisation__slug="aurelia"), by=aurelia
        )
        twice = cases.open_case(title="Gold Dragon leather shop", summary="Opened before we saw that it is the same shop.", by=aurelia)
        cases.write_note(twice, body="The same warehouse in Baiyun as in the other case.", by=aurelia)
    with ago(days=3), as_viewer(aurelia):
        cases.end_task(asked, state="done", remark="Answered: it is registered to a different name.", by=aurelia)
        cases.merge(twice, case, seen=cases.merging(twice, case).seen, by=aurelia)
    with ago(days=2), as_viewer(northpeak):
        room = SideRoom.objects.get(case=case, party=rival)
        cases.add_task(case, title="Budget for the raid: board", owed_by=rival, due_on=today + timedelta(days=10), room=room, by=northpeak)
