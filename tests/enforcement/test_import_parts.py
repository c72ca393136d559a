"""Files of several tables: workbooks of many sheets, archives with pictures, and what a program sends by itself."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.base import ContentFile

from coalition.access.errors import Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from coalition.api.actions import make_token
from coalition.files.models import Attachment
from coalition.tables import archives
from enforcement.market import actions, columns, working
from enforcement.market.allowing import allow
from enforcement.market.models import Import, ImportRow, Listing, Platform
from tests.enforcement.test_imports import HEAD, bring, row

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
BAZAAR = "https://bazaar.example/item/"


def book(**sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_sheets_of_the_same_headings_are_one_import_and_others_are_their_own(outsider, browse):
    head = ["URL", "Title"]
    content = book(
        Notes=[["Who", "What"], ["Mei", "called"]],
        Bazaar=[head, [BAZAAR + "7700001", "A bag"], [BAZAAR + "7700002", "A bag"]],
        蓝鸟=[head, [], [BAZAAR + "7700002", "A bag"], [BAZAAR + "7700003", "A bag"]],
        Offers=[["Link", "Seller"], [BAZAAR + "7700004", "x"]],
    )
    job = bring(outsider, content, name="a.xlsx", write=False)
    assert (job.sheets, job.left_out, job.counts) == (["Bazaar", "蓝鸟"], ["Notes"], {"new": 3, "duplicate": 1})
    with as_viewer(outsider):
        # Its line as that sheet shows it, and as the first sheet shows the one it repeats.
        again = ImportRow.objects.get(job=job, verdict="duplicate")
        assert (job.layout.place(again.number), again.reason) == ("蓝鸟 3", "The same listing as in row Bazaar 3.")
        other = Import.objects.exclude(pk=job.pk).get(attachment=job.attachment)
        assert (other.state, other.columns, other.name) == ("uploaded", ["Link", "Seller"], "a.xlsx · Offers")
    page = browse(outsider).get(job.get_absolute_url()).content.decode()
    assert "蓝鸟 3" in page
    assert other.get_absolute_url() in page
    assert "Not read, for no address was found there: Notes" in page


def test_a_sheet_may_be_left_out(outsider, browse):
    head = ["URL", "Title"]
    content = book(Now=[head, [BAZAAR + "7700001", "A bag"]], Old=[head, [BAZAAR + "7700002", "A bag"]])
    with as_viewer(outsider):
        job = actions.upload(ContentFile(content, name="a.xlsx"), by=outsider)
    answer = browse(outsider).post(f"{job.get_absolute_url()}columns/", {"address": 0, "title": 1})
    assert (answer.status_code, "Choose at least one sheet." in answer.content.decode()) == (422, True)
    assert browse(outsider).post(f"{job.get_absolute_url()}columns/", {"address": 0, "sheets": ["Old"]}).status_code == 302
    working.work_on(job.pk)
    with as_viewer(outsider):
        job.refresh_from_db()
        row = ImportRow.objects.get(job=job)
        assert (job.skipped, row.raw[0], job.layout.place(row.number)) == (["Now"], BAZAAR + "7700002", "2")


def test_a_hidden_sheet_is_not_read(outsider):
    made = openpyxl.load_workbook(io.BytesIO(book(A=[["URL"], [BAZAAR + "7700001"]], B=[["URL"], [BAZAAR + "7700002"]])))
    made["B"].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    assert bring(outsider, out.getvalue(), name="a.xlsx", write=False).counts == {"new": 1}


def test_pictures_come_with_the_file_and_go_with_its_undoing(outsider, aurelia, browse):
    sheet = "url,title,image\n" + "".join(
        f"{BAZAAR}{7_700_001 + n},A bag,{name}\n" for n, name in enumerate(["front.png", "Fotos/front.PNG", "b.jpg", "no"])
    )
    content = packed(**{"list/a.csv": sheet, "Fotos/front.png": PNG, "b.jpg": b"<svg onload=alert(1)>", "__MACOSX/x.png": PNG, "readme.txt": "Hello"})
    job = bring(outsider, content, name="a.zip")
    assert (job.counts["written"], job.left_out) == (4, ["readme.txt"])
    with as_viewer(outsider):
        shown = dict(Listing.objects.filter(batch=job).values_list("key", "picture_id"))
        assert shown["bazaar:item:7700001"] == shown["bazaar:item:7700002"] is not None
        assert shown["bazaar:item:7700003"] is shown["bazaar:item:7700004"] is None
        assert ImportRow.objects.get(job=job, number=5).reason == "The archive has no picture “no”."
        first = Listing.objects.get(key="bazaar:item:7700001", batch=job)
    answer = browse(outsider).get(f"{first.get_absolute_url()}picture/")
    assert (answer.status_code, answer["Content-Type"], b"".join(answer.streaming_content)) == (200, "image/png", PNG)
    assert browse(aurelia).get(f"{first.get_absolute_url()}picture/").status_code == 404
    with as_viewer(outsider):
        actions.undo(job, by=outsider)
    working.work_on(job.pk)
    with as_viewer(outsider):
        assert not Listing.objects.filter(batch=job).exists()
        assert not Attachment.objects.filter(name__endswith=".png").exists()


def test_names_of_a_chinese_packer_are_read():
    member = zipfile.ZipInfo("图/蓝鸟.jpg".encode("gb18030").decode("cp437"))
    assert archives.name_of(member) == "图/蓝鸟.jpg"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: packed(**{"a.pdf": b"%PDF"}), "no CSV and no XLSX"),
        (lambda: packed(**{"a.csv": b""}), "a.csv: The file is empty"),
        (lambda: packed(**{"a.xlsx": packed(**{"a.csv": "url\n"})}), "archive within an archive"),
        (lambda: packed(**{f"{n}.png": b"" for n in range(20_001)}), "more than 20000 files"),
        (lambda: packed(**{"a.csv": b"0" * (401 << 20)}), "unpacks to more than 400 MB"),
        (lambda: packed(**{f"{n}.csv": f"url,c{n}\n{BAZAAR}7700001,x\n" for n in range(13)}), "13 tables of different headings"),
        (lambda: packed(**{"a.csv": HEAD + row(1)})[:100], "damaged"),
    ],
)
def test_hostile_archives_are_refused_with_what_to_do(outsider, content, words):
    with as_viewer(outsider), pytest.raises(Refused, match=words):
        actions.upload(ContentFile(content(), name="a.zip"), by=outsider)


def test_a_seller_on_the_allow_list_is_not_written(outsider):
    with as_viewer(outsider):
        bazaar = Platform.objects.get(slug="bazaar")
        allow(columns.seller_key("bazaar", "", "Ours"), platform=bazaar, name="Our own shop", kind="own", because="since 2019", by=outsider)
    job = bring(outsider, HEAD + row(1, seller="Ours") + row(2, seller="Theirs"))
    assert (job.counts["allowed"], job.counts["written"]) == (1, 1)
    with as_viewer(outsider):
        assert ImportRow.objects.get(job=job, verdict="allowed").reason == "Our own shop: since 2019"


@pytest.fixture
def program(outsider, client):
    with as_viewer(outsider):
        _token, secret = make_token(name="crawler", days=30, by=outsider)

    def drop(content, key, name="a.csv"):
        headers = {"Authorization": f"Bearer {secret}", **({"Idempotency-Key": key} if key else {})}
        return client.post("/api/v1/imports/drop/", {"file": ContentFile(content.encode(), name=name)}, headers=headers)

    return drop


def test_a_drop_goes_on_by_itself_once_its_headings_are_known_and_is_the_same_drop_twice(outsider, program):
    assert "Idempotency-Key" in program(HEAD + row(1), "").content.decode()
    first = program(HEAD + row(1), "monday")
    assert (first.status_code, first.json()[0]["state"]) == (202, "uploaded")
    with as_system("look"):
        deliver_batch()
    with as_viewer(outsider):
        assert InboxItem.objects.filter(event__verb="import.waits").exists()
    bring(outsider, HEAD + row(1))  # a person says what these columns mean
    dropped = program(HEAD + row(1) + row(2), "tuesday")
    assert (dropped.status_code, dropped.json()[0]["state"]) == (202, "checking")
    with as_viewer(outsider):
        job = Import.objects.get(reference=dropped.json()[0]["reference"])
    working.work_on(job.pk)
    working.work_on(job.pk)
    again = program(HEAD + row(1) + row(2), "tuesday")
    assert (again.status_code, again.json()[0]["reference"], again.json()[0]["state"]) == (200, job.reference, "done")
    assert program(HEAD + row(3), "tuesday").status_code == 422
    with as_viewer(outsider):
        assert Listing.objects.filter(key="bazaar:item:7700002", batch=job).exists()


def test_a_drop_of_which_much_is_refused_waits_for_a_person(outsider, program):
    bring(outsider, HEAD + row(1))
    dropped = program(HEAD + row(2) + "nothing,x,y,1\n", "wednesday")
    with as_viewer(outsider):
        job = Import.objects.get(reference=dropped.json()[0]["reference"])
    working.work_on(job.pk)
    with as_viewer(outsider):
        job.refresh_from_db()
        assert (job.state, job.counts) == ("checked", {"new": 1, "refused": 1})
        actions.confirm(job, by=outsider)
