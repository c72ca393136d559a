"""A right is valid somewhere, for some goods, on some day, or not, and says why; what it was, stays as it was."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity.models import Event
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.dates import midnight
from enforcement.rights import actions, rules
from enforcement.rights.models import Recordation, Right, Status
from enforcement.rights.rules import Facts, Stage, covers, is_live, stage_on, valid
from enforcement.rights.rules import Protection as Part
from enforcement.rights.watch import watch

DAY = date(2020, 1, 1)
days = st.integers(0, 4000).map(lambda n: DAY + timedelta(days=n))
stages = st.lists(
    st.builds(lambda state, since, n: Stage(state, since, since + timedelta(days=n) if n and state in rules.LIVE else None),
              st.sampled_from(list(rules.STATES)), days, st.integers(0, 3000)),
    max_size=6,
).map(lambda found: tuple(sorted(found, key=lambda stage: stage.since)))  # fmt: skip


@given(stages, days)
def test_a_national_right_is_valid_on_the_days_its_newest_stage_protects_and_in_its_own_country_alone(found, on):
    facts = Facts("patent", "US", frozenset(), (Part("US", found),))
    newest = [stage for stage in found if stage.since <= on]
    expected = bool(newest) and newest[-1].state in rules.LIVE and (newest[-1].until is None or on < newest[-1].until)
    assert valid(facts, country="US", on=on).is_valid == expected
    assert not valid(facts, country="CA", on=on).is_valid


@given(stages, stages, days)
def test_an_international_registration_needs_both_itself_and_the_designation(base, designated, on):
    facts = Facts("trademark", "WO", frozenset({18}), (Part("WO", base), Part("CN", designated)))
    both = is_live(stage_on(base, on), on) and is_live(stage_on(designated, on), on)
    assert valid(facts, country="CN", on=on, classes=[18]).is_valid == both
    assert not valid(facts, country="JP", on=on).is_valid
    assert not valid(facts, country="CN", on=on, classes=[25]).is_valid


@given(stages, days, st.integers(1, 500))
def test_what_follows_never_changes_what_was(found, since, n):
    before = since - timedelta(days=n)
    later = (*found, Stage(rules.INVALIDATED, since))
    one, other = (Facts("design", "GB", frozenset(), (Part("GB", tuple(sorted(s, key=lambda x: x.since))),)) for s in (found, later))
    assert valid(one, country="GB", on=before) == valid(other, country="GB", on=before)


@pytest.mark.parametrize(("territory", "country", "on", "reaches"), [
    ("EU", "FR", date(2026, 1, 1), True), ("EU", "GB", date(2020, 12, 31), True), ("EU", "GB", date(2021, 1, 1), False),
    ("EU", "HR", date(2013, 6, 30), False), ("EU", "HR", date(2013, 7, 1), True), ("EU", "CH", date(2026, 1, 1), False),
    ("BX", "NL", date(2026, 1, 1), True), ("BX", "FR", date(2026, 1, 1), False), ("WO", "CN", date(2026, 1, 1), True), ("EU", "GR", date(2026, 1, 1), True),
])  # fmt: skip
def test_where_a_right_reaches_on_a_day(territory, country, on, reaches):
    assert covers(territory, country, on) is reaches


@pytest.mark.parametrize(("kind", "register", "text", "clean"), [
    ("trademark", "US", "5,123,456", "5123456"), ("trademark", "EU", "18123456", "018123456"), ("trademark", "GB", "3210987", "UK00003210987"),
    ("trademark", "WO", "1 234 567a", "1234567A"), ("design", "EU", "001234567-0001", "001234567-0001"), ("patent", "DE", "10 2017 000 001", "102017000001"),
])  # fmt: skip
def test_numbers_are_kept_as_their_register_writes_them(kind, register, text, clean):
    assert rules.clean_number(kind, register, text) == clean


@pytest.mark.parametrize(("kind", "register", "text", "said"), [
    ("trademark", "US", "88123456", "serial number"), ("trademark", "EU", "12", "nine digits"), ("trademark", "CN", "number", "eight digits"),
    ("design", "EU", "12345", "hyphen"),
])  # fmt: skip
def test_a_number_that_can_be_none_of_its_register_is_refused(kind, register, text, said):
    with pytest.raises(rules.WrongFact, match=said):
        rules.clean_number(kind, register, text)


def test_classes_are_read_as_people_write_them():
    assert rules.clean_classes("14, 18 and 25; 9-11") == [9, 10, 11, 14, 18, 25]
    for wrong in ("46", "0", "18-14", "bags"):
        with pytest.raises(ValueError, match="no Nice class"):
            rules.clean_classes(wrong)


def madrid(aurelia):
    with as_viewer(aurelia):
        return Right.objects.visible_to(aurelia).with_facts().get(number="1234567")


@pytest.mark.django_db
def test_a_designation_lapses_while_the_registration_lives(aurelia, browse):
    right = madrid(aurelia)
    assert right.valid(country="CN", on=date(2026, 1, 1), classes=[18]).is_valid
    assert right.valid(country="CN", on=date(2026, 1, 1), classes=[25]).because == "In China it covers the classes 18."
    assert right.valid(country="JP", on=date(2024, 2, 28)).is_valid
    assert right.valid(country="JP", on=date(2024, 3, 1)).because == "In Japan it stands as “declared invalid” since 1 March 2024."
    assert right.valid(country="US", on=date(2026, 1, 1)).because == "It does not extend to United States."
    page = browse(aurelia).get(right.get_absolute_url(), {"country": "JP", "on": "2026-01-01", "classes": "18"}).content.decode()
    assert "In Japan it stands as “declared invalid” since 1 March 2024." in page
    assert browse(aurelia).get(right.get_absolute_url(), {"country": "JP", "on": "never"}).status_code == 422


@pytest.mark.django_db
def test_a_right_is_entered_by_its_page_and_errors_stand_at_their_field(aurelia, browse):
    client = browse(aurelia)
    typed = {
        "kind": "trademark",
        "jurisdiction": "US",
        "number": "88123456",
        "name": "Aurelia 金莲",
        "classes": "14, 18",
        "registered_on": "2019-03-05",
    }
    wrong = client.post("/enforcement/rights/new/", typed)
    assert (wrong.status_code, "Eight digits are a US serial number" in wrong.content.decode()) == (422, True)
    assert "Aurelia 金莲" in wrong.content.decode()
    for change, said in (({"classes": "14, 99"}, "no Nice class"), ({"registered_on": ""}, "Give the day it was registered"),
                         ({"expires_on": "2019-03-01"}, "last day lies before")):  # fmt: skip
        assert said in client.post("/enforcement/rights/new/", typed | {"number": "5999999"} | change).content.decode()
    made = client.post("/enforcement/rights/new/", typed | {"number": "5,999,999", "expires_on": "2029-03-05"})
    page = client.get(made.url).content.decode()
    assert ("5999999" in page, "5 Mar 2029" in page, "14, 18" in page) == (True, True, True)
    assert "entered already" in client.post("/enforcement/rights/new/", typed | {"number": "5999999"}).content.decode()
    found = client.get("/search/", {"q": "金莲"}).content.decode()
    assert "Aurelia 金莲" in found


@pytest.mark.django_db
def test_a_status_follows_the_newest_and_a_mistaken_one_is_taken_back(aurelia):
    today = timezone.localdate()
    with as_viewer(aurelia):
        right = Right.objects.visible_to(aurelia).get(number="5123456")
        part = right.protections.get()
        with pytest.raises(Refused, match="cannot follow"):
            actions.set_status(part, state="restored", since=today, by=aurelia)
        with pytest.raises(Refused, match="stays as it was"):
            actions.set_status(part, state="lapsed", since=date(2014, 1, 1), by=aurelia)
        lapsed = actions.set_status(part, state="lapsed", since=today, remark="Section 8 not filed", by=aurelia)
        fresh = Right.objects.with_facts().get(pk=right.pk)
        assert (fresh.is_in_force(today), fresh.is_in_force(today - timedelta(days=1)), fresh.expires_on) == (False, True, None)
        assert fresh not in Right.objects.in_force(today)
        with pytest.raises(Refused, match="reason"):
            actions.take_back_status(lapsed, reason="x", by=aurelia)
        actions.take_back_status(lapsed, reason="Another registration was meant.", by=aurelia)
        fresh = Right.objects.with_facts().get(pk=right.pk)
        assert (fresh.is_in_force(today), fresh.expires_on) == (True, date(2035, 5, 4))
        with pytest.raises(Refused, match="only one"):
            actions.take_back_status(part.statuses.get(), reason="All of it is wrong.", by=aurelia)
        actions.set_status(part, state="surrendered", since=today, by=aurelia)
        with pytest.raises(Refused, match="cannot follow"):
            actions.set_status(part, state="registered", since=today, by=aurelia)


@pytest.mark.django_db
def test_the_list_and_its_query_agree_with_the_rule_of_one(aurelia):
    today = timezone.localdate()
    with as_viewer(aurelia):
        actions.enter(kind="trademark", name="No designation", number="1999999", jurisdiction="WO", registered_on=date(2020, 1, 1), by=aurelia)
        actions.enter(kind="copyright", name="Catalogue", number="", jurisdiction="WO", registered_on=date(2020, 1, 1), by=aurelia)
        pending = actions.enter(kind="patent", name="Clasp", number="102026000001", jurisdiction="DE", filed_on=date(2026, 1, 1), by=aurelia)
        own = list(Right.objects.visible_to(aurelia).with_facts())
        assert {right.pk for right in own if right.is_in_force(today)} == set(
            Right.objects.visible_to(aurelia).in_force(today).values_list("pk", flat=True)
        )
        assert not Right.objects.with_facts().get(pk=pending.pk).is_in_force(today)


@pytest.mark.django_db
def test_the_list_is_narrowed_and_taken_out(aurelia, browse):
    client = browse(aurelia)
    names = {"kind=design": "Clasp", "where=JP": "device", "nice=25": "device", "ends=90": "Clasp", "customs=US": "5123456", "q=1234567": "device"}
    for query, name in names.items():
        page = client.get(f"/enforcement/rights/?{query}").content.decode()
        assert (name in page, page.count('<th scope="row">')) == (True, 2 if query == "q=1234567" else 1), query
    sent = b"".join(client.get("/enforcement/rights/?export=xlsx&kind=trademark").streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(sent)).active.iter_rows(values_only=True))
    with as_viewer(aurelia):
        assert len(rows) == 1 + Right.objects.visible_to(aurelia).filter(kind="trademark").count()


@pytest.mark.django_db
def test_papers_and_recordations_are_kept_with_it_by_their_forms(aurelia, browse):
    client, right = browse(aurelia), madrid(aurelia)
    address = right.get_absolute_url()
    paper = SimpleUploadedFile("power.pdf", b"%PDF-1.4 power")
    assert client.post(f"{address}papers/", {"kind": "power", "upload": paper, "ends_on": "2027-12-31"}).status_code == 302
    page = client.get(address).content.decode()
    assert ("power.pdf" in page, "31 Dec 2027" in page) == (True, True)
    with as_viewer(aurelia):
        pk = right.papers.get(kind="power").pk
    assert client.post(f"{address}papers/{pk}/remove/").status_code == 302
    assert "power.pdf</a>" not in client.get(address).content.decode()
    renewal = {"authority": "CN", "number": "T2029-1", "starts_on": "2029-06-01", "ends_on": "2039-05-31"}
    assert "These days are in the recordation" in client.post(f"{address}recordations/", renewal | {"starts_on": "2028-01-01"}).content.decode()
    assert client.post(f"{address}recordations/", renewal).status_code == 302
    with as_viewer(aurelia):
        following = right.recordations.get(number="T2029-1")
        assert following.follows.number == "T2019-88123"
    assert (
        client.post(f"{address}recordations/{following.follows_id}/end/", {"ends_on": "2026-12-31", "reason": "The mark is sold."}).status_code == 302
    )


@pytest.mark.django_db
def test_rights_are_their_owner_s_and_an_agent_s_who_sends_its_notices(aurelia, northpeak, bazaar, agent, browse):
    right = madrid(aurelia)
    part = right.protections.all()[0]
    for viewer in (northpeak, bazaar):
        assert browse(viewer).get(right.get_absolute_url()).status_code == 404
        with as_viewer(viewer), pytest.raises(NotAllowed):
            actions.set_status(part, state="lapsed", since=timezone.localdate(), by=viewer)
        with as_viewer(viewer):
            assert not Status.objects.visible_to(viewer).filter(protection=part).exists()
    assert browse(agent).get(right.get_absolute_url()).status_code == 200


def clock_of(kind):
    with as_system("look"):
        return list(Clock.objects.filter(kind=kind).order_by("-pk"))


@pytest.mark.django_db
def test_what_ends_is_watched_ahead_of_its_day_and_said_when_it_ended(aurelia, browse):
    assert watch() == 0
    (clock,) = clock_of("right_expiry")
    assert "Clasp" in browse(aurelia).get("/due/").content.decode()
    with as_viewer(aurelia):
        design = Right.objects.get(kind="design")
        assert clock.due_at == midnight(design.expires_on)
        part = design.protections.get()
        until = design.expires_on + timedelta(days=1826)
        actions.set_status(part, state="registered", since=timezone.localdate(), until=until, remark="Renewed", by=aurelia)
    assert [row.outcome for row in clock_of("right_expiry")] == ["met"]
    assert watch() == 0
    (recordation,) = clock_of("recordation_expiry")
    clocks.sweep(at=recordation.due_at + timedelta(minutes=1))
    with as_system("look"):
        said = Event.objects.get(verb="right.ended")
        assert (said.subject_type, said.data["what"]) == ("rights.right", "EU FR-AFA-2025-0311")
    assert watch() == 0


@pytest.mark.django_db
def test_a_recordation_renewed_is_watched_no_more(aurelia):
    (clock,) = clock_of("recordation_expiry")
    with as_viewer(aurelia):
        row = Recordation.objects.get(pk=clock.subject_id)
        actions.record_at_customs(
            row.right, authority="EU", number="FR-AFA-2026-0001", starts_on=row.ends_on, ends_on=row.ends_on + timedelta(days=365), by=aurelia
        )
    assert [row.outcome for row in clock_of("recordation_expiry")] == ["met"]


# ---- a portfolio as a file ----------------------------------------------------------------------------------------------------------

FOLIO_HEAD = ["Trademark", "Country", "Reg. No.", "Application No", "Class(es)", "Owner", "Filing date", "Registration date", "Renewal date", "Status",
              "Status date", "Designations"]  # fmt: skip
FOLIO = [
    ["AURELIA", "EUTM", "18777456", "", "14, 18", "Aurelia SA", "2019-01-10", date(2019, 6, 1), "2029-01-10", "Registered", "", ""],
    ["AURELIA", "WIPO", "1777567", "", "14", "Aurelia SA", "", "01.03.2020", "2030-02-28", "", "", "US; CN, Japan"],
    ["AURELIA SUN", "United States", "", "97123", "18", "Aurelia SA", "2026-02-01", "", "", "Pending", "", ""],
    ["AURELIA MOON", "UK", "3210987", "", "25", "", "", "2010-01-01", "2020-01-01", "expired", "", ""],
    ["金曜 AURELIA", "CN", "12345678", "", "14", "", "", "2018-05-05", "2028-05-04", "", "", ""],
    ["AURELIA", "EM", "018777456", "", "14", "", "", "2019-06-01", "", "", "", ""],
    ["SERIAL", "US", "88123456", "", "14", "", "", "2020-01-01", "", "", "", ""],
    ["NOWHERE", "Atlantis", "1", "", "", "", "", "2020-01-01", "", "", "", ""],
    ["NO CLASS", "FR", "4012345", "", "46", "", "", "2020-01-01", "", "", "", ""],
    ["NO DAY", "FR", "4012346", "", "14", "", "", "31 of May", "", "", "", ""],
    ["NEVER", "FR", "4012347", "", "14", "", "", "", "", "", "", ""],
    ["GONE", "FR", "4012348", "", "14", "", "", "2015-01-01", "", "cancelled", "", ""],
    ["NOT INTERNATIONAL", "FR", "4012349", "", "14", "", "", "2015-01-01", "", "", "", "DE"],
    ["ODD", "FR", "4012350", "", "14", "", "", "2015-01-01", "", "hibernating", "", ""],
]  # fmt: skip


def folio(rows=FOLIO, head=FOLIO_HEAD):
    book = openpyxl.Workbook()
    for row in [head, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("portfolio.xlsx", out.getvalue())


@pytest.mark.django_db
def test_a_portfolio_is_judged_row_by_row_as_other_software_writes_it(aurelia):
    with as_viewer(aurelia):
        brought = actions.bring(folio(), kind="trademark", by=aurelia)
        assert [row.verdict for row in brought.rows.all()] == ["new"] * 5 + ["double"] + ["refused"] * 8
        said = [row.problem for row in brought.rows.filter(verdict="refused")]
    assert [words.partition(":")[0] for words in said] == [
        "number", "register", "nice classes", "registered", "registered", "status since", "designates", "status",
    ]  # fmt: skip
    assert "serial number" in said[0]
    assert not Right.objects.filter(name="AURELIA MOON").exists()


@pytest.mark.django_db
def test_what_a_portfolio_brings_is_valid_where_and_when_the_file_says(aurelia):
    with as_viewer(aurelia):
        brought = actions.bring(folio(), kind="trademark", by=aurelia)
        assert actions.enter_all(brought, by=aurelia) == 5
        with pytest.raises(Conflict):
            actions.enter_all(brought, by=aurelia)
        made = {row.right.name if row.right.jurisdiction != "WO" else "madrid": row.right for row in brought.rows.filter(verdict="new")}
        on = date(2026, 6, 1)
        asked = [("AURELIA", "FR", on), ("AURELIA", "FR", date(2029, 1, 11)), ("madrid", "JP", on), ("madrid", "JP", date(2030, 3, 1)), ("madrid", "FR", on),
                 ("AURELIA SUN", "US", on), ("AURELIA MOON", "GB", date(2020, 1, 1)), ("AURELIA MOON", "GB", date(2020, 1, 2)), ("金曜 AURELIA", "CN", on)]  # fmt: skip
        assert [made[name].valid(country=country, on=day).is_valid for name, country, day in asked] == [
            True, False, True, False, False, False, True, False, True,
        ]  # fmt: skip
        assert [made[name].expires_on for name in ("AURELIA", "AURELIA MOON")] == [date(2029, 1, 11), None]
        assert (made["AURELIA"].number, made["AURELIA"].classes) == ("018777456", [14, 18])


@pytest.mark.django_db
def test_a_portfolio_is_undone_until_somebody_builds_on_it(aurelia, browse):
    with as_viewer(aurelia):
        brought = actions.bring(folio(), kind="trademark", by=aurelia)
        actions.enter_all(brought, by=aurelia)
        kept, proved, *_rest = [row.right for row in brought.rows.filter(verdict="new")]
        actions.amend(kept, name=kept.name, holder="Aurelia Holding", goods="", classes=kept.classes, by=aurelia)
        actions.add_paper(proved, SimpleUploadedFile("certificate.pdf", b"%PDF-1.7 zyx"), kind="certificate", by=aurelia)
        assert actions.undo(brought, by=aurelia) == (3, 2)
        assert set(brought.rows.exclude(right=None).values_list("right", flat=True)) == {kept.pk, proved.pk}
        # Brought again, what went is new and what stayed is known.
        again = actions.bring(folio(), kind="trademark", by=aurelia)
        assert [row.verdict for row in again.rows.all()[:5]] == ["known", "known", "new", "new", "new"]
    found = browse(aurelia).get("/search/", {"q": "AURELIA MOON"}).content.decode()
    assert "UK00003210987" not in found


@pytest.mark.django_db
def test_a_portfolio_by_its_page_and_what_was_refused_taken_away(aurelia, northpeak, browse):
    client = browse(aurelia)
    page = client.post("/enforcement/rights/import/", {"file": folio([["A"]], ["colour"]), "kind": "trademark"})
    assert (page.status_code, "These columns are missing: name, register." in page.content.decode()) == (422, True)
    address = client.post("/enforcement/rights/import/", {"file": folio(), "kind": "trademark"}).url
    page = client.get(address).content.decode()
    assert "“hibernating” is none we know" in page
    rows = list(
        openpyxl.load_workbook(io.BytesIO(b"".join(client.get(address, {"verdict": "refused", "export": "xlsx"}).streaming_content))).active.values
    )
    assert (rows[0][:5], len(rows)) == (("Row", "Verdict", "Why", "Trademark", "Country"), 9)
    client.post(address + "enter/")
    assert "AURELIA MOON" in client.get("/enforcement/rights/?q=moon").content.decode()
    assert browse(northpeak).get(address).status_code == 404
    assert browse(northpeak).post(address + "undo/").status_code == 404
    client.post(address + "undo/")
    assert "AURELIA MOON" not in client.get("/enforcement/rights/?q=moon").content.decode().partition("<main")[2].replace("?q=moon", "")


@pytest.mark.django_db
def test_what_is_exported_can_be_brought_in_again(aurelia, northpeak, browse):
    with as_viewer(aurelia):
        actions.enter_all(actions.bring(folio(), kind="trademark", by=aurelia), by=aurelia)
        ours = {right.number: right.facts() for right in Right.objects.visible_to(aurelia).with_facts()}
    file = b"".join(browse(aurelia).get("/enforcement/rights/", {"export": "xlsx"}).streaming_content)
    with as_viewer(northpeak):
        brought = actions.bring(SimpleUploadedFile("rights.xlsx", file), kind="patent", by=northpeak)
        assert {row.verdict for row in brought.rows.all()} <= {"new", "known"}
        actions.enter_all(brought, by=northpeak)
        theirs = {row.right.number: row.right.facts() for row in brought.rows.filter(verdict="new").select_related("right")}
    on = date(2026, 6, 1)
    for number in ("018777456", "1777567", "97123", "UK00003210987", "12345678"):
        for country in ("FR", "US", "JP", "GB", "CN"):
            assert valid(theirs[number], country=country, on=on).is_valid == valid(ours[number], country=country, on=on).is_valid


@pytest.mark.django_db
def test_what_has_not_come_yet_is_not_noted_and_what_is_taken_back_is_watched_again(aurelia):
    with as_viewer(aurelia):
        design = Right.objects.get(kind="design")
        part = design.protections.get()
        tomorrow = timezone.localdate() + timedelta(days=1)
        with pytest.raises(Refused, match="has not come yet"):
            actions.set_status(part, state="lapsed", since=tomorrow, by=aurelia)
        with pytest.raises(Refused, match="has not come yet"):
            actions.enter(kind="patent", name="X", number="1", jurisdiction="FR", registered_on=tomorrow, by=aurelia)
        status = actions.set_status(part, state="lapsed", since=timezone.localdate(), by=aurelia)
    with as_viewer(aurelia):
        actions.take_back_status(status, reason="The wrong right.", by=aurelia)
    assert watch() == 1
    assert [row.ended_at is None for row in clock_of("right_expiry")].count(True) == 1


@pytest.mark.django_db
def test_the_page_of_a_portfolio_asks_as_many_queries_for_many_rows_as_for_few(aurelia, browse):
    def asked(rows):
        with as_viewer(aurelia):
            brought = actions.bring(folio(rows), kind="trademark", by=aurelia)
            actions.enter_all(brought, by=aurelia)
        client = browse(aurelia)
        client.get(brought.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(brought.get_absolute_url()).status_code == 200
        return len(queries)

    many = [[f"MARK {n}", "FR", str(4_100_000 + n), "", "14", "", "", "2015-01-01", "", "", "", ""] for n in range(20)]
    assert asked(FOLIO[:1]) == asked(many)
