"""The staff's figures, each of which opens what it counts; a register brought in and undone; what a membership was worth."""

import io
import re
from datetime import timedelta
from itertools import pairwise

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.models import Audience, AudienceMember
from coalition.access.viewer import as_system, as_viewer
from coalition.activity import letters
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from coalition.dates import midnight
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.renewals import run_renewals
from coalition.members import actions as members
from coalition.members.models import Category, Invitation, Organisation, Term
from coalition.members.standing import facts_of, standing
from coalition.register import actions, rules
from coalition.register.models import RegisterImport
from coalition.register.months import Month, Move, Movements
from coalition.register.pages import DashboardPage
from demo.times import ago
from tests.conftest import CAST, who

HEAD = ["Name", "Tier", "Country", "Member since", "Term from", "Term until", "Owner e-mail", "Billing e-mail", "Band", "VAT"]
ROWS = [
    ["Larkspur Optics", "Full", "Germany", "2019-05-01", "2026-05-01", "2027-04-30", "owner@larkspur.example", "ap@larkspur.example", "10_100", "DE136695976"],
    ["Juniper & Rye", "brand-associate", "GB", "", "2025-01-01", "2026-01-01", "", "", "", ""],
    ["AURELIA", "Full", "FR", "", "2026-01-01", "2027-01-01", "", "", "", ""],
    ["larkspur optics", "Full", "DE", "", "2026-05-01", "2027-04-30", "", "", "", ""],
    ["Nowhere Ltd", "Gold", "GB", "", "2026-01-01", "2027-01-01", "", "", "", ""],
    ["Backwards", "Full", "GB", "", "2027-01-01", "2026-01-01", "", "", "", ""],
    ["Bad Mail", "Full", "Atlantis", "", "2026-01-01", "2027-01-01", "", "", "", ""],
    ["", "Full", "GB", "", "2026-01-01", "2027-01-01", "", "", "", ""],
]  # fmt: skip


def workbook(rows=None, head=None):
    book = openpyxl.Workbook()
    for row in [head or HEAD, *(rows or ROWS)]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("register.xlsx", out.getvalue())


@pytest.fixture
def as_admin(admin):
    with as_viewer(admin):
        yield admin


@pytest.mark.django_db
def test_each_row_is_judged_and_nothing_is_entered(as_admin):
    brought = actions.bring(workbook(), by=as_admin)
    assert [row.verdict for row in brought.rows.all()] == ["new", "new", "known", "double", "refused", "refused", "refused", "refused"]
    problems = [row.problem for row in brought.rows.filter(verdict="refused")]
    assert [problem.partition(":")[0] for problem in problems] == ["tier", "term until", "country", "name"]
    assert not Organisation.objects.filter(name="Larkspur Optics").exists()


@pytest.mark.django_db
def test_what_is_entered_is_as_it_was_and_can_be_undone_until_somebody_builds_on_it(as_admin):
    brought = actions.bring(workbook(), by=as_admin)
    assert actions.enter(brought, by=as_admin) == 2
    with pytest.raises(Conflict):
        actions.enter(brought, by=as_admin)
    with as_system("look"):
        larkspur, juniper = (Organisation.objects.get(name=name) for name in ("Larkspur Optics", "Juniper & Rye"))
        assert (str(larkspur.joined_on), larkspur.account.tax_number, larkspur.account.band.slug) == ("2019-05-01", "DE136695976", "10_100")
        assert standing(facts_of(juniper), timezone.localdate()).words == "lapsed"
        assert Invitation.objects.get(organisation=larkspur).email == "owner@larkspur.example"
        larkspur.seats.create(person_id=as_admin.person_id, role="owner", audience_id=larkspur.audience_id)
    assert actions.undo(brought, by=as_admin) == (1, 1)
    with as_system("look"):
        assert not Term.objects.filter(organisation=juniper).exists()
        assert juniper not in Organisation.objects.known()
    # Brought in again, it is the same organisation once more.
    again = actions.bring(workbook([ROWS[1]]), by=as_admin)
    assert actions.enter(again, by=as_admin) == 1
    assert Organisation.objects.filter(name="Juniper & Rye").count() == 1


@pytest.mark.django_db
def test_a_file_that_is_no_register_says_what_it_lacks(admin, browse):
    client = browse(admin)
    page = client.post("/staff/members/import/", {"file": workbook([["x"]], ["Name"])})
    assert page.status_code == 422
    assert "These columns are missing: tier, country, term from, term until." in page.content.decode()
    assert client.post("/staff/members/import/", {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n")}).status_code == 422


@pytest.mark.django_db
def test_the_import_by_its_page(admin, browse):
    client = browse(admin)
    address = client.post("/staff/members/import/", {"file": workbook()}).url
    assert "twice in the file" in client.get(address).content.decode()
    assert client.get(f"{address}?export=xlsx").status_code == 200
    assert client.post(f"{address}enter/").status_code == 302
    assert client.post(f"{address}enter/").status_code == 409
    assert "Larkspur Optics" in client.get("/staff/members/?q=larkspur").content.decode()
    assert client.post(f"{address}undo/").status_code == 302
    assert "larkspur-optics" not in client.get("/staff/members/?q=larkspur").content.decode()
    with as_viewer(admin):
        assert RegisterImport.objects.get().state == "undone"


@pytest.mark.django_db
@pytest.mark.parametrize("category", ["", "?category=brand"])
def test_every_figure_opens_as_many_organisations_as_it_says(admin, browse, category):
    client = browse(admin)
    page = client.get(f"/staff/dashboard/{category}").content.decode()
    figures = re.findall(r'href="(/staff/members/\?[^"]+)">(\d+)<', page)
    assert len(figures) > 12
    for address, figure in figures:
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        assert re.search(r'soft number">(\d+)<', shown).group(1) == figure, address


@pytest.mark.django_db
def test_the_full_export_has_everybody_with_standing(admin, browse):
    body = b"".join(browse(admin).get("/staff/members/?export=csv").streaming_content).decode()
    assert len(body.strip().splitlines()) == Organisation.objects.known().exclude(category__kind="coalition").count() + 1
    assert "Old Harbour Rum" in body
    assert "dues overdue" in body
    sent = b"".join(browse(admin).get("/staff/members/?export=xlsx").streaming_content)
    head, *rows = openpyxl.load_workbook(io.BytesIO(sent)).active.iter_rows(values_only=True)
    typed = {heading: {type(row[place]).__name__ for row in rows if row[place] not in (None, "")} for place, heading in enumerate(head)}
    assert (typed["Joined"], typed["Seats taken"], typed["Name"]) == ({"datetime"}, {"int"}, {"str"})
    ours = dict(zip(head, next(row for row in rows if row[0] == "Aurelia"), strict=True))
    assert (ours["Owner email"], ours["Band"] or "", ours["Reference prefix"]) == ("owner@aurelia.example", "", "AUR")
    # What was taken out can be brought in: every row is understood, and known.
    with as_viewer(admin):
        again = actions.bring(SimpleUploadedFile("register.xlsx", sent), by=admin)
        members = [row for row in rows if row[head.index("Tier")] and row[head.index("Category")] != "Government partner"]
        assert again.rows.filter(verdict="known").count() == len(members) > 10


@pytest.mark.django_db
def test_a_letter_goes_to_the_owners_of_those_ticked_or_of_all(admin, aurelia, northpeak, browse):
    client = browse(admin)
    letter = {"subject": "Renew in time", "body": "Your term ends soon."}
    assert client.post("/staff/members/write/", letter).status_code == 422
    assert client.post("/staff/members/write/", {**letter, "organisation": [aurelia.organisation_id]}).status_code == 302
    while deliver_batch():
        pass
    letters.send_owed()
    for viewer, n in ((aurelia, 1), (northpeak, 0)):
        with as_viewer(viewer):
            assert InboxItem.objects.of(viewer).filter(event__verb="organisation.written_to").count() == n
    assert client.post("/staff/members/write/?category=brand&standing=good", {**letter, "scope": "all"}).status_code == 302
    while deliver_batch():
        pass
    with as_viewer(northpeak):
        assert InboxItem.objects.of(northpeak).filter(event__verb="organisation.written_to").count() == 1


@pytest.mark.django_db
def test_the_register_is_the_staff_s(browse):
    for email in set(CAST.values()) - {"admin@coalition.example"}:
        for address in ("/staff/dashboard/", "/staff/members/", "/staff/members/import/", "/staff/members/aurelia/value/"):
            assert browse(who(email)).get(address).status_code == 403, (email, address)


@pytest.mark.django_db
def test_only_the_staff_bring_a_register_in(treasurer, aurelia):
    for viewer in (treasurer, aurelia):
        with as_viewer(viewer), pytest.raises(NotAllowed):
            actions.bring(workbook(), by=viewer)
    with as_viewer(aurelia), pytest.raises((NotAllowed, Refused)):
        actions.write_to_owners(Organisation.objects.all(), subject="x", body="y", by=aurelia)


@pytest.mark.django_db
def test_what_it_was_worth_shows_one_s_own_and_no_small_group_s_median(aurelia, admin, browse):
    page = browse(aurelia).get("/organisation/value/").content.decode()
    assert "Notices sent" in page
    assert "Fewer than five others" in page
    assert browse(who("member@aurelia.example")).get("/organisation/value/").status_code == 403
    assert browse(admin).get("/staff/members/aurelia/value/").status_code == 200


@pytest.mark.django_db
def test_what_a_file_said_of_money_goes_with_it(admin):
    with as_viewer(admin):
        first = actions.bring(workbook([ROWS[0]]), by=admin)
        actions.enter(first, by=admin)
        assert actions.undo(first, by=admin) == (1, 0)
        bare = ["Larkspur Optics", "Full", "Germany", "", "2026-05-01", "2027-04-30", "", "", "", ""]
        actions.enter(actions.bring(workbook([bare]), by=admin), by=admin)
        with as_system("look at its account"):
            account = account_of(Organisation.objects.get(name="Larkspur Optics"))
            assert (account.email, account.band, account.tax_number) == ("", None, "")


@pytest.mark.django_db
def test_whose_next_dues_nobody_set_is_not_promised_an_invoice(admin, treasurer, browse):
    soon = timezone.localdate() + timedelta(days=40)
    row = ["Quux Ltd", "brand-associate", "GB", "", str(soon - timedelta(days=365)), str(soon), "", "", "", ""]
    with as_viewer(admin):
        actions.enter(actions.bring(workbook([row]), by=admin), by=admin)
    page = browse(treasurer).get("/staff/dues/ladder/").context["page"]
    assert "Quux Ltd" in [who.name for who in page.without_dues]
    assert "Quux Ltd" not in [row["who"].name for day in page.by_day for row in day["rows"]]


@pytest.mark.django_db
def test_a_letter_goes_to_owners_and_says_who_has_none(admin, browse):
    few = Organisation.objects.filter(slug__in=["aurelia", "quillon"])
    with as_viewer(admin):
        count, nobody = actions.write_to_owners(few, subject="Annual meeting", body="Dear member, it is on 3 March.", by=admin)
    assert (count, [who.slug for who in nobody]) == (1, ["quillon"])
    while deliver_batch():
        pass
    letters.send_owed()
    sent = {letter.to[0]: letter for letter in mail.outbox if "Annual meeting" in letter.subject}
    assert set(sent) == {"owner@aurelia.example"}
    assert sent["owner@aurelia.example"].subject.endswith("Annual meeting")
    assert "Dear member, it is on 3 March." in sent["owner@aurelia.example"].body


@pytest.mark.django_db
def test_a_platform_reads_what_it_was_asked_and_did_and_the_parts_add_up(browse):
    page = browse(who("trust@bazaar.example")).get("/organisation/value/").context["page"]
    rows = {str(row["words"]): row["own"] for row in page.rows}
    assert "Notices sent" not in rows
    asked = rows["Items it was asked to act on"]
    assert asked == sum(n for words, n in rows.items() if words.startswith("of these")) > 0


@given(st.integers(0, 50), st.lists(st.integers(0, 50), max_size=12))
def test_a_median_is_of_at_least_five_others(own, others):
    shown = rules.median_of_others(own, [own, *others])
    assert (shown is None) == (len(others) < 5)
    if shown is not None:
        assert min(others) <= shown <= max(others)


@pytest.mark.django_db
def test_undone_again_it_takes_nothing_that_was_given_since(admin):
    with as_viewer(admin):
        first = actions.bring(workbook(), by=admin)
        actions.enter(first, by=admin)
        with as_system("give one of them a seat"):
            stays = Organisation.objects.get(name="Larkspur Optics")
            stays.seats.create(person_id=admin.person_id, role="owner", audience_id=stays.audience_id)
        assert actions.undo(first, by=admin)[1] == 1
        second = actions.bring(workbook([ROWS[1]]), by=admin)
        actions.enter(second, by=admin)
        assert actions.undo(first, by=admin) == (0, 1)
        assert Organisation.objects.get(name=ROWS[1][0]).terms.count() == 1


@pytest.mark.django_db
def test_whose_membership_ends_with_the_month_was_there_at_its_end(admin, browse):
    with as_system("let one end with the month"):
        hartley = Organisation.objects.get(slug="hartley")
        ends = midnight(timezone.localdate().replace(day=1))
        AudienceMember.objects.filter(audience=Audience.members(), member=hartley.audience).update(ends_at=ends)
        before = DashboardPage({}).months[-2]
    listed = browse(admin).get(f"/staff/members/?good={before['month'].key}")
    assert listed.context["page"].count == before["members"]
    assert escape(hartley.name) in listed.content.decode()
    assert browse(admin).get("/staff/members/?joined=9999-12&left=0000-00").status_code == 200


@pytest.mark.django_db
def test_the_file_of_a_register_is_for_those_who_keep_it(admin, treasurer, analyst, browse):
    browse(admin).post("/staff/members/import/", {"file": workbook()})
    brought = RegisterImport.objects.visible_to(admin).get()
    assert [browse(viewer).get(f"/files/{brought.file_id}/").status_code for viewer in (admin, treasurer, analyst)] == [200, 404, 404]


@pytest.mark.django_db
def test_a_letter_to_owners_is_read_by_owners_and_finance_alone(admin, aurelia, agent, browse):
    pk = Organisation.objects.get(slug="aurelia").pk
    browse(admin).post("/staff/members/write/", {"organisation": pk, "subject": "For owners only", "body": "What the board said."})
    while deliver_batch():
        pass
    reads = {
        name: any("For owners only" in browse(viewer).get(address).content.decode() for address in ("/home/", "/inbox/"))
        for name, viewer in {
            "owner": aurelia, "finance": who("finance@aurelia.example"), "member": who("member@aurelia.example"), "agent": agent,
        }.items()
    }  # fmt: skip
    assert reads == {"owner": True, "finance": True, "member": False, "agent": False}


@pytest.mark.django_db
def test_each_month_is_the_one_before_and_what_moved_and_every_figure_opens_its_rows(admin, browse):
    client = browse(admin)
    with as_viewer(admin):
        members.suspend(Organisation.objects.get(slug="kestrel"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    months = DashboardPage({}).months
    for before, month in pairwise(months):
        assert month["members"] == before["members"] + month["joined"] + month["back"] - month["fell"] - month["left"]
    for month in months[-3:]:
        for name in ("joined", "back", "fell", "left", "left_lapsed"):
            assert client.get(f"/staff/members/?{name}={month['month'].key}").context["page"].count == month[name], (name, month)
        assert client.get(f"/staff/members/?good={month['month'].key}").context["page"].count == month["members"]
    assert months[-1]["fell"] >= 1


@pytest.mark.django_db
def test_the_list_says_who_could_vote_on_a_day(admin, browse):
    client, today = browse(admin), timezone.localdate()

    def listed(**query):
        return set(client.get("/staff/members/", query).context["page"].found.values_list("slug", flat=True))

    assert {"aurelia", "hartley"} <= listed(on=today, may="vote")
    assert "bazaar" not in listed(on=today, may="vote")
    assert "bazaar" in listed(on=today)
    assert listed(on=today - timedelta(days=4000)) == set()


@pytest.mark.django_db
def test_a_tier_s_name_that_several_categories_bear_is_not_guessed(admin):
    with as_viewer(admin):
        members.add_tier(Category.objects.get(slug="platform"), name="Full", seats=3, by=admin)
        row = ["Larkspur Optics", "Full", "DE", *ROWS[0][3:]]
        assert actions.bring(workbook([row]), by=admin).rows.get().verdict == "refused"


@pytest.mark.django_db
def test_nobody_is_billed_for_what_a_register_entered_before_staff_could_undo_it(as_admin):
    today = timezone.localdate()
    soon = ["Larkspur Optics", "Full", "DE", "", str(today - timedelta(days=350)), str(today + timedelta(days=14)), "", "", "10_100", ""]
    brought = actions.bring(workbook([soon]), by=as_admin)
    actions.enter(brought, by=as_admin)
    run_renewals()
    assert actions.undo(brought, by=as_admin) == (1, 0)
    actions.enter(actions.bring(workbook([soon]), by=as_admin), by=as_admin)
    with ago(days=-4):
        run_renewals()
    with as_system("look"):
        assert Organisation.objects.get(name="Larkspur Optics").terms.count() == 2


@pytest.mark.django_db
def test_a_name_in_another_script_is_spelt_in_its_address_and_references(as_admin):
    row = ["上海明远服装有限公司", "Full", "CN", "", "2026-05-01", "2027-04-30", "", "", "", ""]
    actions.enter(actions.bring(workbook([row]), by=as_admin), by=as_admin)
    with as_system("look"):
        found = Organisation.objects.get(name=row[0])
    assert (found.slug, found.prefix) == ("shanghaimingyuanfuzhuangyouxiangongsi", "SHA")


@pytest.mark.django_db
def test_how_many_accepted_a_policy_opens_them_and_those_who_have_not(admin, browse):
    client = browse(admin)
    page = client.get("/staff/register/").content.decode()
    (address, n), *_rest = re.findall(r'href="(/staff/members/\?accepted=\d+)">(\d+) acceptances<', page)
    assert re.search(r'soft number">(\d+)<', client.get(address).content.decode()).group(1) == n
    lacking = client.get(address.replace("accepted", "lacks")).content.decode()
    assert 0 <= int(re.search(r'soft number">(\d+)<', lacking).group(1)) < int(n)


@pytest.mark.django_db
def test_whoever_joins_and_leaves_within_a_month_did_both(admin):
    month = Month(timezone.localdate().replace(day=1)).before
    came, went = month.first + timedelta(days=4), month.first + timedelta(days=9)
    with ago(days=(timezone.localdate() - came).days), as_viewer(admin):
        row = ["Larkspur Optics", "Full", "DE", str(came), str(came), str(came + timedelta(days=365)), "", "", "10_100", ""]
        actions.enter(actions.bring(workbook([row]), by=admin), by=admin)
        found = Organisation.objects.get(name="Larkspur Optics")
        members.resign(found, takes_effect_on=went, reason="It was the wrong list.", by=admin)
    moved = Movements().moved(month)
    assert [move for move in Move if found.pk in moved[move]] == [Move.JOINED, Move.LEFT]
