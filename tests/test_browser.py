"""The main job in a real browser, and axe on every page, light and dark."""

import contextlib
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from demo.cast import PASSWORD
from demo.screenshots import PAGES, go, sign_in
from scripts.browser import find
from tests import servers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AXE = servers.CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def site():
    """The web process and a worker, on a database of their own."""
    name = f"browser_{servers.WORKER or 'alone'}"
    servers.copy_database(name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    env = {**os.environ, "DATABASE_NAME": name, "CELERY_QUEUE": name, "DEMO": "1", "PORT": port, "SITE_URL": f"http://localhost:{port}"}
    web = [
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--blocking-threads",
        "4",
        "--no-ws",
        "coalition.wsgi:application",
    ]
    work = ["-m", "celery", "-A", "coalition", "worker", "-c", "1", "--loglevel", "WARNING"]
    log = (servers.CHECKOUT / "var" / "test" / "browser.log").open("ab")
    running = [subprocess.Popen([sys.executable, *words], cwd=servers.CHECKOUT, env=env, stdout=log, stderr=log) for words in (web, work)]
    address = f"http://localhost:{port}"
    try:
        for _attempt in range(200):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1)
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
        servers.administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def listener():
    """A shop's server, behind every name under shops.example; what connects to it is counted."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler)
    server.heard = 0  # type: ignore[attr-defined]
    server.process_request = lambda request, address: (setattr(server, "heard", server.heard + 1), server.shutdown_request(request))  # type: ignore
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium(listener):
    rules = f"MAP *.shops.example 127.0.0.1:{listener.server_address[1]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", f"--host-resolver-rules={rules}"],
        )
        yield browser
        browser.close()


@pytest.fixture
def seat(site, chromium):
    """A signed-in page for somebody; what the browser complains of fails the test."""
    complaints, contexts = [], []

    def open_for(email):
        context = chromium.new_context()
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(page, site, email)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert complaints == []


def test_no_shop_is_called_by_looking_at_it(site, seat, listener, tmp_path):
    sheet = tmp_path / "shops.csv"
    sheet.write_text(
        "Link,Name,Shop,Image\n"
        + "".join(
            f"{scheme}://n{n}.shops.example/p/{n},<img src=http://n{n}.shops.example/t>,shops {n},http://i{n}.shops.example/{n}.png\n"
            for n in range(20)
            for scheme in ("http", "https")
        )
    )
    brand = seat("owner@kestrel.example")
    brand.goto(f"{site}/enforcement/imports/")
    brand.set_input_files("input[type=file]", str(sheet))
    brand.click("text=Upload and look at it")
    brand.click("text=Check every row")
    brand.wait_for_selector("text=Write 20 new listings", timeout=30_000)
    brand.click("text=Write 20 new listings")
    brand.wait_for_selector("text=Undo this import", timeout=30_000)
    brand.click("text=listings written")
    boxes = brand.locator("input[data-row]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    brand.click("text=Open a case")
    brand.fill("input[name=title]", "Shops")
    brand.click("button:has-text('Open the case')")
    brand.wait_for_url("**/enforcement/cases/KES-*/")
    case = brand.url
    brand.fill("textarea[name=body]", "Look: ![x](http://n1.shops.example/x.png) http://n2.shops.example/ <img src=http://n3.shops.example/>")
    brand.click("button:has-text('Write')")
    for address in (case, case + "?tab=listings", f"{site}/enforcement/listings/", f"{site}/search/?q=shops", f"{site}/enforcement/sellers/"):
        brand.goto(address)
        brand.wait_for_load_state("networkidle")
        assert "shops" in brand.content()
    brand.goto(f"{site}/enforcement/listings/")
    brand.locator("tbody a").first.click()
    brand.wait_for_load_state("networkidle")
    assert listener.heard == 0
    # It would have been heard.
    with contextlib.suppress(Error):
        brand.context.new_page().goto("http://n1.shops.example/")
    assert listener.heard > 0


def test_from_a_spreadsheet_to_a_decision(site, seat, tmp_path):
    sheet = tmp_path / "q4.csv"
    sheet.write_text(
        "Link,Name,Shop\n"
        + "".join(f"https://bazaar.example/item/{44_000_000 + n},Meridian copy {n},蓝鸟旗舰店\n" for n in range(40))
        + "nothing,x,y\n"
    )
    brand = seat("owner@aurelia.example")
    brand.goto(f"{site}/enforcement/imports/")
    brand.set_input_files("input[type=file]", str(sheet))
    brand.click("text=Upload and look at it")
    assert brand.locator("select[name=address]").input_value() == "0"
    brand.click("text=Check every row")
    brand.wait_for_selector("text=Write 40 new listings", timeout=30_000)
    assert "nothing" in brand.content()
    brand.click("text=Write 40 new listings")
    brand.wait_for_selector("text=Undo this import", timeout=30_000)
    brand.click("text=listings written")
    boxes = brand.locator("input[data-row]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    assert brand.locator("[data-chosen]").inner_text() == "2"
    brand.click("text=Open a case")
    brand.fill("input[name=title]", "Meridian copies of 蓝鸟")
    brand.click("button:has-text('Open the case')")
    brand.wait_for_url("**/enforcement/cases/AUR-*/")
    case = brand.url
    brand.click("a:has-text('Share')")
    brand.select_option("select[name=audience]", label="Northpeak")
    brand.click("text=See what changes")
    expect(brand.get_by_text("2 listings").first).to_be_visible()
    brand.click("text=Let Northpeak in")
    brand.wait_for_url(case)

    rival = seat("owner@northpeak.example")
    rival.goto(case)
    rival.fill("textarea[name=body]", "We know this shop.")
    rival.click("button:has-text('Write')")
    expect(rival.get_by_text("We know this shop.")).to_be_visible()

    brand.goto(f"{case}?tab=notices")
    brand.click("text=Draft notices about our listings")
    brand.select_option("select[name=ground]", "counterfeit")
    brand.select_option("select[name=right]", index=1)
    brand.fill("textarea[name=statement]", "Dial and serial differ from every watch of ours.")
    brand.fill("input[name=signatory]", "Claire Fontaine")
    brand.check("input[name=in_good_faith]")
    brand.click("text=Save the draft")
    expect(brand.get_by_text("1 thing is missing")).to_be_visible()
    brand.check("input[name=not_genuine]")
    brand.click("text=Save and submit for vetting")
    brand.wait_for_url(lambda address: not address.endswith("/edit/"))
    reference = brand.url.rstrip("/").rsplit("/", 1)[-1]

    analyst = seat("analyst@coalition.example")
    analyst.goto(f"{site}/enforcement/notices/queue/?notice={reference}")
    analyst.click("text=Approve and send to the platform")

    platform = seat("trust@bazaar.example")
    platform.goto(f"{site}/enforcement/notices/queue/?notice={reference}")
    platform.check("input[data-all]")
    platform.select_option("select[name=outcome]", "removed")
    platform.click("text=Answer the ticked")
    platform.wait_for_selector("text=2 items were answered.")
    # The queue goes on with what still waits.
    expect(platform.get_by_role("link", name=reference)).to_have_count(0)
    brand.goto(f"{site}/enforcement/notices/{reference}/")
    expect(brand.locator(".state-removed")).to_have_count(2)


def test_the_keyboard_reaches_everything(site, seat):
    page = seat("owner@aurelia.example")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+k")
    page.fill("#palette-words", "watches and bags")
    page.wait_for_selector("#palette-rows [data-found] a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/enforcement/**")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()


def test_the_agent_switches_brands(site, seat):
    page = seat("agent@hartley.example")
    page.click("details.seat summary")
    page.click("text=Switch to Northpeak")
    page.wait_for_url("**/home/")
    assert "Acting for Northpeak" in " ".join(page.locator("details.seat summary").inner_text().split())


def test_what_was_typed_is_not_lost(site, seat):
    page = seat("editor@retailguild.example")
    page.goto(f"{site}/groups/marketplaces/topics/new/")
    page.fill("textarea[name=body]", "A long thought")
    page.reload()
    assert page.locator("textarea[name=body]").input_value() == "A long thought"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(site, chromium, scheme):
    """WCAG 2.2 AA, as far as axe can tell."""
    faults, pages = [], {}
    # What a page is made of is the same in both; its colours are not.
    everything = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    rules = everything if scheme == "light" else {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    for name, who, address in PAGES:
        if who not in pages:
            # axe is put into the page from outside, which the page's own policy would refuse.
            pages[who] = chromium.new_context(color_scheme=scheme, bypass_csp=True).new_page()
            if who:
                sign_in(pages[who], site, who)
        page = pages[who]
        go(page, site, address)
        # As high as the page: a bar that follows lies then where it belongs, over nothing.
        page.set_viewport_size({"width": 1440, "height": page.evaluate("Math.max(900, document.querySelector('main').scrollHeight + 80)")})
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("rules => axe.run(document, rules)", rules)
        faults += [
            (name, fault["id"], fault["nodes"][0]["target"], fault["nodes"][0].get("failureSummary", "")[:160]) for fault in found["violations"]
        ]
    for page in pages.values():
        page.context.close()
    assert "\n".join(sorted(" ".join(map(str, fault)) for fault in faults)) == ""


def test_a_first_view_is_light(site, chromium):
    """Everything a first visit fetches, compressed as it is served, stays under 400 KB."""
    context = chromium.new_context()
    page = context.new_page()
    sizes = []
    page.on("response", lambda response: sizes.append(response.request.sizes()["responseBodySize"]) if response.status == 200 else None)
    page.goto(f"{site}/accounts/login/", wait_until="networkidle")
    context.close()
    assert 0 < sum(sizes) < 400_000


def code_now(secret: str) -> str:
    """What an authenticator application would show."""
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


def open_proved(page, address):
    """Open a page that asks for the password once more before it changes how one signs in."""
    page.goto(address)
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(address)


def test_a_second_factor_is_enrolled_asked_for_and_recovered(site, seat):
    page = seat("owner@lumiere.example")
    open_proved(page, f"{site}/accounts/2fa/totp/activate/")
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("input[name=code]", code_now(secret))
    page.click("main button:has-text('Activate')")
    page.goto(f"{site}/accounts/2fa/recovery-codes/")
    recovery = page.locator("#recovery_codes").input_value().split()[0]
    page.click("details.person summary")
    page.click("text=Sign out")
    page.goto(f"{site}/accounts/login/")
    page.fill("#id_login", "owner@lumiere.example")
    page.fill("#id_password", PASSWORD)
    page.click("form[action='/accounts/login/'] button[type=submit]")
    page.wait_for_url("**/2fa/authenticate/**")
    page.goto(f"{site}/home/")
    assert "/accounts/2fa/authenticate/" in page.url
    page.fill("input[name=code]", recovery)
    page.click("main form:has(input[name=code]) button[type=submit]")
    page.wait_for_url("**/home/")


def test_a_passkey_is_added_and_signs_in(site, chromium):
    context = chromium.new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    sign_in(page, site, "trust@kiosk.example")
    open_proved(page, f"{site}/accounts/2fa/webauthn/add/")
    page.fill("input[name=name]", "My laptop")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: "/webauthn/add/" not in address)
    page.goto(f"{site}/home/")
    page.click("details.person summary")
    page.click("text=Sign out")
    page.goto(f"{site}/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/home/")
    assert "Kiosk" in page.locator("details.seat summary").inner_text()
    context.close()
