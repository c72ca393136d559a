"""The predicate is stated twice; here the two statements are held against each other, and each broken on purpose."""

import random

import psycopg
import pytest
from django.db import connection
from django.db.models import F

from coalition import embedded
from coalition.access.models import Grant, Space, SpaceQuerySet
from coalition.access.policies import space_models
from coalition.access.viewer import as_system, as_viewer
from coalition.members.models import Seat
from coalition.members.viewers import anonymous, viewer_of_seat
from enforcement.cases.models import Note


def viewers():
    found = [viewer_of_seat(pk) for pk in Seat.objects.values_list("pk", flat=True)]
    return [viewer for viewer in found if viewer] + [anonymous()]


def disagreements():
    """Every (model, viewer) for which `visible_to` alone and the policies alone do not give the same rows."""
    found = []
    for viewer in viewers():
        viewer.forget_spaces()
        for model in space_models():
            if model.extra_policy:
                continue
            with as_system("ask the predicate alone"):
                by_predicate = set(model.objects.visible_to(viewer).values_list("pk", flat=True))
            with as_viewer(viewer):
                by_policy = set(model._base_manager.values_list("pk", flat=True))
            if by_predicate != by_policy:
                found.append((model._meta.label, viewer.person_name, len(by_predicate), len(by_policy)))
    return found


@pytest.mark.django_db
def test_predicate_and_policies_agree():
    assert disagreements() == []


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_they_agree_whatever_is_granted(seed):
    dice = random.Random(seed)
    with as_system("shuffle grants"):
        grants = list(Grant.objects.order_by("pk"))
        for grant in dice.sample(grants, 12):
            if dice.random() < 0.5:
                grant.delete()
            else:
                grant.expires_at = "2020-01-01T00:00Z" if dice.random() < 0.5 else "2040-01-01T00:00Z"
                grant.save()
        audiences, kinds = [grant.audience_id for grant in grants], dict(Space.objects.values_list("pk", "kind"))
        for grant in dice.sample(grants, 12):
            Grant.objects.get_or_create(space_id=grant.space_id, audience_id=dice.choice(audiences), defaults={"kind": kinds[grant.space_id]})
    assert disagreements() == []


@pytest.mark.django_db
def test_wide_viewers_get_the_same_rows_by_the_other_form(monkeypatch):
    monkeypatch.setattr("coalition.access.viewer.FEW_SPACES", 2)
    assert disagreements() == []


@pytest.mark.django_db
def test_a_model_that_lives_elsewhere_than_it_says_is_found(monkeypatch):
    monkeypatch.setattr(Note, "lives_in", ("case",))
    assert {label for label, *_rest in disagreements()} == {"cases.Note"}


@pytest.mark.django_db
def test_a_grant_says_the_kind_of_its_space():
    with as_system("look"):
        assert not Grant.objects.exclude(kind=F("space__kind")).exists()


@pytest.mark.django_db
def test_a_broken_predicate_is_found(monkeypatch):
    monkeypatch.setattr(SpaceQuerySet, "visible_to", lambda self, viewer: self)
    assert disagreements()


def test_a_broken_policy_is_found(own_database):
    with psycopg.connect(host=str(embedded.socket_folder()), user="postgres", dbname=own_database) as owner:
        owner.execute("ALTER TABLE cases_note DISABLE ROW LEVEL SECURITY")
    assert {label for label, *_rest in disagreements()} == {"cases.Note"}


@pytest.mark.django_db
def test_nobody_sees_nothing():
    """A query that forgot who asks returns nothing, public rows included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('access.viewer', '', true)")
    assert {model._meta.label: model._base_manager.count() for model in space_models() if model._base_manager.exists()} == {}


@pytest.mark.django_db
def test_every_confidential_table_is_forced():
    tables = [model._meta.db_table for model in space_models()] + ["access_space", "access_grant"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relrowsecurity AND relforcerowsecurity", [tables])
        assert {row[0] for row in cursor.fetchall()} == set(tables)
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone()[0] is False


@pytest.mark.django_db
def test_every_table_that_names_a_space_is_a_space_model():
    """No model may carry a space and an access rule of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'space_id'")
        carrying = {row[0] for row in cursor.fetchall()}
    assert carrying == {model._meta.db_table for model in space_models()} | {"access_grant", "access_entered"}
