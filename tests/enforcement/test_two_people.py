"""Where an organisation wants two of its people behind a notice, one asks and another approves."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from coalition.members.models import Organisation
from enforcement.notices import actions, judging
from enforcement.notices.models import Notice, TwoPeople
from enforcement.rights.models import Status
from tests.conftest import who
from tests.enforcement.test_notices import draft, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return who("member@aurelia.example")


def want(viewer, wants=True):
    with as_viewer(viewer):
        actions.set_two_people(Organisation.objects.get(pk=viewer.organisation_id), wants=wants, by=viewer)


@pytest.fixture
def asked(aurelia):
    want(aurelia)
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        return actions.submit(notice, by=aurelia)


def test_nobody_else_reads_it_before_a_colleague_approves(asked, aurelia, member, analyst, bazaar, northpeak, browse):
    address = asked.get_absolute_url()
    assert asked.state == "approval"
    assert "waiting for a colleague" in browse(aurelia).get(address).content.decode()
    for other in (analyst, bazaar, northpeak):
        assert browse(other).get(address).status_code == 404
    while deliver_batch():
        pass
    with as_viewer(member):
        assert InboxItem.objects.of(member).filter(event__verb="notice.approval_asked").count() == 1
    assert asked.reference in browse(member).get("/home/").content.decode()
    assert browse(member).post(f"{address}countersign/").status_code == 302
    with as_viewer(aurelia):
        notice = Notice.objects.get(pk=asked.pk)
    # It is counted from the day it was handed in; who asked is who submits it.
    assert (notice.state, notice.submitted_by_id, notice.countersigned_by_id) == ("vetting", aurelia.audience_id, member.audience_id)
    assert notice.submitted_at >= notice.countersigned_at
    assert browse(analyst).get(address).status_code == 200
    assert "approved" not in browse(analyst).get(address).content.decode().split("What happened")[1].split("</aside>")[0]


def test_whoever_asked_an_agent_and_a_rival_do_not_approve(asked, aurelia, member, agent, northpeak, browse):
    for viewer in (aurelia, agent):
        with as_viewer(viewer), pytest.raises(NotAllowed):
            actions.countersign(Notice.objects.get(pk=asked.pk), by=viewer)
    with as_viewer(northpeak), pytest.raises(ObjectDoesNotExist):
        Notice.objects.visible_to(northpeak).get(pk=asked.pk)
    assert browse(who("finance@aurelia.example")).post(f"{asked.get_absolute_url()}countersign/").status_code in (403, 404)
    with as_viewer(member):
        actions.countersign(asked, by=member)
        with pytest.raises(Conflict):
            actions.countersign(asked, by=member)


def test_it_is_sent_back_with_a_reason_and_asked_for_again(asked, aurelia, member):
    with as_viewer(member):
        with pytest.raises(Refused):
            actions.send_back(asked, reason=" ", by=member)
        back = actions.send_back(asked, reason="The price is that of the genuine thing.", by=member)
    assert (back.state, back.return_reason) == ("returned", "The price is that of the genuine thing.")
    with as_viewer(aurelia):
        again = actions.submit(back, by=aurelia)
        assert again.state == "approval"
        # Whoever asked takes it back.
        assert actions.send_back(again, reason="I look at it once more.", by=aurelia).state == "draft"


def test_its_items_wait_and_a_second_notice_about_them_says_so(asked, aurelia):
    with as_viewer(aurelia):
        other = draft(aurelia)
        faults = judging.faults_of(fill(aurelia, other))
        assert {fault.check for row in faults.values() for fault in row} == {"waits"}


def test_it_is_judged_again_on_the_day_it_is_approved(asked, aurelia, member):
    with as_viewer(aurelia):
        Status.objects.filter(protection__right=asked.right_id, state="registered").update(until="2020-01-01")
    with as_viewer(member), pytest.raises(Refused, match="Still missing"):
        actions.countersign(asked, by=member)


def test_the_owner_says_whether_two_are_wanted_and_it_stays_on_record(aurelia, member, agent, browse):
    client, address = browse(aurelia), "/enforcement/notices/two-people/"
    for viewer in (member, agent):
        assert browse(viewer).post(address, {"wants": "two"}).status_code == 403
    assert client.post(address, {"wants": "two"}).status_code == 302
    assert client.post(address, {"wants": "two"}).status_code == 302
    assert client.post(address, {"wants": "one"}).status_code == 302
    with as_viewer(aurelia):
        assert TwoPeople.objects.filter(until__isnull=False).count() == 1
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        assert actions.submit(notice, by=aurelia).state == "vetting"
