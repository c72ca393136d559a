"""What the accounts tell the membership about standing."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from coalition.members.registry import DuesFacts


def facts(organisations: list[int]) -> dict[int, DuesFacts]:
    """For each organisation the days of its arrears, and of its terms for which nothing is charged any more; one query."""
    found: dict[int, DuesFacts] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dues_facts(%s::bigint[])", [organisations])
        for organisation, term, starts_on, ends_on, number in cursor.fetchall():
            ours = found.setdefault(organisation, DuesFacts())
            if term is None:
                ours.arrears.append((starts_on, ends_on, _("invoice %(number)s") % {"number": number}))
            else:
                ours.uncharged.setdefault(term, []).append((starts_on, ends_on, ""))
    return found
