"""What memberships are used for in cases: measures of the value statement."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Grant, Space
from coalition.members.models import Organisation
from coalition.members.registry import Use
from coalition.register.uses import acts_of


def let_into(members: list[int], since: date, until: date) -> dict[int, int]:
    """Cases of others that each member was let into between two days and may still enter, as an organisation."""
    named = dict(Organisation.objects.filter(pk__in=members).values_list("audience_id", "pk"))
    grants = Grant.objects.live().filter(kind=Space.Kind.CASE, audience__in=named, granted_at__date__gte=since, granted_at__date__lt=until)
    counted = grants.exclude(space__owner=F("audience")).order_by().values_list("audience").annotate(Count("pk"))
    return {named[audience]: n for audience, n in counted}


USES = [Use(_("Cases opened"), acts_of("case.opened")), Use(_("Cases of others it was let into"), let_into)]
