"""Tags, stages, the unverified lane, cases that belong together; the board, the calendar and the page to print."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from coalition.activity.models import Event
from coalition.search.actions import search
from enforcement.cases import actions
from enforcement.cases.models import Case, CaseListing, Related
from enforcement.market.models import Listing
from tests.conftest import everything

pytestmark = pytest.mark.django_db


def org(viewer):
    return Audience.objects.get(pk=viewer.organisation_audience_id)


def case_of(viewer, title, *parties, role="contribute"):
    with as_viewer(viewer):
        case = actions.open_case(title=title, by=viewer)
        for party in parties:
            actions.share(case, org(party), role=role, by=viewer)
        return case


def test_unverified_listings_stand_in_a_lane_until_somebody_has_looked(aurelia, northpeak, officer, browse):
    case = case_of(aurelia, "zyxcase", northpeak)
    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id).order_by("pk").values("pk")[:3]
        actions.add_listings(case, Listing.objects.filter(pk__in=own), verified=False, by=aurelia)
        ids = list(CaseListing.objects.filter(case=case).values_list("pk", flat=True))
    client = browse(northpeak)
    assert "still to be verified: <strong>3" in client.get(f"{case.get_absolute_url()}?tab=listings").content.decode()
    assert client.post(f"{case.get_absolute_url()}verify/", {"row": ids[:2]}).status_code == 302
    page = client.get(f"{case.get_absolute_url()}?tab=listings&lane=unverified").content.decode()
    assert "still to be verified: <strong>1" in page
    with as_viewer(northpeak):
        assert actions.verify(case, ids, by=northpeak) == 1
        assert actions.verify(case, ids, by=northpeak) == 0
        assert set(CaseListing.objects.filter(case=case).values_list("verified_by_id", flat=True)) == {northpeak.audience_id}
    rows = b"".join(client.get(f"{case.get_absolute_url()}?tab=listings&export=csv")).decode()
    assert rows.count("\r\n") == 4
    with as_viewer(officer), pytest.raises(NotAllowed):
        actions.verify(case, ids, by=officer)


def test_ids_of_another_case_verify_nothing(aurelia, northpeak):
    mine, theirs = case_of(northpeak, "zyxmine"), case_of(aurelia, "zyxtheirs")
    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id).order_by("pk").values("pk")[:1]
        actions.add_listings(theirs, Listing.objects.filter(pk__in=own), verified=False, by=aurelia)
        ids = list(CaseListing.objects.filter(case=theirs).values_list("pk", flat=True))
    with as_viewer(northpeak):
        assert actions.verify(mine, ids, by=northpeak) == 0


def test_tags_are_few_lower_case_and_found(aurelia, northpeak, browse):
    case = case_of(aurelia, "zyxcase", northpeak)
    with as_viewer(aurelia):
        described = actions.describe(case, title="zyxcase", summary="", tags="Baiyun,  winter   2026, 手袋, baiyun,", by=aurelia)
        assert described.tags == ["baiyun", "winter 2026", "手袋"]
        assert [entry.subject_id for entry in search("手袋", by=aurelia, kinds=["case"])] == [case.pk]
        for tags in (",".join(f"t{n}" for n in range(13)), "x" * 41):
            with pytest.raises(Refused) as refusal:
                actions.describe(case, title="zyxcase", summary="", tags=tags, by=aurelia)
            assert refusal.value.field == "tags"
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        actions.describe(case, title="theirs", summary="", tags="", by=northpeak)
    assert case.reference in browse(northpeak).get("/enforcement/cases/?tag=BAIYUN").content.decode()
    assert case.reference not in browse(northpeak).get("/enforcement/cases/?tag=bai").content.decode()


def test_what_belongs_together_is_shown_to_who_may_read_both(aurelia, northpeak, browse):
    shared, secret = case_of(aurelia, "zyxshared", northpeak), case_of(aurelia, "zyxsecret")
    with as_viewer(aurelia):
        link = actions.relate(shared, secret, because="The same warehouse.", by=aurelia)
        assert actions.relate(shared, secret, because="The same warehouse.", by=aurelia) == link
        with pytest.raises(Refused):
            actions.relate(shared, shared, because="It is itself.", by=aurelia)
    own = browse(aurelia)
    assert secret.get_absolute_url() in own.get(shared.get_absolute_url()).content.decode()
    assert shared.get_absolute_url() in own.get(secret.get_absolute_url()).content.decode()
    rival = browse(northpeak).get(shared.get_absolute_url()).content.decode()
    assert (secret.reference in rival, "zyxsecret" in rival) == (False, False)
    wrong = browse(northpeak).post(f"{shared.get_absolute_url()}related/", {"other": secret.reference, "because": "Try it."})
    assert (wrong.status_code, "No case of yours" in wrong.content.decode()) == (422, True)
    assert own.post(f"{shared.get_absolute_url()}related/{link.pk}/remove/").status_code == 302
    with as_viewer(aurelia):
        assert not Related.objects.filter(pk=link.pk).exists()


def test_the_board_moves_a_case_by_who_works_on_it(aurelia, northpeak, kestrel, browse):
    case = case_of(aurelia, "zyxcase", northpeak)
    read = case_of(aurelia, "zyxread", kestrel, role="read")
    client = browse(northpeak)
    assert client.post(f"{case.get_absolute_url()}stage/", {"stage": "acting", "back": "board"}).url == "/enforcement/cases/board/"
    page = client.get("/enforcement/cases/board/").content.decode()
    assert "zyxcase" in page.partition("Being acted on")[2].partition("<section>")[0]
    with as_viewer(kestrel), pytest.raises(NotAllowed):
        actions.set_stage(read, stage="acting", by=kestrel)
    with as_viewer(northpeak), pytest.raises(Refused):
        actions.set_stage(case, stage="nowhere", by=northpeak)
    assert "zyxread" not in page
    assert f"stage-{read.pk}" not in browse(kestrel).get("/enforcement/cases/board/").content.decode()


def test_the_calendar_holds_tasks_and_clocks_of_its_month(aurelia, northpeak, kestrel, browse):
    case, day = case_of(aurelia, "zyxcase", northpeak), timezone.localdate() + timedelta(days=40)
    with as_viewer(aurelia):
        actions.add_task(case, title="zyxtask", owed_by=org(northpeak), due_on=day, by=aurelia)
    for viewer, seen in ((aurelia, True), (northpeak, True), (kestrel, False)):
        assert ("zyxtask" in browse(viewer).get(f"/enforcement/cases/calendar/?month={day:%Y-%m}").content.decode()) is seen
    for month in ("", "2026-13", "nonsense", "99999-01"):
        assert browse(aurelia).get(f"/enforcement/cases/calendar/?month={month}").status_code == 200


def test_the_page_to_print_says_what_this_viewer_may_read(aurelia, northpeak, kestrel, browse):
    case = case_of(aurelia, "zyxcase", northpeak)
    with as_viewer(northpeak):
        room = actions.open_side_room(case, by=northpeak)
        actions.write_note(case, body="zyxroom", room=room, by=northpeak)
        actions.write_note(case, body="zyxnote", by=northpeak)
    page = browse(aurelia).get(f"{case.get_absolute_url()}summary/").content.decode()
    assert [word in page for word in ("zyxcase", "zyxnote", "zyxroom", "Claire Fontaine")] == [True, True, False, True]
    assert browse(kestrel).get(f"{case.get_absolute_url()}summary/").status_code == 404


def test_board_and_case_ask_as_many_queries_for_many_as_for_few(aurelia, northpeak, browse):
    client = browse(aurelia)

    def asked(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    case = case_of(aurelia, "zyxcase", northpeak)
    other = case_of(aurelia, "zyxother")
    with as_viewer(aurelia):
        actions.add_task(case, title="zyx", owed_by=org(northpeak), by=aurelia)
        actions.relate(case, other, because="The same shop.", by=aurelia)
    addresses = ("/enforcement/cases/board/", "/enforcement/cases/calendar/", f"{case.get_absolute_url()}?tab=tasks", case.get_absolute_url())
    few = [asked(address) for address in addresses]
    for n in range(8):
        other = case_of(aurelia, f"zyx{n}", northpeak)
        with as_viewer(aurelia):
            actions.add_task(case, title=f"zyx{n}", owed_by=org(northpeak), due_on=timezone.localdate(), by=aurelia)
            actions.relate(case, other, because="The same shop.", by=aurelia)
    assert [asked(address) for address in addresses] == few


def test_whoever_brought_a_listing_takes_it_out_again_and_the_history_says_which(browse, aurelia, northpeak):
    with everything():
        case = Case.objects.get(title__startswith="金龙皮具专营店")
        ours = list(case.listings.filter(brought_by=aurelia.organisation_audience_id).order_by("pk")[:2])
        theirs = case.listings.filter(brought_by=northpeak.organisation_audience_id).order_by("pk")[0]
    client, address = browse(aurelia), f"{case.get_absolute_url()}take-out/"
    assert client.post(address, {"row": [row.pk for row in [*ours, theirs]]}).status_code == 302
    with everything():
        assert not CaseListing.objects.filter(pk__in=[row.pk for row in ours]).exists()
        assert CaseListing.objects.filter(pk=theirs.pk).exists()
        assert Listing.objects.filter(pk=ours[0].listing_id).exists()
        event = Event.objects.get(verb="case.listings_taken_out", space=case.space_id)
    assert (event.data["count"], ours[0].key in event.data["what"]) == (2, True)
    assert client.post(address, {"row": [theirs.pk]}).status_code == 422


def test_several_cases_are_changed_together_as_far_as_they_are_one_s_own(browse, aurelia, northpeak):
    with as_viewer(northpeak):
        theirs = actions.open_case(title="Theirs", by=northpeak)
        actions.share(theirs, Audience.objects.get(pk=aurelia.organisation_audience_id), role="read", by=northpeak)
    with as_viewer(aurelia):
        ours = [actions.open_case(title=f"Ours {n}", tags="old", by=aurelia) for n in range(2)]
    client, chosen = browse(aurelia), [case.pk for case in [*ours, theirs]]
    page = client.post("/enforcement/cases/together/", {"case": chosen, "stage": "watching", "back": "state=open&q="}, follow=True)
    assert page.redirect_chain[0][0] == "/enforcement/cases/?state=open"
    assert "2 cases were changed. 1 is not yours to change so." in page.content.decode()
    client.post("/enforcement/cases/together/", {"case": chosen, "tags": "Winter, old"})
    with everything():
        found = Case.objects.in_bulk(chosen)
    assert [(found[case.pk].stage, found[case.pk].tags) for case in ours] == [("watching", ["old", "winter"])] * 2
    assert (found[theirs.pk].stage, found[theirs.pk].tags) == ("new", [])
    assert client.post("/enforcement/cases/together/", {"case": chosen}).status_code == 422
    assert client.post("/enforcement/cases/together/", {"case": chosen, "stage": "nowhere"}).status_code == 422
    assert client.post("/enforcement/cases/together/", {"case": chosen, "outcome": "merged", "close": "1"}).status_code == 422
    client.post("/enforcement/cases/together/", {"case": chosen, "outcome": "abandoned", "close": "1"})
    with everything():
        found = Case.objects.in_bulk(chosen)
    assert [(found[case.pk].state, found[case.pk].outcome) for case in ours] == [("closed", "abandoned")] * 2
    assert (found[theirs.pk].state, found[theirs.pk].outcome) == ("open", "")
