"""Let days pass in the demo: everything it holds moves into the past by so many days, and what is due by then is done.

The demo's own servers alone: nobody else's past is touched. What a document was printed with, and days inside JSON, stay as they were.
"""

from __future__ import annotations

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

from coalition import embedded
from coalition.access.viewer import as_system
from coalition.activity.actions import deliver_batch, seal_events
from coalition.clocks import actions as clocks
from coalition.dues.actions import reminders, renewals
from coalition.members import actions as members
from coalition.members.models import Organisation

MOST_DAYS = 366
# What is due is done as often: every rung of the ladder and each clock has its day.
STEP = 7
# Sign-ins go on as they are.
LEFT_ALONE = {"django_session", "django_migrations"}
# Farther than any two days of a table lie apart: moved there first, no row meets another on the way.
FAR = 200_000


def tables() -> dict[str, list[tuple[str, bool]]]:
    """By table, its columns that hold a day or an instant, each with whether it is a day alone."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.db_table not in LEFT_ALONE:
            columns = [
                (field.column, not isinstance(field, models.DateTimeField))
                for field in meta.local_fields
                if isinstance(field, models.DateField) and field.column
            ]
            if columns:
                found[meta.db_table] = columns
    return found


def move_back(days: int, *, name: str = "coalition") -> None:
    """Move every day and instant of a database of the demo's own server back; the seals of its events are made anew."""
    with psycopg.connect(host=str(embedded.socket_folder()), user="postgres", dbname=name) as connection:
        # What only ever grows is moved too: no trigger asks.
        connection.execute("SET session_replication_role = replica")
        for table, columns in tables().items():
            for step in (FAR, -FAR - days):
                sets = [
                    sql.SQL("{0} = {0} + {1}" if is_day else "{0} = {0} + {1} * interval '1 day'").format(sql.Identifier(column), sql.Literal(step))
                    for column, is_day in columns
                ]
                connection.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), sql.SQL(", ").join(sets)))
        connection.execute("DELETE FROM activity_sealedevent")
        connection.execute("DELETE FROM activity_seal")


def let_pass(days: int, *, name: str = "coalition") -> None:
    """Let days pass, a few at a time, each time with what is due by then."""
    while days > 0:
        step = min(STEP, days)
        move_back(step, name=name)
        catch_up()
        days -= step


def catch_up() -> None:
    """Do what is due by now: clocks, renewals, reminders, and who is in good standing."""
    while clocks.sweep():
        pass
    renewals.run_renewals()
    reminders.run_reminders()
    with as_system("let standing follow the days that passed"):
        for organisation in Organisation.objects.all():
            members.follow_standing(organisation)
    while deliver_batch():
        pass
    seal_events()
