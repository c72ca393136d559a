"""Rivals in one room."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience, Grant
from coalition.access.viewer import as_system, as_viewer
from coalition.members import actions as members
from coalition.members.models import Organisation, Seat
from enforcement.cases import actions
from enforcement.cases.models import Case, CaseListing, Note
from enforcement.market.models import Listing
from tests.conftest import who

pytestmark = pytest.mark.django_db


def audience_of(viewer):
    return Audience.objects.get(pk=viewer.organisation_audience_id)


def shared_case(aurelia, northpeak, **more):
    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id).order_by("pk").values("pk")[:5]
        case = actions.open_case(title="One seller, two brands", listings=Listing.objects.filter(pk__in=own), by=aurelia, **more)
        actions.write_note(case, body="First", by=aurelia)
        actions.share(case, audience_of(northpeak), role="contribute", by=aurelia)
    northpeak.forget_spaces()
    return case


def test_the_page_says_what_they_will_read_before_the_grant_is_written(aurelia, northpeak, browse):
    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id).order_by("pk").values("pk")[:5]
        case = actions.open_case(title="Preview", listings=Listing.objects.filter(pk__in=own), by=aurelia)
        rival = audience_of(northpeak)
    client, address = browse(aurelia), f"/enforcement/cases/{case.reference}/share/"
    page = client.post(address, {"audience": rival.pk, "role": "read"}).content.decode()
    assert "Everybody with a seat at <strong>Northpeak</strong>" in page
    assert "5 listings" in page
    with as_viewer(aurelia):
        assert not Grant.objects.filter(space_id=case.space_id, audience=rival).exists()
    assert client.post(address, {"audience": rival.pk, "role": "read", "step": "confirm"}).status_code == 302
    assert browse(northpeak).get(f"/enforcement/cases/{case.reference}/").status_code == 200


def test_a_share_gives_access_to_nobody_the_preview_did_not_name(aurelia, northpeak):
    with as_viewer(aurelia):
        case = actions.open_case(title="Exactly", by=aurelia)
        rival = audience_of(northpeak)

    def readers():
        with as_system("who may enter"):
            from coalition.members.viewers import viewer_of_seat

            seats = [viewer_of_seat(pk) for pk in Seat.objects.values_list("pk", flat=True)]
            return {s.seat_id for s in seats if s and s.role_in(case.space_id)}

    before = readers()
    with as_viewer(aurelia):
        actions.share(case, rival, role="read", by=aurelia)
    assert len(readers() - before) == Seat.objects.filter(organisation__slug="northpeak", ends_at=None).count()


def test_the_rival_works_in_it_and_a_side_room_stays_private(aurelia, northpeak, browse):
    case = shared_case(aurelia, northpeak)
    with as_viewer(northpeak):
        added = actions.add_listings(case, Listing.objects.filter(space_id=northpeak.desk_id), by=northpeak)
        assert added > 0
        room = actions.open_side_room(case, by=northpeak)
        actions.write_note(case, body="zyxours alone", by=northpeak, room=room)
    aurelia.forget_spaces()
    with as_viewer(aurelia):
        assert CaseListing.objects.visible_to(aurelia).filter(case=case, brought_by_id=northpeak.organisation_audience_id).exists()
        assert not Note.objects.visible_to(aurelia).filter(body="zyxours alone").exists()
        # The rival's desk stays shut: the facts in the case are copies.
        assert not Listing.objects.visible_to(aurelia).filter(space_id=northpeak.desk_id).exists()
    assert browse(aurelia).get(room.get_absolute_url()).status_code == 404


def test_who_has_left_keeps_the_side_room_and_nothing_of_the_case(aurelia, northpeak, browse):
    case = shared_case(aurelia, northpeak)
    with as_viewer(northpeak):
        room = actions.open_side_room(case, by=northpeak)
        actions.write_note(case, body="zyxours alone", by=northpeak, room=room)
        actions.add_file(case, ContentFile(b"ours", name="zyxours.txt"), by=northpeak, room=room)
        address = room.get_absolute_url()
        actions.leave(case, by=northpeak)
    with as_viewer(aurelia):
        actions.describe(case, title="zyxnew title", summary="zyxsummary", tags="", by=aurelia)
    client = browse(northpeak)
    assert "Side rooms kept" in client.get("/enforcement/cases/").content.decode()
    assert case.reference in client.get("/enforcement/cases/kept/").content.decode()
    page = client.get(address, follow=True)
    assert page.redirect_chain == [(f"/enforcement/cases/kept/{room.pk}/", 302)]
    text = page.content.decode()
    assert "zyxours alone" in text
    assert "zyxnew" not in text
    assert "zyxsummary" not in text
    file = text.partition('href="/files/')[2].partition('"')[0]
    assert b"".join(client.get(f"/files/{file}").streaming_content) == b"ours"
    assert client.post(address, {"body": "more"}).status_code in (302, 404)
    for other in (aurelia, who("owner@kestrel.example")):
        assert browse(other).get(f"/enforcement/cases/kept/{room.pk}/").status_code == 404
    # Nobody who is in a case has its room among the kept.
    assert browse(northpeak).get("/enforcement/cases/kept/").content.decode().count("cases/kept/") == 1


def test_whoever_leads_a_case_sees_it_as_one_of_those_in_it(aurelia, northpeak, browse):
    case = shared_case(aurelia, northpeak)
    with as_viewer(aurelia):
        actions.write_note(case, body="zyxfor all", by=aurelia)
        room = actions.open_side_room(case, by=aurelia)
        actions.write_note(case, body="zyxfor us", by=aurelia, room=room)
        actions.decide(case, course="act", reason="zyxour reason", by=aurelia)
    with as_viewer(northpeak):
        theirs = actions.open_side_room(case, by=northpeak)
        actions.write_note(case, body="zyxfor them", by=northpeak, room=theirs)
    client, address = browse(aurelia), f"{case.get_absolute_url()}as/"
    assert f"as/?party={northpeak.organisation_audience_id}" in client.get(f"{case.get_absolute_url()}share/").content.decode()
    page = client.get(f"{address}?party={northpeak.organisation_audience_id}").content.decode()
    assert "zyxfor all" in page
    assert "your side room" in page
    assert "one decision of your own" in page
    for hidden in ("zyxfor us", "zyxfor them", "zyxour reason"):
        assert hidden not in page
    # Only as somebody who is in, and only whoever leads it.
    assert client.get(f"{address}?party={who('owner@kestrel.example').organisation_audience_id}").status_code == 404
    assert client.get(address).status_code == 404
    assert browse(northpeak).get(f"{address}?party={aurelia.organisation_audience_id}").status_code == 403


def test_a_third_brand_gets_404(aurelia, northpeak, kestrel, browse):
    case = shared_case(aurelia, northpeak)
    client = browse(kestrel)
    for tail in ("", "share/", "closing/"):
        assert client.get(f"/enforcement/cases/{case.reference}/{tail}").status_code == 404


def test_the_mark_caps_who_can_be_let_in(aurelia, northpeak):
    with as_viewer(aurelia):
        case = actions.open_case(title="Red", tlp="RED", by=aurelia)
        with pytest.raises(Refused, match="TLP:RED"):
            actions.share(case, audience_of(northpeak), role="read", by=aurelia)


def test_under_red_who_marks_it_leads_it_in_person(browse, aurelia):
    with as_viewer(aurelia):
        case = actions.open_case(title="Quiet now", by=aurelia)
    assert browse(aurelia).post(f"{case.get_absolute_url()}mark/", {"tlp": "RED"}).status_code == 302
    assert browse(aurelia).get(case.get_absolute_url()).status_code == 200
    assert browse(who("member@aurelia.example")).get(case.get_absolute_url()).status_code == 404
    with as_viewer(aurelia):
        actions.mark(case, tlp="AMBER", by=aurelia)


def test_a_mark_cannot_be_tightened_over_those_who_are_in(aurelia, northpeak):
    case = shared_case(aurelia, northpeak)
    with as_viewer(aurelia), pytest.raises(Refused, match="Northpeak"):
        actions.mark(case, tlp="RED", by=aurelia)


def test_only_who_leads_shares(aurelia, northpeak, kestrel):
    case = shared_case(aurelia, northpeak)
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        actions.share(case, audience_of(kestrel), role="read", by=northpeak)


def test_access_ends_at_its_hour(aurelia, northpeak, browse):
    case = shared_case(aurelia, northpeak)
    with as_system("let time pass"):
        Grant.objects.filter(space_id=case.space_id, audience_id=northpeak.organisation_audience_id).update(expires_at="2020-01-01T00:00Z")
    assert browse(northpeak).get(f"/enforcement/cases/{case.reference}/").status_code == 404


def test_a_member_who_left_sees_nothing_and_what_they_wrote_stays(aurelia, northpeak, browse):
    case = shared_case(aurelia, northpeak)
    client = browse(northpeak)
    with as_viewer(northpeak):
        actions.write_note(case, body="Written before leaving", by=northpeak)
    with as_system("end a seat"):
        members.end_seat(Seat.objects.get(pk=northpeak.seat_id), by=None)
    assert client.get(f"/enforcement/cases/{case.reference}/").status_code == 403
    aurelia.forget_spaces()
    assert "Written before leaving" in browse(aurelia).get(f"/enforcement/cases/{case.reference}/").content.decode()


def test_an_agent_sees_only_the_brand_they_act_for(agent, aurelia, northpeak, browse):
    client = browse(agent)
    with as_viewer(aurelia):
        case = actions.open_case(title="Only Aurelia’s", by=aurelia)
    assert client.get(f"/enforcement/cases/{case.reference}/").status_code == 200
    from tests.conftest import who

    other = who("agent@hartley.example", "northpeak")
    assert client.post("/switch/", {"seat": other.seat_id}).status_code == 302
    assert client.get(f"/enforcement/cases/{case.reference}/").status_code == 404
    assert client.post("/switch/", {"seat": aurelia.seat_id}).status_code == 404


def test_breaking_the_glass_is_recorded_and_told(admin, analyst, aurelia, browse):
    from coalition.activity.actions import deliver_batch
    from coalition.activity.models import InboxItem

    with as_viewer(aurelia):
        case = actions.open_case(title="Behind glass", by=aurelia)
    assert browse(analyst).get("/staff/break-glass/").status_code == 404
    client = browse(admin)
    address = f"/enforcement/cases/{case.reference}/"
    assert client.get(address).status_code == 404
    client.post("/staff/break-glass/", {"reference": case.reference, "reason": "A court order arrived this morning."})
    assert client.get(address).status_code == 200
    assert client.post(address + "note/", {"body": "x", "token": "8f7d1f60-1111-4111-8111-111111111111"}).status_code == 403
    while deliver_batch():
        pass
    with as_viewer(aurelia):
        assert InboxItem.objects.of(aurelia).filter(event__verb="space.glass_broken").exists()


def test_a_double_click_writes_one_note(aurelia, browse):
    with as_viewer(aurelia):
        case = actions.open_case(title="Twice", by=aurelia)
    client = browse(aurelia)
    for _click in range(2):
        client.post(f"/enforcement/cases/{case.reference}/note/", {"body": "Once", "token": "8f7d1f60-2222-4222-8222-222222222222"})
    with as_viewer(aurelia):
        assert Note.objects.filter(case=case).count() == 1


def test_hostile_words_are_rendered_inert(aurelia, browse):
    with as_viewer(aurelia):
        case = actions.open_case(title="<script>alert(1)</script>", by=aurelia)
        actions.write_note(case, body="<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![p](https://evil.example/p.png)", by=aurelia)
    page = browse(aurelia).get(f"/enforcement/cases/{case.reference}/").content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_closed_case_has_an_outcome_and_can_be_reopened(aurelia):
    with as_viewer(aurelia):
        case = actions.open_case(title="Over", by=aurelia)
        with pytest.raises(Refused):
            actions.close(case, outcome="", by=aurelia)
        assert actions.close(case, outcome="removed", by=aurelia).state == Case.State.CLOSED
        with pytest.raises(Refused, match="closed"):
            actions.add_listings(case, Listing.objects.filter(space_id=aurelia.desk_id), by=aurelia)
        assert actions.reopen(case, by=aurelia).outcome == ""


def test_a_guest_who_leads_cannot_put_the_owner_out(aurelia, northpeak):
    case = shared_case(aurelia, northpeak)
    with as_viewer(aurelia):
        actions.share(case, audience_of(northpeak), role="lead", by=aurelia)
    northpeak.forget_spaces()
    with as_viewer(northpeak):
        with pytest.raises(Refused, match="owns this"):
            actions.share(case, audience_of(aurelia), role="read", by=northpeak)
        with pytest.raises(Refused, match="owns this"):
            actions.unshare(case, audience_of(aurelia), by=northpeak)


def test_beside_a_red_case_the_room_is_one_person_s(aurelia):
    with as_viewer(aurelia):
        case = actions.open_case(title="Named people only", by=aurelia, tlp="RED")
        room = actions.open_side_room(case, by=aurelia)
        assert (room.space.tlp, room.party_id) == ("RED", aurelia.audience_id)
        assert actions.open_side_room(case, by=aurelia) == room


def test_a_file_is_found_by_its_name(aurelia, kestrel, browse):
    from django.core.files.base import ContentFile

    with as_viewer(aurelia):
        case = actions.open_case(title="With a file", by=aurelia)
        actions.add_file(case, ContentFile(b"Dear sirs", name="Gutachten Lederqualität.txt"), by=aurelia)
    address = "/search/?q=lederqualitat&kind=file"
    assert "Gutachten Lederqualität.txt" in browse(aurelia).get(address).content.decode()
    assert "Gutachten" not in browse(kestrel).get(address).content.decode()


def test_a_mark_is_lowered_only_once_it_was_said_what_that_lets_happen(aurelia, northpeak, browse):
    with as_viewer(aurelia):
        case = actions.open_case(title="zyxmark", by=aurelia)
        actions.share(case, Audience.objects.get(pk=northpeak.organisation_audience_id), role="contribute", by=aurelia)
    client, address = browse(aurelia), f"{case.get_absolute_url()}mark/"
    page = client.post(address, {"tlp": "GREEN"}).content.decode()
    assert "From TLP:AMBER to TLP:GREEN" in page
    # Northpeak has brought and written nothing that would go further.
    assert "have not agreed" not in page
    with as_viewer(aurelia):
        case.space.refresh_from_db()
    assert case.space.tlp == "AMBER"
    assert client.post(address, {"tlp": "GREEN", "step": "confirm"}).status_code == 302
    assert client.post(address, {"tlp": "AMBER+STRICT"}).status_code == 302
    with as_viewer(aurelia):
        case.space.refresh_from_db()
    assert case.space.tlp == "AMBER+STRICT"
    assert browse(northpeak).post(address, {"tlp": "CLEAR"}).status_code == 403


def test_a_link_to_a_case_one_may_not_read_is_not_taken_back_nor_explained(aurelia, northpeak, browse):
    with as_viewer(aurelia):
        shared, other = actions.open_case(title="zyxshared", by=aurelia), actions.open_case(title="zyxother", by=aurelia)
        actions.share(shared, Organisation.objects.get(slug="northpeak").audience, role="contribute", by=aurelia)
        link = actions.relate(shared, other, because="zyxreason why", by=aurelia)
    client = browse(northpeak)
    page = client.get(shared.get_absolute_url()).content.decode()
    assert "zyxreason" not in page
    assert other.reference not in page
    assert client.post(f"{shared.get_absolute_url()}related/{link.pk}/remove/").status_code == 404
    assert "zyxreason" in browse(aurelia).get(shared.get_absolute_url()).content.decode()


def test_who_joins_a_split_case_later_does_not_learn_where_it_came_from(aurelia, browse):
    kestrel = who("owner@kestrel.example")
    with as_viewer(aurelia):
        whole = actions.open_case(title="zyxwhole", listings=Listing.objects.filter(space_id=aurelia.desk_id), by=aurelia)
        move = actions.split(
            whole, title="zyxapart", chosen={"listings": list(whole.listings.values_list("pk", flat=True)[:1])}, parties=[], by=aurelia
        )
        actions.share(move.target, Organisation.objects.get(slug="kestrel").audience, role="read", by=aurelia)
    client = browse(kestrel)
    assert whole.reference not in client.get(move.target.get_absolute_url()).content.decode()
    with as_viewer(aurelia):
        actions.undo(move, by=aurelia)
    for address in (move.target.get_absolute_url(), "/inbox/", "/home/"):
        assert whole.reference not in client.get(address).content.decode()


def test_a_colleague_s_wording_is_not_written_over(aurelia, browse):
    with as_viewer(aurelia):
        case = actions.open_case(title="First title", by=aurelia)
    client, address = browse(aurelia), f"{case.get_absolute_url()}describe/"
    seen = case.wording
    assert client.post(address, {"title": "Second title", "summary": "", "tags": "", "seen": seen}).status_code == 302
    late = client.post(address, {"title": "Third title", "summary": "typed at length", "tags": "", "seen": seen})
    assert (late.status_code, "typed at length" in late.content.decode()) == (422, True)
    with as_viewer(aurelia):
        case.refresh_from_db()
        assert case.title == "Second title"


def test_what_was_to_do_in_a_side_room_ends_with_leaving(aurelia, northpeak, browse):
    with as_viewer(aurelia):
        case = actions.open_case(title="zyxleft", by=aurelia)
        actions.share(case, Organisation.objects.get(slug="northpeak").audience, role="contribute", by=aurelia)
    with as_viewer(northpeak):
        room = actions.open_side_room(case, by=northpeak)
        owed = Audience.objects.get(pk=northpeak.organisation_audience_id)
        task = actions.add_task(case, title="zyxbudget", owed_by=owed, due_on=timezone.localdate() + timedelta(days=9), by=northpeak, room=room)
        there = task.get_absolute_url().partition("#")[0]
    client = browse(northpeak)
    assert "zyxbudget" in client.get(there).content.decode()
    assert "zyxbudget" in client.get("/due/").content.decode()
    with as_viewer(northpeak):
        actions.leave(case, by=northpeak)
    assert "zyxbudget" not in client.get("/due/").content.decode()
    kept = client.get(there, follow=True)
    assert (kept.status_code, "zyxbudget" in kept.content.decode()) == (200, True)
