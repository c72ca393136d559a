"""Real PostgreSQL and Redis for the tests, of their own; one migrated template with the demo's story, a copy a worker."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
os.environ.pop("DATABASE_URL", None)
os.environ.pop("REDIS_URL", None)
os.environ["COALITION_VAR"] = str(CHECKOUT / "var" / "test")
os.environ["DEBUG"] = "1"
os.environ["SECRET_KEY"] = "for-tests-only"
os.environ["DJANGO_SETTINGS_MODULE"] = "coalition.settings"
os.environ["CELERY_QUEUE"] = f"test-{WORKER or 'alone'}"
os.environ["DATABASE_NAME"] = f"test_{WORKER or 'alone'}"
TEMPLATE = "test_template"

_running = None


def administer(statement: str) -> None:
    import psycopg

    from coalition import embedded

    with psycopg.connect(host=str(embedded.socket_folder()), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


def copy_database(name: str) -> None:
    administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER coalition_owner")


def pytest_configure(config):
    global _running
    if WORKER:
        copy_database(os.environ["DATABASE_NAME"])
        return
    from coalition import embedded

    # The front-end files are the checkout's, not the tests'.
    vendor = CHECKOUT / "var" / "test" / "vendor"
    vendor.parent.mkdir(parents=True, exist_ok=True)
    if not vendor.exists():
        vendor.symlink_to(CHECKOUT / "var" / "vendor")
    embedded.stop_postgres()
    embedded.stop_redis()
    _running = embedded.servers(fast_and_loose=True)
    _running.__enter__()
    administer(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    administer(f"CREATE DATABASE {TEMPLATE} OWNER coalition_owner")
    env = {**os.environ, "DATABASE_NAME": TEMPLATE}
    for role, words in (("owner", ["migrate", "-v0"]), ("app", ["demo_data"]), ("app", ["collectstatic", "--noinput", "-v0"])):
        subprocess.run([sys.executable, "manage.py", *words], cwd=CHECKOUT, env={**env, "DATABASE_ROLE": role}, check=True, stdout=subprocess.DEVNULL)
    if not getattr(config.option, "numprocesses", None):
        copy_database(os.environ["DATABASE_NAME"])


def pytest_unconfigure(config):
    if _running is not None:
        _running.__exit__(None, None, None)
