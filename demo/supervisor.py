"""`make demo`: both servers, the schema, the story, then web, worker and beat, until Ctrl-C; nothing is left running."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from coalition import embedded
from demo.cast import PASSWORD, SHOWN

CHECKOUT = Path(__file__).resolve().parent.parent


def environment() -> dict[str, str]:
    port = os.environ.get("PORT", "8000")
    given = {"DEBUG": "1", "DEMO": "1", "PORT": port, "SITE_URL": f"http://localhost:{port}", "DJANGO_SETTINGS_MODULE": "coalition.settings"}
    return {**given, **os.environ, "SECRET_KEY": os.environ.get("SECRET_KEY") or _secret()}


def _secret() -> str:
    """One key for this checkout, so that a restart does not sign everybody out."""
    file = embedded.root() / "secret-key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(50))
        file.chmod(0o600)
    return file.read_text()


def require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise embedded.CannotStart(f"Port {port} is in use. Stop what uses it, or choose another: PORT=8001 make demo") from None


def run(env: dict[str, str], *words: str) -> None:
    code = subprocess.run([sys.executable, "manage.py", *words], cwd=CHECKOUT, env=env, check=False).returncode
    if code:
        raise embedded.CannotStart(f"`manage.py {' '.join(words)}` failed; its words are above.")


def programs(port: str) -> dict[str, list[str]]:
    python, celery = sys.executable, [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "coalition"]
    return {
        "web": [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", "1",
                "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "coalition.wsgi:application"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
    }  # fmt: skip


def stop(running: dict[str, subprocess.Popen]) -> None:
    for process in running.values():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    until = time.monotonic() + 15
    for process in running.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def supervise() -> int:
    env = environment()
    require_free(int(env["PORT"]))
    running: dict[str, subprocess.Popen] = {}
    # A second Ctrl-C must not interrupt the stopping.
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(True))
    with embedded.servers():
        try:
            run({**env, "DATABASE_ROLE": "owner"}, "migrate", "--verbosity", "0")
            run(env, "demo_data", *(["--scale", env["SCALE"]] if env.get("SCALE") else []))
            run(env, "collectstatic", "--noinput", "--verbosity", "0")
            if stopping:
                return 0
            for name, words in programs(env["PORT"]).items():
                running[name] = subprocess.Popen(words, cwd=CHECKOUT, env=env, start_new_session=True)
            say(env)
            while not stopping:
                time.sleep(0.2)
                for name, process in running.items():
                    if process.poll() is not None:
                        sys.stderr.write(f"The {name} process ended by itself ({process.returncode}); stopping.\n")
                        return 1
        finally:
            stop(running)
    return 0


def say(env: dict[str, str]) -> None:
    lines = [
        f"\n  The portal is at {env['SITE_URL']}/  ·  Ctrl-C stops everything",
        f"  Letters are kept, and days pass, at {env['SITE_URL']}/demo/\n",
        f"  One password for all: {PASSWORD}\n",
    ]
    lines += [f"    {email:<30} {words}" for email, words in SHOWN]
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()


def main() -> None:
    try:
        sys.exit(supervise())
    except embedded.CannotStart as refusal:
        sys.exit(f"\n{refusal}\n")


if __name__ == "__main__":
    main()
