"""Who is out is out of everything; what somebody wrote goes no further than they agreed; nobody acts on both sides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Space
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import Event, InboxItem
from enforcement.cases import actions
from enforcement.cases.models import Case, Consent, Task
from enforcement.market.models import Listing
from enforcement.notices import actions as notices
from enforcement.proposals import actions as proposals
from enforcement.proposals.models import Proposal
from tests.conftest import everything, who
from tests.enforcement.test_moves import filled, merge, org, undo
from tests.enforcement.test_notices import fill
from tests.enforcement.test_officers import in_days, seat

pytestmark = pytest.mark.django_db


def note(viewer, case, body):
    viewer.forget_spaces()
    with as_viewer(viewer):
        return actions.write_note(case, body=body, by=viewer)


def reads(viewer, case):
    viewer.forget_spaces()
    with as_viewer(viewer):
        return Case.objects.visible_to(viewer).filter(pk=case.pk).exists()


def unshare(viewer, case, party):
    with as_viewer(viewer):
        actions.unshare(case, org(party), by=viewer)


def let_officer_in(viewer, case, officer):
    with as_viewer(viewer):
        return actions.share(case, seat(officer), role="read", expires_at=in_days(10), by=viewer)


# ---- officers -------------------------------------------------------------------------------------------------------------------


def test_whoever_was_put_out_is_still_asked_before_an_officer_reads_its_name(aurelia, northpeak, officer):
    case = filled(aurelia, "zyxa", northpeak)
    note(northpeak, case, "zyxtheirs")
    unshare(aurelia, case, northpeak)
    with pytest.raises(Refused, match="have not agreed to that: Northpeak"):
        let_officer_in(aurelia, case, officer)


def test_what_a_party_that_left_agreed_to_holds_no_longer(aurelia, northpeak, officer):
    case = filled(aurelia, "zyxa", northpeak)
    with as_viewer(northpeak):
        actions.consent(case, by=northpeak)
    let_officer_in(aurelia, case, officer)
    with as_viewer(northpeak):
        actions.leave(case, by=northpeak)
    assert not reads(officer, case)
    with pytest.raises(Refused, match="Northpeak"):
        let_officer_in(aurelia, case, officer)


def test_an_officer_takes_nothing_out_unseen_and_has_no_api(aurelia, officer, browse):
    case = filled(aurelia, "zyxa")
    let_officer_in(aurelia, case, officer)
    client = browse(officer)
    taken = [f"{case.get_absolute_url()}summary/", "/enforcement/cases/?export=csv", "/enforcement/cases/tasks/?state=open&export=csv"]
    for count, address in enumerate(taken, 1):
        answer = client.get(address)
        assert answer.status_code == 200
        b"".join(answer.streaming_content) if answer.streaming else answer.content
        with everything():
            assert Event.objects.about(case).filter(verb="case.taken_out").count() == count, address
    assert client.get("/api/v1/cases/").status_code == 403
    assert client.post("/profile/tokens/", {"name": "mine", "days": "90"}).status_code == 403
    assert "Ask for a lower mark" not in client.get(case.get_absolute_url()).content.decode()


# ---- out is out -----------------------------------------------------------------------------------------------------------------


def test_out_of_a_case_is_out_of_what_was_merged_into_it(aurelia, northpeak):
    in_target, in_source = filled(aurelia, "zyxa", start=0), filled(aurelia, "zyxb", northpeak, start=2)
    merge(aurelia, in_target, in_source)
    assert reads(northpeak, in_target)
    unshare(aurelia, in_source, northpeak)
    assert not reads(northpeak, in_target)

    source, target = filled(aurelia, "zyxc", northpeak, start=4), filled(aurelia, "zyxd", start=6)
    move = merge(aurelia, source, target)
    with as_viewer(northpeak):
        northpeak.forget_spaces()
        actions.leave(target, by=northpeak)
    undo(aurelia, move)
    assert not reads(northpeak, source)
    assert not reads(northpeak, target)


def test_what_whoever_is_out_owed_there_passes_to_whose_case_it_is(aurelia, northpeak):
    case = filled(aurelia, "zyxa", northpeak)
    with as_viewer(aurelia):
        task = actions.add_task(case, title="Look", owed_by=org(northpeak), due_on=timezone.localdate() + timedelta(days=5), by=aurelia)
    unshare(aurelia, case, northpeak)
    with everything():
        task = Task.objects.get(pk=task.pk)
        assert (task.owed_by_id, task.state) == (case.owner_id, "open")


def test_a_merged_case_is_changed_and_shared_no_more(aurelia, northpeak):
    source, target = filled(aurelia, "zyxa"), filled(aurelia, "zyxb", start=2)
    merge(aurelia, source, target)
    with as_viewer(aurelia):
        with pytest.raises(Refused, match="goes on in"):
            actions.describe(source, summary="new", by=aurelia)
        with pytest.raises(Refused, match="goes on in"):
            actions.share(source, org(northpeak), role="read", by=aurelia)


def test_a_case_that_was_once_red_can_be_merged(aurelia):
    with as_viewer(aurelia):
        source = actions.open_case(title="Once red", tlp="RED", by=aurelia)
        actions.mark(source, tlp="AMBER", by=aurelia)
    target = filled(aurelia, "zyxb", start=2)
    undo(aurelia, merge(aurelia, _fresh(source), target))
    assert reads(aurelia, source)


def _fresh(case):
    with everything():
        return Case.objects.select_related("space", "owner").get(pk=case.pk)


# ---- undone under the eyes of others --------------------------------------------------------------------------------------------


@pytest.fixture
def split_off(aurelia, northpeak):
    """Northpeak's note went into a case of its own with Northpeak, which was then put out of the old one."""
    case = filled(aurelia, "zyxa", northpeak)
    theirs = note(northpeak, case, "zyxtheirs")
    with as_viewer(aurelia):
        move = actions.split(case, title="Theirs", chosen={"notes": [theirs.pk]}, parties=[northpeak.organisation_audience_id], by=aurelia)
        actions.unshare(case, org(northpeak), by=aurelia)
    return move


def test_a_split_is_not_undone_to_where_its_author_cannot_read(aurelia, split_off):
    with pytest.raises(Refused, match="Northpeak brought, wrote or owes"):
        undo(aurelia, split_off)


def test_a_split_is_not_undone_before_whoever_came_since(aurelia, northpeak, kestrel, split_off):
    with as_viewer(aurelia):
        for party in (northpeak, kestrel):
            actions.share(split_off.source, org(party), role="read", by=aurelia)
    with pytest.raises(Refused, match="Kestrel Audio came into"):
        undo(aurelia, split_off)
    unshare(aurelia, split_off.source, kestrel)
    undo(aurelia, split_off)


def test_a_split_is_not_undone_under_a_laxer_mark(aurelia, northpeak, split_off):
    with as_viewer(aurelia):
        actions.share(split_off.source, org(northpeak), role="read", by=aurelia)
        actions.mark(split_off.source, tlp="CLEAR", by=aurelia)
    with pytest.raises(Refused, match="laxer mark since"):
        undo(aurelia, split_off)


def test_a_split_is_not_undone_before_an_officer(aurelia, officer):
    case = filled(aurelia, "zyxa")
    mine = note(aurelia, case, "zyxmine")
    with as_viewer(aurelia):
        move = actions.split(case, title="Other", chosen={"notes": [mine.pk]}, parties=[], by=aurelia)
    let_officer_in(aurelia, case, officer)
    with pytest.raises(Refused, match="officer of law enforcement"):
        undo(aurelia, move)


# ---- the mark of what somebody wrote --------------------------------------------------------------------------------------------


def test_a_mark_is_lowered_once_those_whose_words_go_further_agree(aurelia, northpeak, kestrel, browse):
    case = filled(aurelia, "zyxa", northpeak, kestrel)
    note(northpeak, case, "zyxtheirs")
    leader, party, reader = browse(aurelia), browse(northpeak), browse(kestrel)
    address = case.get_absolute_url()
    page = leader.post(f"{address}mark/", {"tlp": "GREEN"}).content.decode()
    assert "have not agreed to it: Northpeak." in page
    assert leader.post(f"{address}mark/", {"tlp": "GREEN", "step": "confirm"}).status_code == 422
    assert party.post(f"{address}mark/agree/", {"tlp": "GREEN"}).status_code == 409
    assert leader.post(f"{address}mark/ask/", {"tlp": "GREEN"}).status_code == 302
    with everything():
        deliver_batch()
        assert InboxItem.objects.of(northpeak).filter(event__verb="case.mark_asked").exists()
    assert "Agree to TLP:GREEN" in party.get(address).content.decode()
    assert "Agree to TLP:GREEN" not in leader.get(address).content.decode()
    assert party.post(f"{address}mark/agree/", {"tlp": "CLEAR"}).status_code == 409
    for _twice in range(2):
        assert party.post(f"{address}mark/agree/", {"tlp": "GREEN"}).status_code == 302
    # Whoever only reads has no words there that go further.
    assert leader.post(f"{address}mark/", {"tlp": "GREEN", "step": "confirm"}).status_code == 302
    with everything():
        assert Space.objects.get(pk=case.space_id).tlp == "GREEN"
        deliver_batch()
        assert InboxItem.objects.of(northpeak).filter(event__verb="space.marked").exists()
        assert not Consent.objects.filter(case=case).exists()
    # To what was agreed then nothing more is agreed.
    assert leader.post(f"{address}mark/", {"tlp": "CLEAR", "step": "confirm"}).status_code == 422
    assert reader.post(f"{address}mark/ask/", {"tlp": "CLEAR"}).status_code == 403


def test_a_proposal_lowers_no_mark_over_a_third(aurelia, northpeak, kestrel, browse):
    case = filled(aurelia, "zyxa", northpeak, kestrel)
    note(northpeak, case, "zyxone")
    note(kestrel, case, "zyxother")
    browse(northpeak).post("/enforcement/proposals/new/case-mark/", {"case": case.reference, "tlp": "GREEN", "because": "To tell the press."})
    with everything():
        made = Proposal.objects.get(kind="case-mark", subject=case.reference)
    with as_viewer(aurelia), pytest.raises(Refused, match="have not agreed: Kestrel"):
        proposals.accept(made, by=aurelia)


# ---- proposals ------------------------------------------------------------------------------------------------------------------


def propose(client, kind, **values):
    return client.post(f"/enforcement/proposals/new/{kind}/", {"because": "Look at it, please.", **values})


def test_an_agent_answers_for_nobody(agent, aurelia, browse):
    there = who("agent@hartley.example", "northpeak")
    shop = {"platform": "bazaar", "shop": "zyxshop", "name": "zyxdealer", "to": aurelia.organisation_id}
    assert propose(browse(there), "allowed-seller", **shop).status_code == 302
    with everything():
        made = Proposal.objects.get(subject="bazaar:zyxshop")
    with as_viewer(agent):
        with pytest.raises(NotAllowed):
            proposals.accept(made, by=agent)
        with pytest.raises(NotAllowed):
            proposals.decline(made, reason="Not for me to say.", by=agent)


def test_an_owner_that_left_is_told_nothing_new(aurelia, northpeak, kestrel, browse):
    case = filled(aurelia, "zyxa", kestrel)
    with as_viewer(aurelia):
        actions.share(case, org(northpeak), role="lead", by=aurelia)
        actions.leave(case, by=aurelia)
    northpeak.forget_spaces()
    with as_viewer(northpeak):
        actions.describe(_fresh(case), summary="zyxsincethen", by=northpeak)
    assert propose(browse(kestrel), "case-correction", case=case.reference, what="summary", words="Better").status_code == 302
    with everything():
        made = Proposal.objects.get(kind="case-correction", subject__startswith=case.reference)
    assert made.asked_id == northpeak.organisation_audience_id
    assert browse(aurelia).get(made.get_absolute_url()).status_code == 404


def test_what_whoever_is_out_proposed_is_ended(aurelia, northpeak, browse):
    case = filled(aurelia, "zyxa", northpeak)
    propose(browse(northpeak), "case-correction", case=case.reference, what="title", words="Better")
    unshare(aurelia, case, northpeak)
    with everything():
        made = Proposal.objects.get(kind="case-correction", subject__startswith=case.reference)
        assert (made.answer, made.reason) == ("withdrawn", "They are in the case no more.")


def test_long_names_and_keys_are_no_fault_of_the_portal(aurelia, northpeak, browse):
    client = browse(northpeak)
    shop = {"platform": "bazaar", "shop": "zyxshop", "name": "n" * 200, "to": aurelia.organisation_id}
    assert propose(client, "allowed-seller", **shop).status_code == 302


def test_nobody_is_flooded_with_proposals(aurelia, northpeak, browse):
    client = browse(northpeak)
    answers = [
        propose(client, "allowed-seller", platform="bazaar", shop=f"zyxshop{n}", name="x", to=aurelia.organisation_id).status_code
        for n in range(proposals.MOST_A_DAY + 1)
    ]
    assert answers == [302] * proposals.MOST_A_DAY + [422]


# ---- notices --------------------------------------------------------------------------------------------------------------------


def test_leaving_a_case_does_not_free_what_its_mark_holds(aurelia, northpeak):
    with as_viewer(aurelia):
        case = actions.open_case(title="Held", by=aurelia)
        actions.share(case, org(northpeak), role="contribute", by=aurelia)
        actions.set_pap(case, pap="RED", by=aurelia)
    northpeak.forget_spaces()
    with as_viewer(northpeak):
        listings = Listing.objects.filter(space_id=northpeak.desk_id, platform__slug="bazaar").order_by("-pk")[:1]
        (drafted,) = notices.compose(Listing.objects.filter(pk__in=[one.pk for one in listings]), by=northpeak, case=_fresh(case))
        fill(northpeak, drafted)
        actions.leave(case, by=northpeak)
        with pytest.raises(Refused, match="PAP:RED"):
            notices.submit(drafted, by=northpeak)
