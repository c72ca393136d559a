"""Case templates: what one's cases of one sort begin with, and that no rival reads them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from coalition.activity.models import Event
from enforcement.cases import actions
from enforcement.cases.models import Case, CaseTemplate, Task
from tests.conftest import everything, who

FORM = {
    "name": "Counterfeit watches", "title": "Watches of ", "summary": "Who ships them?", "tags": "Watches, winter", "tlp": "GREEN",
    "tasks-TOTAL_FORMS": "3", "tasks-INITIAL_FORMS": "0", "tasks-0-title": "Buy one", "tasks-0-days": "10", "tasks-1-title": "Ask counsel", "tasks-1-days": "",
    "tasks-2-title": "", "tasks-2-days": "",
}  # fmt: skip


@pytest.fixture
def kept(aurelia):
    with as_viewer(aurelia):
        tasks = [{"title": "Buy one", "days": 10}, {"title": "Ask counsel", "days": None}]
        return actions.keep_template(None, name="Counterfeit watches", title="Watches", tags="winter", tlp="GREEN", tasks=tasks, by=aurelia)


def test_a_template_is_kept_through_its_page_and_changed_there(browse, aurelia):
    client = browse(aurelia)
    assert client.post("/enforcement/cases/templates/new/", FORM).status_code == 302
    with everything():
        kept = CaseTemplate.objects.get(name="Counterfeit watches")
    assert (kept.tags, kept.tlp, kept.tasks) == (
        ["watches", "winter"],
        "GREEN",
        [{"title": "Buy one", "days": 10}, {"title": "Ask counsel", "days": None}],
    )
    assert b"Counterfeit watches" in client.get("/enforcement/cases/templates/").content
    changed = FORM | {"name": "Watches", "tasks-TOTAL_FORMS": "1"}
    assert client.post(kept.get_absolute_url(), changed).status_code == 302
    with everything():
        kept.refresh_from_db()
    assert kept.name == "Watches"
    assert [task["title"] for task in kept.tasks] == ["Buy one"]


def test_what_does_not_hold_is_said_at_its_field_and_nothing_is_lost(browse, aurelia, kept):
    page = browse(aurelia).post("/enforcement/cases/templates/new/", FORM | {"name": "counterfeit WATCHES"})
    assert page.status_code == 422
    assert "has a template of this name" in page.content.decode()
    assert "Ask counsel" in page.content.decode()
    page = browse(aurelia).post("/enforcement/cases/templates/new/", FORM | {"name": "Other", "tasks-2-days": "5"})
    assert page.status_code == 422
    assert "Say what is to be done" in page.content.decode()


def test_a_case_begins_with_its_template(browse, aurelia, kept):
    client = browse(aurelia)
    page = client.get(f"/enforcement/cases/new/?template={kept.pk}").content.decode()
    assert 'value="Watches"' in page
    assert "Buy one" in page
    sent = {"title": "Watches of Uhrenland", "summary": "", "tags": "winter", "tlp": "GREEN", "template": kept.pk}
    assert client.post("/enforcement/cases/new/", sent).status_code == 302
    with everything():
        case = Case.objects.select_related("space").get(title="Watches of Uhrenland")
        tasks = list(Task.objects.filter(case=case).order_by("pk").values_list("title", "due_on", "owed_by__label"))
    assert (case.tags, case.space.tlp) == (["winter"], "GREEN")
    ours = aurelia.organisation_name
    assert tasks == [("Buy one", timezone.localdate() + timedelta(days=10), ours), ("Ask counsel", None, ours)]


def test_a_red_case_gives_the_tasks_to_who_opened_it(browse, aurelia, kept):
    browse(aurelia).post("/enforcement/cases/new/", {"title": "Quiet", "tlp": "RED", "template": kept.pk})
    with everything():
        assert {task.owed_by_id for task in Task.objects.filter(case__title="Quiet")} == {aurelia.audience_id}


def test_one_case_is_kept_as_a_template(browse, aurelia):
    with everything():
        case = Case.objects.get(title__startswith="金龙皮具专营店")
    response = browse(aurelia).post(f"{case.get_absolute_url()}template/", {"name": "Three marketplaces"})
    assert response.status_code == 302
    with everything():
        kept = CaseTemplate.objects.get(name="Three marketplaces")
        theirs = set(Task.objects.filter(case=case, space=case.space_id).values_list("title", flat=True))
    assert kept.title == case.title
    assert {task["title"] for task in kept.tasks} == theirs


def test_of_another_s_case_only_tags_and_own_tasks_are_taken(northpeak):
    with everything():
        case = Case.objects.get(title__startswith="金龙皮具专营店")
    with as_viewer(northpeak):
        own = Audience.objects.get(pk=northpeak.audience_id)
        actions.add_task(case, title="Look at the seams", owed_by=own, by=northpeak)
        kept = actions.template_of(case, name="Shared", by=northpeak)
    assert (kept.title, kept.summary, kept.tags) == ("", "", case.tags)
    assert [task["title"] for task in kept.tasks] == ["Look at the seams"]


def test_a_rival_reads_uses_and_drops_none_of_it(browse, northpeak, kept):
    client = browse(northpeak)
    assert client.get(kept.get_absolute_url()).status_code == 404
    assert client.post(f"{kept.get_absolute_url()}drop/").status_code == 404
    assert "Counterfeit watches" not in client.get(f"/enforcement/cases/new/?template={kept.pk}").content.decode()
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        actions.drop_template(kept, by=northpeak)


@pytest.mark.parametrize("email", ["finance@aurelia.example", "officer@customs.example"])
def test_whoever_opens_no_cases_keeps_no_templates(browse, email):
    client = browse(who(email))
    assert client.get("/enforcement/cases/templates/new/").status_code == 403
    assert client.post("/enforcement/cases/templates/new/", FORM).status_code == 403


def test_a_template_is_dropped_and_its_cases_stay(browse, aurelia, kept):
    client = browse(aurelia)
    client.post("/enforcement/cases/new/", {"title": "Stays", "tlp": "GREEN", "template": kept.pk})
    assert client.post(f"{kept.get_absolute_url()}drop/").status_code == 302
    with everything():
        assert not CaseTemplate.objects.filter(pk=kept.pk).exists()
        assert Task.objects.filter(case__title="Stays").count() == 2


def test_tags_too_many_are_told_at_their_field(browse, aurelia):
    sent = {"title": "Tagged", "tlp": "GREEN", "tags": ",".join(f"t{n}" for n in range(20))}
    page = browse(aurelia).post("/enforcement/cases/new/", sent)
    assert page.status_code == 422
    with everything():
        assert not Case.objects.filter(title="Tagged").exists()
    with as_viewer(aurelia), pytest.raises(Refused):
        actions.open_case(title="Tagged", tags="x" * 60, by=aurelia)


def test_colleagues_are_told_of_its_tasks_once(browse, aurelia, kept):
    browse(aurelia).post("/enforcement/cases/new/", {"title": "Told once", "tlp": "GREEN", "template": kept.pk})
    with everything():
        case = Case.objects.get(title="Told once")
        assert [event.data["count"] for event in Event.objects.filter(space=case.space_id, verb="case.tasks_added")] == [2]
        assert not Event.objects.filter(space=case.space_id, verb="case.task_added").exists()
