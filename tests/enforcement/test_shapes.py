"""What a platform's own form asks for, and a notice as a letter in two languages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.members.models import Organisation
from demo.shapes import CODES
from enforcement.market.models import Platform
from enforcement.notices import actions as notices
from enforcement.notices.letters import Letter
from enforcement.notices.models import Notice
from enforcement.rights.models import Right
from enforcement.shapes import actions, rules
from enforcement.shapes.models import Field, Ground, PlatformPolicy, form_of
from enforcement.shapes.words import DMCA, DSA, ECL, law_followed
from tests.conftest import everything, who
from tests.enforcement.test_notices import draft, fill, sent

pytestmark = pytest.mark.django_db
OPTIONS = rules.read_options(CODES, Ground.values)
CODE = rules.Wanted("code", "Reason code", rules.CHOICE, options=OPTIONS, source="its form")
DETAIL = rules.Wanted("detail", "Details", rules.TEXT, most=10, needed_with="code", needed_codes=("9052",), source="its form")
PATENT = rules.Wanted("patent", "Patent number", most=15, grounds=("patent",), is_needed=True, source="its form")
OWN_WORDS = (
    "Dear {recipient}, {principal} by {sender} claims {ground} of {right}, signed {signatory}.\n\n{statement}\n\n{form}\n\n{items}\n\n{declarations}"
)
FORM = [CODE, DETAIL, PATENT]
# Asked for on patents alone: what was chosen in it is nothing to a counterfeit.
KIND = rules.Wanted("kind", "Kind of patent", rules.CHOICE, options=(rules.Option("9052", "other"),), grounds=("patent",))


@pytest.mark.parametrize(
    ("said", "number", "same"),
    [("EP 1 234 567 B1", "EP1234567", True), ("us9876543b2", "US 9,876,543", True), ("US9876543", "US9876544", False), ("ZL201410123456.7", "ZL 2014 1 0123456.7", True),
     ("201410123456.X", "201410123456X", True), ("1234567", "12345678", False), ("1234567A", "1234567B", False), ("201410123456.7", "ZL 201410123456.7", True), ("EP1234567", "1234567", True),
     ("EP1234567", "US1234567", False)],
)  # fmt: skip
def test_the_number_of_the_right_is_one_however_it_is_written(said, number, same):
    field = rules.Wanted("patent", "Patent number", rules.NUMBER, is_needed=True, source="its form")
    assert rules.same_number(said, number) is same
    assert [gap.name for gap in rules.gaps([field], "patent", {"patent": said}, number=number)] == ([] if same else ["patent"])
    assert rules.gaps([field], "patent", {"patent": said}) == []


@pytest.mark.parametrize(
    ("ground", "said", "wrong"),
    [
        ("counterfeit", {}, []),
        ("counterfeit", {"code": "1.1"}, []),
        ("counterfeit", {"code": "9048"}, ["code"]),
        ("counterfeit", {"code": "no such"}, ["code"]),
        ("counterfeit", {"code": "9052"}, ["detail"]),
        ("counterfeit", {"code": "9052", "detail": "x" * 11}, ["detail"]),
        ("counterfeit", {"code": "9052", "detail": "x" * 10}, []),
        ("patent", {"code": "9048"}, ["patent"]),
        ("patent", {"patent": "US1234567"}, []),
        ("counterfeit", {"patent": "x" * 99}, []),
        ("counterfeit", {"detail": ["US"]}, ["detail"]),
        ("counterfeit", {"detail": True}, ["detail"]),
    ],
)
def test_a_form_says_what_it_would_refuse(ground, said, wrong):
    assert [gap.name for gap in rules.gaps(FORM, ground, said)] == wrong


@given(
    st.dictionaries(st.sampled_from(["code", "detail", "patent"]), st.sampled_from(["", "1.1", "9052", "9048", "short", "x" * 40])),
    st.sampled_from(["counterfeit", "patent", "copyright"]),
)
def test_what_a_form_does_not_ask_for_is_neither_told_nor_wrong(said, ground):
    asked = {one.name for one in FORM if one.is_asked(ground)}
    assert {gap.name for gap in rules.gaps(FORM, ground, said)} <= asked
    assert {one.name for one, _value in rules.told(FORM, ground, said)} <= asked
    # A form that needs nothing refuses nothing that is left empty.
    free = [replace(one, is_needed=False, needed_with="") for one in FORM]
    assert all(said.get(gap.name) for gap in rules.gaps(free, ground, said))


def test_what_another_ground_asked_for_needs_nothing_on_this_one():
    form = [KIND, replace(DETAIL, needed_with="kind")]
    assert [gap.name for gap in rules.gaps(form, "patent", {"kind": "9052"})] == ["detail"]
    assert rules.gaps(form, "counterfeit", {"kind": "9052"}) == []


def test_codes_are_read_as_they_are_written():
    assert rules.read_options(rules.write_options(OPTIONS), Ground.values) == OPTIONS
    for wrong in ("1.1", "| words", "1.1 | words | 词 | piracy"):
        with pytest.raises(Refused) as refused:
            rules.read_options(f"9 | fine\n{wrong}", Ground.values)
        assert "Line 2" in str(refused.value)


def test_a_notice_is_sent_when_the_form_would_take_it(aurelia, analyst, bazaar, browse):
    notice = fill(aurelia, draft(aurelia), said={"code": "9052"})
    with as_viewer(aurelia), pytest.raises(Refused) as refused:
        notices.submit(notice, by=aurelia)
    assert ("own_detail", "it is needed") in refused.value.problems
    notice = fill(aurelia, notice, said={"code": "9052", "detail": "The dial is another maker’s."})
    with as_viewer(aurelia):
        notices.submit(notice, by=aurelia)
    with as_viewer(analyst):
        notices.approve(notice, by=analyst)
    page = browse(bazaar).get(notice.get_absolute_url()).content.decode()
    assert "The dial is another maker’s." in page
    assert "9052 other" in page


def test_the_page_fills_in_the_form_and_keeps_what_is_wrong(aurelia, browse):
    notice = draft(aurelia)
    client, address = browse(aurelia), f"{notice.get_absolute_url()}edit/"
    assert "What the form of Bazaar asks for" in client.get(address).content.decode()
    with as_viewer(aurelia):
        right = Right.objects.filter(space_id=aurelia.desk_id, kind="trademark").first().pk
    said = {"ground": "counterfeit", "right": right, "statement": "They are not ours at all.", "signatory": "Claire", "in_good_faith": "on",
            "not_genuine": "on", "own_code": "9048", "own_message": "m" * 1001, "own_copy": "on", "seen": "0"}  # fmt: skip
    refused = client.post(address, {**said, "submit": "1"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "9048 item infringes a patent is for another ground" in page
    assert "one letter too many" in page
    assert "m" * 1001 in page
    with as_viewer(aurelia):
        assert Notice.objects.get(pk=notice.pk).said == {"code": "9048", "message": "m" * 1001, "copy": True}
    said |= {"own_code": "1.1", "own_message": "Take it down.", "seen": "1", "submit": "1"}
    assert client.post(address, said).status_code == 302


def test_a_refused_form_keeps_all_that_was_chosen(aurelia, browse):
    notice = draft(aurelia)
    said = {"ground": "parallel_import", "own_code": "9052", "own_countries": ["BR", "CL", "FR"], "seen": "0", "submit": "1"}
    refused = browse(aurelia).post(f"{notice.get_absolute_url()}edit/", said)
    assert refused.status_code == 422
    drawn = refused.context["form"]
    assert drawn["own_countries"].value() == ["BR", "CL", "FR"]
    assert "own_countries" not in drawn.errors


def test_a_field_that_ended_while_it_was_filled_in_is_told(aurelia, admin, browse):
    notice, client = draft(aurelia), browse(aurelia)
    with as_viewer(admin):
        actions.ask_no_more(Field.objects.in_force().get(platform__slug="bazaar", name="message"), by=admin)
    said = {"own_message": "Take it down.", "seen": "0"}
    refused = client.post(f"{notice.get_absolute_url()}edit/", said)
    assert refused.status_code == 422
    assert "asks for “message” no more; it said: Take it down." in refused.content.decode()


def test_what_was_handed_in_is_judged_and_read_by_the_form_of_then(aurelia, analyst, admin, bazaar, browse):
    notice = fill(aurelia, draft(aurelia), said={"message": "Take it down."})
    with as_viewer(aurelia):
        notices.submit(notice, by=aurelia)
    with as_viewer(admin):
        platform = Platform.objects.get(slug="bazaar")
        actions.ask_no_more(Field.objects.in_force().get(platform=platform, name="message"), by=admin)
        actions.ask_for(platform, name="newly", label="Newly asked", kind="line", source="x", is_needed=True, by=admin)
    with as_viewer(analyst):
        notices.approve(notice, by=analyst)
    assert "Take it down." in browse(bazaar).get(f"{notice.get_absolute_url()}letter/?language=en").content.decode()
    with as_viewer(aurelia), pytest.raises(Refused):
        notices.submit(fill(aurelia, draft(aurelia, platform="bazaar")), by=aurelia)


def test_what_no_form_asks_for_is_refused(aurelia):
    notice = draft(aurelia)
    for wrong in ({"price": "5"}, {"code": ["1.1"]}, {"countries": ["XX"]}, {"copy": "yes"}, {"message": 5}, {"message": "a\x00b"}):
        with pytest.raises(Refused):
            fill(aurelia, notice, said=wrong)


def test_a_change_of_the_form_leaves_what_was_sent_as_it_was(aurelia, analyst, admin, browse):
    before = fill(aurelia, draft(aurelia), said={"code": "1.1"})
    with as_viewer(aurelia):
        notices.submit(before, by=aurelia)
    with as_viewer(analyst):
        before = notices.approve(before, by=analyst)

    def again(platform, **changes):
        return actions.ask_for(
            platform, **{"name": "code", "label": "Code", "kind": "choice", "options": OPTIONS, "source": "x", "by": admin} | changes
        )

    with as_viewer(admin):
        bazaar = Platform.objects.get(slug="bazaar")
        (code,) = Field.objects.in_force().filter(platform=bazaar, name="code")
        for gone in (lambda: actions.ask_no_more(code, by=admin), lambda: again(bazaar, kind="line"), lambda: again(bazaar, options=OPTIONS[:-1])):
            with pytest.raises(Refused):
                gone()
        detail = Field.objects.in_force().get(platform=bazaar, name="detail")
        actions.ask_no_more(detail, by=admin)
        actions.ask_no_more(code, by=admin)
        actions.word(bazaar, language="en", body=OWN_WORDS, by=admin)
    page = browse(aurelia).get(before.get_absolute_url()).content.decode()
    assert "1.1 item is counterfeit" in page
    letter = browse(aurelia).get(f"{before.get_absolute_url()}letter/?language=en").content.decode()
    assert f"Notice {before.reference} to Bazaar" in letter
    assert "Dear Bazaar Group" not in letter
    later = draft(aurelia)
    assert "Dear Bazaar Group" in browse(aurelia).get(f"{later.get_absolute_url()}letter/?language=en").content.decode()
    with everything():
        assert "code" not in {one.name for one in form_of(bazaar)}


def test_who_keeps_a_form(aurelia, admin, bazaar, kiosk, browse):
    platform, asked = Platform.objects.get(slug="bazaar"), {"name": "extra", "label": "Extra", "kind": "line", "source": "its form"}
    for other in (aurelia, kiosk):
        with as_viewer(other), pytest.raises(NotAllowed):
            actions.ask_for(platform, by=other, **asked)
        page = browse(other).get("/enforcement/platforms/bazaar/form/")
        assert page.status_code == 200
        assert "Ask for something more" not in page.content.decode()
        assert browse(other).post("/enforcement/platforms/bazaar/form/ask/", asked).status_code == 403
    for keeper in (bazaar, admin):
        assert browse(keeper).post("/enforcement/platforms/bazaar/form/ask/", asked).status_code == 302
    assert Field.objects.filter(platform=platform, name="extra").count() == 2
    assert Field.objects.in_force().filter(platform=platform, name="extra").count() == 1
    client = browse(admin)
    for wrong, said in (
        ({"kind": "choice"}, "Write its codes"), ({"kind": "choice", "options": "1 | a\n1 | b"}, "stands there twice"),
        ({"needed_with": "message", "needed_codes": "1"}, "no field of codes"), ({"needed_with": "code", "needed_codes": "77"}, "77 is none of its codes"),
        ({"needed_with": "code"}, "or neither"), ({"source": ""}, "This field is required."),
    ):  # fmt: skip
        refused = client.post("/enforcement/platforms/bazaar/form/ask/", {**asked, **wrong})
        assert refused.status_code == 422
        assert said in refused.content.decode()
    wording = client.post("/enforcement/platforms/bazaar/form/words/", {"language": "en", "body": "Dear {nobody}"})
    assert wording.status_code == 422
    assert "There is no field {nobody}." in wording.content.decode()


@pytest.mark.parametrize(
    ("country", "ground", "law"),
    [("US", "copyright", DMCA), ("US", "counterfeit", ""), ("CN", "counterfeit", ECL), ("DE", "patent", DSA), ("SG", "trademark", "")],
)
def test_a_letter_follows_the_law_of_the_provider_and_no_counterfeit_the_dmca(country, ground, law):
    assert law_followed(country, ground) == law


def test_a_sent_letter_follows_the_law_it_was_sent_under(aurelia, analyst, browse):
    notice = sent(aurelia, analyst)
    address = f"{notice.get_absolute_url()}letter/?language=en"
    before = browse(aurelia).get(address).context["letter"].blocks
    with everything():
        Organisation.objects.filter(slug="bazaar").update(country="CN", name="Bazaar Holdings")
    assert browse(aurelia).get(address).context["letter"].blocks == before


@pytest.mark.parametrize(
    "body",
    ["Dear {recipient},\n{items}\nbye", "{items}\n\n## {declarations}", "| a |\n|---|\n| {items} |", "**{items}** now", "Hello only, no parties."],
)
def test_a_part_stands_alone_or_the_wording_is_refused(admin, body):
    with as_viewer(admin), pytest.raises(Refused):
        actions.word(Platform.objects.get(slug="bazaar"), language="en", body=body, by=admin)


@pytest.mark.parametrize("language", list(rules.LANGUAGES))
@pytest.mark.parametrize("country", ["US", "CN", "DE", "SG"])
def test_every_letter_is_whole_and_is_drawn(aurelia, analyst, country, language, browse):
    with everything():
        Organisation.objects.filter(slug="bazaar").update(country=country)
    notice = sent(aurelia, analyst)
    client, address = browse(aurelia), f"{notice.get_absolute_url()}letter/?language={language}"
    page = client.get(address).content.decode()
    assert "{" not in page.split('class="paper reading')[1].split("</section>")[0]
    for party in ("Aurelia", "Bazaar Group", "Claire Fontaine", notice.items.first().address[:30]):
        assert party in page
    assert client.get(f"{address}&format=pdf").content[:5] == b"%PDF-"


def test_a_translation_is_read_beside_the_original_until_that_changes(aurelia, analyst, bazaar, kestrel, browse):
    notice = fill(aurelia, draft(aurelia))
    with as_viewer(aurelia):
        notices.submit(notice, by=aurelia)
    address = f"{notice.get_absolute_url()}translate/"
    said = {"language": "zh-hans", "text": "商品并非我方产品。"}
    assert browse(kestrel).post(address, said).status_code == 404
    assert browse(analyst).post(address, {"language": "en", "text": "Another English."}).status_code == 422
    assert browse(analyst).post(address, said | {"text": " "}).status_code == 422
    assert browse(analyst).post(address, said).status_code == 302
    with as_viewer(analyst):
        notices.approve(notice, by=analyst)
    page = browse(bazaar).get(f"{notice.get_absolute_url()}letter/?language=zh-hans").content.decode()
    assert "商品并非我方产品。" in page
    assert "The goods are not ours at all." in page
    assert browse(bazaar).post(address, said).status_code == 403
    with everything():
        Notice.objects.filter(pk=notice.pk).update(statement="Something else is said now.")
        assert Letter(Notice.objects.get(pk=notice.pk), "zh-hans").translation is None


def test_a_letter_names_who_sends_for_whom_to_whoever_reads_it(agent, analyst, bazaar, browse):
    notice = sent(agent, analyst)
    for reader in (agent, bazaar, who("owner@aurelia.example")):
        page = browse(reader).get(f"{notice.get_absolute_url()}letter/?language=en").content.decode()
        assert "Hartley" in page.split("Sent by:")[1][:200]


def test_markup_in_a_statement_stays_text(aurelia, browse):
    notice = fill(aurelia, draft(aurelia), statement="<script>alert(1)</script> {items} **not bold** says it all")
    page = browse(aurelia).get(f"{notice.get_absolute_url()}letter/?language=en").content.decode()
    assert "<script>alert" not in page
    assert "{items} **not bold**" in page


def test_documents_are_linked_by_those_who_keep_the_form_and_read_by_all(aurelia, bazaar, kiosk, browse):
    page = "/enforcement/platforms/bazaar/form/"
    said = {"title": "Counterfeit policy", "address": "https://bazaar.example/rules/fakes"}
    for other in (aurelia, kiosk):
        assert browse(other).post(f"{page}policies/", said).status_code == 403
    client = browse(bazaar)
    assert client.post(f"{page}policies/", said | {"address": "javascript:alert(1)"}).status_code == 422
    assert client.post(f"{page}policies/", said).status_code == 302
    again = client.post(f"{page}policies/", said)
    assert (again.status_code, "linked already" in again.content.decode()) == (422, True)
    assert "Counterfeit policy" in browse(aurelia).get(page).content.decode()
    kept = PlatformPolicy.objects.get(address=said["address"])
    assert browse(kiosk).post(f"{page}policies/{kept.pk}/end/").status_code == 403
    assert client.post(f"{page}policies/{kept.pk}/end/").status_code == 302
    assert client.post(f"{page}policies/{kept.pk}/end/").status_code == 409
    assert "Counterfeit policy" not in browse(aurelia).get(page).content.decode()


def test_a_sender_s_software_reads_what_a_platform_s_form_asks_for(aurelia, officer, browse):
    rows = browse(aurelia).get("/api/v1/platforms/bazaar/form/").json()["results"]
    by_name = {row["name"]: row for row in rows}
    assert (by_name["patent"]["kind"], by_name["patent"]["grounds"], by_name["detail"]["needed_codes"]) == ("number", ["patent"], ["9052"])
    assert by_name["code"]["options"][0] == {"code": "1.1", "label": "item is counterfeit", "label_zh": "商品系假冒", "grounds": ["counterfeit"]}
    platforms = {row["slug"]: row for row in browse(aurelia).get("/api/v1/platforms/").json()["results"]}
    assert (platforms["bazaar"]["takes_notices"], platforms["bazaar"]["most_items"] > 0) == (True, True)
    assert browse(officer).get("/api/v1/platforms/").status_code == 403
