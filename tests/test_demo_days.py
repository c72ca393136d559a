"""Days pass in the demo: everything is as if that much later, and what is due by then is done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from coalition.access.viewer import as_system
from coalition.activity.actions import verify_seals
from coalition.applications.models import Application
from coalition.clocks.models import Clock
from coalition.dues.models import Invoice, OpenItem
from coalition.members.models import Organisation, Term
from coalition.members.standing import facts_of, standing
from demo import passing, views


@pytest.mark.skipif(not str(connection.settings_dict["HOST"]).startswith("/"), reason="only on servers of our own")
def test_fourteen_days_and_a_year_pass(own_database):
    today = timezone.localdate()
    with as_system("look before"):
        waits = Application.objects.filter(state="objections").first()
        term = Term.objects.filter(organisation__slug="aurelia").latest("ends_on")
        invoices = Invoice.objects.count()
    connection.close()
    passing.let_pass(15, name=own_database)
    with as_system("look after"):
        waits.refresh_from_db()
        assert waits.state == "review"
        assert Term.objects.get(pk=term.pk).ends_on == term.ends_on - timedelta(days=15)
        assert not Clock.objects.overdue(timezone.now()).exists()
        assert verify_seals() == []
    connection.close()
    passing.let_pass(200, name=own_database)
    with as_system("look half a year later"):
        # The year was renewed, and reminded, and whoever did not pay fell out.
        assert Invoice.objects.count() > invoices
        assert OpenItem.objects.exists()
        assert not standing(facts_of(Organisation.objects.get(slug="aurelia")), today).is_good


@pytest.mark.django_db
def test_the_demo_s_letters_are_read_from_its_folder_and_its_page_is_the_demo_s_alone(settings, tmp_path, client):
    settings.EMAIL_FILE_PATH = tmp_path
    letter = b"Subject: =?utf-8?q?Join_us?=\nTo: robin@verbena.example\nContent-Type: text/plain; charset=utf-8\n\nhttp://localhost/join/x/\n"
    (tmp_path / "one.log").write_bytes(letter + b"-" * 79 + b"\n" + letter)
    assert [(one["to"], one["subject"]) for one in views.letters()] == [("robin@verbena.example", "Join us")] * 2
    # The tests run without it, as every portal but the demo does.
    assert client.get("/demo/", follow=True).status_code == 404
