"""Files of listings: every row accounted for, bad input told at its row, nothing half-written."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.tables import Table, recognise
from enforcement.cases import actions as cases
from enforcement.market import actions, columns, working
from enforcement.market.keys import canonicalise
from enforcement.market.models import Import, ImportRow, Listing

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_samples = pytest.mark.skipif(not SHARED.exists(), reason="the sample data is not beside this checkout")


def bring(viewer, content, name="listings.csv", mapping=None, write=True):
    """Take a file through every step; returns the import as it is then."""
    with as_viewer(viewer):
        job = actions.upload(ContentFile(content if isinstance(content, bytes) else content.encode(), name=name), by=viewer)
        actions.choose_columns(job, mapping=mapping or {f: c["column"] for f, c in job.mapping.items()}, by=viewer)
    working.work_on(job.pk)
    if write:
        with as_viewer(viewer):
            actions.confirm(job, by=viewer)
        working.work_on(job.pk)
    with as_viewer(viewer):
        return Import.objects.get(pk=job.pk)


HEAD = "url,title,seller,price\n"


def row(n, title="A bag", seller="蓝鸟", price="10.00"):
    return f"https://bazaar.example/item/{7_700_000 + n},{title},{seller},{price}\n"


def test_each_row_gets_a_verdict_before_anything_is_written(outsider):
    bring(outsider, HEAD + row(1))
    job = bring(outsider, HEAD + row(1) + row(2) + row(2) + "javascript:alert(1),x,y,1\n\n" + row(3), write=False)
    assert job.counts == {"ours": 1, "new": 2, "duplicate": 1, "refused": 1}
    assert job.lines_ignored == 1
    with as_viewer(outsider):
        refused = ImportRow.objects.get(job=job, verdict="refused")
        assert (refused.number, refused.field, refused.value) == (5, "address", "javascript:alert(1)")
        assert ImportRow.objects.get(job=job, verdict="duplicate").reason == "The same listing as in row 3."
        assert not Listing.objects.filter(key="bazaar:item:7700002").exists()


def test_confirmed_rows_become_listings_that_are_found_in_chinese(outsider, browse):
    job = bring(outsider, HEAD + row(1, seller="蓝鸟户外旗舰店"))
    assert (job.state, job.counts["written"]) == ("done", 1)
    page = browse(outsider).get("/search/", {"q": "蓝鸟户外", "kind": "listing"})
    assert "A bag" in page.content.decode()
    assert "A bag" not in browse(outsider).get("/search/", {"q": "户蓝"}).content.decode()


def test_undo_takes_back_what_nobody_has_built_on(outsider):
    job = bring(outsider, HEAD + row(1) + row(2) + row(3))
    with as_viewer(outsider):
        # A brand may open a case with one of them.
        cases.open_case(title="Kept", listings=Listing.objects.filter(key="bazaar:item:7700002"), by=outsider)
        actions.undo(job, by=outsider)
        actions.undo(job, by=outsider)
    working.work_on(job.pk)
    with as_viewer(outsider):
        job.refresh_from_db()
        assert (job.state, job.counts["removed"], job.counts["kept"]) == ("undone", 2, 1)
        assert [listing.key for listing in Listing.objects.filter(batch=job)] == ["bazaar:item:7700002"]


def test_the_mapping_is_remembered(outsider):
    content = "ref,where,what\n1,https://bazaar.example/item/7700001,A bag\n"
    bring(outsider, content, mapping={"address": 1, "title": 2})
    with as_viewer(outsider):
        again = actions.upload(ContentFile(content.encode(), name="b.csv"), by=outsider)
        assert again.mapping["title"] == {"column": 2, "because": "as last time"}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8-sig", "蓝鸟"), ("utf-16", "蓝鸟"), ("utf-16-le", "bleu"), ("gb18030", "蓝鸟户外旗舰店专营皮具"), ("cp1252", "Café Liège")],
)
def test_encodings(outsider, encoding, text):
    job = bring(outsider, (HEAD + "".join(row(n, seller=text) for n in range(30))).encode(encoding))
    assert job.counts["written"] == 30
    with as_viewer(outsider):
        assert set(Listing.objects.filter(batch=job).values_list("seller_name", flat=True)) == {text}


def test_a_quoted_newline_is_one_row(outsider):
    job = bring(outsider, HEAD + 'https://bazaar.example/item/7700001,"A bag\nin two lines",x,1\n')
    with as_viewer(outsider):
        assert Listing.objects.get(batch=job).title == "A bag in two lines"


def workbook(rows):
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_workbooks_come_in_and_a_formula_is_no_address(outsider):
    job = bring(
        outsider,
        workbook([["URL", "Title", "Stock"], ["https://bazaar.example/item/7700001", "蓝鸟", 12], ['=HYPERLINK("https://x.example")', "x", 1]]),
        name="a.xlsx",
    )
    assert job.counts["written"] == 1
    assert job.counts["refused"] == 1


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "not a table"),
        (bytes(range(256)) * 40, "not a text file"),
        (b"PK\x03\x04broken", "damaged"),
        (",".join(f"c{n}" for n in range(300)).encode() + b"\n1\n", "300 columns"),
        (b"url,title\n", "no rows"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(outsider, content, words):
    with as_viewer(outsider), pytest.raises(Refused, match=words):
        actions.upload(ContentFile(content, name="listings.csv"), by=outsider)


def test_a_bomb_is_not_opened(outsider):
    with as_viewer(outsider), pytest.raises(Refused, match="unpacks to far more"):
        actions.upload(ContentFile(bomb(), name="listings.xlsx"), by=outsider)


def test_too_large_a_file_is_refused_at_its_field(outsider, browse, settings):
    settings.UPLOAD_LIMIT = 1 << 20
    big = ContentFile(b"x" * (2 << 20), name="big.csv")
    page = browse(outsider).post("/enforcement/imports/new/", {"file": big})
    assert page.status_code == 422
    assert "larger than 1 MB" in page.content.decode()


def test_prices_are_read_as_people_write_them():
    read = {
        "1.234,56": "1234.56", "1,234.56": "1234.56", "US$ 12.99 - 15.00": "12.99", "16499000": "16499000", "¥1,200": "1200", "9,5": "9.5",
        "on request": "None", "0.125": "0.125", "12.99 2 for 20": "12.99", "1 234,50 €": "1234.50", "1’234.50": "1234.50", "-5": "None",
        "US$ -5.00": "None", "１２．５０": "12.50", "3.0": "3.0", "1.234.567": "1234567", "": "None",
    }  # fmt: skip
    assert {text: str(columns.price(text)) for text in read} == read


def test_a_platform_may_not_import(bazaar):
    with as_viewer(bazaar), pytest.raises(NotAllowed):
        actions.upload(ContentFile(b"url\nhttps://a.example\n", name="a.csv"), by=bazaar)


def test_confirming_twice_is_confirming_once(outsider):
    job = bring(outsider, HEAD + row(1))
    with as_viewer(outsider):
        assert actions.confirm(job, by=outsider).state == "done"
        with pytest.raises(Conflict):
            actions.choose_columns(job, mapping={"address": 0}, by=outsider)


def test_exports_defuse_formulas(outsider, browse):
    bring(outsider, HEAD + row(1, title='"=cmd|calc"'))
    page = browse(outsider).get("/enforcement/listings/?export=csv")
    assert b",'=cmd|calc," in b"".join(page.streaming_content)


@needs_samples
@pytest.mark.parametrize(("name", "rows"), [("listings/lazada.csv", 400), ("listings/shein.csv", 400), ("rogue-sites/search-results.txt", 103)])
def test_real_files_come_in_whole(outsider, name, rows):
    job = bring(outsider, (SHARED / name).read_bytes(), name=Path(name).name)
    accounted = sum(job.counts.get(verdict, 0) for verdict in ("new", "ours", "duplicate", "refused"))
    assert accounted == rows
    assert job.counts.get("refused", 0) == 0


@needs_samples
def test_a_hosts_file_comes_in_whole_from_the_command_line(outsider, capsys):
    call_command("import_listings", str(SHARED / "rogue-sites" / "hosts.txt"), organisation="tessella")
    said = capsys.readouterr().out
    assert "2214 rows" in said
    assert "blank or comment lines" in said


def test_the_command_can_add_to_a_case_and_run_dry(outsider, tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text(HEAD + row(1) + row(2))
    with as_viewer(outsider):
        case = cases.open_case(title="From a file", by=outsider)
    call_command("import_listings", str(file), organisation="tessella", dry_run=True)
    with as_viewer(outsider):
        assert not Listing.objects.filter(key="bazaar:item:7700001").exists()
    call_command("import_listings", str(file), organisation="tessella", case=case.reference)
    with as_viewer(outsider):
        assert case.listings.count() == 2


def far_cell(reference):
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "url"
    book.active[reference] = "x"
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("reference", "words"), [("XFD100000", "16384"), ("GZ1048576", "column"), ("Z1048576", "row 1048576")])
def test_one_far_cell_does_not_make_a_sheet_of_gigabytes(outsider, reference, words):
    with as_viewer(outsider), pytest.raises(Refused, match=words):
        actions.upload(ContentFile(far_cell(reference), name="far.xlsx"), by=outsider)


def test_a_cell_that_spells_an_escape_is_a_cell(outsider):
    job = bring(outsider, HEAD + row(1, title="C:\\u0000 bag"))
    assert job.counts["written"] == 1


def test_what_was_not_understood_is_said_at_its_row(outsider):
    job = bring(outsider, "url,price,quantity\nhttps://bazaar.example/item/7700001,on request,3.0\nhttps://bazaar.example/item/7700002,5,many\n")
    with as_viewer(outsider):
        reasons = list(ImportRow.objects.filter(job=job).order_by("number").values_list("verdict", "reason"))
        assert reasons == [
            ("new", "Price “on request” was not understood and left empty."), ("new", "Quantity offered “many” was not understood and left empty."),
        ]  # fmt: skip
        assert Listing.objects.get(key="bazaar:item:7700001").quantity == 3


def test_undoing_leaves_what_a_later_import_also_brought(outsider):
    first = bring(outsider, HEAD + row(1) + row(2))
    second = bring(outsider, HEAD + row(2) + row(3), name="second.csv")
    assert second.counts == {"ours": 1, "new": 1, "written": 1}
    with as_viewer(outsider):
        actions.undo(first, by=outsider)
    working.work_on(first.pk)
    with as_viewer(outsider):
        first.refresh_from_db()
        assert (first.counts["removed"], first.counts["kept"]) == (1, 1)
        assert set(Listing.objects.filter(batch=second).values_list("key", flat=True)) == {"bazaar:item:7700002", "bazaar:item:7700003"}
        actions.undo(second, by=outsider)
    working.work_on(second.pk)
    with as_viewer(outsider):
        assert not Listing.objects.filter(key__startswith="bazaar:item:77").exists()


def test_a_listing_seen_on_several_days_in_one_file_keeps_each_of_them(outsider, browse):
    head = "url,title,price,currency,seen\n"
    line = "https://bazaar.example/item/77{n:05d},{title},{price},EUR,{day}\n"
    rows = [(1, "Bag", 90, "2026-03-01"), (2, "Belt", 20, "2026-03-01"), (1, "Bag, now cheap", 40, "2026-05-01"), (1, "Bag", 95, "2026-01-15"),
            (1, "Bag", 90, "2026-03-01"), (2, "Belt", 20, "")]  # fmt: skip
    job = bring(outsider, head + "".join(line.format(n=n, title=f'"{title}"', price=price, day=day) for n, title, price, day in rows))
    assert job.counts == {"new": 2, "again": 2, "duplicate": 2, "written": 2}
    with as_viewer(outsider):
        bag = Listing.objects.get(key="bazaar:item:7700001")
        assert [(f"{one.seen_at:%m-%d}", one.price) for one in bag.sightings.all()] == [("05-01", 40), ("03-01", 90), ("01-15", 95)]
        assert (bag.title, bag.price, f"{bag.first_seen_at:%m-%d}", f"{bag.last_seen_at:%m-%d}") == ("Bag, now cheap", 40, "01-15", "05-01")
    page = browse(outsider).get(bag.get_absolute_url()).content.decode()
    assert page.count("2026</td>") == 3
    # Undone, nothing of it is left.
    with as_viewer(outsider):
        actions.undo(job, by=outsider)
    working.work_on(job.pk)
    with as_viewer(outsider):
        assert not Listing.objects.filter(key__startswith="bazaar:item:77").exists()


def test_what_another_import_wrote_meanwhile_is_ours_and_not_written(outsider):
    late = bring(outsider, HEAD + row(1) + row(2), write=False)
    bring(outsider, HEAD + row(2), name="quicker.csv")
    with as_viewer(outsider):
        actions.confirm(late, by=outsider)
    working.work_on(late.pk)
    with as_viewer(outsider):
        late.refresh_from_db()
        assert late.counts == {"new": 1, "ours": 1, "written": 1}


def test_columns_can_be_chosen_again_and_an_import_given_up(outsider, browse):
    job = bring(outsider, "url,a,b\nhttps://bazaar.example/item/7700001,Bag,Shop\n", write=False)
    client = browse(outsider)
    assert 'name="title"' in client.get(f"{job.get_absolute_url()}?columns=1").content.decode()
    client.post(f"{job.get_absolute_url()}columns/", {"address": "0", "title": "1"})
    working.work_on(job.pk)
    with as_viewer(outsider):
        assert ImportRow.objects.get(job=job).facts["title"] == "Bag"
    client.post(f"{job.get_absolute_url()}give-up/")
    with as_viewer(outsider):
        job.refresh_from_db()
        assert (job.state, job.rows.count()) == ("given_up", 0)
        with pytest.raises(Conflict):
            actions.confirm(job, by=outsider)


def test_an_import_that_fails_for_ever_is_refused_at_last(outsider, monkeypatch):
    with as_viewer(outsider):
        job = actions.upload(ContentFile((HEAD + row(1)).encode(), name="a.csv"), by=outsider)
        actions.choose_columns(job, mapping={"address": 0}, by=outsider)
    monkeypatch.setattr(working, "judged", lambda *_args: 1 / 0)
    for _attempt in range(working.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            working.work_on(job.pk)
    working.work_on(job.pk)
    with as_viewer(outsider):
        job.refresh_from_db()
        assert (job.state, "failed 5 times" in job.problem) == ("refused", True)


def test_comments_in_a_csv_are_counted_and_not_read(outsider):
    job = bring(outsider, "# exported today\nurl;title\n# a comment\nhttps://bazaar.example/item/7700001;Bag\n")
    assert (job.counts["new"], job.lines_ignored) == (1, 2)


def test_an_import_refused_half_way_can_be_undone_by_a_colleague(aurelia, monkeypatch):
    from enforcement.market import staging
    from tests.conftest import who

    job = bring(aurelia, HEAD + "".join(row(n) for n in range(6)), write=False)
    with as_viewer(aurelia):
        actions.confirm(job, by=aurelia)
    monkeypatch.setattr(working, "CHUNK", 3)
    whole_of_it = staging.write_listings
    monkeypatch.setattr(staging, "write_listings", lambda job, after, upto: whole_of_it(job, after, upto) if after == 0 else 1 / 0)
    # The first attempt gets as far as the first chunk, and is not counted.
    for _attempt in range(1 + working.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            working.work_on(job.pk)
    working.work_on(job.pk)
    colleague = who("member@aurelia.example")
    with as_viewer(colleague):
        job.refresh_from_db()
        assert (job.state, Listing.objects.filter(batch=job).count()) == ("refused", 2)
        actions.undo(job, by=colleague)
    working.work_on(job.pk)
    with as_viewer(colleague):
        job.refresh_from_db()
        assert (job.state, Listing.objects.filter(batch=job).count()) == ("undone", 0)


def test_what_was_ours_at_the_check_and_is_gone_since_is_written(outsider):
    first = bring(outsider, HEAD + row(1))
    second = bring(outsider, HEAD + row(1) + row(2), name="second.csv", write=False)
    assert second.counts == {"ours": 1, "new": 1}
    with as_viewer(outsider):
        actions.undo(first, by=outsider)
    working.work_on(first.pk)
    with as_viewer(outsider):
        actions.confirm(second, by=outsider)
    working.work_on(second.pk)
    with as_viewer(outsider):
        second.refresh_from_db()
        assert second.counts == {"new": 2, "written": 2}


SEEN = "url,title,seller,price,quantity,seen on\n"


def seen_row(n, title, price, quantity, day):
    return f"https://bazaar.example/item/{7_700_000 + n},{title},蓝鸟,{price},{quantity},{day}\n"


def facts_of(viewer, key="bazaar:item:7700001"):
    with as_viewer(viewer):
        found = Listing.objects.get(key=key)
        days = [f"{at:%Y-%m-%d}" for at in (found.first_seen_at, found.last_seen_at)]
        return [found.title, str(found.price), found.quantity, *days, found.sightings.count()]


def test_a_listing_says_what_was_seen_of_it_last_whichever_file_came_first(outsider, browse):
    bring(outsider, SEEN + seen_row(1, "Bag, as new", "10.00", 5, "2026-03-01").replace("Bag, as new", '"Bag, as new"'))
    bring(outsider, SEEN + seen_row(1, "手袋 on sale", "8.50", "", "2026-05-01"), name="later.csv")
    bring(outsider, SEEN + seen_row(1, "An old name", "12.00", 9, "2026-01-15"), name="older.csv")
    assert facts_of(outsider) == ["手袋 on sale", "8.50", 5, "2026-01-15", "2026-05-01", 3]
    with as_viewer(outsider):
        address = Listing.objects.get(key="bazaar:item:7700001").get_absolute_url()
    page = browse(outsider).get(address).content.decode()
    assert [word in page for word in ("1 May 2026", "1 Mar 2026", "15 Jan 2026", "An old name")] == [True] * 4
    assert "手袋 on sale" in browse(outsider).get("/search/", {"q": "手袋"}).content.decode()


def test_undoing_an_import_takes_back_what_it_said_of_the_others_listings(outsider, browse):
    bring(outsider, SEEN + seen_row(1, "Bag", "10.00", 5, "2026-03-01"))
    later = bring(outsider, SEEN + seen_row(1, "手袋", "8.50", "", "2026-05-01"), name="later.csv")
    with as_viewer(outsider):
        actions.undo(later, by=outsider)
    working.work_on(later.pk)
    assert facts_of(outsider) == ["Bag", "10.00", 5, "2026-03-01", "2026-03-01", 1]
    assert "7700001" not in browse(outsider).get("/search/", {"q": "手袋"}).content.decode()


@pytest.mark.parametrize("day", ["2099-01-01", "1970-01-01", "soon", "31.02.2026"])
def test_a_day_it_cannot_have_been_seen_on_is_said_at_its_row(outsider, day):
    job = bring(outsider, SEEN + seen_row(1, "Bag", "10.00", 5, day))
    with as_viewer(outsider):
        assert "counts as seen today" in job.rows.get().reason


@pytest.mark.parametrize(
    ("address", "said", "key"),
    [
        ("https://unknown-market.example/goods/17", {"seller_name": "瑞丽表行"}, "web:unknown-market.example/瑞丽表行"),
        ("https://unknown-market.example/goods/17", {"seller_id": "S9", "seller_name": "瑞丽表行"}, "web:unknown-market.example/S9"),
        ("https://unknown-market.example/goods/17", {}, "web:unknown-market.example"),
        ("https://bazaar.example/item/100200", {"seller_name": "Uhrenland"}, "bazaar:uhrenland"),
    ],
)
def test_two_sellers_on_one_unknown_site_are_two(address, said, key):
    headings = ["address", *said]
    facts = columns.facts([address, *said.values()], {heading: n for n, heading in enumerate(headings)})
    assert facts["seller_key"] == key


@pytest.mark.parametrize(
    ("address", "price", "money", "says"),
    [
        ("https://bazaar.example/item/100200", "101元", "CNY", ""),
        ("https://detail.1688.com/offer/610947572360.html", "¥100.00", "CNY", ""),
        ("https://detail.1688.com/offer/610947572360.html", "￥100.00", "CNY", ""),
        ("https://bazaar.example/item/100200", "¥100.00", "", "leaves open"),
        ("https://bazaar.example/item/100200", "$12", "", "leaves open"),
        ("https://bazaar.example/item/100200", "12", "", ""),
    ],
)
def test_a_sign_that_several_countries_share_is_not_guessed(address, price, money, says):
    facts = columns.facts([address, price], {"address": 0, "price": 1}, ["address", "price"])
    assert facts["currency"] == money
    assert (says in facts["remarks"]) if says else not facts["remarks"]


def test_chinese_days_and_headings_are_read():
    assert columns.guess(["链接", "发现日期"], [["https://bazaar.example/item/100200", "2026年11月1日"]])["seen_on"]["column"] == 1
    facts = columns.facts(["https://bazaar.example/item/100200", "2026年11月1日"], {"address": 0, "seen_on": 1})
    assert facts["seen_at"].startswith("2026-11-01")


def test_the_first_line_of_a_list_of_shops_is_a_shop_and_no_heading(outsider):
    job = bring(outsider, "luxurydupe.shop\n仿表之家.网店\nreplicabb.ru\n192.168.1.10\nnot a site\n".encode(), name="shops.txt")
    with as_viewer(outsider):
        assert Listing.objects.filter(batch=job, key="web:site:luxurydupe.shop").exists()
        assert job.rows.count() == 5


def test_what_a_fuller_file_says_completes_what_a_bare_one_brought_meanwhile(outsider):
    bare = bring(outsider, b"https://bazaar.example/item/7711001\nhttps://bazaar.example/item/7711002\n", name="bare.txt", write=False)
    full = bring(outsider, HEAD + row(11001, title="Full bag", price="12.00"), write=False)
    for job in (bare, full):
        with as_viewer(outsider):
            actions.confirm(job, by=outsider)
        working.work_on(job.pk)
    with as_viewer(outsider):
        listing = Listing.objects.get(space_id=outsider.desk_id, key="bazaar:item:7711001")
    assert (listing.title, listing.seller_name, str(listing.price)) == ("Full bag", "蓝鸟", "12.00")
    assert listing.seller_key == "bazaar:蓝鸟"


def test_a_shop_with_a_chinese_name_is_read_as_it_is_written(outsider):
    job = bring(outsider, "https://高仿奢侈品.com/\nhttps://replicabb.ru/\n".encode(), name="shops.txt")
    with as_viewer(outsider):
        assert Listing.objects.get(batch=job, key__startswith="web:site:xn--").title == "高仿奢侈品.com"
        assert Listing.objects.get(batch=job, key="web:site:replicabb.ru").title == ""


@pytest.mark.parametrize(
    ("address", "seller", "remark"),
    [
        ("https://www.ebay.com/", "", "It lies on eBay"),
        ("https://www.alibaba.com/trade/search?q=bag", "", "It lies on Alibaba.com"),
        ("https://nicebags.en.alibaba.com/", "alibaba:nicebags", ""),
        ("https://replicabb.ru/", "web:replicabb.ru", ""),
    ],
)
def test_a_marketplace_is_nobody_s_seller(address, seller, remark):
    said = columns.facts([address], {"address": 0})
    assert said["seller_key"] == seller
    assert said["remarks"].startswith(remark)


def test_a_handle_keeps_its_letters_in_its_address():
    key = canonicalise("https://t.me/aureliareps")
    assert (key.text, key.canonical) == ("telegram:profile:AURELIAREPS", "https://t.me/aureliareps")
    assert canonicalise("https://t.me/AureliaReps").text == key.text


@pytest.mark.parametrize(
    ("price", "money"), [("S$ 35", "SGD"), ("US$ 12", "USD"), ("US $12.50", "USD"), ("HK$99", "HKD"), ("R$ 10", "BRL"), ("NT$ 350", "TWD")]
)
def test_dollars_that_say_whose_they_are(price, money):
    assert columns.facts(["https://bazaar.example/item/100200", price], {"address": 0, "price": 1})["currency"] == money


@pytest.mark.parametrize("content", [b"url,title\n" + b"a" * 3_000_000 + b"\n", b'url,title\n"' + b"https://x.example/1\n" * 100_000])
def test_a_cell_of_megabytes_is_no_fault_of_the_portal(outsider, browse, content):
    answer = browse(outsider).post("/enforcement/imports/new/", {"file": ContentFile(content, name="long.csv")})
    assert answer.status_code in (302, 422)


def test_a_workbook_that_points_nowhere_is_refused_at_its_field(outsider):
    book = workbook([["url", "title"], ["https://bazaar.example/item/1", "x"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b'r="A2" t="s"><v>2<', b'r="A2" t="s"><v>99999<').replace(
                    b'r="A2" t="inlineStr"><is><t>', b'r="A2" t="s"><v>99999</v><is><t>'
                )
            new.writestr(name, content)
    with as_viewer(outsider), pytest.raises(Refused, match="cannot be read"):
        actions.upload(ContentFile(out.getvalue(), name="broken.xlsx"), by=outsider)


@pytest.mark.parametrize("host", ["127.0.0.1:8977", "[::1]", "169.254.169.254", "2130706433", "0x7f000001", "10.0.0.1", "-bad.com"])
def test_what_is_not_on_the_public_internet_is_no_listing(host):
    with pytest.raises(columns.RowRefused):
        columns.facts([f"http://{host}/x"], {"address": 0})


def test_a_table_whose_cells_hold_no_blank_is_a_table(outsider):
    job = bring(outsider, "url,title,seller\n" + "".join(f"https://bazaar.example/item/{7_711_000 + n},,蓝鸟旗舰店\n" for n in range(6)))
    assert job.counts["written"] == 6
    with as_viewer(outsider):
        assert Listing.objects.get(key="bazaar:item:7711003").seller_name == "蓝鸟旗舰店"


@pytest.mark.parametrize(
    ("text", "columns", "first"),
    [
        ("! Fake shops\n[Adblock Plus 2.0]\n||bad-shop.top^\n||bad2.ru^$third-party\n", ["address"], ["bad-shop.top"]),
        ("# list\n0.0.0.0 a.com # fake bags\n0.0.0.0 b.com\n", ["address"], ["a.com"]),
        ("hxxps://x[.]top/a\nhxxp://y[.]ru\n", ["address"], ["hxxps://x[.]top/a"]),
        ("address=/x.com/0.0.0.0\naddress=/y.com/\n", ["address"], ["x.com"]),
        ("*.x.com\n*.y.com\n", ["address"], ["x.com"]),
        ("Watch list, week 4\nExported 2026-01-01\n\nURL;Title;Price\nhttps://a.co/1;Bag;12\nhttps://a.co/2;Bag;12\n", ["URL", "Title", "Price"],
         ["https://a.co/1", "Bag", "12"]),
        ("Report\nURL,Title,Price\nhttps://a.co/1,Bag,12\n", ["URL", "Title", "Price"], ["https://a.co/1", "Bag", "12"]),
        ("name,address\nShop A,https://a.co/1\nShop B,https://b.co/2,x,y,z\n", ["name", "address"], ["Shop A", "https://a.co/1"]),
        ("brand,site\nAcme,shop.com,EUR,5\n", ["brand", "site"], ["Acme", "shop.com", "EUR", "5"]),
        ("url;note\nhttps://a.co/1;red, big, new\nhttps://a.co/2;blue, small, old\n", ["url", "note"], ["https://a.co/1", "red, big, new"]),
    ],
)  # fmt: skip
def test_lists_of_shops_and_tables_under_a_title_are_read_as_they_are_passed_around(text, columns, first):
    file = io.BytesIO(text.encode())
    table = recognise(file)
    assert table.columns == columns
    assert next(row for _number, row in Table.from_json(table.as_json()).rows(file) if row) == first


def test_a_workbook_with_a_title_above_its_headings():
    book = openpyxl.Workbook()
    for row in (["Counterfeit report"], ["for", "the board"], [], ["URL", "Title", "Price"], ["https://a.co/1", "Bag", 12]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    table = recognise(file)
    assert (table.columns, [row for _number, row in table.rows(file) if row]) == (["URL", "Title", "Price"], [["https://a.co/1", "Bag", "12"]])
