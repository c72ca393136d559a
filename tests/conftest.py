"""The cast as fixtures: the people of the demo's story, on a copy of whose database every test runs and is rolled back."""

import contextlib
import itertools

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client

from coalition.access.viewer import as_system, as_viewer
from coalition.accounts.models import Person
from coalition.directory.pages import CHOICES
from coalition.members.middleware import SEAT
from coalition.members.viewers import viewer_of_person, viewer_of_seat
from tests import servers

_numbers = itertools.count(1)

# A busy machine is slow, which says nothing of what is tested.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def django_db_setup():
    """The database is there already, copied from the template by tests.servers."""


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What one test made the site remember for a minute is no other's."""
    cache.delete(CHOICES)


def who(email, organisation=None):
    """The viewer of one of the cast, in the seat at `organisation` where they hold several."""
    viewer = viewer_of_person(Person.objects.get(email=email).pk)
    for seat in [viewer, *viewer.other_seats]:
        if organisation is None or seat.organisation_slug == organisation:
            return viewer_of_seat(seat.seat_id)
    raise LookupError(organisation)


CAST = {
    "admin": "admin@coalition.example",
    "analyst": "analyst@coalition.example",
    "treasurer": "treasurer@coalition.example",
    "aurelia": "owner@aurelia.example",
    "northpeak": "owner@northpeak.example",
    "kestrel": "owner@kestrel.example",
    "outsider": "owner@tessella.example",
    "bazaar": "trust@bazaar.example",
    "kiosk": "trust@kiosk.example",
    "guild": "editor@retailguild.example",
    "officer": "officer@customs.example",
}


def _cast(name):
    @pytest.fixture(name=name)
    def member(db):
        return who(CAST[name])

    return member


for _name in CAST:
    globals()[_name] = _cast(_name)


@pytest.fixture
def agent(db):
    return who("agent@hartley.example", "aurelia")


@pytest.fixture
def browse(db):
    """A signed-in test client for a viewer."""

    def client_of(viewer):
        client = Client()
        if viewer is not None:
            client.force_login(Person.objects.get(pk=viewer.person_id))
            session = client.session
            session[SEAT] = viewer.seat_id
            session.save()
        return client

    return client_of


@pytest.fixture
def own_database(django_db_blocker):
    """A database of this test's own, for what commits, restarts or breaks things: gives its name."""
    name = f"own_{servers.WORKER or 'alone'}_{next(_numbers)}"
    servers.copy_database(name)
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
    servers.administer(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def everything():
    with as_system("look at everything in a test"):
        yield


@pytest.fixture
def seeing():
    return as_viewer
