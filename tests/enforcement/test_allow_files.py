"""A list of own shops and authorised sellers as a sales department keeps it: judged, put on the allow list, undone."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from coalition.access.errors import Conflict, NotAllowed
from coalition.access.viewer import as_viewer
from coalition.clocks.models import Clock
from enforcement.market import allow_bringing, allowing
from enforcement.market.models import AllowedFile, AllowedSeller

pytestmark = pytest.mark.django_db

ADDRESS = "/enforcement/sellers/allowed/import/"
ROWS = """Marketplace,Store URL,Dealer,Type,Contract number,Valid from,Expiry
Taobao,shop12345,Zhu & Sons,dealer,C-1,2026-01-01,2031-12-31
,https://www.aliexpress.com/store/912345678,Flagship,official,,,
,dealer-of-ours.example,A licensed site,,C-3,,31.12.2031
Taobao,shop12345,Zhu again,,C-4,2027-01-01,
,https://www.aliexpress.com/item/1005001234567890.html,An item,,C-5,,
Nowhere,shop1,Nobody,,C-6,,
,https://www.taobao.com/,The marketplace,,C-7,,
Taobao,shop9,Backwards,,C-8,2031-01-01,2030-01-01
Taobao,shop10,No such day,,C-9,soon,
,,Empty,,C-10,,
"""


def file(text=ROWS, name="dealers.csv"):
    return SimpleUploadedFile(name, text.encode())


def send(client, text=ROWS):
    answer = client.post(ADDRESS, {"file": file(text), "because": "Sales, autumn list"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer.url


def on_list(viewer):
    with as_viewer(viewer):
        return {entry.seller_key: entry for entry in AllowedSeller.objects.on_desk_of(viewer).filter(because__startswith="Sales, autumn list")}


def test_each_row_is_judged_and_what_is_refused_says_why(aurelia, browse):
    client = browse(aurelia)
    page = client.get(send(client)).content.decode()
    with as_viewer(aurelia):
        rows = {row.number: (row.verdict, row.problem) for row in AllowedFile.objects.get(name="dealers.csv").rows.all()}
    verdicts = [verdict for verdict, _problem in rows.values()]
    assert verdicts == ["new", "new", "new", "double", *["refused"] * 6]
    why = [problem for _verdict, problem in rows.values()]
    assert "no address of a shop" in why[4]
    assert "none of ours" in why[5]
    assert "no address of a shop" in why[6]
    assert "last day lies before" in why[7]
    assert "soon" in why[8]
    assert "empty" in why[9]
    assert "none of ours" in page
    assert on_list(aurelia) == {}


def test_new_rows_are_put_on_the_list_once_and_stop_notices(aurelia, browse):
    client = browse(aurelia)
    address = send(client)
    assert client.post(address + "enter/").status_code == 302
    found = on_list(aurelia)
    assert set(found) == {"taobao:shop12345", "aliexpress:912345678", "web:dealer-of-ours.example"}
    assert found["aliexpress:912345678"].kind == "own"
    assert found["aliexpress:912345678"].because == "Sales, autumn list"
    assert found["taobao:shop12345"].because == "Sales, autumn list: C-1"
    assert str(found["taobao:shop12345"].ends_on) == "2032-01-01"
    assert client.post(address + "enter/").status_code == 409
    with as_viewer(aurelia):
        assert len(allowing.allowed_among(found, desk_id=aurelia.desk_id, on=timezone.localdate())) == 3
    # The same file again has nothing new to say.
    again = send(client)
    assert client.post(again + "enter/").status_code == 302
    assert len(on_list(aurelia)) == 3
    assert "known already" in client.get(again).content.decode()


def test_a_file_is_undone_but_for_what_was_touched_since(aurelia, browse):
    client = browse(aurelia)
    address = send(client)
    client.post(address + "enter/")
    ended = on_list(aurelia)["taobao:shop12345"]
    with as_viewer(aurelia):
        allowing.end(ended, reason="The contract was terminated.", by=aurelia)
    client.post(address + "undo/")
    assert set(on_list(aurelia)) == {"taobao:shop12345"}


def test_what_follows_on_stops_the_clock_of_what_ends(aurelia, browse):
    client = browse(aurelia)
    soon = timezone.localdate() + timedelta(days=20)
    client.post(send(client, f"platform,shop,last day\ntaobao,shop77,{soon}\n") + "enter/")
    allowing.watch()
    with as_viewer(aurelia):
        assert AllowedSeller.objects.get(seller_key="taobao:shop77")
        assert Clock.objects.of(aurelia).filter(kind=allowing.ENDING).exists()
    client.post(send(client, f"platform,shop,from\ntaobao,shop77,{soon + timedelta(days=1)}\n") + "enter/")
    with as_viewer(aurelia):
        assert AllowedSeller.objects.filter(seller_key="taobao:shop77").count() == 2
        assert not Clock.objects.of(aurelia).filter(kind=allowing.ENDING).exists()


def test_nobody_else_brings_in_reads_enters_or_undoes(aurelia, northpeak, bazaar, browse):
    address = send(browse(aurelia))
    for stranger in (northpeak, bazaar):
        client = browse(stranger)
        assert {client.get(address).status_code, client.post(address + "enter/").status_code, client.post(address + "undo/").status_code} <= {
            403,
            404,
        }
    assert "dealers.csv" not in browse(northpeak).get(ADDRESS).content.decode()
    with as_viewer(aurelia):
        brought = AllowedFile.objects.get(name="dealers.csv")
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        allow_bringing.enter_all(brought, by=northpeak)
    with as_viewer(aurelia), pytest.raises(Conflict):
        allow_bringing.undo(brought, by=aurelia)


def test_a_file_without_shops_is_refused_at_its_field(aurelia, browse):
    answer = browse(aurelia).post(ADDRESS, {"file": file("colour,size\nred,1\n"), "because": "Sales"})
    assert answer.status_code == 422
    assert "These columns are missing: shop" in answer.content.decode()
