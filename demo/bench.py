"""`make bench`: pages as a small member, a platform and an analyst, and an import, at each scale; one table and var/bench.json.

Everything runs on servers of its own under var/bench, in one run, so that the ratios mean something on any machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SMALL, LARGE = "house2@mass.example", "house200@mass.example"
PLATFORM, ANALYST = "trust@bazaar.example", "analyst@coalition.example"
ADMIN, TREASURER = "admin@coalition.example", "treasurer@coalition.example"
NAMED = {SMALL: "small member", LARGE: "large member", PLATFORM: "platform", ANALYST: "analyst", ADMIN: "admin", TREASURER: "treasurer"}
ROWS = 100_000
TIMES = 40


def prepare() -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "COALITION_VAR": str(CHECKOUT / "var" / "bench"), "DEBUG": "1", "SECRET_KEY": "for-the-benchmark-only",
        "DJANGO_SETTINGS_MODULE": "coalition.settings",
    }  # fmt: skip
    vendor = CHECKOUT / "var" / "bench" / "vendor"
    vendor.parent.mkdir(parents=True, exist_ok=True)
    if not vendor.exists():
        vendor.symlink_to(CHECKOUT / "var" / "vendor")


def manage(*words: str, role: str = "app") -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=CHECKOUT, env={**os.environ, "DATABASE_ROLE": role}, check=True)


def administer(statement: str, name: str = "coalition"):
    import psycopg

    from coalition import embedded

    with psycopg.connect(host=str(embedded.socket_folder()), user="postgres", dbname=name, autocommit=True) as connection:
        return connection.execute(statement)


def addresses(reference: str, notice: str, seller: str) -> list[tuple[str, str, str]]:
    """(page, viewer, address)"""
    e = "/enforcement/"
    rows = []
    for who in (SMALL, PLATFORM, ANALYST):
        rows += [("home", who, "/home/"), ("listing list", who, e + "listings/"), ("case list", who, e + "cases/"),
                 ("notice list", who, e + "notices/"), ("search, one common word", who, "/search/?q=bag"),
                 ("search, Chinese", who, "/search/?q=金龙皮具"), ("search, a reference", who, "/search/?q=MN-17")]  # fmt: skip
    rows += [("listing list, three filters", who, e + "listings/?platform=bazaar&used=no&q=bag") for who in (SMALL, LARGE)]
    rows += [("case board", who, e + "cases/board/") for who in (SMALL, LARGE, ANALYST)]
    rows += [
        ("home", LARGE, "/home/"),
        ("listing list", LARGE, e + "listings/"),
        ("case list", LARGE, e + "cases/"),
        ("search, one common word", LARGE, "/search/?q=bag"),
    ]
    rows += [
        ("case templates", SMALL, e + "cases/templates/"),
        ("saved views", SMALL, "/views/"),
        ("case, listings", SMALL, f"{e}cases/{reference}/?tab=listings"),
        ("case, to share", SMALL, f"{e}cases/{reference}/share/"),
        ("case, to close", SMALL, f"{e}cases/{reference}/closing/"),
        ("case, report as PDF", SMALL, f"{e}cases/{reference}/report/?template=standard"),
    ]
    rows += [
        ("case calendar", SMALL, e + "cases/calendar/"),
        ("tasks", SMALL, e + "cases/tasks/?whose=us&state=open"),
        ("case, tasks", SMALL, f"{e}cases/{reference}/?tab=tasks"),
        ("storefronts", SMALL, e + "storefronts/"),
        ("proposals", SMALL, e + "proposals/"),
        ("seller page", SMALL, e + f"sellers/{seller}/"),
    ]
    rows += [("case page", who, f"{e}cases/{reference}/") for who in (SMALL, ANALYST)]
    rows += [("notice queue", who, e + "notices/queue/") for who in (PLATFORM, ANALYST)]
    rows += [("notice page", who, f"{e}notices/{notice}/") for who in (SMALL, PLATFORM, ANALYST)]
    rows += [("directory", SMALL, "/members/"), ("directory, two filters", SMALL, "/members/?category=brand&jurisdiction=FR"), ("people", SMALL, "/members/people/"),
             ("membership queue", ADMIN, "/staff/applications/"), ("register, filtered", ADMIN, "/staff/members/?standing=not"), ("dashboard", ADMIN, "/staff/dashboard/"),
             ("ageing", TREASURER, "/staff/dues/"), ("account", TREASURER, "/staff/dues/accounts/guild-3/"), ("ladder", TREASURER, "/staff/dues/ladder/")]  # fmt: skip
    return rows


def measure_pages(scale: int) -> list[dict]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from coalition.access.viewer import as_system
    from coalition.accounts.models import Person
    from enforcement.cases.models import CaseListing

    with as_system("find a seller to measure"):
        seller = CaseListing.objects.filter(case__reference="MC-1").exclude(seller_key="").earliest("pk").seller_key
    clients = {}
    for email in NAMED:
        clients[email] = Client()
        clients[email].force_login(Person.objects.get(email=email))
    # The first organisation's own: its number leaves remainder 1 - 1 = 0 among 250.
    measured = []
    for page, who, address in addresses("MC-1", "MN-251", seller):
        client = clients[who]
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} as {who}: {answer.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked = len(queries)
        times = []
        for _turn in range(TIMES):
            begin = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - begin) * 1000)
        times.sort()
        measured.append(
            {
                "page": page,
                "viewer": NAMED[who],
                "scale": scale,
                "p50_ms": round(statistics.median(times), 1),
                "p95_ms": round(times[int(TIMES * 0.95) - 1], 1),
                "queries": asked,
                "bytes": len(answer.getvalue()),
            }
        )
    return measured


def measure_import(scale: int) -> dict:
    """100,000 rows from the command line, keys, dry run, listings and search entries; beside a raw COPY of the same file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"rows-{scale}.csv"
        with file.open("w") as out:
            out.write("url,title,seller,price,currency\n")
            out.writelines(
                f"https://www.bazaar.example/item/{900_000_000 + n}?utm_source=x&spm={n},Watch 腕表 {n},蓝鸟 {n % 500},{n % 90}.50,USD\n"
                for n in range(ROWS)
            )
        administer("DROP TABLE IF EXISTS bare; CREATE TABLE bare (url text, title text, seller text, price text, currency text)")
        begin = time.perf_counter()
        import psycopg

        from coalition import embedded

        with (
            psycopg.connect(host=str(embedded.socket_folder()), user="postgres", dbname="coalition") as connection,
            connection.cursor() as cursor,
            cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv, HEADER)") as copy,
        ):
            copy.write(file.read_bytes())
        raw = time.perf_counter() - begin
        administer("DROP TABLE bare")
        begin = time.perf_counter()
        words = [sys.executable, "manage.py", "import_listings", str(file), "--organisation", "house-2"]
        process = subprocess.Popen(words, cwd=CHECKOUT, env=os.environ, stdout=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        if status:
            raise RuntimeError("The import failed; its words are above.")
    administer(
        "DELETE FROM search_searchentry e USING market_listing l WHERE l.batch_id IS NOT NULL AND l.key LIKE 'bazaar:item:9%' AND e.subject_type = 'market.listing' AND e.subject_id = l.id"
    )
    administer("DELETE FROM market_sighting s USING market_listing l WHERE l.key LIKE 'bazaar:item:9%' AND s.listing_id = l.id")
    administer("DELETE FROM market_relist r USING market_listing l WHERE l.key LIKE 'bazaar:item:9%' AND r.listing_id = l.id")
    administer("DELETE FROM market_listing WHERE key LIKE 'bazaar:item:9%'")
    return {
        "file_rows": ROWS, "scale": scale, "seconds": round(seconds, 1), "rows_per_second": round(ROWS / seconds),
        "copy_ratio": round(seconds / raw, 1), "copy_seconds": round(raw, 2), "peak_mb": round(usage.ru_maxrss / 1024),
    }  # fmt: skip


def measure_renewals(scale: int) -> dict:
    """Everybody's next term and invoice in one run, then the run again; and what it would send."""
    from datetime import timedelta

    from django.utils import timezone

    from coalition.access.viewer import as_system
    from coalition.dues.actions import reminders, renewals
    from coalition.members.models import Term
    from demo.times import ago

    with as_system("let every term of the mass end in sixty days"):
        ends = timezone.localdate() + timedelta(days=60)
        today = timezone.localdate()
        # At a larger scale those of the smaller one have their next term already.
        running = Term.objects.filter(organisation__slug__startswith="guild-", starts_on__lte=today, ends_on__gt=today)
        running.update(ends_on=ends)
    begin = time.perf_counter()
    first = renewals.run_renewals()
    seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    again = renewals.run_renewals()
    seconds_again = time.perf_counter() - begin
    with ago(days=-30):
        begin = time.perf_counter()
        reminded = reminders.run_reminders()
        reminding = time.perf_counter() - begin
    return {
        "scale": scale, "members": first.done, "seconds": round(seconds, 1), "again": again.done, "again_seconds": round(seconds_again, 2), "reminders": reminded,
        "reminder_seconds": round(reminding, 1),
    }  # fmt: skip


def web_memory() -> int:
    """Resident megabytes of the web process after two hundred pages."""
    import http.client

    port = "8765"
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--blocking-threads", "4", "--no-ws",
             "coalition.wsgi:application"]  # fmt: skip
    web = subprocess.Popen(words, cwd=CHECKOUT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for turn in range(400):
            try:
                caller = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
                caller.request("GET", ("/", "/statistics/", "/guidance/", "/accounts/login/")[turn % 4])
                caller.getresponse().read()
            except OSError:
                time.sleep(0.1)
        children = subprocess.run(["ps", "-o", "rss=", "--ppid", str(web.pid)], capture_output=True, text=True, check=False).stdout.split()
        return max(map(int, children), default=0) // 1024
    finally:
        web.terminate()
        web.wait()


def tell(result: dict, scales: list[int]) -> None:
    write = sys.stdout.write
    write("\nPages: milliseconds in the application, p50/p95 of 40 requests, and queries. Ratio: p95 at the largest scale to the smallest.\n\n")
    write(f"{'page':<30}{'viewer':<15}" + "".join(f"{'N=' + str(s):>18}{'queries':>9}" for s in scales) + f"{'ratio':>8}\n")
    seen = dict.fromkeys((row["page"], row["viewer"]) for row in result["pages"])
    for page, viewer in seen:
        rows = {row["scale"]: row for row in result["pages"] if (row["page"], row["viewer"]) == (page, viewer)}
        cells = "".join(f"{rows[s]['p50_ms']:>9}/{rows[s]['p95_ms']:<8}{rows[s]['queries']:>9}" if s in rows else f"{'–':>27}" for s in scales)
        ratio = f"{rows[scales[-1]]['p95_ms'] / rows[scales[0]]['p95_ms']:>8.2f}" if scales[0] in rows and scales[-1] in rows else ""
        write(f"{page:<30}{viewer:<15}{cells}{ratio}\n")
    write("\nImports: end to end with keys, dry run, listings and search entries; ratio to a raw COPY of the same file into a bare table.\n\n")
    for row in result["imports"]:
        write(
            f"N={row['scale']:<4}{row['file_rows']:>9,} rows {row['seconds']:>7} s {row['rows_per_second']:>8,} rows/s"
            f" {row['copy_ratio']:>8} × COPY   peak {row['peak_mb']} MB\n"
        )
    write("\nRenewals: the next term and invoice of every member of the membership's mass, and the run again.\n\n")
    for row in result["renewals"]:
        write(f"N={row['scale']:<4}{row['members']:>7,} members {row['seconds']:>6} s; again {row['again']} in {row['again_seconds']} s;")
        write(f" {row['reminders']:,} reminders {row['reminder_seconds']} s\n")
    write(f"\nWeb process: {result['web_mb']} MB resident.\n")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--scales", default="1,10")
    scales = sorted(int(scale) for scale in arguments.parse_args().scales.split(","))
    prepare()
    from coalition import embedded

    result: dict = {"pages": [], "imports": [], "renewals": []}
    with embedded.servers(fast_and_loose=True):
        administer("DROP DATABASE IF EXISTS coalition WITH (FORCE)", "postgres")
        administer("CREATE DATABASE coalition OWNER coalition_owner", "postgres")
        manage("migrate", "-v0", role="owner")
        manage("collectstatic", "--noinput", "-v0")
        import django

        django.setup()
        from django.db import connection

        for scale in scales:
            manage("demo_data", "--scale", str(scale))
            administer("VACUUM ANALYZE")
            result["pages"] += measure_pages(scale)
            connection.close()
            result["imports"].append(measure_import(scale))
            result["renewals"].append(measure_renewals(scale))
            connection.close()
        result["web_mb"] = web_memory()
    (CHECKOUT / "var" / "bench.json").write_text(json.dumps(result, indent=1))
    tell(result, scales)


if __name__ == "__main__":
    main()
