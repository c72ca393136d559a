"""What one member proposes to another: in a room of the two, answered by a clock, done when it is accepted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from coalition.clocks.actions import sweep
from coalition.clocks.models import Clock
from coalition.members.models import Organisation
from coalition.search.actions import search
from enforcement.market import allowing
from enforcement.market.models import AllowedSeller, Platform
from enforcement.proposals import actions
from enforcement.proposals.models import Proposal
from tests.conftest import everything, who

pytestmark = pytest.mark.django_db


def about(shop="zyxdealer", **more):
    return {"platform": Platform.objects.get(slug="bazaar"), "shop": shop, "name": "Zyx Dealer 经销商", "ends_on": None, **more}


def propose(viewer, to="aurelia", **more):
    with as_viewer(viewer):
        asked = Organisation.objects.select_related("audience").get(slug=to)
        return actions.propose("allowed-seller", to=asked, about=about(**more), because="Their licence hangs in the shop.", by=viewer)


def waiting(proposal):
    with everything():
        return Clock.objects.running().filter(subject_type="proposals.proposal", subject_id=proposal.pk).count()


def test_the_two_read_it_and_nobody_else(northpeak, aurelia, kestrel, bazaar, analyst, agent, browse):
    proposal = propose(northpeak)
    address = proposal.get_absolute_url()
    assert {browse(viewer).get(address).status_code for viewer in (northpeak, aurelia, agent)} == {200}
    assert {browse(viewer).get(address).status_code for viewer in (kestrel, bazaar, analyst)} == {404}
    with as_viewer(kestrel):
        assert (list(search("经销商", by=kestrel, kinds=["proposal"])), Proposal.objects.count()) == ([], 0)
    with as_viewer(aurelia):
        assert search("Zyx Dealer", by=aurelia, kinds=["proposal"])[0].subject_id == proposal.pk
        assert Clock.objects.of(aurelia).filter(subject_id=proposal.pk, kind="proposal_answer").exists()


def test_what_is_accepted_stands_on_the_allow_list_and_both_are_told(northpeak, aurelia):
    proposal, today = propose(northpeak, ends_on=timezone.localdate() + timedelta(days=90)), timezone.localdate()
    deliver_batch(5000)
    with as_viewer(aurelia):
        assert InboxItem.objects.of(aurelia).filter(event__verb="proposal.made").exists()
        accepted = actions.accept(proposal, by=aurelia, reason="Indeed.")
        (entry,) = allowing.allowed_among(["bazaar:zyxdealer"], desk_id=aurelia.desk_id, on=today)
    assert (accepted.answer, entry.kind, entry.ends_on) == ("accepted", "authorised", today + timedelta(days=90))
    assert "of Northpeak" in entry.because
    assert waiting(proposal) == 0
    deliver_batch(5000)
    with as_viewer(northpeak):
        assert InboxItem.objects.of(northpeak).filter(event__verb="proposal.accepted").exists()
        # Neither the entry nor its event is the proposer's to see.
        assert not AllowedSeller.objects.filter(pk=entry.pk).exists()
    for act in (actions.accept, actions.decline):
        with as_viewer(aurelia), pytest.raises(Conflict):
            act(proposal, by=aurelia, reason="Once more.")
    with as_viewer(northpeak), pytest.raises(Conflict):
        actions.withdraw(proposal, by=northpeak, reason="Too late.")


def test_a_seller_that_is_on_the_list_already_stays_as_it_is(northpeak, aurelia):
    proposal = propose(northpeak)
    with as_viewer(aurelia):
        platform = Platform.objects.get(slug="bazaar")
        entry = allowing.allow("bazaar:zyxdealer", platform=platform, name="Ours", kind="own", because="Our own shop.", by=aurelia)
        assert actions.accept(proposal, by=aurelia).answer == "accepted"
        assert list(AllowedSeller.objects.filter(seller_key="bazaar:zyxdealer")) == [entry]


def test_only_who_might_do_it_answers_and_only_the_proposer_withdraws(northpeak, aurelia):
    proposal = propose(northpeak)
    finance = who("finance@aurelia.example")
    for viewer in (northpeak, finance):
        for act in (actions.accept, actions.decline):
            with as_viewer(viewer), pytest.raises(NotAllowed):
                act(proposal, by=viewer, reason="Not mine to say.")
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        actions.withdraw(proposal, by=aurelia, reason="Not mine either.")
    with as_viewer(finance), pytest.raises(NotAllowed):
        asked = Organisation.objects.select_related("audience").get(slug="northpeak")
        actions.propose("allowed-seller", to=asked, about=about(), because="Finance proposes nothing.", by=finance)
    with as_viewer(northpeak):
        with pytest.raises(Refused):
            actions.withdraw(proposal, by=northpeak, reason="")
        assert actions.withdraw(proposal, by=northpeak, reason="It was another shop.").answer == "withdrawn"
    assert waiting(proposal) == 0
    assert propose(northpeak).pk != proposal.pk


def test_what_cannot_be_proposed_is_said_at_its_field(northpeak, browse):
    propose(northpeak)
    for more, field in (({}, "to"), ({"to": "northpeak"}, "to"), ({"shop": " "}, "shop"), ({"ends_on": timezone.localdate()}, "ends_on")):
        with pytest.raises(Refused) as refusal:
            propose(northpeak, **more)
        assert refusal.value.field == field
    client = browse(northpeak)
    typed = {"platform": "bazaar", "shop": "zyxdealer", "name": "Zyx 经销商", "because": "Their licence hangs in the shop."}
    to = Organisation.objects.get(slug="aurelia").pk
    for change in ({}, {"to": 0}, {"to": to}):
        refused = client.post("/enforcement/proposals/new/allowed-seller/", typed | change)
        assert (refused.status_code, "Zyx 经销商" in refused.content.decode()) == (422, True)
    assert "waits for an answer" in refused.content.decode()
    assert client.get("/enforcement/proposals/new/nothing/").status_code == 404


def test_silence_is_said_to_both_and_a_late_answer_is_taken(northpeak, aurelia, browse):
    proposal = propose(northpeak)
    with everything():
        Clock.objects.filter(kind="proposal_answer", subject_id=proposal.pk).update(due_at=timezone.now() - timedelta(hours=1))
        Proposal.objects.filter(pk=proposal.pk).update(due_at=timezone.now() - timedelta(hours=1))
    sweep()
    deliver_batch(5000)
    for viewer in (northpeak, aurelia):
        with as_viewer(viewer):
            assert Proposal.objects.get(pk=proposal.pk).answer == "lapsed"
            assert InboxItem.objects.of(viewer).filter(event__verb="proposal.lapsed").exists()
    mine = "/enforcement/proposals/?whose=us&time=late"
    assert proposal.reference in browse(northpeak).get(mine).content.decode()
    with as_viewer(aurelia):
        late = actions.decline(proposal, by=aurelia, reason="The licence was ended.")
    assert (late.answer, late.was_late) == ("declined", True)
    page = browse(northpeak).get(proposal.get_absolute_url()).content.decode()
    assert ("The licence was ended." in page, "after its time" in page) == (True, True)
    listed = browse(northpeak).get(mine).content.decode()
    assert proposal.reference in listed
    assert "Zyx Dealer" in listed


def test_the_rate_counts_what_its_rows_show(northpeak, aurelia, browse):
    before = [rate_of(northpeak, "us"), rate_of(aurelia, "others")]
    answered, late, withdrawn, _open = (propose(northpeak, shop=f"zyx{n}") for n in range(4))
    with as_viewer(aurelia):
        actions.decline(answered, by=aurelia, reason="Not one of ours.")
    with as_viewer(northpeak):
        actions.withdraw(withdrawn, by=northpeak, reason="Another shop.")
    with everything():
        Proposal.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    for (in_time, owed), viewer, side in zip(before, (northpeak, aurelia), ("us", "others"), strict=True):
        assert rate_of(viewer, side) == (in_time + 1, owed + 2)
        rows = browse(viewer).get(f"/enforcement/proposals/?whose={side}&time=owed").content.decode()
        assert [row.reference in rows for row in (answered, late, withdrawn, _open)] == [True, True, False, False]


def rate_of(viewer, side):
    viewer.forget_spaces()
    with as_viewer(viewer):
        found = Proposal.objects.visible_to(viewer)
        own = found.of(viewer) if side == "us" else found.to(viewer)
        return own.in_time().count(), own.owed(timezone.now()).count()


def test_by_its_pages_from_a_seller_to_the_answer(northpeak, aurelia, browse):
    client, to = browse(northpeak), Organisation.objects.get(slug="aurelia").pk
    form = client.get("/enforcement/proposals/new/allowed-seller/?platform=bazaar&shop=zyxdealer&name=Zyx").content.decode()
    assert ('value="zyxdealer"' in form, '<option value="bazaar" selected>' in form) == (True, True)
    typed = {"to": to, "platform": "bazaar", "shop": "zyxdealer", "name": "Zyx", "because": "Their licence hangs in the shop.", "ends_on": ""}
    address = client.post("/enforcement/proposals/new/allowed-seller/", typed).url
    assert "Accept, and do it" not in client.get(address).content.decode()
    asked = browse(aurelia)
    assert "Accept, and do it" in asked.get(address).content.decode()
    assert asked.post(address + "decline/", {"reason": ""}).status_code == 422
    assert asked.post(address + "accept/", {"reason": ""}).status_code == 302
    assert "on your allow list" in asked.get("/enforcement/sellers/bazaar:zyxdealer/").content.decode()
    assert client.get("/enforcement/sellers/bazaar:zyxdealer/").status_code == 404
    again = asked.post(address + "decline/", {"reason": "On second thoughts."})
    assert (again.status_code, "accepted already" in again.content.decode()) == (422, True)


def test_by_api(northpeak, aurelia, browse):
    made = {"kind": "allowed-seller", "to": "aurelia", "because": "Their licence hangs in the shop."}
    client = browse(northpeak)
    shop = {"platform": "bazaar", "shop": "zyxdealer", "name": "Zyx", "ends_on": "2031-12-31"}
    for about, field in (({}, "platform"), (shop | {"ends_on": "2020-01-01"}, "ends_on")):
        refused = client.post("/api/v1/proposals/", made | {"about": about}, content_type="application/json")
        assert (refused.status_code in (400, 422), field in refused.content.decode()) == (True, True)
    answer = client.post("/api/v1/proposals/", made | {"about": shop}, content_type="application/json")
    assert (answer.status_code, answer.json()["facts"]["ends_on"], answer.json()["answer"]) == (201, "2032-01-01", "")
    address = f"/api/v1/proposals/{answer.json()['reference']}/"
    assert client.post(address + "accept/", {}, content_type="application/json").status_code == 403
    assert browse(aurelia).post(address + "accept/", {}, content_type="application/json").json()["answer"] == "accepted"


def test_the_list_asks_as_many_queries_for_many_as_for_few(northpeak, browse):
    client = browse(northpeak)

    def asked():
        client.get("/enforcement/proposals/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/enforcement/proposals/").status_code == 200
        return len(queries)

    propose(northpeak)
    few = asked()
    for n in range(12):
        propose(northpeak, shop=f"zyx{n}")
    assert asked() == few
