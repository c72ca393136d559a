"""The story the demo tells, written through the same actions as the pages use: deterministic, in seconds."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from functools import partial

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils import timezone

from coalition.access.models import Audience, AudienceMember
from coalition.access.viewer import as_system, as_viewer
from coalition.accounts.models import Person
from coalition.activity.actions import deliver_batch, seal_events
from coalition.activity.models import Letter, OutsideLetter
from coalition.applications.actions import vetters
from coalition.dues.actions.accounts import treasury
from coalition.members import actions as members
from coalition.members.models import CapabilityRule, Category, Mandate, Organisation, Seat, Tier
from coalition.members.viewers import viewer_of_seat
from demo import cases, directory, dues, figures, governance, meetings, membership, programmes, record, rights, sellers, shapes, storefronts
from demo.cast import AGENCIES, ANALYSTS, KNOWN, ORGANISATIONS, PASSWORD, PEOPLE
from demo.listings import first, own
from demo.times import ago
from enforcement.market import actions as market
from enforcement.market import working
from enforcement.market.models import Platform
from enforcement.notices import actions as notices
from enforcement.notices.models import NoticeItem
from groups.engagement import actions as engagement
from groups.library import actions as library

SELLERS = ["Golden Lotus Trading", "金龙皮具专营店", "蓝鸟户外旗舰店", "BestDeals24", "Uhrenparadies", "Mira’s Closet", "Happy Parcel", "東方時計"]
GOODS = {
    "aurelia": [
        "Aurelia Meridian watch, automatic, steel",
        "Aurelia 真皮手袋 2026 新款",
        "Aurelia Petite tote, caramel",
        "Aurelia Meridian 腕表 复刻",
        "Aurelia card holder, black",
    ],
    "northpeak": ["Northpeak Ridge jacket, men, navy", "Northpeak 冲锋衣 三合一", "Northpeak Fell boots 43", "Northpeak Storm parka AAA"],
    "kestrel": ["Kestrel K2 headphones, wireless", "Kestrel Mini speaker, red", "Kestrel K2 蓝牙耳机"],
    "lumiere": ["Lumière Nuit serum 30 ml", "Lumière Rose parfum 50 ml tester"],
    "tessella": ["Tessella City set 1,200 pieces", "Tessella 积木 城市系列"],
}
ADDRESS = {
    "bazaar": "https://www.bazaar.example/item/{n}?utm_source=search&spm=a2o{n}",
    "bazaar-global": "https://bazaar-global.example/en/item/{n}?ref=list",
    "kiosk": "https://kiosk.example/p/offer/{n}?gclid=x{n}",
}


def tell(write=lambda line: None) -> None:
    """Fill an empty portal with the story."""
    random.seed(2016)
    viewers = _people()
    dues.tell()
    dues.change(viewers)
    write("12 organisations, 15 people, two years of dues")
    programme = programmes.found()
    marks = rights.tell(viewers)
    _listings(viewers)
    sellers.tell(viewers)
    write("listings of five brands on three marketplaces")
    record.tell(viewers, marks)
    cases.tell(viewers)
    cases.work(viewers)
    cases.gather(viewers)
    cases.decide(viewers)
    cases.call_in(viewers)
    shapes.tell(viewers)
    _notices(viewers, marks)
    storefronts.tell(viewers)
    storefronts.come_back(viewers)
    programmes.tell(viewers)
    write("cases and notices at every stage")
    _groups(viewers)
    meetings.tell(viewers)
    _library(viewers)
    membership.tell(viewers)
    directory.tell(viewers)
    governance.tell(viewers)
    write("applications at every stage, a member that lapsed and one that is suspended")
    write("two groups in discussion, a document in consultation and two published")
    figures.tell(viewers)
    # The demo's past was told already: its letters are not sent now.
    while deliver_batch():
        pass
    with as_system("the demo’s past was told already"):
        for letters in (Letter, OutsideLetter):
            letters.objects.filter(sent_at=None).update(dropped="demo history")
    seal_events()
    write(f"programme: {programme.name}")


def _organisations() -> dict[str, Organisation]:
    """Every member with two years of dues; the coalition and its partners owe none."""
    categories = {category.kind: category for category in Category.objects.all()}
    dues.set_up()
    founders = {
        slug: partial(
            members.found_organisation,
            by=None,
            slug=slug,
            name=name,
            prefix=prefix,
            category=categories[kind],
            country=country,
            sectors=sectors,
            about=about,
        )
        for slug, name, prefix, kind, country, sectors, about in ORGANISATIONS
    }
    dues.tell_history({slug: found for slug, found in founders.items() if slug in dues.MEMBERS})
    with ago(days=400):
        for slug, found in founders.items():
            if slug not in dues.MEMBERS:
                organisation = found()
                start = timezone.localdate()
                tier = Tier.objects.get(category=organisation.category)
                members.admit(organisation, starts_on=start, ends_on=start + timedelta(days=3650), tier=tier, by=None)
                members.accept_policies(organisation, signatory=f"The board of {organisation}", by=None)
    return {organisation.slug: organisation for organisation in Organisation.objects.select_related("audience", "finance")}


def _people():
    with as_system("enter the demo’s members"):
        organisations = _organisations()
    with ago(days=400), as_system("enter the demo’s cast"):
        seats, password = {}, make_password(PASSWORD)
        for email, name, slug, role, title in PEOPLE:
            person = Person.objects.create(email=email, password=password, name=name)
            EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
            seats[email] = members.give_seat(person, organisations[slug], role=role, title=title, by=None)
        for email, slug in AGENCIES:
            seats[email, slug] = _agent(seats[email], organisations[slug], viewer_of_seat(seats[f"owner@{slug}.example"].pk))
        team = Audience.objects.create(kind=Audience.Kind.TEAM, label=ANALYSTS)
        for email in ("admin@coalition.example", "analyst@coalition.example"):
            AudienceMember.objects.create(audience=team, member=seats[email].audience)
        for email in ("admin@coalition.example", "analyst@coalition.example"):
            AudienceMember.objects.create(audience=vetters(), member=seats[email].audience)
        AudienceMember.objects.create(audience=treasury(), member=seats["treasurer@coalition.example"].audience)
        CapabilityRule.objects.bulk_create(
            CapabilityRule(team=team, capability=capability, valid_from=date(2016, 1, 1)) for capability in ("vet", "publish_statistics")
        )
        for slug, owner in (("bazaar", "bazaar"), ("bazaar-global", "bazaar"), ("kiosk", "kiosk")):
            Platform.objects.filter(slug=slug).update(organisation=organisations[owner])
        return {who: viewer_of_seat(seat.pk) for who, seat in seats.items()}


def _agent(seat: Seat, principal: Organisation, owner) -> Seat:
    """A brand appoints the law firm, which lets its partner act."""
    today, paper = timezone.localdate(), ContentFile(b"%PDF-1.4\n% power of attorney, invented\n", name="power-of-attorney.pdf")
    mandate = members.appoint_agent(
        principal, seat.organisation, scope=list(Mandate.SCOPE), territory=[], starts_on=today, ends_on=today + timedelta(days=1095),
        signatory=f"The board of {principal}", power_of_attorney=paper, by=owner,
    )  # fmt: skip
    partner = viewer_of_seat(seat.pk)
    if partner is None:
        raise LookupError("The agent has no seat of its own.")
    return members.seat_agent(mandate, seat, by=partner)


def _listings(viewers):
    """Each brand imports a file like those its legal team has."""
    number = 100_200_300
    for slug, count in (("aurelia", 48), ("northpeak", 36), ("kestrel", 18), ("lumiere", 12), ("tessella", 10)):
        out = io.StringIO()
        sheet = csv.writer(out)
        sheet.writerow(["URL", "Product name", "Shop", "Price", "Currency", "Stock"])
        for place in range(count):
            platform = ("bazaar", "bazaar-global", "kiosk")[place % 3]
            seller = KNOWN if place % 4 == 0 else random.choice(SELLERS)
            number += random.randint(3, 900)
            price = f"{random.randint(9, 120)}.{random.randint(0, 99):02d}"
            sheet.writerow([ADDRESS[platform].format(n=number), random.choice(GOODS[slug]), seller, price, "USD", random.randint(1, 400)])
        sheet.writerow(["see attached list", "", "", "", "", ""])
        file = ContentFile(out.getvalue().encode(), name=f"{slug}-listings-q3.csv")
        viewer = viewers[f"owner@{slug}.example"]
        with ago(days=60):
            with as_viewer(viewer):
                job = market.upload(file, by=viewer)
                market.choose_columns(job, mapping={field: choice["column"] for field, choice in job.mapping.items()}, by=viewer)
            working.work_on(job.pk)
            with as_viewer(viewer):
                market.confirm(job, by=viewer)
            working.work_on(job.pk)


def _send(viewer, listings, right, days, signatory, case=None):
    """Draft, fill and hand in notices, as they were `days` ago."""
    with ago(days=days), as_viewer(viewer):
        fresh, _elsewhere = notices.not_yet_noticed(listings, by=viewer)
        drafts = notices.compose(fresh, by=viewer, case=case)
        return [
            notices.submit(
                notices.edit(
                    draft, ground="counterfeit", right=right, statement="The goods carry our mark and are not ours: dial, stitching and serial differ.",
                    signatory=signatory, in_good_faith=True, not_genuine=True, by=viewer,
                    said={"code": "1.1", "copy": True} if draft.platform.slug == "bazaar" else None,
                ),
                by=viewer,
            )
            for draft in drafts
        ]  # fmt: skip


def _approve(viewer, sent, days):
    with ago(days=days), as_viewer(viewer):
        for notice in sent:
            notices.approve(notice, by=viewer)


def _answer(viewer, notice, outcome, days, some=slice(None), **more):
    with ago(days=days), as_viewer(viewer):
        items = list(NoticeItem.objects.filter(notice=notice, decisions=0).order_by("pk"))[some]
        if items:
            notices.answer(notice, {item.pk: item.decisions for item in items}, outcome=outcome, by=viewer, **more)
        return items


def _notices(viewers, marks):
    aurelia, northpeak, kestrel = (viewers[f"owner@{slug}.example"] for slug in ("aurelia", "northpeak", "kestrel"))
    analyst, bazaar, kiosk = viewers["analyst@coalition.example"], viewers["trust@bazaar.example"], viewers["trust@kiosk.example"]
    mark = marks["owner@aurelia.example"][0]
    # Long ago and over: removed, some disputed, each ending another way.
    old = _send(aurelia, own(aurelia, platform__slug="bazaar", seller_name=KNOWN), mark, 35, "Claire Fontaine")
    _approve(analyst, old, 34)
    for notice in old:
        removed = _answer(bazaar, notice, "removed", 32)
        for place, item in enumerate(removed[:3]):
            with ago(days=30), as_viewer(bazaar):
                made = notices.dispute(
                    item,
                    kind="counter_notice",
                    statement="卖家声明：商品为正品，附进货发票。 The seller says the goods are genuine and shows an invoice.",
                    by=bazaar,
                )
            if place == 0:
                with ago(days=28), as_viewer(aurelia):
                    notices.stand_behind(
                        made,
                        signatory="Claire Fontaine",
                        evidence="Our examiner’s report of the test purchase; the invoice’s issuer does not exist.",
                        by=aurelia,
                    )
                with ago(days=27), as_viewer(bazaar):
                    notices.conclude(made, stays_down=True, by=bazaar)
            elif place == 1:
                with ago(days=28), as_viewer(aurelia):
                    notices.withdraw(made, reason="The seller is a licensed dealer of ours after all.", by=aurelia)
            else:
                with ago(days=25), as_system("let the demo’s clock run out"):
                    notices.lapse(made)
    # With the platform since days, partly answered, one clock that runs out today.
    now = _send(aurelia, own(aurelia, platform__slug="bazaar-global", taken_up_at=None), mark, 4, "Claire Fontaine")
    _approve(analyst, now, 3)
    for notice in now:
        _answer(bazaar, notice, "removed", 1, some=slice(0, 3))
        _answer(bazaar, notice, "clarification", 1, reason="Which part of the picture shows your mark?", some=slice(0, 1))
    # Another brand's, answered with refusals; a dispute whose clock is running.
    north = _send(northpeak, own(northpeak, platform__slug="bazaar"), marks["owner@northpeak.example"][0], 12, "Sam Whitfield")
    _approve(analyst, north, 11)
    for notice in north:
        _answer(bazaar, notice, "rejected", 9, some=slice(0, 2), why="fair_use", reason="The brand’s name is used to say what the case fits.")
        with ago(days=8), as_viewer(northpeak):
            for item in NoticeItem.objects.filter(notice=notice, outcome="rejected")[:1]:
                notices.complain(
                    item, text="The name stands in the title as the maker’s, not to say what fits: see the second picture.", by=northpeak
                )
        _answer(bazaar, notice, "gone", 9, some=slice(0, 1))
        removed = _answer(bazaar, notice, "removed", 9)
        with ago(days=3, hours=20), as_viewer(bazaar):
            for item in removed[:2]:
                notices.dispute(
                    item, kind="counter_notice", statement="The seller says the jackets are last season’s stock, bought at an outlet.", by=bazaar
                )
    # Straight to a platform outside the programme.
    direct = _send(
        northpeak,
        first(own(northpeak, platform__slug="kiosk", taken_up_at__isnull=False), 6),
        marks["owner@northpeak.example"][0],
        8,
        "Sam Whitfield",
    )
    for notice in direct:
        _answer(kiosk, notice, "removed", 6, some=slice(0, 4))
        _answer(kiosk, notice, "seller_removed", 6, some=slice(0, 1))
        _answer(kiosk, notice, "disabled", 5, some=slice(0, 1), territories=["DE", "FR"])
    # In vetting now, returned, and a draft.
    _send(kestrel, own(kestrel, platform__slug="bazaar", taken_up_at=None), marks["owner@kestrel.example"][0], 1, "Bo Lindqvist")
    back = _send(aurelia, first(own(aurelia, platform__slug="bazaar", taken_up_at=None), 4), mark, 2, "Claire Fontaine")
    with ago(days=1), as_viewer(analyst):
        notices.give_back(back[0], reason="Items 2 and 3 show straps only. Is the mark on them?", by=analyst)
    with as_viewer(aurelia):
        notices.compose(first(own(aurelia, platform__slug="kiosk"), 5), by=aurelia)


def _groups(viewers):
    admin = viewers["admin@coalition.example"]
    staff = Audience.objects.get(organisation__slug="coalition")
    with ago(days=200), as_viewer(admin):
        market = engagement.found(
            slug="marketplaces", name="Online marketplaces", is_open=True, staff=staff, by=admin,
            charter="How sellers come back, what slows notices down, what platforms and rights holders can do about either. Facts and methods; "
            "never prices, customers or whom to deal with.",
        )  # fmt: skip
        china = engagement.found(
            slug="china", name="China practice", is_open=True, staff=staff, by=admin,
            charter="Administrative raids, platform law and evidence in China. 中国执法实务。",
        )  # fmt: skip
    for who in ("owner@aurelia.example", "owner@northpeak.example", "trust@bazaar.example", "editor@retailguild.example", "agent@hartley.example"):
        with ago(days=190), as_viewer(viewers[who]) as viewer:
            engagement.enrol(market, Audience.objects.get(pk=viewer.organisation_audience_id), by=viewer)
    for who in ("owner@aurelia.example", "agent@hartley.example"):
        with ago(days=190), as_viewer(viewers[who]) as viewer:
            engagement.enrol(china, Audience.objects.get(pk=viewer.organisation_audience_id), by=viewer)
    # Who is on a roster is read when a viewer is made.
    viewers.update({who: viewer_of_seat(viewer.seat_id) for who, viewer in viewers.items()})
    talk = [
        (
            "owner@northpeak.example",
            6,
            "Relisting within hours: what works?",
            "Removed items come back under a new id before the weekend. What do others do: watch the pictures, the titles, the return address?",
        ),
        (
            "trust@bazaar.example",
            5,
            "",
            "We see the same. If the notice names the **storefront** and not the item alone, our reviewers look at the whole shop.",
        ),
        ("owner@aurelia.example", 2, "", "We keep our own photographs’ crops. A mirrored picture is the first thing we look for now."),
    ]
    topic = None
    for who, days, title, body in talk:
        with ago(days=days), as_viewer(viewers[who]) as viewer:
            if title:
                topic = engagement.start_topic(market, title=title, body=body, by=viewer)
            else:
                engagement.reply(topic, body=body, by=viewer)
    with ago(days=9), as_viewer(viewers["editor@retailguild.example"]) as viewer:
        engagement.start_topic(
            market,
            title="Draft guidance on test purchases is open for comment",
            body="It lies in the library until the clock runs out. Chapter 3 needs the most eyes.",
            by=viewer,
        )
    with ago(days=1), as_viewer(viewers["agent@hartley.example", "aurelia"]) as viewer:
        engagement.start_topic(
            china,
            title="十五天期限怎么算？",
            body="How do you count the fifteen days of article 43 when the forwarded statement arrives at night? 平台转送到达之日是否计算在内？",
            by=viewer,
        )


PAPER = """## Why

A test purchase that cannot be explained in court has cost money and proved nothing.

## Recommendations

1. Decide **before** the purchase who examines it, and who signs.
2. Keep the parcel closed until two people are in the room.
3. Photograph six sides, the label and the seal, then open.
4. Write down what was seen, in the order in which it was seen.

## What to leave out

The features by which a fake is known. Those who make fakes read guidance too.
"""


def _library(viewers):
    editor, admin = viewers["editor@retailguild.example"], viewers["admin@coalition.example"]
    staff = Audience.objects.get(organisation__slug="coalition")
    with ago(days=210), as_system("set up the library"):
        library.set_up_collections(staff=staff, publishers=[Audience.objects.get(pk=editor.organisation_audience_id)])
    with ago(days=150), as_viewer(editor):
        paper = library.write(
            title="Checking a supplier before the first order",
            summary="Seven questions for shops that buy abroad.",
            body=PAPER.replace("test purchase", "first order"),
            by=editor,
        )
        library.publish(paper, reach="public", review_on=None, by=editor)
    with ago(days=80), as_viewer(admin):
        paper = library.write(
            title="Writing a notice that is acted on",
            summary="What platforms look at first, and why notices come back.",
            body="## In short\n\nOne right, one ground, exact addresses.\n\n" + PAPER,
            by=admin,
        )
        library.publish(paper, reach="members", review_on=timezone.localdate() + timedelta(days=300), by=admin)
    with ago(days=9), as_viewer(editor):
        paper = library.write(title="Test purchases that stand up", summary="From the order to the examiner’s signature.", body=PAPER, by=editor)
        library.consult(paper, by=editor)
    with ago(days=4), as_viewer(viewers["owner@aurelia.example"]) as viewer:
        library.comment(paper, body="Recommendation 2: say what to do when the parcel arrives damaged.", by=viewer)
    with ago(days=1), as_viewer(editor):
        library.write(title="Returns fraud and counterfeits", summary="A first sketch, not for others yet.", body="Notes for a paper.", by=editor)
