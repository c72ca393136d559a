"""Row-level security, made from the models after every migration, so that no confidential table can be forgotten.

`visible_to` is the first statement of the predicate and these policies the second. A query that forgot the first returns
nothing. The owner role (migrations) and the jobs role (named system work) pass; the app role meets the policy.
"""

from pathlib import Path

from django.apps import apps
from django.db import connections, transaction

SQL = Path(__file__).parent / "sql"
# A probe of one index entry a row, never hashed: what a page shows is fifty rows, and the number of spaces a wide viewer may
# enter (tens of thousands) must not be read for them. docs/adr/0003 has the figures.
SEEN = "(SELECT true FROM access_entered e WHERE e.space_id = {table}.space_id LIMIT 1)"
WRITABLE = "(SELECT true FROM access_entered e WHERE e.space_id = {table}.space_id AND e.role IN ('contribute', 'lead') LIMIT 1)"
LED = "(SELECT true FROM access_entered e WHERE e.space_id = {table}.space_id AND e.role = 'lead' LIMIT 1)"

# Tables that are not a SpaceModel and still confidential: (what may be read, what may be written). Who may enter a space is for
# those to say who lead it; the opener says it once, while the room is bare.
_BARE = "(opened_by_id = (SELECT access_viewer()) AND access_is_bare(id))"
PARTICULAR = {
    "access_space": tuple(f"{entered.replace('{table}.space_id', 'access_space.id')} OR {_BARE}" for entered in (SEEN, LED)),
    "access_grant": (
        f"audience_id = ANY ((SELECT access_audiences_of(access_viewer()))::bigint[]) OR {SEEN}",
        f"{LED} OR space_id IN (SELECT id FROM access_space WHERE {_BARE})",  # noqa: S608
    ),
}


def space_models():
    from coalition.access.models import SpaceModel

    return [model for model in apps.get_models() if issubclass(model, SpaceModel) and model._meta.managed]


def install_after_migrate(sender, using, **kwargs):
    install(using)


def install(using: str = "default") -> None:
    """Write functions, privileges and policies; safe to repeat. Runs as the owner role, in one transaction."""
    connection = connections[using]
    if "access_space" not in connection.introspection.table_names():
        return
    statements = [path.read_text() for path in sorted(SQL.glob("functions*.sql"))]
    for config in apps.get_app_configs():
        if config.name != "coalition.access":
            statements += [path.read_text() for path in sorted((Path(config.path) / "sql").glob("functions*.sql"))]
    statements += [
        "GRANT USAGE ON SCHEMA public TO coalition_app, coalition_jobs",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO coalition_app, coalition_jobs",
        # A view of the owner's: writing through it would meet no policy.
        "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON access_entered FROM coalition_app, coalition_jobs",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO coalition_app, coalition_jobs",
        "REVOKE ALL ON django_migrations FROM coalition_app, coalition_jobs",
        "GRANT SELECT ON django_migrations TO coalition_app, coalition_jobs",
    ]
    for table, (seen, written) in PARTICULAR.items():
        statements += protect(table, seen.format(table=table), written.format(table=table))
    for model in space_models():
        table = model._meta.db_table
        seen, writable = SEEN.format(table=table), WRITABLE.format(table=table)
        extra = f" AND {model.extra_policy}" if model.extra_policy else ""
        statements += protect(table, seen + extra, (seen if model.readers_write else writable) + extra)
    for model in apps.get_models():
        if getattr(model, "append_only", False):
            statements += append_only(model._meta.db_table)
        if getattr(model, "owner_only", False):
            # Read and written by the owner's own functions alone.
            statements.append(f"REVOKE ALL ON {model._meta.db_table} FROM coalition_app, coalition_jobs")
    with transaction.atomic(using), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def protect(table: str, seen: str, written: str) -> list[str]:
    drop = [f"DROP POLICY IF EXISTS {name} ON {table}" for name in ("see", "add", "change", "remove", "system", "own")]
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        *drop,
        f"CREATE POLICY see ON {table} FOR SELECT TO coalition_app USING ({seen})",
        f"CREATE POLICY add ON {table} FOR INSERT TO coalition_app WITH CHECK ({written})",
        f"CREATE POLICY change ON {table} FOR UPDATE TO coalition_app USING ({written}) WITH CHECK ({written})",
        f"CREATE POLICY remove ON {table} FOR DELETE TO coalition_app USING ({written})",
        f"CREATE POLICY system ON {table} TO coalition_jobs USING (true) WITH CHECK (true)",
        f"CREATE POLICY own ON {table} TO coalition_owner USING (true) WITH CHECK (true)",
    ]


def append_only(table: str) -> list[str]:
    return [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM coalition_app, coalition_jobs",
        f"DROP TRIGGER IF EXISTS append_only ON {table}",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION access_refuse_change()",
    ]
