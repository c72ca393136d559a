"""What each party decides by itself, which steps a case allows, and sharing with a group."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from enforcement.cases import actions
from enforcement.cases.models import Case, OwnDecision
from enforcement.market.models import Listing
from enforcement.notices import actions as notices
from enforcement.notices import judging
from groups.engagement.models import Group
from tests.conftest import everything, who
from tests.enforcement.test_notices import fill


@pytest.fixture
def case(db):
    with everything():
        return Case.objects.select_related("space", "owner").get(title__startswith="金龙皮具专营店")


def test_a_decision_is_one_s_own_and_no_rival_reads_it(browse, aurelia, northpeak, analyst, case):
    sent = browse(aurelia).post(f"{case.get_absolute_url()}decide/", {"course": "act", "reason": "We sue in May."})
    assert sent.status_code == 302
    assert "We sue in May" in browse(aurelia).get(case.get_absolute_url()).content.decode()
    assert "We sue in May" in browse(who("member@aurelia.example")).get(case.get_absolute_url()).content.decode()
    for other in (northpeak, analyst):
        assert "We sue in May" not in browse(other).get(case.get_absolute_url()).content.decode()
        with as_viewer(other):
            assert not OwnDecision.objects.filter(case=case).exclude(space=other.desk_id).exists()


def test_a_new_decision_stands_beside_those_before(aurelia, case):
    with as_viewer(aurelia):
        first = actions.decide(case, course="watch", reason="First look.", by=aurelia)
        actions.decide(case, course="act", reason="Now we know.", by=aurelia)
        assert [row.course for row in OwnDecision.objects.filter(case=case).order_by("pk")][-2:] == ["watch", "act"]
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            OwnDecision.objects.filter(pk=first.pk).update(reason="Never said.")


@pytest.mark.parametrize(("given", "field"), [({"course": "agree"}, "course"), ({"reason": " "}, "reason")])
def test_a_decision_needs_a_course_and_a_reason(aurelia, case, given, field):
    with as_viewer(aurelia), pytest.raises(Refused) as refused:
        actions.decide(case, by=aurelia, **({"course": "act", "reason": "Because."} | given))
    assert refused.value.field == field


def test_agents_readers_and_officers_decide_nothing(aurelia, agent, officer, case):
    for viewer in (agent, officer, who("finance@aurelia.example")):
        with as_viewer(viewer), pytest.raises(NotAllowed):
            actions.decide(case, course="act", reason="We would.", by=viewer)


@pytest.fixture
def held(aurelia):
    """A case of Aurelia's from which nothing may be sent yet."""
    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="bazaar").order_by("pk")[:2]
        case = actions.open_case(title="Quiet work", listings=Listing.objects.filter(pk__in=[row.pk for row in own]), by=aurelia)
        return actions.set_pap(case, pap="AMBER", by=aurelia)


def _drafted(aurelia, held, case=None):
    listings = Listing.objects.filter(pk__in=held.listings.values("listing"))
    with as_viewer(aurelia):
        (notice,) = notices.compose(listings, by=aurelia, case=case)
    fill(aurelia, notice)
    return notice


@pytest.mark.parametrize("from_the_case", [True, False])
def test_pap_holds_back_notices_until_it_allows_them(aurelia, held, from_the_case):
    notice = _drafted(aurelia, held, held if from_the_case else None)
    with as_viewer(aurelia):
        with pytest.raises(Refused, match="PAP") as refused:
            notices.submit(notice, by=aurelia)
        assert refused.value.problems
        actions.set_pap(held, pap="GREEN", by=aurelia)
        assert notices.submit(notice, by=aurelia).submitted_at


def test_a_rival_s_pap_holds_back_only_what_comes_from_its_case(aurelia, northpeak, case):
    with as_viewer(aurelia):
        actions.set_pap(case, pap="RED", by=aurelia)
    with as_viewer(northpeak):
        (row,) = case.listings.filter(brought_by=northpeak.organisation_audience_id, platform__slug="bazaar").order_by("pk")[:1]
        (notice,) = notices.compose(Listing.objects.filter(pk=row.listing_id), by=northpeak)
        assert judging.holding(notice) == []
        (notice,) = notices.compose(Listing.objects.filter(pk=row.listing_id), by=northpeak, case=case)
        assert judging.holding(notice) == [case]


def test_who_leads_says_which_steps_are_allowed(browse, aurelia, northpeak, case):
    assert browse(northpeak).post(f"{case.get_absolute_url()}pap/", {"pap": "RED"}).status_code == 403
    assert browse(aurelia).post(f"{case.get_absolute_url()}pap/", {"pap": "RED"}).status_code == 302
    assert "PAP:RED" in browse(northpeak).get(case.get_absolute_url()).content.decode()
    with as_viewer(aurelia), pytest.raises(Refused):
        actions.set_pap(case, pap="BLUE", by=aurelia)


def test_a_case_is_shared_with_a_group_one_is_in(browse, aurelia, kestrel):
    with everything():
        group = next(g for g in Group.objects.select_related("audience") if g.audience_id in aurelia.audience_ids)
    with as_viewer(aurelia):
        case = actions.open_case(title="For the group", tlp="GREEN", by=aurelia)
    client = browse(aurelia)
    page = client.post(f"{case.get_absolute_url()}share/", {"audience": group.audience_id, "role": "read"}).content.decode()
    assert "and whoever joins it later" in " ".join(page.split())
    sent = {"audience": group.audience_id, "role": "read", "step": "confirm"}
    assert client.post(f"{case.get_absolute_url()}share/", sent).status_code == 302
    for person in map(who, ("owner@northpeak.example", "owner@kestrel.example", "owner@tessella.example")):
        assert browse(person).get(case.get_absolute_url()).status_code == (200 if group.audience_id in person.audience_ids else 404)
    # A group's names are nobody's to give: no officer comes in beside it.
    with as_viewer(aurelia), pytest.raises(Refused, match="have not agreed"):
        officer = Audience.objects.get(seat__person__email="officer@customs.example")
        actions.share(case, officer, role="read", expires_at=timezone.now() + timedelta(days=3), by=aurelia)


def test_a_group_one_is_not_in_is_not_offered(outsider):
    with as_viewer(outsider):
        offered = {audience.pk for _words, group in actions.may_let_in(outsider) for audience in group if audience.kind == "group"}
    with everything():
        everyone = set(Group.objects.values_list("audience", flat=True))
    assert offered == everyone & outsider.audience_ids != everyone


def test_own_decisions_over_all_cases_stay_with_whoever_made_them(browse, aurelia, northpeak, analyst, case):
    """One page and one file of them; leaving a case takes none away, and names nothing of it but its reference."""
    address = "/enforcement/cases/decisions/"
    with as_viewer(northpeak):
        actions.decide(case, course="act", reason="We sue in May.", by=northpeak)
    assert "We sue in May" in browse(northpeak).get(address).content.decode()
    assert "We sue in May" not in browse(aurelia).get(address).content.decode()
    assert "We sue in May" not in browse(analyst).get(address).content.decode()
    with as_viewer(aurelia):
        actions.unshare(case, Audience.objects.get(pk=northpeak.organisation_audience_id), by=aurelia)
    page = browse(northpeak).get(address).content.decode()
    assert ("We sue in May" in page, case.reference in page, case.title in page) == (True, True, False)
    taken = b"".join(browse(northpeak).get(f"{address}?export=csv").streaming_content).decode()
    assert ("We sue in May" in taken, case.reference in taken, case.title in taken) == (True, True, False)
