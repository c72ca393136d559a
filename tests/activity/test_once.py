"""What a form that is sent twice does once."""

import re
import threading
import uuid

from django.db import connection
from django.test import Client

from coalition.access.viewer import as_viewer
from coalition.accounts.models import Person
from enforcement.cases import actions
from enforcement.cases.models import Case
from tests.conftest import who


def twice(post):
    """Two clicks, each in a thread of its own."""
    threads = [threading.Thread(target=post) for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_posts_of_one_form_at_the_same_moment_make_one_note(own_database):
    """Two people's clicks are one in ten thousand; two of one impatient person are not."""
    aurelia = who("owner@aurelia.example")
    with as_viewer(aurelia):
        case = actions.open_case(title="Clicked twice", by=aurelia)
    token, together, made = uuid.uuid4(), threading.Barrier(2), []

    def post():
        with as_viewer(aurelia):
            together.wait()
            made.append(actions.write_note(case, body="Once", token=token, by=aurelia).pk)
        connection.close()

    twice(post)
    assert len(made) == 2
    assert len(set(made)) == 1


def test_a_form_sent_twice_as_it_was_drawn_does_its_deed_once(own_database):
    """At the same moment and again later; drawn anew or filled otherwise it is another form."""
    aurelia = who("owner@aurelia.example")
    client = Client(enforce_csrf_checks=True)
    client.force_login(Person.objects.get(pk=aurelia.person_id))
    draw = lambda: re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/enforcement/cases/new/").content.decode()).group(1)  # noqa: E731
    form = {"title": "Clicked twice", "tlp": "GREEN", "csrfmiddlewaretoken": draw()}
    together, led = threading.Barrier(2), []

    def post():
        other = Client(enforce_csrf_checks=True)
        other.cookies = client.cookies
        together.wait()
        led.append(other.post("/enforcement/cases/new/", form).url)
        connection.close()

    twice(post)
    again = client.post("/enforcement/cases/new/", form)
    assert {*led, again.url} == {led[0]}
    assert "done once" in client.get(led[0]).content.decode()
    assert client.post("/enforcement/cases/new/", form | {"title": ""}).status_code == 422
    assert client.post("/enforcement/cases/new/", form | {"title": "Another"}).url != led[0]
    assert client.post("/enforcement/cases/new/", form | {"csrfmiddlewaretoken": draw()}).url != led[0]
    with as_viewer(aurelia):
        assert Case.objects.visible_to(aurelia).filter(title="Clicked twice").count() == 2
