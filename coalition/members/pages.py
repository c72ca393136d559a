from functools import cached_property

from django.db import connection
from django.utils import timezone

from coalition.members.models import Category, Organisation, Seat, Term


class DirectoryPage:
    def __init__(self, organisations, query):
        self.organisations, self.query = organisations, query

    @cached_property
    def rows(self) -> list[Organisation]:
        return list(self.organisations[:300])

    @cached_property
    def categories(self):
        return list(Category.objects.all())


class OrganisationPage:
    def __init__(self, organisation, viewer):
        self.organisation, self.viewer = organisation, viewer

    @property
    def is_own(self) -> bool:
        return self.organisation.pk == self.viewer.organisation_id

    @cached_property
    def seats(self):
        """People are their own organisation's business; the opt-in directory of people shows others."""
        return list(Seat.objects.filter(organisation=self.organisation, ends_at=None).select_related("person")) if self.is_own else []

    @cached_property
    def term(self):
        today = timezone.localdate()
        return Term.objects.filter(organisation=self.organisation, starts_on__lte=today, ends_on__gt=today).first()


class WhoCanSeePage:
    """Each live grant, with how many people it lets in and whether it is what lets this viewer in."""

    def __init__(self, space, grants, viewer):
        self.space, self.viewer = space, viewer
        self.grants = grants

    @cached_property
    def rows(self):
        return [
            {"grant": grant, "people": self.people.get(grant.audience_id, 0), "is_mine": grant.audience_id in self.viewer.audience_ids}
            for grant in self.grants
        ]

    @cached_property
    def people(self) -> dict[int, int]:
        wanted = [grant.audience_id for grant in self.grants]
        with connection.cursor() as cursor:
            cursor.execute("SELECT a, (SELECT count(*) FROM access_seats_of(array[a])) FROM unnest(%s::bigint[]) AS a", [wanted])
            return dict(cursor.fetchall())
