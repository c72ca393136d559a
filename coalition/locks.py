"""Waiting in line for something that has no row of its own to hold."""

from django.db import connection


def one_at_a_time(name: str) -> None:
    """Go on alone under a name until this transaction ends; whoever comes meanwhile waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
