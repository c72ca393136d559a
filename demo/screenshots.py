"""Every page as its natural viewer, light, dark and phone, into var/screenshots with an index page."""

from __future__ import annotations

import html
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from coalition import embedded
from demo.cast import PASSWORD
from scripts.browser import find

# (name, who, address); a $name is the first link found on the page before it that begins so.
PAGES = [
    ("front", None, "/"), ("membership", None, "/membership/"), ("guidance", None, "/guidance/"), ("statistics-public", None, "/statistics/"),
    ("sign-in", None, "/accounts/login/"),
    ("home-brand", "owner@aurelia.example", "/home/"), ("listings", "owner@aurelia.example", "/enforcement/listings/"),
    ("listing", "owner@aurelia.example", "/enforcement/listings/>/enforcement/listings/"),
    ("imports", "owner@aurelia.example", "/enforcement/imports/"), ("import", "owner@aurelia.example", "/enforcement/imports/>/enforcement/imports/AUR-I-"),
    ("sellers", "owner@aurelia.example", "/enforcement/sellers/"),
    ("storefronts", "owner@aurelia.example", "/enforcement/storefronts/"),
    ("ladder-of-strikes", "trust@bazaar.example", "/enforcement/storefronts/ladder/bazaar/"),
    ("proposals", "owner@aurelia.example", "/enforcement/proposals/"),
    ("proposal", "owner@aurelia.example", "/enforcement/proposals/?state=open>/enforcement/proposals/NOR-P-"), ("cases", "owner@aurelia.example", "/enforcement/cases/"),
    ("case", "owner@aurelia.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-"),
    ("case-listings", "owner@northpeak.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-?tab=listings"),
    ("share", "owner@aurelia.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-share/"),
    ("case-tasks", "owner@aurelia.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-?tab=tasks"),
    ("merge", "owner@aurelia.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-merge/"),
    ("split", "owner@aurelia.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-split/"),
    ("case-summary", "owner@aurelia.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-summary/"),
    ("board", "owner@aurelia.example", "/enforcement/cases/board/"), ("calendar", "owner@aurelia.example", "/enforcement/cases/calendar/"),
    ("saved-views", "owner@aurelia.example", "/views/"),
    ("report", "owner@aurelia.example", "/enforcement/cases/?q=watches+bags>/enforcement/cases/AUR-report/"),
    ("report-template", "owner@aurelia.example", "/enforcement/cases/templates/reports/new/"),
    ("case-templates", "owner@aurelia.example", "/enforcement/cases/templates/"),
    ("case-template", "owner@aurelia.example", "/enforcement/cases/templates/new/"),
    ("tasks", "owner@aurelia.example", "/enforcement/cases/tasks/?whose=us&state=open"),
    ("notices", "owner@aurelia.example", "/enforcement/notices/"),
    ("notice-edit", "owner@aurelia.example", "/enforcement/notices/?state=draft>/enforcement/notices/AUR-N-edit/"),
    ("platforms", "admin@coalition.example", "/enforcement/platforms/"), ("platform", "admin@coalition.example", "/enforcement/platforms/bazaar/"),
    ("allow-list-files", "owner@aurelia.example", "/enforcement/sellers/allowed/import/"),
    ("publish", "admin@coalition.example", "/enforcement/statistics/publish/"),
    ("rights", "owner@aurelia.example", "/enforcement/rights/"), ("statistics", "owner@aurelia.example", "/enforcement/statistics/"),
    ("months", "analyst@coalition.example", "/enforcement/statistics/months/"),
    ("own-measures", "trust@bazaar.example", "/enforcement/statistics/own-measures/"),
    ("report", None, "/statistics/>/statistics/"), ("trusted-flagger", None, "/statistics/>/statistics/trusted-flagger/"),
    ("accuracy", "owner@aurelia.example", "/enforcement/statistics/accuracy/"), ("programmes", "owner@aurelia.example", "/enforcement/programmes/"),
    ("programme", "owner@aurelia.example", "/enforcement/programmes/marketlane/"),
    ("programme-ask", "owner@tessella.example", "/enforcement/programmes/marketlane/"),
    ("programme-members", "admin@coalition.example", "/enforcement/programmes/marketlane/members/"),
    ("programme-manage", "admin@coalition.example", "/enforcement/programmes/marketlane/manage/"),
    ("complaint", "trust@bazaar.example", "/home/>/enforcement/notices/complaints/"),
    ("infringers", "owner@aurelia.example", "/enforcement/statistics/M10/denominator/"),
    ("platform-form", "admin@coalition.example", "/enforcement/platforms/bazaar/form/"),
    ("letter", "trust@bazaar.example", "/enforcement/notices/>/enforcement/notices/AUR-N-letter/"),
    ("reasons", "trust@bazaar.example", "/enforcement/notices/?state=decided>/enforcement/notices/AUR-N-reasons/"),
    ("vetting", "analyst@coalition.example", "/enforcement/statistics/vetting/"),
    ("two-people", "owner@aurelia.example", "/enforcement/notices/two-people/"),
    ("own-decisions", "owner@aurelia.example", "/enforcement/cases/decisions/"),
    ("statistics-rows", "owner@aurelia.example", "/enforcement/statistics/M1/denominator/"),
    ("dispute", "owner@northpeak.example", "/home/>/enforcement/notices/disputes/"), ("due", "owner@northpeak.example", "/due/"),
    ("home-platform", "trust@bazaar.example", "/home/"), ("queue-platform", "trust@bazaar.example", "/enforcement/notices/queue/"),
    ("queue-analyst", "analyst@coalition.example", "/enforcement/notices/queue/"), ("inbox", "analyst@coalition.example", "/inbox/"),
    ("groups", "editor@retailguild.example", "/groups/"), ("topic", "editor@retailguild.example", "/groups/>/groups/marketplaces/topics/"),
    ("group", "owner@aurelia.example", "/groups/marketplaces/"), ("meetings", "owner@aurelia.example", "/groups/marketplaces/meetings/"),
    ("meeting", "trust@bazaar.example", "/groups/marketplaces/>/groups/marketplaces/meetings/"),
    ("meeting-held", "owner@aurelia.example", "/groups/marketplaces/meetings/1/"), ("minutes-to-review", "admin@coalition.example", "/groups/marketplaces/meetings/2/"),
    ("minutes", "owner@aurelia.example", "/groups/marketplaces/meetings/2/minutes/"), ("call-meeting", "owner@aurelia.example", "/groups/marketplaces/meetings/call/"),
    ("library", "editor@retailguild.example", "/library/"), ("document", "editor@retailguild.example", "/library/test-purchases-that-stand-up/"),
    ("members", "agent@hartley.example", "/members/"), ("search-chinese", "owner@aurelia.example", "/search/?q=金龙皮具"),
    ("profile", "owner@aurelia.example", "/profile/"), ("two-factors", "owner@aurelia.example", "/accounts/2fa/"),
    ("home-officer", "officer@customs.example", "/home/"), ("case-officer", "officer@customs.example", "/enforcement/cases/>/enforcement/cases/AUR-"),
    ("not-found", "officer@customs.example", "/enforcement/cases/AUR-2026-0002/"),
    ("apply", None, "/apply/"), ("policy", None, "/policies/conduct/1/"),
    ("our-organisation", "owner@aurelia.example", "/organisation/"), ("candidates", "owner@aurelia.example", "/candidates/"),
    ("candidate", "owner@aurelia.example", "/candidates/>/candidates/"),
    ("applications", "admin@coalition.example", "/staff/applications/"), ("register", "admin@coalition.example", "/staff/register/"),
    ("category", "admin@coalition.example", "/staff/register/categories/brand/"),
    ("answer-files", "trust@bazaar.example", "/enforcement/notices/answers/"),
    ("application", "analyst@coalition.example", "/staff/applications/?state=vetting>/staff/applications/COA-M-"),
    ("application-committee", "editor@retailguild.example", "/staff/applications/?state=committee>/staff/applications/COA-M-"),
    ("our-dues", "finance@aurelia.example", "/organisation/dues/"), ("invoice", "finance@aurelia.example", "/organisation/dues/>/dues/"),
    ("agents", "owner@aurelia.example", "/organisation/agents/"), ("people", "owner@aurelia.example", "/members/people/"),
    ("ballots", "owner@aurelia.example", "/ballots/"), ("ballot", "owner@aurelia.example", "/ballots/>/ballots/COA-B-"),
    ("treasury", "treasurer@coalition.example", "/staff/dues/"), ("treasury-account", "treasurer@coalition.example", "/staff/dues/accounts/aurelia/"),
    ("treasury-bank", "treasurer@coalition.example", "/staff/dues/bank/"), ("treasury-rates", "treasurer@coalition.example", "/staff/dues/rates/"),
    ("treasury-ladder", "treasurer@coalition.example", "/staff/dues/ladder/"), ("treasury-sent", "treasurer@coalition.example", "/staff/dues/ladder/sent/"),
    ("on-a-day", "owner@aurelia.example", "/organisation/on/"), ("dashboard", "admin@coalition.example", "/staff/dashboard/"),
    ("staff-members", "admin@coalition.example", "/staff/members/"),
    ("styleguide", None, "/styleguide/"),
]  # fmt: skip
SHAPES: dict[str, tuple[int, int, Any]] = {"light": (1440, 900, "light"), "dark": (1440, 900, "dark"), "phone": (390, 844, "light")}


def sign_in(page, site: str, who: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", PASSWORD)
    page.click("form[action='/accounts/login/'] button[type=submit]")
    page.wait_for_url("**/home/")


def go(page, site: str, address: str) -> None:
    """Open an address, or the first link on it that begins with what follows `>`, plus what may follow that reference."""
    first, _sign, link = address.partition(">")
    page.goto(site + first)
    if link:
        base = link.rstrip("/")
        for tail in (
            "share/",
            "edit/",
            "merge/",
            "split/",
            "summary/",
            "report/",
            "letter/",
            "reasons/",
            "trusted-flagger/",
            "?tab=listings",
            "?tab=tasks",
        ):
            if link.endswith(tail):
                base, more = link[: -len(tail)], tail
                break
        else:
            base, more = link, ""
        hrefs = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
        found = next((href for href in hrefs if href.startswith(base) and len(href) > len(base) and "?" not in href), None)
        if found is None:
            raise LookupError(f"No link on {first} begins with {base}.")
        page.goto(site + found + more)


def take(site: str, folder: Path) -> list[str]:
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        for shape, (width, height, scheme) in SHAPES.items():
            contexts = {}
            for name, who, address in PAGES:
                if who not in contexts:
                    contexts[who] = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                    page = contexts[who].new_page()
                    if who:
                        sign_in(page, site, who)
                else:
                    page = contexts[who].pages[0]
                go(page, site, address)
                file = f"{name}-{shape}.png"
                page.screenshot(path=folder / file, full_page=shape != "phone")
                taken.append(file)
            for context in contexts.values():
                context.close()
        browser.close()
    return taken


def main() -> None:
    folder = embedded.root() / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    if site := os.environ.get("SITE_URL"):
        taken = take(site, folder)
    else:
        port = os.environ.get("PORT", "8000")
        site = f"http://localhost:{port}"
        demo = subprocess.Popen([sys.executable, "-m", "demo.supervisor"], stdout=subprocess.DEVNULL)
        try:
            for _attempt in range(240):
                try:
                    urllib.request.urlopen(f"{site}/healthz", timeout=1)  # noqa: S310  our own address
                    break
                except OSError:
                    time.sleep(0.5)
            taken = take(site, folder)
        finally:
            demo.terminate()
            demo.wait()
    rows = "".join(
        f'<figure><a href="{html.escape(f)}"><img src="{html.escape(f)}" width="420"></a><figcaption>{f}</figcaption></figure>' for f in taken
    )
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Screenshots</title>{rows}")
    sys.stdout.write(f"{len(taken)} screenshots in {folder}/index.html\n")


if __name__ == "__main__":
    main()
