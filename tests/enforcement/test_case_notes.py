"""Notes that name somebody: who can be named, who is told, and that it tells nobody more."""

from uuid import uuid4

import pytest

from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import Event, InboxItem
from enforcement.cases import actions
from enforcement.cases.actions import may_mention, mentioned
from tests.conftest import who

pytestmark = pytest.mark.django_db


def org(viewer):
    return Audience.objects.get(pk=viewer.organisation_audience_id)


@pytest.fixture
def case(aurelia, northpeak):
    with as_viewer(aurelia):
        case = actions.open_case(title="zyxcase", by=aurelia)
        actions.share(case, org(northpeak), role="contribute", by=aurelia)
    return case


def labels(case, viewer, room=None):
    with as_viewer(viewer):
        return [person.label for person in may_mention(case, viewer, room)]


def test_a_rivals_people_can_be_named_once_they_have_written(aurelia, northpeak, case):
    assert labels(case, aurelia) == ["Hugo Bernard · Aurelia", "Noor Haddad · Aurelia", "Priya Nair · Hartley & Moss for Aurelia"]
    with as_viewer(northpeak):
        actions.write_note(case, body="We know this shop.", by=northpeak)
    assert "Sam Whitfield · Northpeak" in labels(case, aurelia)


def test_who_has_left_the_case_is_named_no_longer(aurelia, northpeak, case):
    with as_viewer(northpeak):
        actions.write_note(case, body="We know this shop.", by=northpeak)
    with as_viewer(aurelia):
        actions.unshare(case, org(northpeak), by=aurelia)
    assert "Sam Whitfield · Northpeak" not in labels(case, aurelia)


def test_in_a_side_room_nobody_of_another_party_is_named(aurelia, northpeak, case):
    with as_viewer(northpeak):
        actions.write_note(case, body="We know this shop.", by=northpeak)
    with as_viewer(aurelia):
        room = actions.open_side_room(case, by=aurelia)
    assert {label.rpartition(" · ")[2] for label in labels(case, aurelia, room)} == {"Aurelia", "Hartley & Moss for Aurelia"}


def test_whoever_is_named_reads_it_in_their_inbox(aurelia, case, browse):
    noor = who("member@aurelia.example")
    client = browse(aurelia)
    client.post(f"{case.get_absolute_url()}note/", {"body": "@noor haddad, can you buy one?", "token": "6a1f4d0e-43b3-4a0e-9d65-5f1a2f3c4d5e"})
    with as_viewer(aurelia):
        event = Event.objects.filter(space=case.space_id, verb="case.noted_for").get()
    assert event.sentence == "wrote a note for Noor Haddad · Aurelia"
    while deliver_batch():
        pass
    with as_viewer(noor):
        assert InboxItem.objects.filter(event=event, audience_id=noor.audience_id).exists()
    assert "case.noted" not in client.get(case.get_absolute_url()).content.decode()


def test_a_name_outside_is_only_a_word(aurelia, case):
    with as_viewer(aurelia):
        actions.write_note(case, body="@Bo Lindqvist would know.", by=aurelia)
        assert Event.objects.filter(space=case.space_id, verb="case.noted").exists()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("@Li Ming please", ["Li Ming · Bazaar", "Li Ming · Kiosk"]),
        ("@li ming · kiosk please", ["Li Ming · Kiosk"]),
        ("@Li Mingus", []),
        ("post@Li Ming", []),
        ("@李明，请看", ["李明 · Bazaar"]),
        ("nobody", []),
    ],
)
def test_a_name_after_the_sign(body, found):
    people = [Audience(label=label) for label in ("Li Ming · Bazaar", "Li Ming · Kiosk", "李明 · Bazaar")]
    assert [person.label for person in mentioned(body, people)] == found


def test_a_name_that_nobody_here_has_is_said_to_be_unheard(browse, aurelia):
    with as_viewer(aurelia):
        case = actions.open_case(title="Unheard", by=aurelia)
    page = browse(aurelia).post(
        f"{case.get_absolute_url()}note/",
        {"body": "@Sam Whitfield please look, or write to sam@northpeak.example", "token": str(uuid4())},
        follow=True,
    )
    assert "Nobody who reads this is called @Sam Whitfield" in page.content.decode()
    page = browse(aurelia).post(f"{case.get_absolute_url()}note/", {"body": "@Noor Haddad please look", "token": str(uuid4())}, follow=True)
    assert "nobody was told" not in page.content.decode()
