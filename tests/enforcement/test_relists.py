"""A removed listing that comes back under a new id is found when it is imported, judged by a person, and told to the platform."""

import pytest

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from enforcement.market import relists, working
from enforcement.market.actions import undo
from enforcement.market.models import Listing, Relist
from enforcement.notices import actions as notices
from enforcement.notices.models import NoticeItem
from enforcement.notices.relists import find
from tests.enforcement.test_imports import bring
from tests.enforcement.test_notices import decide, fill

pytestmark = pytest.mark.django_db
HEAD = "url,title,seller,image\n"


def line(n, title, seller="zyxshop", image=""):
    return f"https://bazaar.example/item/{880000 + n},{title},{seller},{image}\n"


def removed(aurelia, analyst, bazaar, rows=None):
    """One listing of a seller's, removed by a notice."""
    bring(aurelia, HEAD + (rows or line(1, "Zyx Bag 包", image="https://img.example/1.jpg")), name="first.csv")
    with as_viewer(aurelia):
        (notice,) = notices.compose(Listing.objects.filter(space_id=aurelia.desk_id, seller_key="bazaar:zyxshop"), by=aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        notices.submit(notice, by=aurelia)
    with as_viewer(analyst):
        notices.approve(notice, by=analyst)
    decide(bazaar, notice, "removed")
    return notice


def come_back(viewer, *rows, name="again.csv"):
    job = bring(viewer, HEAD + "".join(rows), name=name)
    while deliver_batch():
        pass
    return job


def found(viewer):
    with as_viewer(viewer):
        return {
            row.listing.key.rpartition(":")[2]: (row.basis, row.verdict)
            for row in Relist.objects.filter(listing__key__startswith="bazaar:item:88").select_related("listing")
        }


def test_the_same_picture_or_title_of_the_same_seller_is_found(aurelia, analyst, bazaar, northpeak):
    removed(aurelia, analyst, bazaar)
    rows = [
        line(2, "Another title", image="https://img.example/1.jpg"), line(3, "zyx bag 包"), line(4, "Zyx Bag 包", seller="zyxother"),
        line(5, "Something else", image="https://img.example/2.jpg"), line(6, "Zyx Bag 包", image="https://img.example/1.jpg"),
    ]  # fmt: skip
    job = come_back(aurelia, *rows)
    assert found(aurelia) == {"880002": ("picture", ""), "880003": ("title", ""), "880006": ("picture", "")}
    # A rival's listing of the same seller is nobody's relist: it was never removed for the rival.
    come_back(northpeak, line(7, "Zyx Bag 包", image="https://img.example/1.jpg"))
    assert found(northpeak) == {}
    with as_viewer(aurelia):
        assert InboxItem.objects.of(aurelia).filter(event__verb="import.relists", event__data__count=3).exists()
    with as_system("look for relists once more"):
        assert find(job) == 0


def test_what_was_reinstated_is_no_ground(aurelia, analyst, bazaar):
    notice = removed(aurelia, analyst, bazaar)
    with as_system("reinstate it"):
        notice.items.update(final=NoticeItem.Final.UP)
    come_back(aurelia, line(2, "Zyx Bag 包"))
    assert found(aurelia) == {}


def test_a_person_judges_and_may_think_again(aurelia, northpeak, analyst, bazaar, browse):
    removed(aurelia, analyst, bazaar)
    come_back(aurelia, line(2, "Zyx Bag 包"))
    with as_viewer(aurelia):
        relist = Relist.objects.select_related("listing").get(listing__key="bazaar:item:880002")
        with pytest.raises(Refused):
            relists.judge(relist, verdict="perhaps", by=aurelia)
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        relists.judge(relist, verdict="same", by=northpeak)
    client, address = browse(aurelia), relist.listing.get_absolute_url()
    assert "Looks like a relist of" in client.get(address).content.decode()
    for verdict, said in (("same", "A relist of"), ("different", "Judged not to be a relist of")):
        assert client.post(address + "judge/", {"verdict": verdict}).status_code == 302
        assert said in client.get(address).content.decode()
    assert browse(northpeak).post(address + "judge/", {"verdict": "same"}).status_code == 404
    assert "zyxshop" not in client.get("/enforcement/listings/?relist=any&seller=zyxshop").content.decode().partition("<tbody>")[2]


def test_the_platform_reads_what_it_removed_before(aurelia, analyst, bazaar, browse):
    first = removed(aurelia, analyst, bazaar)
    come_back(aurelia, line(2, "Zyx Bag 包"), line(3, "Something new"))
    client = browse(aurelia)
    assert "880002" in client.get("/enforcement/listings/?relist=open").content.decode()
    with as_viewer(aurelia):
        back = Listing.objects.filter(space_id=aurelia.desk_id, seller_key="bazaar:zyxshop", taken_up_at=None)
        (notice,) = notices.compose(back, by=aurelia)
        of = {item.key.rpartition(":")[2]: item.relist_of_id for item in notice.items.all()}
    assert of == {"880002": first.items.get().pk, "880003": None}
    fill(aurelia, notice)
    with as_viewer(aurelia):
        notices.submit(notice, by=aurelia)
    with as_viewer(analyst):
        notices.approve(notice, by=analyst)
    page = browse(bazaar).get(notice.get_absolute_url()).content.decode()
    assert ("relist of" in page, first.reference in page) == (True, True)


def test_undoing_the_file_takes_its_relists_with_it(aurelia, analyst, bazaar):
    removed(aurelia, analyst, bazaar)
    job = come_back(aurelia, line(2, "Zyx Bag 包"))
    with as_viewer(aurelia):
        undo(job, by=aurelia)
    working.work_on(job.pk)
    assert found(aurelia) == {}
