"""What members propose about another's case: a lower mark, a correction, a case that belongs with it."""

from urllib.parse import quote

import pytest

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from enforcement.cases import actions as cases
from enforcement.cases.models import Case, CaseListing, Related
from enforcement.market.models import Listing
from enforcement.proposals import actions
from enforcement.proposals.models import Proposal
from tests.conftest import everything, who

NEW = "/enforcement/proposals/new/"


@pytest.fixture
def case(db):
    with everything():
        return Case.objects.select_related("space", "owner").get(title__startswith="金龙皮具专营店")


def proposed(browse, viewer, kind, case, **fields):
    """What the form of a kind makes, or the page that refuses it."""
    response = browse(viewer).post(f"{NEW}{kind}/", {"case": case.reference, "because": "It would help both of us.", **fields})
    if response.status_code != 302:
        return response.content.decode()
    with everything():
        return Proposal.objects.select_related("space", "proposer", "asked").get(reference=response.headers["Location"].split("/")[-2])


def test_a_party_asks_for_a_lower_mark_and_the_owner_consents(browse, northpeak, aurelia, case):
    page = browse(northpeak).get(case.get_absolute_url()).content.decode()
    assert f"{NEW}case-mark/?case={case.reference}" in page
    proposal = proposed(browse, northpeak, "case-mark", case, tlp="GREEN")
    assert proposal.asked_id == aurelia.organisation_audience_id
    client = browse(aurelia)
    assert "TLP:GREEN" in client.get(proposal.get_absolute_url()).content.decode()
    assert client.post(f"{proposal.get_absolute_url()}accept/", {}).status_code == 302
    with everything():
        case.space.refresh_from_db()
    assert case.space.tlp == "GREEN"


def test_a_mark_that_is_no_lower_is_refused(browse, northpeak, case):
    assert "choose a mark that lets it go further" in proposed(browse, northpeak, "case-mark", case, tlp="AMBER+STRICT")


def test_a_title_is_put_right_when_its_owner_accepts(browse, northpeak, aurelia, case):
    proposal = proposed(browse, northpeak, "case-correction", case, what="title", words="Golden Dragon, watches and jackets")
    with as_viewer(aurelia):
        actions.accept(proposal, by=aurelia)
    with everything():
        case.refresh_from_db()
    assert case.title == "Golden Dragon, watches and jackets"


def test_what_was_changed_since_is_not_overwritten(browse, northpeak, aurelia, case):
    proposal = proposed(browse, northpeak, "case-correction", case, what="tags", words="jackets")
    with as_viewer(aurelia):
        cases.describe(case, title=case.title, summary=case.summary, tags="other", by=aurelia)
        with pytest.raises(Refused, match="changed since"):
            actions.accept(proposal, by=aurelia)
    with everything():
        case.refresh_from_db()
    assert case.tags == ["other"]


def test_a_case_that_both_read_is_noted_to_belong_with_it(browse, northpeak, aurelia, case):
    with as_viewer(northpeak):
        other = cases.open_case(title="Jackets", by=northpeak)
    assert "does not read that case" in proposed(browse, northpeak, "case-link", case, other=other.reference)
    with as_viewer(northpeak):
        cases.share(other, Audience.objects.get(pk=aurelia.organisation_audience_id), role="read", by=northpeak)
    proposal = proposed(browse, northpeak, "case-link", case, other=other.reference)
    with as_viewer(aurelia):
        actions.accept(proposal, by=aurelia)
    with everything():
        assert Related.objects.filter(case=case, other=other).exists()


@pytest.mark.parametrize("kind", ["case-mark", "case-correction", "case-link"])
def test_of_a_case_one_does_not_read_nothing_is_said(browse, outsider, case, kind):
    fields = {"tlp": "GREEN", "what": "title", "words": "x", "other": case.reference}
    assert "No case of yours has this reference" in proposed(browse, outsider, kind, case, **fields)


def test_under_red_a_room_of_two_organisations_would_say_too_much(browse, northpeak, aurelia):
    with as_viewer(aurelia):
        quiet = cases.open_case(title="Quiet", tlp="RED", by=aurelia)
        cases.share(quiet, Audience.objects.get(pk=northpeak.audience_id), role="contribute", by=aurelia)
    assert "Only persons are in this case" in proposed(browse, northpeak, "case-mark", quiet, tlp="AMBER")
    assert "case-mark" not in browse(northpeak).get(quiet.get_absolute_url()).content.decode()


def test_who_could_not_do_it_unasked_does_not_accept(browse, northpeak, case):
    proposal = proposed(browse, northpeak, "case-mark", case, tlp="GREEN")
    reader = who("finance@aurelia.example")
    with as_viewer(reader), pytest.raises(NotAllowed):
        actions.accept(proposal, by=reader)
    agent = who("agent@hartley.example", "aurelia")
    with as_viewer(agent), pytest.raises(NotAllowed):
        actions.accept(proposal, by=agent)


def test_one_s_own_case_is_changed_and_not_proposed_about(browse, aurelia, case):
    assert "It is your own" in proposed(browse, aurelia, "case-mark", case, tlp="GREEN")
    assert "case-mark" not in browse(aurelia).get(case.get_absolute_url()).content.decode()


def test_by_api_whose_it_is_follows_from_the_case(browse, northpeak, case):
    sent = {"kind": "case-mark", "about": {"case": case.reference, "tlp": "GREEN"}, "because": "It would help."}
    client = browse(northpeak)
    answer = client.post("/api/v1/proposals/", {**sent, "to": "kestrel"}, content_type="application/json")
    assert answer.status_code == 400
    answer = client.post("/api/v1/proposals/", sent, content_type="application/json")
    assert (answer.status_code, answer.json()["asked"]) == (201, "Aurelia")


def test_a_listing_that_is_not_theirs_leaves_the_case_when_who_brought_it_agrees(browse, northpeak, aurelia, case):
    with as_viewer(northpeak):
        row = CaseListing.objects.filter(case=case, brought_by=northpeak.organisation_audience_id).latest("pk")
    page = browse(aurelia).get(f"{case.get_absolute_url()}?tab=listings").content.decode()
    assert f"{NEW}case-listing/?case={case.reference}&amp;listing={quote(row.key)}&amp;to={northpeak.organisation_id}" in page
    proposal = proposed(browse, aurelia, "case-listing", case, listing=row.key, to=northpeak.organisation_id, brand="Kestrel Audio")
    assert proposal.asked_id == northpeak.organisation_audience_id
    client = browse(northpeak)
    assert "Kestrel Audio" in client.get(proposal.get_absolute_url()).content.decode()
    assert client.post(f"{proposal.get_absolute_url()}accept/", {}).status_code == 302
    with as_viewer(northpeak):
        assert not CaseListing.objects.filter(pk=row.pk).exists()
        assert Listing.objects.filter(space_id=northpeak.desk_id, key=row.key).exists()


def test_only_what_they_brought_can_be_said_to_be_not_theirs(browse, northpeak, aurelia, kestrel, case):
    with as_viewer(aurelia):
        row = CaseListing.objects.filter(case=case, brought_by=aurelia.organisation_audience_id).first()
    fields = {"listing": row.key, "to": kestrel.organisation_id}
    assert "brought no such listing into this case" in proposed(browse, northpeak, "case-listing", case, **fields)
    assert "No case of yours" in proposed(browse, kestrel, "case-listing", case, listing=row.key, to=aurelia.organisation_id)
