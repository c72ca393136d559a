"""Meetings of a group: called with an agenda sent ahead, answered, minuted, reviewed by somebody else."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import Event, InboxItem
from coalition.members.models import Organisation
from coalition.register.pages import ValuePage
from demo.times import ago
from groups.engagement import actions as engagement
from groups.engagement.models import Attendee, Group, Meeting, Minutes
from groups.engagement.pages import minutes_sent_back, minutes_to_review
from groups.engagement.rules import points_of
from groups.engagement.uses import meetings_attended

pytestmark = pytest.mark.django_db
AGENDA = "1. Storefronts that come back\n2. Other business"


def called(chair, *, days=3, **changes):
    start = timezone.now().replace(second=0, microsecond=0) + timedelta(days=days)
    facts = {"title": "A session", "starts_at": start, "ends_at": start + timedelta(hours=1), "place": "Room 4", "agenda": AGENDA, "counsel": "Ruth"}
    with as_viewer(chair):
        return engagement.call_meeting(Group.objects.get(slug="marketplaces"), by=chair, **facts | changes)


def held(chair, *others):
    with ago(days=5):
        meeting = called(chair)
        for other in others:
            with as_viewer(other):
                engagement.answer_meeting(meeting, answer="coming", by=other)
    return meeting


def minuted(meeting, by, *, there, text="**Decided**: nothing", also=()):
    with as_viewer(by):
        seats = list(Attendee.objects.filter(meeting=meeting, seat__in=[viewer.seat_id for viewer in there]))
        return engagement.minute(meeting, minutes=text, statement_read=True, counsel="Ruth", there=seats, also=list(also), by=by)


def posted(meeting, **changes):
    facts = {"title": meeting.title, "place": meeting.place, "agenda": meeting.agenda, "counsel": meeting.counsel}
    moments = {name: getattr(meeting, name).strftime("%Y-%m-%dT%H:%M") for name in ("starts_at", "ends_at")}
    return facts | moments | changes


@pytest.mark.parametrize("agenda", ["", "Old business, new business, other", "1. Welcome\n2. AOB", " - \n*", "- 1. AOB"])
def test_an_agenda_says_what_will_be_talked_about(aurelia, agenda):
    assert points_of(agenda) == []
    with pytest.raises(Refused) as refused:
        called(aurelia, agenda=agenda)
    assert refused.value.field == "agenda"


def test_points_are_read_without_their_marks():
    assert points_of("1. Relisting\n- Welcome\n* **Pictures**\na) 十五天期限") == ["Relisting", "Pictures", "十五天期限"]


def test_only_the_chair_and_staff_call_one_and_the_roster_is_told(aurelia, bazaar, admin, northpeak, kestrel):
    for other in (bazaar, northpeak, kestrel):
        with pytest.raises(NotAllowed):
            called(other)
    meeting = called(aurelia)
    deliver_batch()
    for reader, is_told in ((bazaar, True), (northpeak, True), (kestrel, False)):
        with as_viewer(reader):
            assert InboxItem.objects.of(reader).filter(event__verb="meeting.called", event__subject_id=meeting.pk).exists() is is_told
    assert called(admin).called_by_id == admin.audience_id


def test_it_is_called_a_day_ahead_and_its_agenda_stands_from_then_on(aurelia):
    with pytest.raises(Refused) as refused:
        called(aurelia, days=0.5)
    assert refused.value.field == "starts_at"
    with ago(days=2.5):
        soon = called(aurelia)
    said = {"title": soon.title, "starts_at": soon.starts_at, "ends_at": soon.ends_at, "counsel": soon.counsel}
    with as_viewer(aurelia):
        moved = engagement.amend_meeting(soon, place="Another room", agenda=soon.agenda, by=aurelia, **said)
        assert (moved.place, moved.changes) == ("Another room", 1)
        with pytest.raises(Refused) as refused:
            engagement.amend_meeting(soon, place="Another room", agenda="1. Something new", by=aurelia, **said)
    assert refused.value.field == "agenda"


def test_the_page_calls_changes_and_calls_off(aurelia, bazaar, browse):
    chair, address = browse(aurelia), "/groups/marketplaces/meetings/call/"
    start = timezone.now() + timedelta(days=9)
    said = {
        "title": "From the page",
        "starts_at": start.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (start - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    }
    said |= {"place": "https://meet.example/x", "agenda": AGENDA, "counsel": "Ruth"}
    wrong = chair.post(address, said)
    assert wrong.status_code == 422
    assert "It ends after it begins." in wrong.content.decode()
    assert "Storefronts that come back" in wrong.content.decode()
    page = chair.post(address, said | {"ends_at": (start + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")}).url
    assert browse(bazaar).get(f"{page}change/").status_code == 403
    with as_viewer(aurelia):
        meeting = Meeting.objects.get(title="From the page")
    assert chair.post(f"{page}change/", posted(meeting, place="Room 9")).status_code == 302
    assert "Room 9" in browse(bazaar).get(page).content.decode()
    assert browse(bazaar).post(f"{page}call-off/", {"reason": "not mine to say"}).status_code == 403
    assert chair.post(f"{page}call-off/", {"reason": ""}).status_code == 422
    chair.post(f"{page}call-off/", {"reason": "Counsel is ill."})
    assert "Counsel is ill." in browse(bazaar).get(page).content.decode()
    assert browse(bazaar).post(f"{page}answer/", {"answer": "coming"}).status_code == 409


def test_whoever_is_on_the_roster_answers_and_may_think_again(aurelia, bazaar, kestrel, outsider, browse):
    meeting = called(aurelia)
    page = meeting.get_absolute_url()
    assert browse(outsider).get(page).status_code == 200
    for other in (outsider, kestrel):
        assert browse(other).post(f"{page}answer/", {"answer": "coming"}).status_code == 403
    client = browse(bazaar)
    assert client.post(f"{page}answer/", {"answer": "perhaps"}).status_code == 422
    client.post(f"{page}answer/", {"answer": "coming"})
    client.post(f"{page}answer/", {"answer": "apologies"})
    with as_viewer(bazaar):
        assert [one.answer for one in Attendee.objects.filter(meeting=meeting)] == ["apologies"]
        said = Event.objects.filter(verb="meeting.answered", subject_id=meeting.pk).order_by("pk")
        assert [event.data["answer"] for event in said] == ["will be there", "sends apologies"]


def test_the_calendar_file_says_what_was_changed_and_called_off(aurelia, browse):
    meeting = called(aurelia)
    client, address = browse(aurelia), f"{meeting.get_absolute_url()}calendar/"
    first = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    with as_viewer(aurelia):
        engagement.call_off(meeting, reason="Counsel is ill", by=aurelia)
    last = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    assert first["uid"] == last["uid"]
    assert (first["sequence"], first["status"], last["sequence"], last["status"]) == (0, "CONFIRMED", 1, "CANCELLED")
    assert first["dtstart"].dt == meeting.starts_at.replace(microsecond=0)


def test_minutes_name_who_was_there_and_are_final_when_somebody_else_reviewed_them(aurelia, bazaar, northpeak, admin, browse):
    meeting = held(aurelia, bazaar, northpeak)
    page = meeting.get_absolute_url()
    minuted(meeting, aurelia, there=[bazaar], text="Nobody said a price", also=["owner@aurelia.example"])
    assert "Nobody said a price" in browse(aurelia).get(page).content.decode()
    assert "Minutes to review" in browse(admin).get("/home/").content.decode()
    for reader in (bazaar, northpeak):
        with as_viewer(reader):
            assert not Minutes.objects.filter(meeting=meeting).exists()
        shown = browse(reader).get(page).content.decode()
        assert "Nobody said a price" not in shown
        assert "Its minutes are being reviewed." in shown
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        engagement.finish_minutes(meeting, seen=timezone.now(), by=aurelia)
    seen = browse(admin).get(page).context["meeting"].minuted_at
    minuted(meeting, aurelia, there=[bazaar], text="Nobody said a price, nor a customer")
    assert browse(admin).post(f"{page}minutes/final/", {"seen": seen.isoformat()}).status_code == 409
    assert browse(admin).post(f"{page}minutes/final/", {"seen": "never"}).status_code == 409
    seen = browse(admin).get(page).context["meeting"].minuted_at
    browse(admin).post(f"{page}minutes/final/", {"seen": seen.isoformat()})
    assert "nor a customer" in browse(northpeak).get(page).content.decode()
    assert browse(northpeak).get("/search/?q=nor+a+customer").content.decode().count(page) == 1
    with pytest.raises(Conflict):
        minuted(meeting, aurelia, there=[bazaar], text="Something else")


def test_staff_who_wrote_the_minutes_do_not_review_them(aurelia, bazaar, admin):
    meeting = held(aurelia, bazaar)
    written = minuted(meeting, admin, there=[bazaar])
    with as_viewer(admin), pytest.raises(NotAllowed):
        engagement.finish_minutes(written, seen=written.minuted_at, by=admin)


def test_minutes_are_sent_back_with_a_reason_that_their_writer_alone_is_told(aurelia, bazaar, northpeak, admin, browse):
    meeting = held(aurelia, bazaar)
    written = minuted(meeting, aurelia, there=[bazaar])
    address, seen = f"{meeting.get_absolute_url()}minutes/send-back/", written.minuted_at.isoformat()
    assert [browse(viewer).post(address, {"seen": seen, "reason": "zyxwhy"}).status_code for viewer in (aurelia, northpeak)] == [403, 403]
    assert browse(admin).post(address, {"seen": seen, "reason": " "}).status_code == 422
    assert browse(admin).post(address, {"seen": "never", "reason": "zyxwhy"}).status_code == 409
    assert browse(admin).post(address, {"seen": seen, "reason": "zyxwhy: who spoke of it?"}).status_code == 302

    def waits_for(viewer):
        with as_viewer(viewer):
            return [
                row["detail"].partition(" ·")[0]
                for row in (*minutes_to_review(viewer), *minutes_sent_back(viewer))
                if row["address"] == meeting.get_absolute_url()
            ]

    assert (waits_for(admin), waits_for(aurelia)) == ([], ["Minutes sent back to you"])
    pages = {viewer.person_name: browse(viewer).get(meeting.get_absolute_url()).content.decode() for viewer in (aurelia, admin, bazaar, northpeak)}
    assert ["zyxwhy" in page for page in pages.values()] == [True, True, False, False]
    while deliver_batch():
        pass
    with as_viewer(aurelia):
        assert InboxItem.objects.of(aurelia).filter(event__verb="meeting.minutes_sent_back").exists()
    minuted(meeting, aurelia, there=[bazaar], text="Written anew")
    assert "zyxwhy" not in browse(aurelia).get(meeting.get_absolute_url()).content.decode()
    assert (waits_for(admin), waits_for(aurelia)) == (["Minutes to review"], [])


def test_minutes_ask_who_was_there_and_wait_until_it_began(aurelia, bazaar, browse):
    meeting = held(aurelia, bazaar)
    client, address = browse(aurelia), f"{meeting.get_absolute_url()}minutes/"
    said = {"minutes": "What was said stays", "counsel": "Ruth"}
    nobody = client.post(address, said)
    assert nobody.status_code == 422
    assert "Tick who was there" in nobody.content.decode()
    assert "What was said stays" in nobody.content.decode()
    stranger = client.post(address, said | {"also": "owner@kestrel.example"})
    assert "owner@kestrel.example: Nobody on the roster has this address." in stranger.content.decode()
    assert "Enter a valid email address." in client.post(address, said | {"also": "somebody"}).content.decode()
    assert client.post(address, said | {"also": "owner@northpeak.example"}).status_code == 302
    with pytest.raises(Conflict):
        minuted(called(aurelia), aurelia, there=[])


def test_a_membership_is_worth_the_meetings_it_was_at(aurelia, bazaar, northpeak):
    today = timezone.localdate()
    members = [bazaar.organisation_id, northpeak.organisation_id]
    with as_viewer(aurelia):
        before = meetings_attended(members, today - timedelta(days=30), today + timedelta(days=1))
    minuted(held(aurelia, bazaar, northpeak), aurelia, there=[bazaar])
    minuted(held(aurelia, bazaar), aurelia, there=[bazaar])
    with as_viewer(aurelia):
        after = meetings_attended(members, today - timedelta(days=30), today + timedelta(days=1))
    assert {pk: after.get(pk, 0) - before.get(pk, 0) for pk in members} == {bazaar.organisation_id: 2, northpeak.organisation_id: 0}
    with as_viewer(bazaar):
        rows = {str(row["words"]): row["own"] for row in ValuePage(Organisation.objects.get(pk=bazaar.organisation_id), bazaar).rows}
    assert rows["Meetings of groups it was at"] >= 2


def test_home_says_when_the_groups_one_is_in_meet(aurelia, bazaar, outsider, browse):
    meeting = called(aurelia, days=1.5)
    assert meeting.get_absolute_url() in browse(bazaar).get("/home/").content.decode().split("Lately")[0]
    assert meeting.get_absolute_url() not in browse(outsider).get("/home/").content.decode().split("Lately")[0]


@pytest.mark.parametrize(
    "agenda", ["1. Prices we charge", "Margins on bags", "Whom to boycott", "1. 价格", "讨论price问题", "Customer allocation", "Territory split"]
)
def test_what_competitors_do_not_settle_asks_for_counsel_s_word(aurelia, browse, agenda):
    with pytest.raises(Refused) as refused:
        called(aurelia, agenda=agenda)
    assert refused.value.field == "is_cleared"
    assert called(aurelia, agenda=agenda, is_cleared=True).agenda == agenda
    assert called(aurelia, agenda="1. The priceless mark of territorial sellers").pk


def test_whoever_answered_for_another_hour_is_asked_again(aurelia, bazaar, browse):
    meeting = called(aurelia, days=9)
    page = meeting.get_absolute_url()
    client = browse(bazaar)
    assert "Say whether you come" in client.get("/home/").content.decode()
    client.post(f"{page}answer/", {"answer": "coming"})
    waits = lambda: page in client.get("/home/").content.decode().split("Waiting for you")[-1].split("</section>")[0]  # noqa: E731
    assert not waits()
    browse(aurelia).post(f"{page}change/", posted(meeting, place="Room 9"))
    assert not waits()
    later = posted(
        meeting,
        place="Room 9",
        **{name: (getattr(meeting, name) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M") for name in ("starts_at", "ends_at")},
    )
    assert browse(aurelia).post(f"{page}change/", later).status_code == 302
    assert waits()
    deliver_batch()
    assert f"moved the meeting “{meeting.title}” to {meeting.starts_at + timedelta(days=1):%d %b %Y}" in client.get("/inbox/").content.decode()


def test_minutes_from_two_windows_are_told_and_a_meeting_changed_in_two(aurelia, bazaar, admin, browse):
    meeting = held(aurelia, bazaar)
    with as_viewer(aurelia):
        there = [str(Attendee.objects.get(meeting=meeting, seat=bazaar.seat_id).pk)]
    address = f"{meeting.get_absolute_url()}minutes/"
    said = {"counsel": "Ruth", "there": there}
    chair, staff = browse(aurelia), browse(admin)
    assert chair.post(address, {**said, "minutes": "The first words"}).status_code == 302
    seen = chair.get(address).context["form"].initial["seen"]
    assert staff.post(address, {**said, "minutes": "What staff wrote", "seen": seen}).status_code == 302
    late = chair.post(address, {**said, "minutes": "What the chair wrote", "seen": seen})
    assert late.status_code == 422
    assert "written anew meanwhile" in late.content.decode()
    assert "What the chair wrote" in late.content.decode()
    coming = called(aurelia, days=9)
    page = f"{coming.get_absolute_url()}change/"
    assert chair.post(page, posted(coming, place="One", seen="0")).status_code == 302
    late = staff.post(page, posted(coming, place="Another", seen="0"))
    assert (late.status_code, "changed meanwhile" in late.content.decode()) == (422, True)


def test_within_a_day_nothing_but_place_and_counsel_changes(aurelia):
    with ago(days=2.5):
        soon = called(aurelia)
    said = {name: getattr(soon, name) for name in ("title", "starts_at", "ends_at", "place", "agenda", "counsel")}
    for name, value in (("title", "Another"), ("ends_at", soon.ends_at + timedelta(hours=1)), ("starts_at", soon.starts_at + timedelta(days=9))):
        changed = said | {name: value}
        if name == "starts_at":
            changed["ends_at"] = value + timedelta(hours=1)
        with as_viewer(aurelia), pytest.raises(Refused):
            engagement.amend_meeting(soon, by=aurelia, **changed)
    with as_viewer(aurelia):
        assert (
            engagement.amend_meeting(soon, by=aurelia, **said | {"agenda": soon.agenda.replace("\n", "\r\n"), "counsel": "Another"}).counsel
            == "Another"
        )
