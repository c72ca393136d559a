"""Who may let somebody in: the actions ask it, and the database asks it again of whoever forgot."""

import pytest
from django.db import Error, connection, transaction

from coalition.access.actions import open_space, withdraw
from coalition.access.errors import NotAllowed
from coalition.access.models import Audience, Grant, Space
from coalition.access.viewer import as_system, as_viewer
from enforcement.cases import actions as cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(aurelia, northpeak):
    """A case that Aurelia leads and Northpeak contributes to."""
    with as_viewer(aurelia):
        case = cases.open_case(title="Of grants", by=aurelia)
        cases.share(case, Audience.objects.get(pk=northpeak.organisation_audience_id), role="contribute", by=aurelia)
    northpeak.forget_spaces()
    return case


def write_grant(space_id, audience_id):
    """A grant as a query writes it that asked nobody."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_grant (space_id, audience_id, kind, role, reason, granted_at) VALUES (%s, %s, 'case', 'read', '', now())",
            [space_id, audience_id],
        )


def test_who_contributes_lets_nobody_in(shared, northpeak, kestrel):
    with as_viewer(northpeak):
        with pytest.raises(Error, match="row-level security"):
            write_grant(shared.space_id, kestrel.organisation_audience_id)
        assert Grant.objects.filter(space=shared.space_id).update(role="lead") == 0
        assert Space.objects.filter(pk=shared.space_id).update(tlp="CLEAR") == 0
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE access_entered SET role = 'lead'")
        with pytest.raises(NotAllowed):
            withdraw(shared.space, Audience.objects.get(pk=northpeak.organisation_audience_id), by=northpeak)


def test_who_opened_a_room_and_left_it_lets_nobody_in(aurelia, kestrel):
    with as_viewer(aurelia):
        space = open_space("case", by=aurelia, owner=Audience.objects.get(pk=aurelia.organisation_audience_id))
    with as_system("put the opener out"):
        Grant.objects.filter(space=space).update(audience_id=kestrel.organisation_audience_id)
    with as_viewer(aurelia):
        assert not Space.objects.filter(pk=space.pk).exists()
        with pytest.raises(Error, match="row-level security"):
            write_grant(space.pk, aurelia.audience_id)
