"""A refusal is complained about inside its time and looked at again; a claim that a court decides stays down until it has."""

import pytest
from django.utils import timezone

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.members.models import Organisation
from demo.times import ago
from enforcement.notices import actions, rules
from enforcement.notices.models import Complaint, Dispute
from tests.enforcement.test_notices import decide, sent

TEXT = "The second picture shows the mark on the clasp."


@pytest.fixture
def refused(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "rejected", reason="No mark is shown.")
    with as_viewer(aurelia):
        return notice.items.order_by("pk").first()


def fresh(row):
    with as_system("look again"):
        return type(row).objects.get(pk=row.pk)


@pytest.mark.django_db
def test_a_refusal_is_looked_at_again_and_the_change_is_a_new_decision(refused, aurelia, northpeak, bazaar, browse):
    path = f"/enforcement/notices/{refused.notice.reference}/items/{refused.pk}/complain/"
    client, platform = browse(aurelia), browse(bazaar)
    assert "Complain" in client.get(f"/enforcement/notices/{refused.notice.reference}/").content.decode()
    assert client.post(path, {"text": "no"}).status_code == 422
    made = client.post(path, {"text": TEXT})
    assert made.status_code == 302
    assert TEXT in platform.get(made.url).content.decode()
    assert "complains about the decision" in platform.get("/home/").content.decode()
    assert (platform.post(path, {"text": TEXT}).status_code, browse(northpeak).get(made.url).status_code) == (403, 404)
    assert client.post(made.url, {"outcome": "removed", "text": "We looked again."}).status_code == 403
    assert platform.post(made.url, {"outcome": "disabled", "text": "We looked again."}).status_code == 422
    assert platform.post(made.url, {"outcome": "removed", "text": "We looked again."}).status_code == 302
    item = fresh(refused)
    assert (item.outcome, item.decisions) == ("removed", 2)
    with as_viewer(bazaar):
        found = Complaint.objects.get(item=refused)
        assert found.outcome == "changed"
        assert not Clock.objects.running().filter(kind="complaint", subject_id=found.pk).exists()
        with pytest.raises(Conflict):
            actions.answer_complaint(found, text="Once more.", by=bazaar)


@pytest.mark.django_db
def test_one_complains_once_of_a_decision_and_in_time(refused, aurelia, bazaar):
    with ago(days=-200), as_viewer(aurelia), pytest.raises(Refused, match="over since"):
        actions.complain(refused, text=TEXT, by=aurelia)
    with as_viewer(aurelia):
        made = actions.complain(refused, text=TEXT, by=aurelia)
        with pytest.raises(Conflict):
            actions.complain(refused, text=TEXT, by=aurelia)
    with as_viewer(bazaar):
        assert actions.answer_complaint(made, text="The picture shows a generic clasp.", by=bazaar).outcome == "kept"
    assert fresh(refused).outcome == "rejected"
    with as_viewer(aurelia), pytest.raises(Conflict):
        actions.complain(refused, text=TEXT, by=aurelia)
    decide(bazaar, refused.notice, "removed", seen=1)
    with as_viewer(aurelia), pytest.raises(Refused, match="Only a refusal"):
        actions.complain(fresh(refused), text=TEXT, by=aurelia)


@pytest.mark.django_db
def test_a_complaint_that_waits_too_long_is_told_and_stays_open(refused, aurelia):
    with as_viewer(aurelia):
        made = actions.complain(refused, text=TEXT, by=aurelia)
    with ago(days=-40):
        clocks.sweep()
    assert fresh(made).outcome == ""


@pytest.fixture
def disputed(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "removed")
    with as_viewer(bazaar):
        return actions.dispute(notice.items.order_by("pk").first(), kind="counter_notice", statement="The goods are genuine.", by=bazaar)


SIGNED = {"signatory": "Claire Fontaine", "evidence": "Our examiner’s report."}
FILED = {"filed_with": "court", "filed_where": "SDNY", "filed_number": "26-cv-1", "filed_on": timezone.localdate()}


@pytest.mark.django_db
def test_an_item_a_court_decides_about_stays_down_until_it_has(disputed, aurelia, bazaar, browse):
    client = browse(aurelia)
    address = f"/enforcement/notices/disputes/{disputed.pk}/"
    half = {**{f"stand-{name}": value for name, value in SIGNED.items()}, "stand-filed_with": "court"}
    assert client.post(f"{address}stand-behind/", half).status_code == 422
    whole = {f"stand-{name}": str(value) for name, value in (SIGNED | FILED).items()}
    assert client.post(f"{address}stand-behind/", whole).status_code == 302
    assert "26-cv-1" in browse(bazaar).get(address).content.decode()
    assert fresh(disputed.item).final == "hold"
    with as_viewer(bazaar):
        assert not Clock.objects.running().filter(kind="conclude", subject_id=disputed.pk).exists()
        assert actions.conclude(disputed, stays_down=True, by=bazaar).result == "down"
    assert fresh(disputed.item).final == "down"


@pytest.mark.django_db
def test_without_a_court_the_platform_s_clock_to_conclude_runs(disputed, aurelia, bazaar):
    with as_viewer(aurelia):
        actions.stand_behind(disputed, by=aurelia, **SIGNED)
    with as_viewer(bazaar):
        clock = Clock.objects.running().get(kind="conclude", subject_id=disputed.pk)
        assert clock.owed_by_id == bazaar.organisation_audience_id
    with ago(days=-30):
        clocks.sweep()
    with as_viewer(bazaar):
        assert actions.conclude(disputed, stays_down=False, by=bazaar).result == "up"


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "filed", "is_taken"), [
    ("CN", {}, False), ("CN", {**FILED, "filed_with": "authority"}, True), ("CN", FILED, True), ("SG", {}, True),
])  # fmt: skip
def test_the_law_of_the_provider_s_place_may_ask_for_an_action(disputed, aurelia, country, filed, is_taken):
    with as_system("move the platform"):
        Organisation.objects.filter(slug="bazaar").update(country=country)
    with as_viewer(aurelia):
        if is_taken:
            assert actions.stand_behind(disputed, by=aurelia, **SIGNED, **filed).ending == Dispute.Ending.STOOD_BEHIND
        else:
            with pytest.raises(Refused) as refusal:
                actions.stand_behind(disputed, by=aurelia, **SIGNED, **filed)
            assert refusal.value.field == "filed_with"


def test_which_law_asks_for_what():
    assert [rules.action_asked(*place) for place in (("US", "copyright"), ("US", "counterfeit"), ("CN", "design"), ("", "copyright"))] == [
        rules.COURT, "", rules.COURT_OR_AUTHORITY, "",
    ]  # fmt: skip


@pytest.mark.django_db
def test_nobody_else_complains_or_answers(refused, aurelia, northpeak, kiosk, analyst):
    for other in (northpeak, kiosk, analyst):
        with as_viewer(other), pytest.raises((NotAllowed, Conflict)):
            actions.complain(refused, text=TEXT, by=other)
    with as_viewer(aurelia):
        made = actions.complain(refused, text=TEXT, by=aurelia)
    for other in (aurelia, northpeak, kiosk, analyst):
        with as_viewer(other), pytest.raises((NotAllowed, Conflict)):
            actions.answer_complaint(made, text="Not theirs to say.", by=other)
