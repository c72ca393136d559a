"""Tasks of a case: who owes what by when, in the room of those who may read it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from coalition.clocks.actions import sweep
from coalition.clocks.models import Clock
from coalition.members.models import Seat
from enforcement.cases import actions
from enforcement.cases.handings import move_tasks, tasks_of
from enforcement.cases.models import Task
from tests.conftest import everything, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(db):
    return who("member@aurelia.example")


def shared(aurelia, northpeak, role="contribute"):
    with as_viewer(aurelia):
        case = actions.open_case(title="zyxcase", by=aurelia)
        actions.share(case, org(northpeak), role=role, by=aurelia)
        return case


def org(viewer):
    return Audience.objects.get(pk=viewer.organisation_audience_id)


def give(case, by, to, **more):
    with as_viewer(by):
        return actions.add_task(case, by=by, **{"title": "Buy one and examine it", "owed_by": to, **more})


def test_a_task_runs_a_clock_for_who_owes_it_and_tells_them(aurelia, northpeak, kestrel):
    case, day = shared(aurelia, northpeak), timezone.localdate() + timedelta(days=3)
    task = give(case, aurelia, org(northpeak), due_on=day)
    while deliver_batch():
        pass
    with as_viewer(northpeak):
        assert InboxItem.objects.of(northpeak).filter(event__verb="case.task_added").exists()
        assert Clock.objects.of(northpeak).get(subject_type="cases.task", subject_id=task.pk).due_at.date() == day
        assert actions.end_task(task, state="done", remark="Ordered.", by=northpeak).ended_by_id == northpeak.audience_id
        assert actions.end_task(task, state="done", by=northpeak).remark == "Ordered."
        with pytest.raises(Conflict):
            actions.end_task(task, state="dropped", by=northpeak)
        assert not Clock.objects.of(northpeak).filter(subject_type="cases.task", subject_id=task.pk).exists()
        assert actions.reopen_task(task, by=northpeak).due_on == day
        assert Clock.objects.of(northpeak).filter(subject_type="cases.task", subject_id=task.pk).exists()
    with as_viewer(kestrel):
        assert not Task.objects.visible_to(kestrel).filter(pk=task.pk).exists()


def test_only_who_reads_the_room_can_owe_and_nobody_of_another_is_named(aurelia, northpeak, kestrel, colleague):
    case = shared(aurelia, northpeak)
    with as_viewer(northpeak):
        names = {audience.label for audience in actions.may_owe(case, northpeak)}
    assert any("Sam" in name for name in names)
    assert not any("Noor" in name or "Claire" in name for name in names)
    for audience in (org(kestrel), Audience.objects.get(pk=colleague.audience_id)):
        with pytest.raises(Refused) as refusal:
            give(case, northpeak, audience)
        assert refusal.value.field == "owed_by"
    with pytest.raises(Refused) as refusal:
        give(case, aurelia, org(northpeak), due_on=timezone.localdate() - timedelta(days=1))
    assert refusal.value.field == "due_on"
    with as_viewer(aurelia):
        red = actions.open_case(title="zyxred", tlp="RED", by=aurelia)
        assert [audience.pk for audience in actions.may_owe(red, aurelia)] == [aurelia.audience_id]


def test_a_rival_ticks_off_nothing_that_is_another_s(aurelia, northpeak, colleague):
    case = shared(aurelia, northpeak)
    task = give(case, aurelia, Audience.objects.get(pk=colleague.audience_id))
    for act in (actions.end_task, actions.change_task):
        values = {"state": "done"} if act is actions.end_task else {"owed_by": org(northpeak), "due_on": None}
        with as_viewer(northpeak), pytest.raises(NotAllowed):
            act(task, by=northpeak, **values)
    finance = who("finance@aurelia.example")
    with as_viewer(finance), pytest.raises(NotAllowed):
        actions.end_task(task, state="done", by=finance)
    with as_viewer(colleague):
        moved = actions.change_task(task, owed_by=org(aurelia), due_on=timezone.localdate(), by=colleague)
    assert moved.owed_by_id == aurelia.organisation_audience_id


def test_a_side_room_s_task_is_its_party_s_alone(aurelia, northpeak, browse):
    case = shared(aurelia, northpeak)
    with as_viewer(northpeak):
        room = actions.open_side_room(case, by=northpeak)
    task = give(case, northpeak, org(northpeak), room=room, title="zyxsecret")
    with as_viewer(aurelia):
        assert not Task.objects.visible_to(aurelia).filter(pk=task.pk).exists()
    page = browse(aurelia).get(f"{case.get_absolute_url()}?tab=tasks").content.decode()
    assert ("zyxsecret" in page, "Tasks 0" in page) == (False, True)
    own = browse(northpeak)
    assert "zyxsecret" in own.get(room.get_absolute_url()).content.decode()
    assert "zyxsecret" not in own.get(f"{case.get_absolute_url()}?tab=tasks").content.decode()
    assert browse(aurelia).post(f"{case.get_absolute_url()}tasks/{task.pk}/end/", {"state": "done"}).status_code == 404


def test_closing_a_case_ends_what_was_owed_in_it(aurelia, northpeak):
    case = shared(aurelia, northpeak)
    task = give(case, aurelia, org(northpeak), due_on=timezone.localdate())
    with as_viewer(aurelia):
        actions.close(case, outcome="removed", by=aurelia)
        assert Task.objects.get(pk=task.pk).state == "dropped"
        with pytest.raises(Refused, match="closed"):
            actions.reopen_task(task, by=aurelia)
    with everything():
        assert not Clock.objects.running().filter(subject_type="cases.task", subject_id=task.pk).exists()


def test_a_late_task_is_told_and_stays_open(aurelia, northpeak):
    case = shared(aurelia, northpeak)
    task = give(case, aurelia, org(northpeak), due_on=timezone.localdate())
    sweep(timezone.now() + timedelta(days=2))
    while deliver_batch():
        pass
    for viewer in (aurelia, northpeak):
        with as_viewer(viewer):
            assert InboxItem.objects.of(viewer).filter(event__verb="case.task_late").exists()
            assert Task.objects.get(pk=task.pk).state == "open"


def test_a_deputy_takes_over_a_person_s_tasks(aurelia, northpeak, colleague):
    case = shared(aurelia, northpeak)
    give(case, aurelia, Audience.objects.get(pk=colleague.audience_id), title="zyxhandover")
    with everything():
        leaver, deputy = Seat.objects.get(pk=colleague.seat_id), Seat.objects.get(pk=aurelia.seat_id)
        assert "zyxhandover" in [task.title for task in tasks_of(leaver)]
        move_tasks(leaver, deputy, tasks_of(leaver))
        assert tasks_of(leaver) == []


def test_by_the_pages_of_a_case(aurelia, northpeak, browse):
    case = shared(aurelia, northpeak)
    client, address = browse(aurelia), case.get_absolute_url()
    wrong = client.post(f"{address}tasks/", {"title": "", "owed_by": northpeak.organisation_audience_id, "detail": "zyxkept"})
    assert (wrong.status_code, "zyxkept" in wrong.content.decode()) == (422, True)
    body = {"title": "金 test purchase", "owed_by": northpeak.organisation_audience_id, "due_on": timezone.localdate()}
    assert client.post(f"{address}tasks/", body).status_code == 302
    rival = browse(northpeak)
    listed = rival.get("/enforcement/cases/tasks/", follow=True).content.decode()
    assert "金 test purchase" in listed
    with as_viewer(aurelia):
        task = Task.objects.get(title="金 test purchase")
    assert rival.post(f"{address}tasks/{task.pk}/", {"owed_by": 0}).status_code == 422
    assert rival.post(f"{address}tasks/{task.pk}/end/", {"state": "done"}).status_code == 302
    assert "金 test purchase" not in rival.get("/enforcement/cases/tasks/?state=open&whose=us").content.decode()
    assert rival.get("/enforcement/cases/tasks/?state=done&export=csv").status_code == 200
