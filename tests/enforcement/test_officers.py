"""Officers of law enforcement in a case: alone, reading, until a day, watermarked; a member's name only on its own word. People let in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience, Grant
from coalition.access.viewer import as_system, as_viewer
from coalition.activity.models import Event
from enforcement.cases import actions
from enforcement.cases.models import Case, Consent, SideRoom
from enforcement.market.models import Listing
from tests.conftest import who

pytestmark = pytest.mark.django_db


def org(viewer):
    return Audience.objects.get(pk=viewer.organisation_audience_id)


def seat(viewer):
    return Audience.objects.get(pk=viewer.audience_id)


def in_days(n):
    return timezone.now() + timedelta(days=n)


@pytest.fixture
def case(aurelia, northpeak):
    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id).order_by("pk").values("pk")[:3]
        case = actions.open_case(title="zyxcase", listings=Listing.objects.filter(pk__in=own), by=aurelia)
        actions.share(case, org(northpeak), role="contribute", by=aurelia)
    return case


def let_in(case, viewer, officer, days=14):
    with as_viewer(viewer):
        return actions.share(case, seat(officer), role="read", expires_at=in_days(days), by=viewer)


def test_an_officer_comes_in_only_once_every_party_agreed_to_be_named(aurelia, northpeak, officer, case, browse):
    with pytest.raises(Refused, match="have not agreed to that: Northpeak"):
        let_in(case, aurelia, officer)
    assert browse(officer).get(case.get_absolute_url()).status_code == 404
    client = browse(northpeak)
    assert "Our name may be read" in client.get(case.get_absolute_url()).content.decode()
    client.post(f"{case.get_absolute_url()}consent/", {"agree": "1"})
    assert let_in(case, aurelia, officer).role == "read"
    page = browse(officer).get(case.get_absolute_url()).content.decode()
    assert page.count("Femke de Wit · Customs Service · ") == 12
    assert "Write</button>" not in page


def test_an_officer_reads_until_a_day_and_alone(aurelia, northpeak, officer, case):
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    with as_viewer(aurelia):
        for role, end, field in (("contribute", in_days(5), "role"), ("read", None, "expires_at"), ("read", in_days(91), "expires_at")):
            with pytest.raises(Refused) as refusal:
                actions.share(case, seat(officer), role=role, expires_at=end, by=aurelia)
            assert refusal.value.field == field
        with pytest.raises(Refused, match="person by person"):
            actions.share(case, org(officer), role="read", expires_at=in_days(5), by=aurelia)
    let_in(case, aurelia, officer)
    with as_system("the day is over"):
        Grant.objects.filter(space=case.space_id, audience_id=officer.audience_id).update(expires_at=timezone.now())
    with as_viewer(officer):
        assert not Case.objects.visible_to(officer).filter(pk=case.pk).exists()


def test_who_agrees_no_longer_lets_the_officers_out(aurelia, northpeak, officer, case, browse):
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
        actions.consent(case, by=northpeak)
        assert Consent.objects.filter(case=case).count() == 1
    let_in(case, aurelia, officer)
    assert browse(officer).get(case.get_absolute_url()).status_code == 200
    assert browse(northpeak).post(f"{case.get_absolute_url()}consent/").status_code == 302
    assert browse(officer).get(case.get_absolute_url()).status_code == 404


def test_nobody_is_let_in_or_merged_in_beside_an_officer_unasked(aurelia, northpeak, kestrel, officer, case):
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    let_in(case, aurelia, officer)
    with as_viewer(aurelia):
        with pytest.raises(Refused, match="before they can agree"):
            actions.share(case, org(kestrel), role="read", by=aurelia)
        other = actions.open_case(title="zyxother", by=aurelia)
        actions.share(other, org(kestrel), role="read", by=aurelia)
        with pytest.raises(Refused, match="End that first"):
            actions.merge(other, case, seen=actions.merging(other, case).seen, by=aurelia)
        # A party that is in may be given more, and a team has no name to keep.
        actions.share(case, org(northpeak), role="lead", by=aurelia)
        actions.share(case, Audience.objects.get(kind="team", label="Coalition analysts"), role="read", by=aurelia)


def test_a_split_leaves_the_officer_behind(aurelia, northpeak, officer, case, browse):
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    let_in(case, aurelia, officer)
    assert "Femke" not in browse(aurelia).get(f"{case.get_absolute_url()}split/").content.decode().partition("<main")[2]
    with as_viewer(aurelia):
        chosen = {"listings": list(case.listings.values_list("pk", flat=True)[:1])}
        move = actions.split(case, title="zyxapart", chosen=chosen, parties=[officer.audience_id], by=aurelia)
        assert not Grant.objects.live().filter(space=move.target.space_id, audience_id=officer.audience_id).exists()


def test_what_an_officer_takes_out_is_noted_and_marked(aurelia, northpeak, officer, case, browse):
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    let_in(case, aurelia, officer)
    address = f"{case.get_absolute_url()}?tab=listings&export=csv"
    rows = b"".join(browse(officer).get(address)).decode()
    assert rows.count("Femke de Wit, Customs Service, on") == 3
    assert "Made for" not in b"".join(browse(aurelia).get(address)).decode()
    with as_viewer(aurelia):
        taken = Event.objects.filter(space=case.space_id, verb="case.taken_out")
        assert [event.sentence for event in taken] == ["took out the listings as CSV"]


def test_only_a_member_that_is_in_agrees(aurelia, officer, northpeak, outsider, case):
    with as_viewer(outsider), pytest.raises(NotAllowed):
        actions.consent(case, by=outsider)
    with as_viewer(officer), pytest.raises(NotAllowed):
        actions.consent(case, by=officer)


def test_an_agent_s_firm_has_a_name_of_its_own_and_its_people_agree_for_it(aurelia, northpeak, officer, case, browse):
    agent = who("agent@hartley.example", "aurelia")
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    with as_viewer(agent):
        actions.write_note(case, body="We act for Aurelia here.", by=agent)
    with pytest.raises(Refused, match="have not agreed to that: Hartley"):
        let_in(case, aurelia, officer)
    client = browse(agent)
    assert "Your firm’s name stands here with yours" in client.get(case.get_absolute_url()).content.decode()
    client.post(f"{case.get_absolute_url()}consent/", {"agree": "1"})
    let_in(case, aurelia, officer)
    assert "Hartley" in browse(officer).get(case.get_absolute_url()).content.decode()
    # Its word is no word of its client's, and taken back it lets the officer out.
    with as_viewer(agent), pytest.raises(NotAllowed):
        actions.agree_to_mark(case, tlp="GREEN", by=agent)
    client.post(f"{case.get_absolute_url()}consent/", {})
    assert browse(officer).get(case.get_absolute_url()).status_code == 404


def test_an_agent_new_to_a_case_that_an_officer_reads_writes_nothing_before_its_firm_agrees(aurelia, northpeak, officer, case, browse):
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    let_in(case, aurelia, officer)
    agent = who("agent@hartley.example", "aurelia")
    client = browse(agent)
    assert "you can read here and not write" in client.get(case.get_absolute_url()).content.decode()
    assert client.post(f"{case.get_absolute_url()}note/", {"body": "Too early."}).status_code == 403
    client.post(f"{case.get_absolute_url()}consent/", {"agree": "1"})
    assert client.post(f"{case.get_absolute_url()}note/", {"body": "In time."}).status_code == 302


@pytest.mark.parametrize("address", ["/enforcement/cases/?export=csv", "/enforcement/cases/tasks/?whose=others&export=csv"])
def test_every_list_an_officer_takes_out_says_for_whom(aurelia, northpeak, officer, case, browse, address):
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    let_in(case, aurelia, officer)
    assert "Made for" in b"".join(browse(officer).get(address)).decode()
    assert "Made for" not in b"".join(browse(aurelia).get(address)).decode()


@pytest.mark.parametrize(
    "address", ["/home/", "/enforcement/cases/", "/enforcement/cases/board/", "/enforcement/cases/tasks/?whose=others", "/inbox/", "/search/?q=a"]
)
def test_every_page_an_officer_reads_is_marked(officer, aurelia, browse, address):
    assert "Femke de Wit · Customs Service · " in browse(officer).get(address).content.decode()
    assert 'class="watermark"' not in browse(aurelia).get(address).content.decode()


def test_a_person_is_let_into_a_red_case_and_their_colleagues_are_not(aurelia, browse):
    noor, hugo = who("member@aurelia.example"), who("finance@aurelia.example")
    with as_viewer(aurelia):
        case = actions.open_case(title="zyxred", tlp="RED", by=aurelia)
    client = browse(aurelia)
    page = client.get(f"{case.get_absolute_url()}share/").content.decode()
    assert "Noor Haddad · Aurelia" in page
    form = {"audience": noor.audience_id, "role": "contribute", "step": "confirm"}
    assert client.post(f"{case.get_absolute_url()}share/", form).status_code == 302
    assert browse(noor).get(case.get_absolute_url()).status_code == 200
    assert browse(hugo).get(case.get_absolute_url()).status_code == 404
    with as_viewer(noor):
        actions.leave(case, by=noor)
    assert browse(noor).get(case.get_absolute_url()).status_code == 404


def test_a_person_who_was_let_in_alone_has_a_room_of_their_own(aurelia, northpeak, kestrel):
    with as_viewer(aurelia):
        case = actions.open_case(title="zyxcase", by=aurelia)
        actions.share(case, seat(northpeak), role="contribute", by=aurelia)
    with as_viewer(northpeak):
        room = actions.open_side_room(case, by=northpeak)
        assert SideRoom.objects.get(pk=room.pk).party_id == northpeak.audience_id


def test_strangers_cannot_be_chosen(aurelia, kestrel, browse):
    """Whose card nobody showed, and who is no contact, is in no list and accepted from none."""
    with as_viewer(aurelia):
        case = actions.open_case(title="zyxcase", by=aurelia)
    client, address = browse(aurelia), f"{case.get_absolute_url()}share/"
    assert "Bo Lindqvist" not in client.get(address).content.decode()
    answer = client.post(address, {"audience": kestrel.audience_id, "role": "read", "step": "confirm"})
    assert answer.status_code == 422
    assert not Grant.objects.filter(space=case.space_id, audience_id=kestrel.audience_id).exists()
