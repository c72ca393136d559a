"""Guards over the whole site."""

import re
import sys

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from coalition.activity.registry import verbs
from demo.cast import PASSWORD
from tests.test_leaks import routes

pytestmark = pytest.mark.django_db

PUBLIC = {"/", "/membership/", "/apply/", "/join/", "/guidance/", "/statistics/", "/healthz", "/robots.txt", "/api/v1/schema/", "/accounts/login/",
          "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/reset/key/done/", "/accounts/signup/",
          "/accounts/inactive/", "/accounts/confirm-email/", "/accounts/2fa/webauthn/login/", "/accounts/reauthenticate/"}  # fmt: skip


def test_only_these_pages_are_public():
    client, public = Client(), set()
    for name in routes():
        try:
            address = reverse(name)
        except Exception:  # noqa: S112  needs an argument: the leak matrix visits it as a visitor
            continue
        response = client.get(address)
        if response.status_code == 200:
            public.add(address)
    assert public <= PUBLIC


LISTS = ["/views/", "/enforcement/cases/sharing-groups/", "/enforcement/cases/templates/", "/enforcement/listings/", "/enforcement/cases/", "/enforcement/cases/kept/", "/enforcement/cases/decisions/", "/enforcement/notices/", "/enforcement/imports/", "/enforcement/sellers/", "/enforcement/platforms/", "/enforcement/sellers/allowed/", "/enforcement/sellers/allowed/import/",
         "/enforcement/programmes/", "/enforcement/programmes/marketlane/", "/enforcement/statistics/", "/enforcement/statistics/accuracy/", "/enforcement/statistics/months/", "/enforcement/statistics/own-measures/", "/enforcement/storefronts/ladder/bazaar/", "/enforcement/statistics/M10/denominator/", "/enforcement/notices/two-people/", "/enforcement/platforms/", "/enforcement/platforms/bazaar/form/", "/enforcement/rights/", "/groups/", "/groups/marketplaces/", "/groups/marketplaces/meetings/", "/library/", "/members/", "/candidates/", "/ballots/", "/members/people/", "/members/contacts/", "/organisation/value/", "/organisation/agents/", "/organisation/", "/organisation/dues/", "/inbox/", "/due/", "/home/", "/search/?q=a",
         "/api/v1/listings/", "/api/v1/cases/", "/api/v1/notices/", "/api/v1/imports/",
         "/enforcement/cases/sharing-groups/1/", *(f"/api/v1/cases/AUR-2026-0001/{part}/" for part in ("tasks", "moves", "decisions", "listings", "notes"))]  # fmt: skip


STAFF_LISTS = [
    "/staff/dashboard/",
    "/staff/members/",
    "/staff/members/?standing=not&seats=full&engaged=no",
    "/staff/members/import/",
    "/staff/applications/",
    "/staff/applications/?state=vetting",
    "/staff/register/",
    "/staff/register/categories/brand/",
    "/enforcement/programmes/marketlane/members/",
    "/enforcement/programmes/marketlane/manage/",
]
TREASURY_LISTS = [
    "/staff/dues/",
    "/staff/dues/ladder/",
    "/staff/dues/ladder/sent/",
    "/staff/dues/bank/",
    "/staff/dues/rates/",
    "/staff/dues/accounts/aurelia/",
]


BESIDE = ["/members/hartley/", "/organisation/domains/", "/staff/dues/accounts/northpeak/", "/profile/card/", "/organisation/card/"]


@pytest.mark.parametrize("address", [*LISTS, *STAFF_LISTS, *TREASURY_LISTS, *BESIDE])
def test_an_id_stands_once_on_a_page(aurelia, admin, treasurer, browse, address):
    """A label leads to its own field, whatever else stands beside it."""
    viewer = admin if address in STAFF_LISTS or address == "/members/hartley/" else treasurer if "/staff/dues/" in address else aurelia
    ids = re.findall(r'\sid="([^"]+)"', browse(viewer).get(address).content.decode())
    assert [name for name in set(ids) if ids.count(name) > 1] == []


@pytest.mark.parametrize("address", [*LISTS, *STAFF_LISTS, *TREASURY_LISTS])
def test_a_list_costs_the_same_whatever_its_length(aurelia, admin, treasurer, browse, address, monkeypatch):
    client = browse(admin if address in STAFF_LISTS else treasurer if address in TREASURY_LISTS else aurelia)
    client.get(address)
    with CaptureQueriesContext(connection) as long:
        assert client.get(address).status_code == 200
    monkeypatch.setattr("django.db.models.query.QuerySet.__iter__", _shortened(2))
    with CaptureQueriesContext(connection) as short:
        client.get(address)
    # A page of events asks once for each kind of thing they are about, however many there are.
    kinds = 18 if address in ("/home/", "/inbox/") else 1
    assert len(long) <= len(short) + kinds
    # The value statement counts one use of the membership after the other, of all of a tier at once.
    wide = ("/organisation/", "/organisation/value/", "/staff/dues/accounts/aurelia/")
    assert len(long) <= (45 if address in wide else 21 + max(kinds, 8) + 4 * (address == "/home/"))


def _shortened(most):
    """Querysets that give two rows at the most: what an N+1 would save is then visible."""
    from django.db.models.query import QuerySet

    whole = QuerySet.__iter__

    def few(self):
        # What is fetched by its keys is asked for whole: pages rely on it, and it is one query.
        return whole(self) if sys._getframe(1).f_code.co_name == "in_bulk" else iter(list(whole(self))[:most])

    return few


def test_no_page_has_inline_script_or_style(aurelia, browse):
    client = browse(aurelia)
    for address in [*LISTS[:14], "/profile/", "/accounts/2fa/", "/styleguide/"]:
        response = client.get(address)
        page = response.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", page), address
        assert not re.search(r"\sstyle=|\son\w+=\"|<style", page), address
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


@pytest.mark.parametrize("address", [a for a in LISTS if not a.startswith("/api/")])
def test_a_page_is_small(aurelia, browse, address):
    assert len(browse(aurelia).get(address).content) < 60_000


def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_demo_passwords_are_refused_outside_debug(settings):
    from django.core.management import CommandError

    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo_data")


def test_every_verb_can_be_said():
    from coalition.activity.registry import phrase

    assert all(phrase(name, {}) for name in verbs)


def test_files_are_served_so_that_nothing_runs(aurelia, browse):
    from django.core.files.base import ContentFile

    from coalition.access.models import Space
    from coalition.access.viewer import as_viewer
    from coalition.files.actions import attach

    with as_viewer(aurelia):
        page = ContentFile(b"<script>alert(1)</script>", name="../../a\u202egpj.html")
        attachment = attach(page, space=Space.objects.get(pk=aurelia.desk_id), by=aurelia)
    assert attachment.name == "agpj.html"
    response = browse(aurelia).get(attachment.get_absolute_url())
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "application/octet-stream"


def test_the_openapi_description_is_whole(client):
    schema = client.get("/api/v1/schema/?format=json").json()
    wanted = {"/api/v1/listings/", "/api/v1/imports/upload/", "/api/v1/cases/", "/api/v1/cases/{reference}/share/", "/api/v1/notices/",
              "/api/v1/notices/{reference}/answer/", "/api/v1/disputes/{id}/stand-behind/"}  # fmt: skip
    assert wanted <= set(schema["paths"])


def test_resolver_has_no_admin():
    """Coalition staff are not superusers: there is no page that edits tables."""
    assert not [p for p in get_resolver().url_patterns if "admin" in str(p.pattern)]


def test_the_front_page_says_what_is_published_and_no_more(client):
    from coalition.access.viewer import as_system
    from enforcement.statistics.actions import latest

    page = client.get("/").content.decode()
    with as_system("look"):
        figure = next(figure for figure in latest().figures.all() if figure.code == "M1")
    assert f"Platforms removed {figure.percent} % of the {figure.denominator} items they decided" in page
    assert "When rights holders stood behind a claim" in page


@pytest.mark.django_db
def test_whoever_guesses_a_password_shuts_its_owner_out_of_nothing(client):
    wrong, right = ({"login": "owner@aurelia.example", "password": word} for word in ("not the password", PASSWORD))
    for _n in range(7):
        client.post("/accounts/login/", wrong, REMOTE_ADDR="192.0.2.66")
    assert "Too many failed" in client.post("/accounts/login/", right, REMOTE_ADDR="192.0.2.66").content.decode()
    assert client.post("/accounts/login/", right, REMOTE_ADDR="192.0.2.1").status_code == 302
