"""Found a programme and enrol organisations in it."""

from django.db import transaction

from coalition.access.errors import require
from coalition.access.models import Audience
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.members.models import Organisation
from enforcement.market.models import Platform
from enforcement.programmes.models import Enrolment, Programme


@transaction.atomic
def found(*, slug: str, name: str, summary: str, team: Audience, platforms: list[Platform], by: Viewer | None) -> Programme:
    """Enter a programme with its platforms and the team that vets. `by` is None for set-up work."""
    if by:
        require(by.may("run_programme"))
    programme = Programme.objects.create(slug=slug, name=name, summary=summary, team=team)
    programme.platforms.set(platforms)
    return programme


@transaction.atomic
def enrol(programme: Programme, organisation: Organisation, *, by: Viewer | None) -> Enrolment:
    """Enrol an organisation from today; the enrolment it has, if it has one."""
    if by:
        require(by.may("run_programme"))
    enrolment, created = Enrolment.objects.get_or_create(programme=programme, organisation=organisation, until=None)
    if created:
        record("programme.enrolled", organisation, by=by, space=organisation.desk_id, programme=programme.name)
    return enrolment
