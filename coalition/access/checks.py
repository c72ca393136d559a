"""Start-up refuses a database role that row-level security would not bind."""

from django.conf import settings
from django.core.checks import Error
from django.db import connections


def database_role(app_configs, databases=None, **kwargs):
    if settings.DATABASE_ROLE != "app" or not databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls,"
            " EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind = 'r') FROM pg_roles r"
            " WHERE rolname = current_user"
        )
        name, privileged, owns = cursor.fetchone()
    if privileged or owns:
        return [
            Error(
                f"The portal connects as {name}, which row-level security does not bind.",
                hint="Use a role like coalition_app of coalition/access/sql/roles.sql in DATABASE_URL.",
                id="access.E001",
            )
        ]
    return []
