"""Addresses that files bring in name what is sold, and worse; the portal never calls on one of them."""

import sys

import pytest

from coalition.access.viewer import as_viewer
from enforcement.cases import actions as cases
from enforcement.market.models import ImportRow, Listing
from tests.enforcement.test_imports import bring

pytestmark = pytest.mark.django_db

# What would reach our own network, read our own files, run, mislead the eye, or lead elsewhere.
HOSTILE = [
    "http://127.0.0.1/admin", "http://localhost:6379/", "http://[::1]/", "http://0.0.0.0/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://127.1/", "http://10.0.0.5/", "http://192.168.1.1/", "http://172.16.0.1:8080/x", "http://169.254.169.254/latest/meta-data/",
    "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://100.64.0.1/", "http://metadata.google.internal/", "http://router.local/",
    "http://intranet/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)",
    "gopher://evil.example:70/_x", "ftp://evil.example/x", "ldap://evil.example/x", "jar:http://evil.example!/x", "blob:https://evil.example/1",
    "view-source:http://evil.example/", "http://user:pass@evil.example/", "http://evil.example:22/x", "http://evil.example\\@bazaar.example/item/1",
    "http://bazaar.example@evil.example/item/1", "https://bazaar.example.evil.example/item/1", "https://еvil.example/item/1", "https://xn--/item",
    "http://evil.example/\u202egnp.exe", "http://evil.example/%00", "http://evil.example/%0d%0aHost:%20x", "https://a.aliexpress.com/_abc",
    "https://evil.example/redirect?to=http://127.0.0.1/", "//evil.example/x", "\\\\evil.example\\share", "http://evil.example/" + "a" * 5000,
]  # fmt: skip

heard: list[str] | None = None


def _hear(event, arguments):
    """Whatever this process looks up or calls, in any library, passes here."""
    if heard is None:
        return
    if event == "socket.getaddrinfo":
        heard.append(str(arguments[0]))
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        heard.append(str(arguments[1][0]))


sys.addaudithook(_hear)


@pytest.fixture
def calls():
    """The hosts this process has to do with from here on; our own services are on loopback, or behind files."""
    global heard
    heard = []
    yield heard
    heard = None


def test_forty_hostile_addresses_are_judged_and_none_is_called(outsider, browse, calls):
    assert len(HOSTILE) >= 40
    rows = "".join(f'"{address}","Bag {n}","evil.example","https://evil.example/{n}.png"\n' for n, address in enumerate(HOSTILE))
    job = bring(outsider, "url,title,seller,image\n" + rows)
    client = browse(outsider)
    with as_viewer(outsider):
        verdicts = dict(ImportRow.objects.filter(job=job).values_list("number", "verdict"))
        written = Listing.objects.filter(space_id=outsider.desk_id, batch=job)
        case = cases.open_case(title="Hostile", listings=written, by=outsider)
        cases.write_note(case, body="\n".join(f"![x]({address}) {address}" for address in HOSTILE), by=outsider)
        pages = [f"/enforcement/listings/{listing.pk}/" for listing in written] + [
            f"/enforcement/sellers/{listing.seller_key}/" for listing in written
        ]
    assert len(verdicts) == len(HOSTILE)
    assert sum(verdict == "refused" for verdict in verdicts.values()) >= 25
    for address in ["/enforcement/listings/", "/enforcement/listings/?export=xlsx", *pages, f"/enforcement/cases/{case.reference}/",
                    f"/enforcement/cases/{case.reference}/report/?template=standard", f"/enforcement/cases/{case.reference}/?tab=listings"]:  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # Nothing that the browser would load, and no link that runs.
        assert b'src="http' not in body, address
        assert b'href="javascript' not in body, address
    assert {host for host in calls if host not in ("127.0.0.1", "localhost", "::1")} == set()


def test_the_ear_hears(calls):
    import socket

    with pytest.raises(OSError, match=r".*"):
        socket.create_connection(("evil.invalid", 80), timeout=1)
    assert "evil.invalid" in calls
