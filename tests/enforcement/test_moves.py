"""Merge and split: rows move, nothing is copied or lost, nobody reads what the confirmation did not name, and all of it can be undone."""

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.models import Audience, Grant
from coalition.access.viewer import as_viewer
from coalition.files.models import Attachment
from coalition.search.actions import search
from enforcement.cases import actions
from enforcement.cases.models import Case, CaseListing, Move, Note, SideRoom, Task
from enforcement.market.models import Listing
from tests.conftest import everything, who

pytestmark = pytest.mark.django_db


def org(viewer):
    return Audience.objects.get(pk=viewer.organisation_audience_id)


def filled(viewer, title, *parties, start=0, tlp="AMBER"):
    """A case with two listings, a note, a task and a file, shared with others."""
    with as_viewer(viewer):
        own = Listing.objects.filter(space_id=viewer.desk_id).order_by("pk").values("pk")[start : start + 2]
        case = actions.open_case(title=title, listings=Listing.objects.filter(pk__in=own), tlp=tlp, by=viewer)
        for party in parties:
            actions.share(case, org(party), role="contribute", by=viewer)
        actions.write_note(case, body=f"{title}note", by=viewer)
        actions.add_task(case, title=f"{title}task", owed_by=org(viewer), by=viewer)
        actions.add_file(case, ContentFile(b"x", name=f"{title}file.txt"), by=viewer)
        return case


def merge(viewer, source, target):
    with as_viewer(viewer):
        return actions.merge(source, target, seen=actions.merging(source, target).seen, by=viewer)


def undo(viewer, move):
    with as_viewer(viewer):
        return actions.undo(move, by=viewer)


def held(case):
    """What lies in a case, by kind."""
    with everything():
        return {
            "listings": CaseListing.objects.filter(case=case, space=case.space).count(), "notes": Note.objects.filter(case=case, space=case.space).count(),
            "tasks": Task.objects.filter(case=case, space=case.space).count(), "files": Attachment.objects.filter(space=case.space).count(),
        }  # fmt: skip


def readers(case):
    with everything():
        return set(Grant.objects.live().filter(space=case.space_id).values_list("audience_id", flat=True))


FULL = {"listings": 2, "notes": 1, "tasks": 1, "files": 1}
TWICE = {name: 2 * n for name, n in FULL.items()}
NOTHING = dict.fromkeys(FULL, 0)


def test_a_merge_moves_all_and_is_undone_whole(aurelia, northpeak, kestrel, browse):
    source, target = filled(aurelia, "zyxa", northpeak), filled(aurelia, "zyxb", kestrel, start=2)
    before = readers(source), readers(target)
    move = merge(aurelia, source, target)
    assert (held(source), held(target)) == (NOTHING, TWICE)
    assert readers(source) == readers(target) == before[0] | before[1]
    client = browse(northpeak)
    assert client.get(source.get_absolute_url()).url == target.get_absolute_url()
    page = client.get(target.get_absolute_url()).content.decode()
    assert [word in page for word in ("zyxanote", "zyxbnote", f"merged {source.reference}", "opened the case")] == [True] * 4
    with as_viewer(kestrel):
        assert [entry.detail for entry in search("zyxafile", by=kestrel, kinds=["file"])] == [target.reference]
    undo(aurelia, move)
    assert (held(source), held(target)) == (FULL, FULL)
    assert (readers(source), readers(target)) == before
    with as_viewer(northpeak):
        assert not Case.objects.visible_to(northpeak).filter(pk=target.pk).exists()
        assert Case.objects.get(pk=source.pk).state == "open"
    with as_viewer(aurelia), pytest.raises(Conflict):
        actions.undo(move, by=aurelia)


def test_what_came_in_since_stays_and_what_both_had_was_never_moved(aurelia):
    source, target = filled(aurelia, "zyxa"), filled(aurelia, "zyxb", start=1)
    with as_viewer(aurelia):
        change = actions.merging(source, target)
        assert {str(words): (n, stay) for words, n, stay in change.rows}["listings"] == (1, 1)
    move = merge(aurelia, source, target)
    with as_viewer(aurelia):
        actions.write_note(target, body="zyxlater", by=aurelia)
        with pytest.raises(Refused, match="goes on in"):
            actions.write_note(source, body="zyxtoolate", by=aurelia)
        with pytest.raises(Refused, match="closed"):
            actions.add_listings(source, Listing.objects.none(), by=aurelia)
        with pytest.raises(Refused, match="undo that"):
            actions.reopen(source, by=aurelia)
    undo(aurelia, move)
    assert (held(source)["listings"], held(target)["listings"], held(target)["notes"]) == (2, 2, 2)


def test_nobody_is_let_in_whom_the_confirmation_did_not_name(aurelia, northpeak, kestrel):
    source, target = filled(aurelia, "zyxa"), filled(aurelia, "zyxb", start=2)
    with as_viewer(aurelia):
        seen = actions.merging(source, target).seen
        actions.share(target, org(kestrel), role="read", by=aurelia)
        with pytest.raises(Conflict, match="has changed"):
            actions.merge(source, target, seen=seen, by=aurelia)
    assert org(kestrel).pk not in readers(source)
    assert held(source) == FULL


def test_only_whose_it_is_gives_a_case_up(aurelia, northpeak, agent):
    theirs = filled(northpeak, "zyxn", aurelia)
    with as_viewer(northpeak):
        actions.share(theirs, org(aurelia), role="lead", by=northpeak)
    own = filled(aurelia, "zyxa")
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        actions.merge(theirs, own, seen="|", by=aurelia)
    for viewer in (agent, who("finance@aurelia.example"), who("member@aurelia.example")):
        with as_viewer(viewer):
            if viewer.role == "member" and not viewer.is_agent:
                assert actions.may_merge_into(own, viewer).filter(pk=theirs.pk).exists()
            else:
                with pytest.raises(NotAllowed):
                    actions.merge(own, theirs, seen="|", by=viewer)
    # One's own goes into another's that one leads; the owner of that one reads it then.
    merge(aurelia, own, theirs)
    assert held(theirs) == TWICE


def test_nothing_comes_under_a_laxer_mark(aurelia):
    strict, lax = filled(aurelia, "zyxa", tlp="AMBER+STRICT"), filled(aurelia, "zyxb", start=2, tlp="GREEN")
    with pytest.raises(Refused, match="laxer"):
        merge(aurelia, strict, lax)
    merge(aurelia, lax, strict)
    assert held(strict) == TWICE


def test_nothing_comes_under_a_laxer_pap_mark(aurelia):
    held_back, free = filled(aurelia, "zyxa"), filled(aurelia, "zyxb", start=2)
    with as_viewer(aurelia):
        held_back = actions.set_pap(held_back, pap="RED", by=aurelia)
    with pytest.raises(Refused, match="PAP:CLEAR, laxer"):
        merge(aurelia, held_back, free)
    with as_viewer(aurelia):
        new = actions.split(
            held_back, title="Split", chosen={"listings": list(held_back.listings.values_list("pk", flat=True)[:1])}, parties=[], by=aurelia
        ).target
        assert new.pap == "RED"


def test_a_chain_of_merges_leads_on_and_is_undone_backwards(aurelia, browse):
    one, two, three = (filled(aurelia, f"zyx{n}", start=2 * n) for n in range(3))
    first = merge(aurelia, one, two)
    second = merge(aurelia, two, three)
    assert held(three) == {name: 3 * n for name, n in FULL.items()}
    page = browse(aurelia).get(one.get_absolute_url(), follow=True)
    assert page.redirect_chain[-1][0] == three.get_absolute_url()
    assert f"merged {one.reference}" in page.content.decode()
    with pytest.raises(Refused, match="undo that first"):
        undo(aurelia, first)
    undo(aurelia, second)
    undo(aurelia, first)
    assert [held(case) for case in (one, two, three)] == [FULL] * 3


def test_side_rooms_stay_what_they_are(aurelia, northpeak, browse):
    source, target = filled(aurelia, "zyxa", northpeak), filled(aurelia, "zyxb", northpeak, start=2)
    with as_viewer(northpeak):
        room = actions.open_side_room(source, by=northpeak)
        actions.write_note(source, body="zyxsecret", room=room, by=northpeak)
    merge(aurelia, source, target)
    with everything():
        assert SideRoom.objects.get(pk=room.pk).case_id == source.pk
    client = browse(northpeak)
    assert room.get_absolute_url() in client.get(target.get_absolute_url()).content.decode()
    assert "zyxsecret" in client.get(room.get_absolute_url()).content.decode()
    assert "zyxsecret" not in browse(aurelia).get(target.get_absolute_url()).content.decode()


def test_a_split_moves_what_was_chosen_to_whom_was_chosen_and_is_undone(aurelia, northpeak, kestrel, browse):
    case = filled(aurelia, "zyxa", northpeak, kestrel)
    with everything():
        listing, note = CaseListing.objects.filter(case=case).first(), Note.objects.get(case=case)
    with as_viewer(aurelia):
        chosen = {"listings": [listing.pk], "notes": [note.pk]}
        move = actions.split(case, title="zyxsplit", chosen=chosen, parties=[org(kestrel).pk], by=aurelia)
    new = move.target
    assert (held(new), held(case)) == ({**NOTHING, "listings": 1, "notes": 1}, {**FULL, "listings": 1, "notes": 0})
    assert readers(new) == {org(aurelia).pk, org(kestrel).pk}
    left = browse(northpeak).get(case.get_absolute_url()).content.decode()
    assert ("split off 2" in left, "zyxanote" in left, new.reference in left, "zyxsplit" in left) == (True, False, False, False)
    assert browse(northpeak).get(new.get_absolute_url()).status_code == 404
    undo(aurelia, move)
    assert held(case) == FULL
    assert browse(kestrel).get(new.get_absolute_url()).url == case.get_absolute_url()


def test_nobody_s_own_is_taken_where_they_cannot_read_it(aurelia, northpeak):
    case = filled(aurelia, "zyxa", northpeak)
    with as_viewer(northpeak):
        note = actions.write_note(case, body="zyxtheirs", by=northpeak)
    for parties, works in (([], False), ([org(northpeak).pk], True)):
        with as_viewer(aurelia):
            if works:
                assert actions.split(case, title="zyx", chosen={"notes": [note.pk]}, parties=parties, by=aurelia).moved["notes"] == [note.pk]
            else:
                with pytest.raises(Refused, match="let them in"):
                    actions.split(case, title="zyx", chosen={"notes": [note.pk]}, parties=parties, by=aurelia)
    with as_viewer(aurelia):
        for chosen, parties in (({}, []), ({"notes": [999_999]}, []), ({"files": []}, [org(northpeak).pk + 10_000])):
            with pytest.raises(Refused):
                actions.split(case, title="zyx", chosen=chosen, parties=parties, by=aurelia)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parties=st.lists(st.tuples(st.sampled_from(["northpeak", "kestrel", "outsider", "bazaar"]), st.booleans()), max_size=5))
def test_a_merge_gives_access_to_nobody_it_did_not_name(request, parties):
    """Whatever the parties: after a merge both are read by exactly the union, and the preview named every one who was new."""
    aurelia = request.getfixturevalue("aurelia")
    with as_viewer(aurelia):
        cases = [actions.open_case(title=title, by=aurelia) for title in ("zyxone", "zyxtwo")]
        for name, first in parties:
            actions.share(cases[not first], org(request.getfixturevalue(name)), role="read", by=aurelia)
        before = [readers(case) for case in cases]
        change = actions.merging(*cases)
        actions.merge(*cases, seen=change.seen, by=aurelia)
        to_target, to_source = ({grant.audience_id for grant in grants} for grants in (change.to_target, change.to_source))
    assert (before[1] | to_target, before[0] | to_source) == (readers(cases[1]), readers(cases[0]))


def test_whose_people_are_all_in_already_is_said_so(aurelia, northpeak, browse):
    source, target = filled(aurelia, "zyxa"), filled(aurelia, "zyxb", northpeak, start=2)
    with as_viewer(aurelia):
        actions.share(source, Audience.objects.get(pk=northpeak.audience_id), role="read", by=aurelia)
        change = actions.merging(source, target)
    person = next(grant for grant in change.to_target if grant.audience_id == northpeak.audience_id)
    whole = next(grant for grant in change.to_source if grant.audience_id == northpeak.organisation_audience_id)
    assert (person.pk in change.already, whole.pk in change.already) == (True, False)
    shown = browse(aurelia).get(f"{source.get_absolute_url()}merge/?target={target.reference}").content.decode()
    assert shown.count("read it already, by another way") == 1


def test_an_undo_is_read_once(aurelia, browse):
    source = filled(aurelia, "zyxa")
    with everything():
        note = Note.objects.get(case=source)
    with as_viewer(aurelia):
        move = actions.split(source, title="zyxsplit", chosen={"notes": [note.pk]}, parties=[], by=aurelia)
    undo(aurelia, move)
    assert browse(aurelia).get(source.get_absolute_url()).content.decode().count("undid that") == 1


def test_by_the_pages(aurelia, northpeak, browse):
    source, target = filled(aurelia, "zyxa", northpeak), filled(aurelia, "zyxb", start=2)
    client, address = browse(aurelia), source.get_absolute_url()
    shown = client.get(f"{address}merge/?target={target.reference}").content.decode()
    assert "comes to read all of" in shown
    stale = client.post(f"{address}merge/", {"target": target.reference, "seen": "1|"})
    assert (stale.status_code, "has changed meanwhile" in stale.content.decode()) == (422, True)
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(f"{address}merge/", {"target": target.reference, "seen": seen}).url == target.get_absolute_url()
    with as_viewer(aurelia):
        move = Move.objects.get(source=source)
    assert browse(northpeak).post(f"{target.get_absolute_url()}moves/{move.pk}/undo/").status_code == 403
    assert client.post(f"{target.get_absolute_url()}moves/{move.pk}/undo/").url == source.get_absolute_url()
    page = client.get(f"{address}split/").content.decode()
    assert "zyxanote" in page
    assert client.post(f"{address}split/", {"title": "zyxsplit"}).status_code == 422
    with everything():
        note = Note.objects.get(case=source)
    values = {"title": "zyxsplit 分", "notes": note.pk}
    # First what it changes, by name; nothing is written yet.
    shown = client.post(f"{address}split/", values).content.decode()
    assert "zyxanote" in shown.partition("What changes")[2].partition("</section>")[0]
    assert "Reading it no longer" in shown
    assert "Northpeak" in shown.partition("Reading it no longer")[2].partition("</p>")[0]
    with everything():
        assert not Case.objects.filter(title="zyxsplit 分").exists()
    made = client.post(f"{address}split/", values | {"step": "confirm"})
    assert "zyxanote" in client.get(made.url).content.decode()
    assert [browse(northpeak).get(f"{address}{verb}/").status_code for verb in ("merge", "split")] == [403, 403]
