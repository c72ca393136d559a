"""Saved views: kept for oneself or one's organisation, never seen by a rival, and holding filters alone."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.models import Event
from coalition.saved import actions
from coalition.saved.models import SavedView
from tests.conftest import everything, who

LIST = "/enforcement/cases/"


def saved(viewer, name="Acting", query="stage=acting", **more):
    with as_viewer(viewer):
        return actions.save_view(page="cases:list", query=query, name=name, by=viewer, **more)


def test_filters_are_saved_from_the_page_and_stand_above_it(browse, aurelia):
    client = browse(aurelia)
    page = client.get(f"{LIST}?stage=acting&q=&before=999").content.decode()
    assert "Save this view" in page
    assert "page=cases%3Alist&amp;query=stage%3Dacting" in page
    form = client.get(f"/views/save/?{urlencode({'page': 'cases:list', 'query': 'stage=acting'})}")
    assert form.status_code == 200
    sent = client.post("/views/save/", {"page": "cases:list", "query": "stage=acting&before=3&q=", "name": "On the table"})
    assert sent.headers["Location"] == f"{LIST}?stage=acting"
    page = client.get(f"{LIST}?stage=acting").content.decode()
    assert "On the table" in page
    assert "Save this view" not in page
    # Another page has its own.
    assert "On the table" not in client.get("/enforcement/listings/").content.decode()


def test_the_same_name_replaces_one_s_own(aurelia):
    saved(aurelia)
    saved(aurelia, name="ACTING", query="stage=new")
    with everything():
        assert [(view.name, view.query) for view in SavedView.objects.filter(owner=aurelia.audience_id, name__iexact="acting")] == [
            ("ACTING", "stage=new")
        ]


def test_what_is_shared_is_for_one_s_organisation_alone(browse, aurelia, northpeak):
    saved(aurelia, name="Mine alone")
    shared = saved(aurelia, name="For all of us", is_shared=True)
    colleague = browse(who("member@aurelia.example"))
    page = colleague.get(LIST).content.decode()
    assert "For all of us" in page
    assert "Mine alone" not in page
    assert colleague.get(f"/views/{shared.pk}/").status_code == 403
    assert colleague.post(f"/views/{shared.pk}/drop/").status_code == 403
    rival = browse(northpeak)
    assert "For all of us" not in rival.get(LIST).content.decode()
    assert rival.get(f"/views/{shared.pk}/").status_code == 404
    assert rival.post(f"/views/{shared.pk}/drop/").status_code == 404


def test_a_private_view_is_nobody_s_business(aurelia):
    saved(aurelia, name="Mine alone")
    with everything():
        assert not Event.objects.filter(verb="view.shared", data__name="Mine alone").exists()
    with as_viewer(who("member@aurelia.example")):
        assert not SavedView.objects.filter(name="Mine alone").exists()


def test_an_owner_changes_what_a_colleague_shares(browse, aurelia):
    view = saved(who("member@aurelia.example"), name="Winter", is_shared=True)
    client = browse(aurelia)
    assert "is_shared" not in client.get(f"/views/{view.pk}/").content.decode()
    assert client.post(f"/views/{view.pk}/", {"name": "Winter 2026"}).status_code == 302
    with as_viewer(aurelia), pytest.raises(Refused):
        actions.change_view(view, name="Winter", is_shared=False, by=aurelia)
    with everything():
        view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Winter 2026", True)
    client.post(f"/views/{view.pk}/drop/")
    with everything():
        assert not SavedView.objects.filter(pk=view.pk).exists()


def test_an_agent_saves_for_itself_and_shares_nothing(browse, agent):
    saved(agent, name="Hartley's")
    with as_viewer(agent), pytest.raises(NotAllowed):
        actions.save_view(page="cases:list", query="stage=new", name="All", is_shared=True, by=agent)
    assert "is_shared" not in browse(agent).get("/views/save/?page=cases:list&query=stage%3Dnew").content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"query": "q=&before=4"}, "query"),
        ({"page": "home"}, "page"),
        ({"query": "q=%00"}, "query"),
        ({"query": "q=" + "x" * 2100}, "query"),
    ],
)
def test_what_cannot_be_saved_is_refused_at_its_field(aurelia, given, field):
    with as_viewer(aurelia), pytest.raises(Refused) as refused:
        actions.save_view(by=aurelia, **({"page": "cases:list", "query": "stage=new", "name": "New"} | given))
    assert refused.value.field == field


def test_a_page_without_filters_is_not_found(browse, aurelia):
    assert browse(aurelia).get("/views/save/?page=home&query=a%3Db").status_code == 404
    assert browse(aurelia).get("/views/save/").status_code == 404


def test_a_list_with_views_asks_no_more_of_the_database(browse, aurelia, django_assert_max_num_queries):
    client = browse(aurelia)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(12):
        saved(aurelia, name=f"View {number}", query=f"q={number}")
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)
