"""Workers killed, PostgreSQL restarted, Redis gone: the job goes on, no row lost or doubled, events still delivered.

Real processes on servers of this test's own; nothing is simulated.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from coalition import embedded
from tests.servers import CHECKOUT

ROWS = 60_000

START = """
from django.core.files.base import File
from coalition.access.viewer import as_viewer
from coalition.members.models import Seat
from coalition.members.viewers import viewer_of_seat
from enforcement.market import actions
viewer = viewer_of_seat(Seat.objects.get(person__email="owner@tessella.example").pk)
with open({file!r}, "rb") as opened, as_viewer(viewer):
    job = actions.upload(File(opened, name="large.csv"), by=viewer)
    actions.choose_columns(job, mapping={{"address": 0, "title": 1, "seller_name": 2}}, by=viewer)
"""
CONFIRM = """
from coalition.access.viewer import as_viewer
from coalition.members.models import Seat
from coalition.members.viewers import viewer_of_seat
from enforcement.market import actions
from enforcement.market.models import Import
viewer = viewer_of_seat(Seat.objects.get(person__email="owner@tessella.example").pk)
with as_viewer(viewer):
    actions.confirm(Import.objects.get(attachment__name="large.csv"), by=viewer)
"""


class Portal:
    """A portal of its own: servers under a folder, and a worker with beat that can be killed."""

    def __init__(self, folder: Path):
        self.folder = folder
        unwanted = ("DATABASE_NAME", "CELERY_QUEUE", "DATABASE_URL", "REDIS_URL")
        self.env = {k: v for k, v in os.environ.items() if k not in unwanted} | {"COALITION_VAR": str(folder)}
        self.worker = None

    def start_worker(self):
        words = ["-m", "celery", "-A", "coalition", "worker", "-B", "-s", str(self.folder / "beat"), "-c", "1", "--loglevel", "WARNING"]
        log = (self.folder / "worker.log").open("ab")
        self.worker = subprocess.Popen([sys.executable, *words], cwd=CHECKOUT, env=self.env, stdout=log, stderr=log, start_new_session=True)

    def kill_worker(self):
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def manage(self, *words, role="app"):
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=CHECKOUT, env={**self.env, "DATABASE_ROLE": role}, check=True, stdout=subprocess.DEVNULL
        )

    def ask(self, question):
        with psycopg.connect(host=str(embedded.socket_folder()), user="postgres", dbname="coalition") as connection:
            return connection.execute(question).fetchone()

    def wait_for(self, question, right, seconds=150):
        until, answer = time.monotonic() + seconds, None
        while time.monotonic() < until:
            answer = self.ask(question)
            if right(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{question} is still {answer}; {(self.folder / 'worker.log').read_text()[-2000:]}")


@pytest.fixture
def portal(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="cp-", dir="/tmp") as folder:
        monkeypatch.setenv("COALITION_VAR", folder)
        (Path(folder) / "vendor").mkdir()
        portal = Portal(Path(folder))
        with embedded.servers(fast_and_loose=True):
            portal.manage("migrate", "-v0", role="owner")
            portal.manage("demo_data")
            portal.start_worker()
            try:
                yield portal
            finally:
                portal.kill_worker()


@pytest.mark.processes
def test_an_import_survives_everything(portal):
    file = portal.folder / "large.csv"
    with file.open("w") as out:
        out.write("url,title,seller\n")
        out.writelines(f"https://bazaar.example/item/{30_000_000 + n},Bag {n},Shop {n % 90}\n" for n in range(ROWS))
    mine = "FROM market_import i JOIN files_attachment a ON a.id = i.attachment_id WHERE a.name = 'large.csv'"

    portal.manage("shell", "-v0", "-c", START.format(file=str(file)))
    portal.wait_for(f"SELECT rows_checked, i.state {mine}", lambda answer: answer and answer[0] > 0)
    portal.kill_worker()
    stood = portal.ask(f"SELECT rows_checked, i.state {mine}")
    assert stood[1] == "checking"
    assert 0 < stood[0] < ROWS
    portal.start_worker()
    portal.wait_for(f"SELECT i.state {mine}", lambda answer: answer[0] == "checked")
    assert portal.ask(f"SELECT count(*), count(DISTINCT number), min(verdict), max(verdict) FROM market_importrow WHERE job_id = (SELECT i.id {mine})") == (
        ROWS, ROWS, "new", "new",
    )  # fmt: skip

    portal.manage("shell", "-v0", "-c", CONFIRM)
    portal.wait_for(f"SELECT rows_done {mine}", lambda answer: answer[0] > 0)
    embedded.stop_postgres()
    embedded.start_postgres(fast_and_loose=True)
    embedded.stop_redis()
    time.sleep(3)
    embedded.start_redis()
    portal.wait_for(f"SELECT i.state {mine}", lambda answer: answer[0] == "done")
    counted = portal.ask("SELECT count(*), count(DISTINCT key) FROM market_listing WHERE key LIKE 'bazaar:item:30%' AND title LIKE 'Bag %'")
    assert counted == (ROWS, ROWS)
    assert portal.ask("SELECT count(*) FROM search_searchentry WHERE title LIKE 'Bag %'") == (ROWS,)
    assert portal.ask("SELECT count(*) FROM activity_event WHERE verb = 'import.done' AND (data->>'written')::int > 1000") == (1,)
    portal.wait_for("SELECT count(*) FROM activity_delivery", lambda answer: answer[0] == 0)
