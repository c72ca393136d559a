"""Mail domains, agents, deputies and the ownership handed over."""

import re
import socket
import threading
from datetime import timedelta
from uuid import uuid4

import dns.message
import dns.rrset
import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import AudienceMember, Grant, Space
from coalition.access.viewer import as_system, as_viewer
from coalition.accounts.models import Person
from coalition.activity import letters
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from coalition.dates import long_day
from coalition.members import actions, domains, links
from coalition.members.models import Mandate, Organisation, Policy, RoleChange, Seat
from coalition.members.standing import Span, facts_of, policy_gaps, standing, without
from demo.times import ago
from enforcement.cases import actions as cases
from tests.conftest import who


def organisation(slug):
    return Organisation.objects.select_related("category", "audience", "finance").get(slug=slug)


def seat_of(viewer):
    return Seat.objects.select_related("organisation", "person", "audience").get(pk=viewer.seat_id)


def post():
    while deliver_batch():
        pass
    letters.send_owed_outside()
    return {letter.to[0]: letter.body for letter in mail.outbox}


# ---- mail domains ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["gmail.com", "qq.com", "co.uk", "example", "no spaces.com", "а" + "urelia.com", "localhost", "-x.com", "mail.gmail.com", ""]
)
def test_what_is_everybody_s_or_no_domain_is_refused(name):
    with pytest.raises(domains.Refusal):
        domains.clean(name)


def test_a_domain_is_kept_in_one_form():
    assert domains.clean(" Someone@Aurelia.Example.COM. ") == "aurelia.example.com"
    assert domains.clean("münchen-leder.de") == "xn--mnchen-leder-dlb.de"


@pytest.mark.parametrize(("one", "other", "alike"), [
    ("aurelia.com", "aure1ia.com", True), ("aurelia.com", "aureIia.com".lower(), True), ("modern.com", "rnodern.com", True), ("north-peak.com", "northpeak.com", True),
    ("aurelia.com", "mail.aurelia.com", False), ("aurelia.com", "aurelia.com", False), ("aurelia.com", "aurelius.com", False),
])  # fmt: skip
def test_look_alikes_are_seen(one, other, alike):
    assert domains.looks_like(one, other) is alike


@pytest.fixture
def name_server(settings):
    """A name server that answers TXT questions with what a test puts in."""
    texts: dict[str, list[str]] = {}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                data, asker = server.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(data)
            answer = dns.message.make_response(question)
            name = question.question[0].name
            if found := texts.get(str(name).rstrip(".")):
                answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", [f'"{text}"' for text in found]))
            server.sendto(answer.to_wire(), asker)

    threading.Thread(target=serve, daemon=True).start()
    settings.DNS_SERVER = f"127.0.0.1:{server.getsockname()[1]}"
    yield texts
    server.close()


@pytest.mark.django_db
def test_a_domain_is_proved_by_its_record_and_lets_colleagues_in(aurelia, browse, name_server):
    client = browse(aurelia)
    assert client.post("/organisation/domains/", {"domain": "gmail.com", "role": "member"}).status_code == 422
    assert client.post("/organisation/domains/", {"domain": "aurelia-house.com", "role": "owner"}).status_code == 422
    assert client.post("/organisation/domains/", {"domain": "aurelia-house.com", "role": "member"}).status_code == 302
    with as_viewer(aurelia):
        claimed = organisation("aurelia").mail_domains.get()
        with pytest.raises(Refused, match="no TXT record"):
            actions.prove_domain(claimed, by=aurelia)
    assert actions.answer_wish_for_seat("new@aurelia-house.com") is False
    name, text = claimed.record
    name_server[name] = ["v=spf1 -all", text]
    assert client.post(f"/organisation/domains/{claimed.pk}/prove/").status_code == 302
    assert actions.answer_wish_for_seat("New@Aurelia-House.com") is True
    link = re.search(r"http\S+(/join/\S+)", post()["new@aurelia-house.com"]).group(1)
    joined = Client()
    assert joined.post(link, {"name": "New Colleague", "password": "a long enough sentence"}).url == "/home/"
    with as_system("look"):
        assert Seat.objects.get(person__email="new@aurelia-house.com").role == "member"
    assert actions.answer_wish_for_seat("new@aurelia-house.com") is False
    assert client.post(f"/organisation/domains/{claimed.pk}/end/").status_code == 302
    assert actions.answer_wish_for_seat("other@aurelia-house.com") is False


@pytest.mark.django_db
def test_nobody_claims_what_another_has_proved_or_what_looks_like_it(aurelia, northpeak, admin, name_server):
    with as_viewer(aurelia):
        claimed = actions.claim_domain(organisation("aurelia"), domain="aurelia-house.com", role="member", by=aurelia)
    with as_viewer(northpeak):
        theirs = actions.claim_domain(organisation("northpeak"), domain="aurelia-house.com", role="member", by=northpeak)
    with as_viewer(admin):
        actions.vouch_for_domain(organisation("aurelia"), "aurelia-house.com", reason="Seen in the company registry.", by=admin)
    name_server[theirs.record[0]] = [theirs.record[1]]
    with as_viewer(northpeak):
        with pytest.raises(Refused, match="cannot be claimed"):
            actions.prove_domain(theirs, by=northpeak)
        for name in ("aureliahouse.com", "aure1ia-house.com"):
            with pytest.raises(Refused, match="cannot be claimed"):
                actions.claim_domain(organisation("northpeak"), domain=name, role="member", by=northpeak)
        with pytest.raises(NotAllowed):
            actions.end_domain(claimed, by=northpeak)


@pytest.mark.django_db
def test_staff_vouch_knowingly_for_a_domain_that_others_write_from(northpeak, admin, browse):
    """Aurelia's people write from aurelia.example: whoever has an address there could take a seat at its rival."""
    with as_viewer(northpeak):
        actions.claim_domain(organisation("northpeak"), domain="aurelia.example", role="member", by=northpeak)
    address, said = "/staff/register/northpeak/domain/", {"domain": "aurelia.example", "reason": "They wrote so."}
    page = browse(admin).post(address, said)
    assert (page.status_code, "Aurelia (aurelia.example)" in page.content.decode()) == (422, True)
    assert browse(admin).post(address, {**said, "is_shared": "on"}).status_code == 302


@pytest.mark.django_db
def test_the_page_says_the_same_whether_the_address_is_known_or_not():
    client = Client()
    known, unknown = (
        client.post("/join/", {"email": email}).content.decode().replace(email, "X") for email in ("owner@aurelia.example", "nobody@nowhere.example")
    )
    strip = lambda page: re.sub(r'value="[^"]+"', "", page)  # noqa: E731
    assert strip(known) == strip(unknown)
    assert client.post("/join/", {"email": "no address"}).status_code == 422


@pytest.mark.django_db
def test_a_member_out_of_standing_takes_nobody_in(admin, aurelia):
    with as_viewer(aurelia):
        actions.claim_domain(organisation("aurelia"), domain="aurelia-house.com", role="member", by=aurelia)
    with as_viewer(admin):
        actions.vouch_for_domain(organisation("aurelia"), "aurelia-house.com", reason="Seen in the company registry.", by=admin)
        actions.suspend(organisation("aurelia"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    assert actions.answer_wish_for_seat("new@aurelia-house.com") is False


# ---- agents ---------------------------------------------------------------------------------------------------------------------


def appoint(principal, viewer, scope=("join_group", "submit_notice"), days=30, agent="hartley", starts=0):
    today = timezone.localdate()
    with as_viewer(viewer):
        return actions.appoint_agent(
            organisation(principal), organisation(agent), scope=list(scope), territory=["FR"], starts_on=today + timedelta(days=starts),
            ends_on=today + timedelta(days=starts + days), signatory="The board", power_of_attorney=ContentFile(b"%PDF-1.4", name="poa.pdf"), by=viewer,
        )  # fmt: skip


@pytest.fixture
def firm(db):
    return who("agent@hartley.example", "hartley")


@pytest.mark.django_db
def test_an_agent_acts_within_its_mandate_and_for_its_days(kestrel, firm, browse):
    mandate = appoint("kestrel", kestrel)
    with as_viewer(firm):
        seat = actions.seat_agent(mandate, seat_of(firm), by=firm)
    agent = who("agent@hartley.example", "kestrel")
    assert agent.organisation_slug == "kestrel"
    assert {name for name in Mandate.SCOPE if agent.may(name)} == {"join_group", "submit_notice"}
    assert not any(agent.may(name) for name in ("manage_seats", "own_organisation", "see_dues", "vote", "open_case"))
    assert browse(agent).get("/enforcement/cases/").status_code == 200
    assert browse(agent).get("/enforcement/cases/new/").status_code == 403
    assert browse(agent).get("/organisation/dues/").status_code == 403
    row = AudienceMember.objects.get(audience=organisation("kestrel").audience, member=seat.audience)
    assert row.ends_at.date() == mandate.ends_on
    with ago(days=-31), as_system("the mandate has run out"):
        assert mandate.state == "run_out"


@pytest.mark.django_db
def test_a_mandate_ended_shuts_the_door_at_once(kestrel, firm, browse):
    mandate = appoint("kestrel", kestrel)
    with as_viewer(firm):
        actions.seat_agent(mandate, seat_of(firm), by=firm)
    agent = who("agent@hartley.example", "kestrel")
    inside = browse(agent)
    assert inside.get("/enforcement/cases/").status_code == 200
    assert browse(kestrel).post(f"/organisation/agents/{mandate.pk}/end/", {"reason": "We changed the firm."}).status_code == 302
    # The session goes on in the firm's own seat, and reads nothing of the principal.
    assert "Kestrel" not in inside.get("/organisation/").content.decode()
    again = appoint("kestrel", kestrel)
    with as_viewer(firm):
        actions.seat_agent(again, seat_of(firm), by=firm)
    assert who("agent@hartley.example", "kestrel").organisation_slug == "kestrel"


@pytest.mark.django_db
def test_an_agent_out_of_standing_or_a_person_who_left_it_acts_for_nobody(kestrel, firm, admin):
    mandate = appoint("kestrel", kestrel)
    with as_viewer(firm):
        seat = actions.seat_agent(mandate, seat_of(firm), by=firm)
    from coalition.members.viewers import viewer_of_seat

    with as_viewer(admin):
        actions.suspend(organisation("hartley"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    assert viewer_of_seat(seat.pk) is None
    with as_viewer(admin):
        actions.reinstate(organisation("hartley"), reason="For this test.", by=admin)
    assert viewer_of_seat(seat.pk)
    with as_system("the partner leaves the firm"):
        actions.end_seat(seat_of(firm), by=None)
        seat.refresh_from_db()
    assert seat.ends_at is not None


@pytest.mark.django_db
def test_mandates_are_refused_at_their_field(kestrel, firm, bazaar):
    for change, field in (
        ({"agent": "bazaar"}, "agent"),
        ({"agent": "kestrel"}, "agent"),
        ({"scope": ["vote"]}, "scope"),
        ({"scope": []}, "scope"),
        ({"days": -3}, "ends_on"),
    ):
        with pytest.raises(Refused) as refusal:
            appoint("kestrel", kestrel, **change)
        assert refusal.value.field == field, change
    appoint("kestrel", kestrel)
    with pytest.raises(Refused, match="end it first"):
        appoint("kestrel", kestrel)
    with pytest.raises(NotAllowed):
        appoint("kestrel", bazaar)


@pytest.mark.django_db
def test_the_firm_names_its_own_people_alone(kestrel, firm, northpeak):
    mandate = appoint("kestrel", kestrel)
    with as_viewer(kestrel), pytest.raises(NotAllowed):
        actions.seat_agent(mandate, seat_of(firm), by=kestrel)
    with as_viewer(firm), pytest.raises(Refused, match="your own organisation"):
        actions.seat_agent(mandate, seat_of(northpeak), by=firm)
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        actions.end_mandate(mandate, reason="A rival.", by=northpeak)


@pytest.mark.django_db
def test_agents_take_no_seat_of_the_tier(kestrel, firm):
    mandate = appoint("kestrel", kestrel)
    with as_system("fill the tier"):
        house = organisation("kestrel")
        tier = house.term_on(timezone.localdate()).tier
        tier.seats = Seat.objects.filter(organisation=house, ends_at=None).count()
        tier.save()
    with as_viewer(firm):
        assert actions.seat_agent(mandate, seat_of(firm), by=firm)


@pytest.mark.django_db
def test_readers_and_agents_let_nobody_into_a_case(aurelia, agent, northpeak, browse):
    """What an organisation leads is led by those of its seats that work cases, and an agent lets nobody in."""
    with as_viewer(aurelia):
        case = cases.open_case(title="Ours alone", by=aurelia)
        actions.change_role(seat_of(who("member@aurelia.example")), role="reader", by=aurelia)
    share = {"audience": northpeak.organisation_audience_id, "role": "lead", "step": "confirm"}
    for viewer in (who("member@aurelia.example"), who("finance@aurelia.example"), who("agent@hartley.example", "aurelia")):
        client = browse(viewer)
        assert client.get(case.get_absolute_url()).status_code == 200
        for verb, values in (("share", share), ("mark", {"tlp": "CLEAR"}), ("close", {"outcome": "removed"}), ("unshare", {"audience": str(aurelia.organisation_audience_id)}),
                             ("leave", {}), *([] if viewer.is_agent else [("note", {"body": "By nobody who may.", "token": str(uuid4())})])):  # fmt: skip
            assert client.post(f"{case.get_absolute_url()}{verb}/", values).status_code == 403, (viewer.role, verb)
    assert browse(northpeak).get(case.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_an_agent_reads_its_own_mandate_and_no_other_s(aurelia, agent, browse):
    other = appoint("aurelia", aurelia, agent="retailguild")
    assert browse(agent).get(other.get_absolute_url()).status_code == 404
    assert "Retail Guild" not in browse(agent).get("/organisation/agents/").content.decode()


@pytest.mark.django_db
def test_an_agent_reads_nothing_of_the_membership_it_acts_for(aurelia, agent, admin, firm, browse):
    house = organisation("aurelia")
    with as_viewer(aurelia):
        actions.invite(house, email="new@aurelia.example", role="member", by=aurelia)
    other = appoint("aurelia", aurelia, agent="retailguild")
    with as_viewer(admin):
        actions.suspend(house, starts_on=timezone.localdate() + timedelta(days=9), reason="Under inquiry.", by=admin)
    post()
    client = browse(agent)
    pages = "".join(client.get(address).content.decode() for address in ("/home/", "/inbox/"))
    assert [words for words in ("Under inquiry", "new@aurelia.example", "Retail Guild to act") if words in pages] == []
    with as_system("look"):
        file, space = other.power_of_attorney_id, other.space_id
    assert [client.get(address).status_code for address in (f"/files/{file}/", f"/who-can-see/{space}/")] == [404, 404]
    assert browse(who("member@aurelia.example")).get(f"/files/{file}/").status_code == 200
    own = Mandate.objects.visible_to(agent).get()
    assert client.get(f"/files/{own.power_of_attorney_id}/").status_code == 200


@pytest.mark.django_db
def test_who_looks_after_seats_reads_how_much_is_unread_and_not_what(aurelia, browse, treasurer):
    finance, manager = who("finance@aurelia.example"), who("member@aurelia.example")
    with as_system("make a manager of a member"):
        Seat.objects.filter(pk=manager.seat_id).update(role="manager")
    page = browse(who("member@aurelia.example")).get(f"/organisation/seats/{finance.seat_id}/hand-over/").content.decode()
    assert "Unread messages" in page
    assert "dues." not in page.split("Unread messages")[1].split("</section>")[0]
    assert "<li>" not in page.split("Unread messages")[1].split("</section>")[0]


@pytest.mark.django_db
def test_an_invitation_by_name_is_not_touched_by_the_domain_and_ends_with_it_if_it_came_by_it(aurelia, admin):
    with as_viewer(aurelia):
        claimed = actions.claim_domain(organisation("aurelia"), domain="aurelia-house.com", role="reader", by=aurelia)
        named = actions.invite(organisation("aurelia"), email="deputy@aurelia-house.com", role="owner", by=aurelia)
    with as_viewer(admin):
        actions.vouch_for_domain(organisation("aurelia"), "aurelia-house.com", reason="Seen in the company registry.", by=admin)
    assert actions.answer_wish_for_seat("deputy@aurelia-house.com") is False
    assert actions.answer_wish_for_seat("other@aurelia-house.com") is True
    with as_viewer(aurelia):
        named.refresh_from_db()
        assert named.is_open
        actions.end_domain(claimed, by=aurelia)
        assert not organisation("aurelia").invitations.get(email="other@aurelia-house.com").is_open


# ---- handed over ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_ownership_passes_in_two_steps(aurelia, browse):
    member = who("member@aurelia.example")
    owner, colleague = browse(aurelia), browse(member)
    assert owner.post("/organisation/ownership/offer/", {"taker": member.seat_id, "stays_as": "reader"}).status_code == 302
    assert who("owner@aurelia.example").may("own_organisation")
    assert "offers you the ownership" in colleague.get("/organisation/").content.decode()
    with as_viewer(member):
        offer = organisation("aurelia").handovers.get()
    assert owner.post(f"/organisation/ownership/{offer.pk}/take/").status_code == 403
    assert colleague.post(f"/organisation/ownership/{offer.pk}/take/").status_code == 302
    assert (who("owner@aurelia.example").role, who("member@aurelia.example").role) == ("reader", "owner")
    assert who("member@aurelia.example").may("see_dues")
    assert not who("owner@aurelia.example").may("see_dues")
    assert colleague.post(f"/organisation/ownership/{offer.pk}/take/").status_code == 422


@pytest.mark.django_db
def test_who_owns_nothing_any_more_has_nothing_to_hand_over(aurelia):
    member = who("member@aurelia.example")
    with as_viewer(aurelia):
        offer = actions.offer_ownership(seat_of(member), stays_as="manager", by=aurelia)
        other = Seat.objects.select_related("organisation", "person").get(person__email="finance@aurelia.example")
        actions.change_role(other, role="owner", by=aurelia)
        actions.change_role(seat_of(aurelia), role="reader", by=aurelia)
    with as_viewer(member), pytest.raises(Refused, match="not an owner any more"):
        actions.take_ownership(offer, by=member)


@pytest.mark.django_db
def test_an_offer_let_go_or_too_old_is_no_offer(aurelia):
    member = who("member@aurelia.example")
    with as_viewer(aurelia):
        offer = actions.offer_ownership(seat_of(member), stays_as="manager", by=aurelia)
    with ago(days=-15), as_viewer(member), pytest.raises(Refused, match="no longer open"):
        actions.take_ownership(offer, by=member)
    with as_viewer(member):
        actions.refuse_ownership(offer, by=member)
        with pytest.raises(Refused, match="no longer open"):
            actions.take_ownership(offer, by=member)


@pytest.mark.django_db
def test_whoever_leaves_hands_everything_to_a_deputy_in_one_step(aurelia, browse):
    member = who("member@aurelia.example")
    with as_viewer(member):
        red = cases.open_case(title="Covert", tlp="RED", by=member)
    client = browse(member)
    page = client.get(f"/organisation/seats/{member.seat_id}/hand-over/").content.decode()
    assert "Rooms of one’s own" in page
    assert red.reference in page
    with as_system("count"):
        unread = InboxItem.objects.filter(audience_id=member.audience_id, read_at=None).count()
    # Who looks after money alone cannot do what a member does, and is not offered.
    finance, address = who("finance@aurelia.example"), f"/organisation/seats/{member.seat_id}/hand-over/"
    assert f'value="{finance.seat_id}"' not in page
    assert client.post(address, {"deputy": finance.seat_id, "ends": "on"}).status_code == 422
    with as_viewer(member), pytest.raises(Refused):
        actions.hand_over(seat_of(member), seat_of(finance), ends=False, by=member)
    assert client.post(address, {"deputy": aurelia.seat_id, "ends": "on"}).status_code == 302
    deputy = who("owner@aurelia.example")
    assert deputy.role_in(red.space_id) == Grant.Role.LEAD
    with as_system("look"):
        assert seat_of(member).ends_at is not None
        assert InboxItem.objects.filter(audience_id=deputy.audience_id, read_at=None).count() >= unread
        assert Space.objects.get(pk=red.space_id).opened_by_id == member.audience_id
    with as_viewer(aurelia), pytest.raises(Refused):
        actions.hand_over(seat_of(aurelia), seat_of(aurelia), ends=False, by=aurelia)


@pytest.mark.django_db
def test_a_look_alike_of_a_domain_people_write_from_is_nobody_s_to_prove(northpeak, name_server):
    with as_viewer(northpeak):
        # Claimed, it says nothing of where others write from; proved, it is staff's to say.
        claimed = actions.claim_domain(organisation("northpeak"), domain="aure1ia.example", role="member", by=northpeak)
        name, text = claimed.record
        name_server[name] = [text]
        with pytest.raises(Refused, match="ask the coalition"):
            actions.prove_domain(claimed, by=northpeak)
        for name in ("gmai1.com", "outl00k.com", "xn--a.example", "xn--zzzzzz.example", "xn--urelia-3ve.example"):
            with pytest.raises(Refused):
                actions.claim_domain(organisation("northpeak"), domain=name, role="member", by=northpeak)


@pytest.mark.django_db
def test_any_past_day_can_be_asked(aurelia, admin, browse):
    member, today = who("member@aurelia.example"), timezone.localdate()
    with as_viewer(aurelia):
        actions.change_role(seat_of(member), role="manager", by=aurelia)
    with as_system("a while ago"):
        RoleChange.objects.update(at=timezone.now() - timedelta(days=3))
        Seat.objects.filter(pk=member.seat_id).update(starts_at=timezone.now() - timedelta(days=30))
    client, name = browse(aurelia), member.person_name

    def role_on(day):
        page = client.get(f"/organisation/on/?day={day}").content.decode()
        return next((row for row in page.split("<li>") if name in row), "").partition('class="state">')[2].partition("<")[0]

    assert [role_on(today - timedelta(days=n)) for n in (0, 10, 60)] == ["manager", "member", ""]
    assert browse(aurelia).get("/organisation/on/?day=never").status_code == 422
    # The staff read how many, and not who.
    page = browse(admin).get(f"/staff/register/aurelia/on/?day={today}").content.decode()
    assert name not in page
    assert "Vote in ballots" in page
    assert browse(member).get("/organisation/on/").status_code == 200
    assert browse(who("finance@aurelia.example")).get("/organisation/on/").status_code == 403


@pytest.mark.django_db
def test_nobody_hands_over_what_is_another_s(aurelia, northpeak, browse):
    member = who("member@aurelia.example")
    assert browse(northpeak).get(f"/organisation/seats/{member.seat_id}/hand-over/").status_code == 404
    assert browse(member).get(f"/organisation/seats/{aurelia.seat_id}/hand-over/").status_code == 403
    with as_viewer(aurelia), pytest.raises(Refused, match="only owner"):
        actions.hand_over(seat_of(aurelia), seat_of(member), ends=True, by=aurelia)


# ---- policies -------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_new_version_is_asked_of_every_member_and_standing_waits_until_its_day(admin, aurelia, browse):
    today = timezone.localdate()
    values = {
        "kind": "conduct",
        "title": "Code of conduct",
        "body": "We mean it.",
        "in_force_on": str(today),
        "accept_by": str(today + timedelta(days=3)),
    }
    assert "at least 14 days" in browse(admin).post("/staff/register/policies/", values).content.decode()
    day = today + timedelta(days=20)
    assert browse(admin).post("/staff/register/policies/", values | {"accept_by": str(day)}).status_code == 302
    post()
    house = organisation("aurelia")
    with as_system("look"):
        facts = facts_of(house)
        # It may be accepted until the day is over.
        assert (standing(facts, day).is_good, standing(facts, day + timedelta(days=1)).words) == (True, "policy not accepted")
        assert long_day(day) in standing(facts, day + timedelta(days=1)).because
        spell = AudienceMember.objects.filter(member=house.audience, audience__kind="members").latest("starts_at")
        assert spell.ends_at.date() == day + timedelta(days=1)
    with as_viewer(aurelia):
        assert InboxItem.objects.of(aurelia).filter(event__verb="policy.to_accept").count() == 1
    assert browse(aurelia).post("/organisation/policies/", {"signatory": "Claire Fontaine, director"}).status_code == 302
    with as_system("look"):
        assert standing(facts_of(house), day).is_good
        assert Policy.objects.filter(kind="conduct").count() == 2


DAYS = st.dates(min_value=timezone.localdate() - timedelta(days=300), max_value=timezone.localdate() + timedelta(days=300))
SPANS = st.builds(lambda day, n: Span(day, day + timedelta(days=n) if n else None), DAYS, st.integers(0, 90))


@given(SPANS, st.lists(SPANS, max_size=4), DAYS)
def test_a_span_without_others_holds_the_days_that_are_in_it_and_in_none_of_them(span, holes, day):
    left = without(span, holes)
    assert any(part.covers(day) for part in left) == (span.covers(day) and not any(hole.covers(day) for hole in holes))


@given(st.lists(DAYS, min_size=1, max_size=4), st.dictionaries(st.integers(1, 4), DAYS), DAYS)
def test_a_policy_is_missing_on_the_days_on_which_the_binding_version_or_a_later_one_is_not_accepted(days, accepted, day):
    policies = [(n, "conduct", n, "Code", accept_by) for n, accept_by in enumerate(sorted(days), 1)]
    binding = max((version for _pk, _kind, version, _title, accept_by in policies if accept_by < day), default=None)
    missing = binding is not None and not any(pk >= binding and on <= day for pk, on in accepted.items() if pk <= len(policies))
    assert any(gap.covers(day) for gap in policy_gaps(policies, accepted)) == missing


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["tutanota.com", "hey.com", "privaterelay.appleid.com", "onmicrosoft.com", "acme.onmicrosoft.com", "mail.pm.me"])
def test_a_domain_of_everybody_is_nobody_s(aurelia, name):
    with as_viewer(aurelia), pytest.raises(Refused):
        actions.claim_domain(organisation("aurelia"), domain=name, role="member", by=aurelia)


@pytest.mark.django_db
def test_an_organisation_invites_so_many_within_an_hour(aurelia, browse):
    client = browse(aurelia)
    sent = [client.post("/organisation/invite/", {"email": f"n{n}@outside.example", "role": "member"}).status_code for n in range(40)]
    # Others of this process may have invited for it before.
    assert 0 < sent.count(302) <= 30
    assert sent[-1] == 422


@pytest.mark.django_db
def test_a_member_out_of_standing_seats_nobody_by_an_old_invitation(aurelia, admin):
    with as_viewer(aurelia):
        actions.invite(organisation("aurelia"), email="late@outside.example", role="member", by=aurelia)
    with as_system("find the invitation"):
        secret = links.secret_of(organisation("aurelia").invitations.get(email="late@outside.example").key)
    with as_viewer(admin):
        actions.suspend(organisation("aurelia"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    page = Client().post(f"/join/{secret}/", {"name": "Late", "password": "a-long-password-4"})
    assert (page.status_code, "takes nobody in at present" in page.content.decode()) == (422, True)


@pytest.mark.django_db
def test_a_name_is_one_line_wherever_it_is_given(aurelia, browse):
    client = browse(aurelia)
    said = {"name": "Claire\r\nBcc: z@z.example", "theme": "auto"}
    assert client.post("/profile/", said).status_code == 302
    assert Person.objects.get(pk=aurelia.person_id).name == "Claire Bcc: z@z.example"
    # A stranger whose address is typed reads who writes, and nothing that somebody calls themself.
    mail.outbox.clear()
    client.post("/accounts/email/", {"action_add": "", "email": "victim@outside.example"})
    (letter,) = mail.outbox
    assert letter.to == ["victim@outside.example"]
    assert letter.subject.startswith("The Coalition: ")
    assert "Claire" not in letter.body
    assert "testserver" not in letter.subject + letter.body.replace("http://testserver/accounts/", "")
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": "stranger@outside.example"})
    assert mail.outbox == []
