"""References people can say on the telephone: `AUR-2026-0142`."""

from django.db import connection, transaction
from django.utils import timezone


@transaction.atomic
def next_reference(prefix: str) -> str:
    """The next reference of a series in this year; concurrent callers wait for each other and never share one."""
    series = f"{prefix}-{timezone.now().year}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_referencecounter (series, last) VALUES (%s, 1)"
            " ON CONFLICT (series) DO UPDATE SET last = members_referencecounter.last + 1 RETURNING last",
            [series],
        )
        (number,) = cursor.fetchone()
    return f"{series}-{number:04d}"
