"""Reports on a case as PDF: by templates of one's own, with what one viewer may read, inert whatever people wrote."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from coalition.access.errors import Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_viewer
from coalition.activity.models import Event
from coalition.printing import blocks
from enforcement.cases import actions
from enforcement.cases.models import Case, ReportTemplate
from enforcement.cases.reports import check, standard
from tests.conftest import everything

TITLE = "金龙皮具专营店"


@pytest.fixture
def case(db):
    with everything():
        return Case.objects.get(title__startswith=TITLE)


def text_of(response) -> str:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(b"".join(response.streaming_content))).pages
    # Long words are broken by a mark that is not seen.
    return " ".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def test_the_standard_report_says_what_the_case_holds(browse, aurelia, case):
    said = text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template=standard"))
    assert case.reference in said
    assert TITLE in said
    assert f"TLP:{case.space.tlp}" in said
    assert "Two test purchases arrived" in said
    assert "图片是镜像的" in said
    assert "Buy one watch" in said
    assert aurelia.person_name in said
    # Not a word from the side rooms.
    assert "Counsel: hold" not in said
    assert "raid budget" not in said


def test_a_template_of_one_s_own_says_what_it_says(browse, aurelia, northpeak, case):
    client = browse(aurelia)
    sent = {"name": "For the board", "body": "# Board paper on {reference}\n\n{listings_count} listings. *{title}*\n\n{parties}\n\n- one\n- two"}
    assert client.post("/enforcement/cases/templates/reports/new/", sent).status_code == 302
    with everything():
        kept = ReportTemplate.objects.get(name="For the board")
    said = text_of(client.get(f"{case.get_absolute_url()}report/?template={kept.pk}"))
    assert f"Board paper on {case.reference}" in said
    assert "Two test purchases" not in said
    assert "Northpeak" in said
    # A rival's template is none.
    assert browse(northpeak).get(f"{case.get_absolute_url()}report/?template={kept.pk}").status_code == 404
    assert browse(northpeak).get(kept.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [("", "Write what"), ("{nothing}", "no field"), ("See {listings} here", "line of its own"), ("x" * 20_001, "At most")],
)
def test_a_template_that_could_not_be_filled_is_refused(body, said):
    with pytest.raises(Refused, match=said) as refused:
        check(body)
    assert refused.value.field == "body"


def test_the_standard_one_holds(db):
    assert check(standard())


def test_what_people_wrote_is_neither_field_nor_markup(browse, aurelia):
    with as_viewer(aurelia):
        case = actions.open_case(title="{author} #panic() $x$ *not bold*", summary='{notes}\n#read("/etc/passwd")', by=aurelia)
        actions.write_note(case, body="{title} <script>alert(1)</script> #include", by=aurelia)
    said = text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template=standard"))
    assert "{author} #panic() $x$ *not bold*" in said
    assert '{notes} #read("/etc/passwd")' in said
    assert "{title} <script>alert(1)</script> #include" in said


def test_an_officer_s_report_is_marked_and_entered_in_the_history(browse, officer, case):
    said = text_of(browse(officer).get(f"{case.get_absolute_url()}report/?template=standard"))
    assert officer.person_name in said
    with everything():
        assert Event.objects.filter(verb="case.taken_out", space=case.space_id, data__what="a report as PDF").exists()


def test_only_who_is_in_the_case_makes_one(browse, outsider, case):
    assert browse(outsider).get(f"{case.get_absolute_url()}report/?template=standard").status_code == 404


def test_a_long_case_says_how_much_it_shows(browse, aurelia, monkeypatch, case):
    for where in ("enforcement.cases.reports", "coalition.printing"):
        monkeypatch.setattr(f"{where}.MOST_ROWS", 2)
    said = text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template=standard"))
    assert "The first 2 are shown." in said


def test_an_empty_case_has_a_report_too(browse, aurelia):
    with as_viewer(aurelia):
        case = actions.open_case(title="Empty", by=aurelia)
    assert "None." in text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template=standard"))


def test_a_case_that_ended_says_how(browse, aurelia):
    with as_viewer(aurelia):
        case = actions.open_case(title="Over", by=aurelia)
        actions.add_task(
            case, title="Wait", owed_by=Audience.objects.get(pk=aurelia.audience_id), due_on=timezone.localdate() + timedelta(days=1), by=aurelia
        )
        actions.close(case, outcome="removed", by=aurelia)
    assert "listings removed" in text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template=standard"))


def test_markdown_becomes_blocks():
    text = "# A\n\none **two** [x](http://a.example)\n\n- l1\n  - l2\n1. n\n\n> q\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n<b>raw</b>\n"
    kinds = [block["kind"] for block in blocks(text)]
    assert kinds == ["heading", "paragraph", "paragraph", "paragraph", "paragraph", "paragraph", "rule", "table", "paragraph", "paragraph"]
    assert {"text": "two", "style": "strong"} in blocks(text)[1]["runs"]
    assert "".join(run["text"] for run in blocks("![p](http://x.example/p.png)")[0]["runs"]) == ""


def test_a_word_without_end_and_a_note_without_end_end(browse, aurelia, monkeypatch):
    with as_viewer(aurelia):
        case = actions.open_case(title="x" * 200, summary="y" * 5_000, by=aurelia)
        with pytest.raises(Refused, match="At most"):
            actions.write_note(case, body="z" * 50_001, by=aurelia)
    said = text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template=standard"))
    assert "…" in said
    monkeypatch.setattr("coalition.printing.MOST_LETTERS", 100)
    assert "the rest is left out" in text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template=standard"))


@pytest.mark.parametrize("note", ["![only a picture](http://a.example/b.png)", "# ", "| | |\n|--|--|\n", "```\n```", "- \n- ", "\u202e" + "rtl"])
def test_notes_that_hold_next_to_nothing_are_drawn(browse, aurelia, note):
    with as_viewer(aurelia):
        case = actions.open_case(title="Nothing", by=aurelia)
        actions.write_note(case, body=note, by=aurelia)
        kept = actions.keep_report_template(None, name="Notes", body="# {title}\n\n{notes}\n\n{timeline}", by=aurelia)
    assert "Nothing" in text_of(browse(aurelia).get(f"{case.get_absolute_url()}report/?template={kept.pk}"))
