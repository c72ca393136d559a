"""Steps 3 to 6 of the main job by API: the same actions, a token bound to a seat."""

import io

import pytest

from coalition.access.models import Audience
from coalition.access.viewer import as_system, as_viewer
from coalition.api.actions import make_token
from coalition.members import actions as members
from coalition.members.models import Seat
from enforcement.market.models import Import
from enforcement.market.working import work_on
from enforcement.rights.models import Right
from enforcement.sharing import actions as sharing
from enforcement.sharing.models import SharingGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client):
    def caller(viewer):
        with as_viewer(viewer):
            _token, secret = make_token(name="script", days=30, by=viewer)

        def do(method, address, data=None, **more):
            more.setdefault("content_type", "application/json") if data is not None and "format" not in more else None
            more.pop("format", None)
            return getattr(client, method)(f"/api/v1{address}", data, headers={"Authorization": f"Bearer {secret}"}, **more)

        return do

    return caller


def test_from_file_to_stood_behind(call, aurelia, northpeak, analyst, bazaar):
    ours, theirs, staff, market = call(aurelia), call(northpeak), call(analyst), call(bazaar)
    sheet = io.BytesIO(b"url,title\nhttps://bazaar.example/item/8800001,API bag\nhttps://bazaar.example/item/8800002,API bag 2\n")
    sheet.name = "api.csv"
    job = ours("post", "/imports/upload/", {"file": sheet}, format="multipart").json()
    assert job["mapping"]["address"]["column"] == 0
    with as_system("find it"):
        pk = Import.objects.get(reference=job["reference"]).pk
    ours("post", f"/imports/{job['reference']}/columns/", {})
    work_on(pk)
    assert ours("get", f"/imports/{job['reference']}/").json()["counts"] == {"new": 2}
    ours("post", f"/imports/{job['reference']}/confirm/", {})
    work_on(pk)
    ids = [row["id"] for row in ours("get", f"/listings/?batch={job['reference']}").json()["results"]]
    assert len(ids) == 2

    case = ours("post", "/cases/", {"title": "By API", "listings": ids}).json()
    dry = ours("post", f"/cases/{case['reference']}/share/", {"organisation": "northpeak", "dry_run": True}).json()
    assert (dry["listings"], dry["written"]) == (2, False)
    assert theirs("get", f"/cases/{case['reference']}/").status_code == 404
    ours("post", f"/cases/{case['reference']}/share/", {"organisation": "northpeak"})
    assert theirs("get", f"/cases/{case['reference']}/").status_code == 200

    with as_viewer(aurelia):
        right = Right.objects.filter(space_id=aurelia.desk_id).first().reference
    (notice,) = ours("post", "/notices/", {"listings": ids, "case": case["reference"]}).json()
    ref = notice["reference"]
    refused = ours("post", f"/notices/{ref}/submit/", {})
    assert refused.status_code == 422
    assert "Still missing" in refused.json()["detail"]
    body = {
        "ground": "counterfeit",
        "right": right,
        "statement": "These goods are not ours.",
        "signatory": "C. Fontaine",
        "in_good_faith": True,
        "not_genuine": True,
        "seen": notice["revision"],
    }
    assert ours("put", f"/notices/{ref}/", body).status_code == 200
    assert ours("put", f"/notices/{ref}/", body).status_code == 409
    assert ours("post", f"/notices/{ref}/submit/", {}).json()["state"] == "vetting"
    assert market("get", f"/notices/{ref}/").status_code == 404
    assert staff("post", f"/notices/{ref}/approve/", {}).json()["state"] == "sent"

    items = market("get", f"/notices/{ref}/items/").json()["results"]
    answer = {"items": [{"id": i["id"], "seen": i["decisions"]} for i in items], "outcome": "removed"}
    assert market("post", f"/notices/{ref}/answer/", answer).json() == {"answered": 2}
    late = {**answer, "outcome": "rejected", "reason": "x"}
    assert market("post", f"/notices/{ref}/answer/", late).status_code == 409
    dispute = market("post", "/disputes/", {"item": items[0]["id"], "kind": "counter_notice", "statement": "The seller disagrees."}).json()
    assert theirs("get", f"/disputes/{dispute['id']}/").status_code == 404
    stood = ours("post", f"/disputes/{dispute['id']}/stand-behind/", {"signatory": "C. Fontaine", "evidence": "Examiner’s report."}).json()
    assert stood["ending"] == "stood_behind"
    assert market("post", f"/disputes/{dispute['id']}/conclude/", {"stays_down": True}).json()["final"] == "down"


def test_a_token_ends_with_its_seat(call, outsider):
    api = call(outsider)
    assert api("get", "/listings/").status_code == 200
    with as_system("end the seat"):
        members.end_seat(Seat.objects.get(pk=outsider.seat_id), by=None)
    assert api("get", "/listings/").status_code == 401


def test_a_refused_call_changes_nothing(call, outsider, bazaar):
    assert call(bazaar)("post", "/cases/", {"title": "Not mine to open"}).status_code == 403
    wrong = call(outsider)("post", "/cases/", {"title": "x", "tlp": "PURPLE"})
    assert wrong.status_code == 400
    assert "tlp" in wrong.json()


def test_nobody_without_a_token(client):
    assert client.get("/api/v1/listings/").status_code == 401
    assert client.get("/api/v1/listings/", headers={"Authorization": "Bearer ct_wrong"}).status_code == 401


def test_a_cursor_that_nobody_gave_out_is_not_there(call, aurelia):
    import base64

    for position in ("p=abc", "p=99999999999999999999999", "o=-1"):
        answer = call(aurelia)("get", f"/listings/?cursor={base64.b64encode(position.encode()).decode()}")
        assert answer.status_code in (200, 404), position


def test_a_right_by_api_is_entered_followed_and_asked(call, client, aurelia, northpeak):
    ours = call(aurelia)
    wrong = {"kind": "trademark", "name": "AURELIA API", "number": "88123456", "jurisdiction": "US", "registered_on": "2020-01-01"}
    refused = ours("post", "/rights/", wrong)
    assert (refused.status_code, "serial number" in str(refused.json())) == (422, True)
    assert ours("post", "/rights/", {**wrong, "registered_on": "20200-01-01"}).status_code == 400
    madrid = {**wrong, "number": "1777568", "jurisdiction": "WO", "classes": [14], "expires_on": "2029-12-31", "designates": ["JP", "US"]}
    right = ours("post", "/rights/", madrid).json()
    assert (right["expires_on"], right["in_force"], [part["territory"] for part in right["protections"]]) == ("2029-12-31", True, ["JP", "US", "WO"])
    address = f"/rights/{right['reference']}/"
    asked = {case: ours("get", f"{address}valid/?{case}").json()["valid"] for case in (
        "country=JP", "country=FR", "country=JP&on=2029-12-31", "country=JP&on=2030-01-01", "country=JP&classes=25", "country=JP&classes=14")}  # fmt: skip
    assert list(asked.values()) == [True, False, True, False, False, True]
    assert ours("get", f"{address}valid/?country=XX&classes=99").status_code == 400
    noted = ours("post", f"{address}statuses/", {"territory": "JP", "state": "invalidated", "since": "2026-01-01"})
    assert noted.status_code == 200
    assert ours("get", f"{address}valid/?country=JP").json() == {
        "valid": False,
        "because": "In Japan it stands as “declared invalid” since 1 January 2026.",
    }
    assert ours("post", f"{address}statuses/", {"territory": "JP", "state": "registered", "since": "2026-02-01"}).status_code == 422
    found = ours("get", "/rights/?nice=14&where=JP")
    assert found.status_code == 200, found.content
    assert right["reference"] in {row["reference"] for row in found.json()["results"]}
    theirs = call(northpeak)
    assert {theirs("get", address).status_code, theirs("get", f"{address}valid/?country=JP").status_code} == {404}


@pytest.fixture
def shared(call, aurelia, northpeak):
    ours = call(aurelia)
    case = ours("post", "/cases/", {"title": "Worked by API", "tags": "api, test"}).json()
    ours("post", f"/cases/{case['reference']}/share/", {"organisation": "northpeak"})
    return f"/cases/{case['reference']}/"


def test_a_case_is_worked_by_api(call, aurelia, northpeak, shared):
    ours, theirs = call(aurelia), call(northpeak)
    assert ours("get", shared).json()["tags"] == ["api", "test"]
    task = ours("post", f"{shared}tasks/", {"title": "Say which are yours", "organisation": "northpeak", "due_on": "2099-01-31"})
    assert task.status_code == 201, task.content
    assert task.json()["owed_by"] == "Northpeak"
    one = f"{shared}tasks/{task.json()['id']}/"
    assert theirs("patch", one, {"due_on": "2099-02-28"}).json()["due_on"] == "2099-02-28"
    assert theirs("patch", one, {"state": "done", "remark": "All of them"}).json()["state"] == "done"
    assert theirs("patch", one, {"state": "dropped"}).status_code == 409
    assert theirs("patch", one, {"state": "open"}).json()["remark"] == ""
    assert [row["title"] for row in theirs("get", f"{shared}tasks/").json()["results"]] == ["Say which are yours"]
    assert theirs("post", f"{shared}stage/", {"stage": "acting"}).json()["stage"] == "acting"
    assert theirs("patch", shared, {"title": "Not theirs to say"}).status_code == 403
    assert ours("patch", shared, {"title": "Put right"}).json()["tags"] == ["api", "test"]
    assert theirs("post", f"{shared}decisions/", {"course": "act", "reason": "Our goods are in it."}).status_code == 201
    assert theirs("get", f"{shared}decisions/").json()["results"][0]["reason"] == "Our goods are in it."
    assert ours("get", f"{shared}decisions/").json()["results"] == []
    assert ours("post", f"{shared}close/", {"outcome": "removed"}).json()["state"] == "closed"
    assert ours("post", f"{shared}reopen/").json()["state"] == "open"
    assert theirs("post", f"{shared}leave/").status_code == 204
    assert theirs("get", shared).status_code == 404


def test_a_person_and_a_group_are_let_in_by_api(call, aurelia, northpeak, kestrel, officer, shared):
    ours = call(aurelia)
    colleague = Seat.objects.get(person__email="member@aurelia.example")
    assert ours("post", f"{shared}share/", {"seat": colleague.pk, "role": "read"}).json()["who"].startswith("Noor Haddad")
    # A number tells nobody's name: whoever is not one's own, a contact or a findable officer is not there.
    assert ours("post", f"{shared}share/", {"seat": kestrel.seat_id}).status_code == 404
    assert ours("post", f"{shared}share/", {"seat": colleague.pk, "organisation": "northpeak"}).status_code == 400
    with as_viewer(aurelia):
        group = SharingGroup.objects.get(name="Warehouses of the Pearl River")
    answer = ours("post", f"{shared}share/", {"sharing_group": group.pk, "role": "read", "dry_run": True}).json()
    assert answer["within"] == ["Aurelia", "Kestrel Audio", "Lumière Cosmétiques", "Northpeak"]
    assert call(kestrel)("get", shared).status_code == 404
    assert ours("post", f"{shared}share/", {"sharing_group": group.pk, "role": "read"}).status_code == 409
    assert ours("post", f"{shared}share/", {"sharing_group": group.pk, "role": "read", "seen": answer["seen"]}).status_code == 200
    assert call(kestrel)("get", shared).status_code == 200
    assert ours("post", f"{shared}unshare/", {"sharing_group": group.pk}).status_code == 204
    assert call(kestrel)("get", shared).status_code == 404
    assert call(northpeak)("post", f"{shared}share/", {"organisation": "kestrel"}).status_code == 403


def test_cases_are_merged_and_split_by_api(call, aurelia, northpeak, shared):
    ours, theirs = call(aurelia), call(northpeak)
    note = ours("post", f"{shared}notes/", {"body": "Goes with it"}).json()["id"]
    other = ours("post", "/cases/", {"title": "The same again"}).json()["reference"]
    change = ours("post", f"{shared}merge/", {"into": other, "dry_run": True}).json()
    assert change["comes_to_read_target"] == ["Northpeak"]
    assert change["moves"]["notes"] == 1
    assert ours("post", f"{shared}merge/", {"into": other}).status_code == 409
    assert theirs("post", f"{shared}merge/", {"into": other, "dry_run": True}).status_code == 403
    move = ours("post", f"{shared}merge/", {"into": other, "seen": change["seen"]}).json()
    assert theirs("get", f"/cases/{other}/").status_code == 200
    undone = ours("post", f"/cases/{other}/moves/{move['id']}/undo/").json()
    assert undone["undone_at"]
    assert theirs("get", f"/cases/{other}/").status_code == 404
    split = ours("post", f"{shared}split/", {"title": "A part of it", "notes": [note], "parties": ["northpeak"]})
    assert split.status_code == 201, split.content
    assert theirs("get", f"/cases/{split.json()['into_case']}/notes/").json()["results"][0]["body"] == "Goes with it"
    assert [row["kind"] for row in ours("get", f"{shared}moves/").json()["results"]] == ["split", "merge"]
    assert ours("post", f"{shared}split/", {"title": "x", "notes": [note], "parties": ["kestrel"]}).status_code == 404


def test_by_api_too_nobody_comes_in_who_was_not_named(call, aurelia, northpeak, outsider):
    ours = call(aurelia)
    with as_viewer(aurelia):
        group = sharing.gather(name="zyxgroup", who=[Audience.objects.get(pk=northpeak.organisation_audience_id)], by=aurelia)
    address = f"/cases/{ours('post', '/cases/', {'title': 'zyx'}).json()['reference']}/"
    said = ours("post", f"{address}share/", {"sharing_group": group.pk, "role": "read", "dry_run": True}).json()
    with as_viewer(aurelia):
        sharing.widen(group, [Audience.objects.get(pk=outsider.organisation_audience_id)], by=aurelia)
    answer = ours("post", f"{address}share/", {"sharing_group": group.pk, "role": "read", "seen": said["seen"]})
    assert answer.status_code == 409
    assert call(outsider)("get", address).status_code == 404


def test_a_group_that_has_grown_is_let_out_by_its_number(call, aurelia, northpeak, outsider):
    ours = call(aurelia)
    with as_viewer(aurelia):
        group = sharing.gather(name="zyxgroup", who=[Audience.objects.get(pk=northpeak.organisation_audience_id)], by=aurelia)
    address = f"/cases/{ours('post', '/cases/', {'title': 'zyx'}).json()['reference']}/"
    seen = ours("post", f"{address}share/", {"sharing_group": group.pk, "role": "read", "dry_run": True}).json()["seen"]
    ours("post", f"{address}share/", {"sharing_group": group.pk, "role": "read", "seen": seen})
    with as_viewer(aurelia):
        sharing.widen(group, [Audience.objects.get(pk=outsider.organisation_audience_id)], by=aurelia)
    assert ours("post", f"{address}unshare/", {"sharing_group": group.pk}).status_code == 204
    assert call(northpeak)("get", address).status_code == 404


@pytest.mark.parametrize("body", ['{"a":' + "[" * 100_000, '{"stage": "\\ud800"}', '{"\\udfff": 1}'])
def test_a_body_that_cannot_be_read_is_told_so(call, aurelia, shared, body):
    assert call(aurelia)("post", f"{shared}stage/", body).status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"organisation": "northpeak", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"organisation": "aurelia", "role": "read"}, "audience"),
    ],
)
def test_a_dry_run_refuses_what_the_deed_would(call, aurelia, shared, body, field):
    for dry in (True, False):
        answer = call(aurelia)("post", f"{shared}share/", {**body, "dry_run": dry})
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_what_is_not_there_is_told_in_one_sentence(call, aurelia, northpeak, kestrel, shared):
    theirs = call(northpeak)
    said = {
        theirs("post", f"{shared}tasks/", {"title": "x", **who}).content
        for who in ({"seat": kestrel.seat_id}, {"seat": 99999}, {"organisation": "customs"}, {"organisation": "nosuchorg"}, {"sharing_group": 99999})
    }
    assert said == {b'{"detail":"Not found."}'}


def test_a_last_day_lies_within_a_hundred_years(call, aurelia, shared):
    answer = call(aurelia)("post", f"{shared}tasks/", {"title": "x", "organisation": "aurelia", "due_on": "9999-12-31"})
    assert (answer.status_code, answer.json()["field"]) == (422, "due_on")
