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
                words = _("invoice %(number)s") % {"number": number}
                # A part payment or a credit note in between changes what is owed, not since when.
                since = next((one for one in ours.arrears if one[1:] == (starts_on, words)), None)
                if since:
                    ours.arrears.remove(since)
                ours.arrears.append((since[0] if since else starts_on, ends_on, words))
            else:
                ours.uncharged.setdefault(term, []).append((starts_on, ends_on, ""))
    return found
