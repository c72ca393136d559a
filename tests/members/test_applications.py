"""From "we'd like to join" to a membership: the applicant by their link, staff, sponsors, members and the committee."""

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity import letters
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem
from coalition.applications import actions, links, rules
from coalition.applications.models import Application, Candidate, SponsorLetter, papers_of
from coalition.applications.pages import way_of
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.dues.actions import payments, posting
from coalition.dues.models import DuesRule, Invoice, OpenItem
from coalition.files.models import Attachment, Blob
from coalition.members import actions as members
from coalition.members.models import Category, Organisation, Seat, Tier
from coalition.members.standing import facts_of, standing
from demo import membership
from demo.times import ago
from tests.conftest import everything, who

pytestmark = pytest.mark.django_db


def post():
    """Everything owed is delivered; what was sent to whom."""
    while deliver_batch():
        pass
    letters.send_owed_outside()
    return {letter.to[0]: letter.body for letter in mail.outbox}


def again(application):
    with as_system("look again"):
        return Application.objects.select_related("category", "space", "organisation").get(pk=application.pk)


@pytest.fixture
def committee(db):
    return [who(email) for email in membership.COMMITTEE]


@pytest.fixture
def before_committee(analyst, admin):
    with ago(days=20):
        application = membership._in_window("brand", "Verbena Silk", "IT", about="Verbena scarves", by=analyst)
    clocks.sweep()
    with as_viewer(admin):
        return actions.review(again(application), passes=True, reason="Complete, nobody objected.", by=admin)


def test_an_applicant_goes_page_by_page_stops_and_goes_on():
    client = Client()
    begun = client.post("/apply/", {"category": "platform", "email": "Robin@verbena.example"})
    assert "Look in your mail" in begun.content.decode()
    token = re.search(r"http\S+/apply/([^/]+)/", post()["robin@verbena.example"]).group(1)
    first = client.get(f"/apply/{token}/").url
    wrong = client.post(first, {"name": "Verbena", "country": "IT"})
    assert wrong.status_code == 422
    on = client.post(first, {"name": "Verbena", "country": "IT", "registration": "IT-77", "line": "Verbena makes scents."})
    assert on.url == f"/apply/{token}/parent/"
    address = re.search(r"http\S+(/apply/\S+)", post()["robin@verbena.example"]).group(1)
    back = Client().get(address)
    assert back.url.endswith("/parent/")
    application = links.application_of(token)
    for step, values in membership._answers("Verbena", "IT", "A market of scarves").items():
        if step in application.steps and step != "signatory":
            assert client.post(f"/apply/{token}/{step}/", values).status_code == 302, step
    page = client.get(f"/apply/{token}/signatory/").content.decode()
    accepts = dict.fromkeys(re.findall(r'name="(policy_\d+)"', page), "on")
    assert len(accepts) == 2
    assert client.post(f"/apply/{token}/signatory/", {"signatory": "R. Verbena", "function": "Director"}).status_code == 422
    assert client.post(f"/apply/{token}/signatory/", {"signatory": "R. Verbena", "function": "Director", **accepts}).url == f"/apply/{token}/check/"
    assert "A market of scarves" in client.get(f"/apply/{token}/check/").content.decode()
    assert client.post(f"/apply/{token}/check/").url == f"/apply/{token}/"
    assert "received" in client.get(f"/apply/{token}/").content.decode()
    assert client.get(f"/apply/{token}/organisation/").status_code == 302


def test_papers_come_with_an_application_and_open_for_those_who_read_it(before_committee, admin, northpeak, browse):
    """The applicant adds and takes off files when asked for more; staff read both, a rival nothing."""
    client, path = Client(), links.applicant_path(before_committee)
    (first,) = papers_of(before_committee)
    with as_system("let an applicant change its pages"):
        Application.objects.filter(pk=before_committee.pk).update(state="asked")
    paper = lambda: SimpleUploadedFile("注册.pdf", b"%PDF-1.4 the statute")  # noqa: E731
    wrong = client.post(f"{path}papers/", {"papers": [first.pk], "add": [SimpleUploadedFile("run.exe", b"MZ\x90\x00" + b"\x00" * 80)]})
    assert (wrong.status_code, "no PDF and no picture" in wrong.content.decode()) == (422, True)
    many = client.post(f"{path}papers/", {"papers": [first.pk], "add": [paper() for _ in range(20)]})
    assert (many.status_code, "At most 20" in many.content.decode()) == (422, True)
    # Another's file is no choice.
    with as_system("read a file that is another’s"):
        other = Attachment.objects.exclude(space=before_committee.space_id).first()
    assert client.post(f"{path}papers/", {"papers": [other.pk]}).status_code == 422
    assert client.post(f"{path}papers/", {"add": [paper()]}).status_code == 302
    assert papers_of(before_committee)[-1].name == "注册.pdf"
    added = papers_of(before_committee)[-1]
    assert again(before_committee).answers["papers"] == {"papers": [str(added.pk)]}
    page = browse(admin).get(before_committee.get_absolute_url()).content.decode()
    assert "注册.pdf" in page
    assert "As it was until" in page
    assert first.get_absolute_url() in page
    assert b"".join(browse(admin).get(added.get_absolute_url()).streaming_content) == b"%PDF-1.4 the statute"
    assert b"".join(client.get(f"{path}papers/{added.pk}/").streaming_content) == b"%PDF-1.4 the statute"
    assert client.get(f"{path}papers/{other.pk}/").status_code == 404
    assert browse(northpeak).get(added.get_absolute_url()).status_code == 404


def test_a_vat_number_is_asked_its_check_digits_at_once():
    client = Client()
    client.post("/apply/", {"category": "brand", "email": "robin@verbena.example"})
    token = re.search(r"http\S+/apply/([^/]+)/", post()["robin@verbena.example"]).group(1)
    client.post(f"/apply/{token}/organisation/", {"name": "Verbena", "country": "FR", "registration": "FR-77", "line": "Verbena makes scents."})
    contacts = {"contact": "Robin", "contact_email": "robin@verbena.example", "billing_email": "robin@verbena.example"}
    wrong = client.post(f"/apply/{token}/contacts/", {**contacts, "tax_number": "FR41303265045"})
    assert (wrong.status_code, "is not a VAT number of this country" in wrong.content.decode()) == (422, True)
    assert client.post(f"/apply/{token}/contacts/", {**contacts, "tax_number": "FR 40 303 265 045"}).status_code == 302
    assert links.application_of(token).answers["contacts"]["tax_number"] == "FR40303265045"


def test_an_applicant_reads_what_each_tier_costs_and_wishes_for_one(before_committee, committee, admin, browse):
    client, path = Client(), links.applicant_path(before_committee)
    before = browse(admin).get(before_committee.get_absolute_url()).content.decode()
    assert "to be proposed" in before
    assert "It asked for" not in before
    with as_system("let an applicant change its pages"):
        Application.objects.filter(pk=before_committee.pk).update(state="asked")
    page = client.get(f"{path}tier/").content.decode()
    tier = Tier.objects.get(slug="brand-associate")
    assert re.search(rf"{tier.name} – [\d,.]+ \+ [\d,.]+ tax = [\d,.]+ EUR, until", page)
    assert "platform" not in re.findall(r'name="tier" value="([^"]+)"', page)
    assert client.post(f"{path}tier/", {"tier": "platform-general"}).status_code == 422
    assert client.post(f"{path}tier/", {"tier": tier.slug}).status_code == 302
    with as_system("let it be approved"):
        Application.objects.filter(pk=before_committee.pk).update(state="approved")
    seen = browse(admin).get(before_committee.get_absolute_url()).content.decode()
    assert f"It asked for {tier.name}." in seen
    assert re.search(rf'<option value="{tier.pk}" selected', seen)
    for voter in committee:
        assert "Which tier" not in browse(voter).get(before_committee.get_absolute_url()).content.decode()


def test_a_forged_or_another_s_link_opens_nothing():
    client = Client()
    client.post("/apply/", {"category": "brand", "email": "a@one.example"})
    client.post("/apply/", {"category": "brand", "email": "b@two.example"})
    token = re.search(r"http\S+/apply/([^/]+)/", post()["b@two.example"]).group(1)
    for bad in (token[:-2] + "xx", "x", token.replace(":", "", 1)):
        assert client.get(f"/apply/{bad}/").status_code == 404
        assert client.post(f"/apply/{bad}/withdraw/", {"reason": "not mine"}).status_code == 404
        assert client.get(f"/sponsor/{bad}/").status_code == 404
    assert client.get(f"/sponsor/{token}/").status_code == 404


def test_a_known_address_is_answered_like_an_unknown_one_and_not_without_end(settings):
    client, answers = Client(), []
    for email in ("new@verbena.example", membership.NOBODY, "owner@aurelia.example"):
        answer = client.post("/apply/", {"category": "brand", "email": email})
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        answers.append((answer.status_code, re.sub(r"/apply/[^/]+/", "", body).replace(email, "")))
    assert len(set(answers)) == 1
    codes = [client.post("/apply/", {"category": "brand", "email": "often@verbena.example"}).status_code for _turn in range(7)]
    assert codes[-1] == 422
    with as_system("count"):
        assert Application.objects.filter(email="often@verbena.example").count() <= actions.MOST_WAITING


def test_the_whole_way(analyst, admin, aurelia, committee, browse):
    application = membership._submitted("brand", "Verbena Silk", "IT", about="Verbena scarves")
    with as_viewer(analyst):
        actions.ask_more(application, reason="Which classes?", by=analyst)
    assert "Which classes?" in post()[membership.NOBODY]
    with pytest.raises(Refused, match="Say what you changed"):
        actions.submit(again(application))
    actions.submit(again(application), reply="Classes 24 and 25.")
    with as_viewer(analyst):
        actions.begin_vetting(again(application), by=analyst)
        with pytest.raises(Refused, match=r"Company registry.*0 of 2 sponsors"):
            actions.open_window(again(application), by=analyst)
        for kind in rules.checks_for("brand"):
            actions.note_check(again(application), kind=kind, is_clear=True, note="Looked up.", by=analyst)
    sponsor = re.search(r"http\S+(/sponsor/\S+)", post()["owner@aurelia.example"]).group(1)
    assert Client().post(sponsor, {"supports": "yes", "text": "We know them."}).status_code == 302
    assert Client().post(sponsor, {"supports": "no", "text": "Changed."}).status_code == 422
    membership._answer(again(application), "Kestrel Audio", supports=True, text="Yes.")
    with as_viewer(analyst):
        candidate = actions.open_window(again(application), by=analyst)
    page = browse(aurelia).get(candidate.get_absolute_url()).content.decode()
    assert "Verbena Silk makes or sells branded goods" in page
    assert "Verbena scarves" not in page
    assert "Classes 24" not in page
    with as_viewer(aurelia):
        actions.object_to(candidate, reason="They sold our patterns in 2024, see the judgement.", by=aurelia)
        with pytest.raises(Conflict):
            actions.object_to(candidate, reason="They sold our patterns in 2024, see the judgement.", by=aurelia)
    with as_system("let the window close"):
        Clock.objects.filter(subject_id=application.pk, subject_type="applications.application").update(due_at="2020-01-01T00:00Z")
    clocks.sweep()
    with as_viewer(analyst), pytest.raises(NotAllowed, match="other than who vetted"):
        actions.review(again(application), passes=True, reason="I vetted it myself.", by=analyst)
    with as_viewer(admin):
        actions.review(again(application), passes=True, reason="The judgement concerned a licensee.", by=admin)
    kestrel, lumiere, guild = committee
    for viewer in committee:
        viewer.forget_spaces()
    with as_viewer(kestrel):
        with pytest.raises(Refused, match="stand aside"):
            actions.vote(again(application), choice="for", reason="We sponsor it.", by=kestrel)
        actions.vote(again(application), choice="recused", reason="We sponsor it.", by=kestrel)
    with as_viewer(lumiere):
        assert not actions.vote(again(application), choice="for", reason="A natural member.", by=lumiere).is_decided
        with pytest.raises(Conflict):
            actions.vote(again(application), choice="against", reason="Second thoughts.", by=lumiere)
    with as_viewer(guild):
        assert actions.vote(again(application), choice="for", reason="Agreed.", by=guild).approves
    with as_viewer(admin):
        tier = Tier.objects.get(slug="brand-associate")
        invoice = actions.invite_to_pay(again(application), tier=tier, by=admin)
        with pytest.raises(Conflict):
            actions.invite_to_pay(again(application), tier=tier, by=admin)
    post()
    assert any(invoice.number in letter.subject and letter.attachments for letter in mail.outbox)
    status = Client().get(links.applicant_path(again(application)))
    assert "The membership begins on the day they are in." in status.content.decode()
    assert b"".join(Client().get(links.applicant_path(again(application)) + "invoice/").streaming_content)[:5] == b"%PDF-"
    treasurer = who("treasurer@coalition.example")
    with as_viewer(treasurer):
        half = {"currency": "EUR", "received_on": timezone.localdate(), "method": "bank", "by": treasurer}
        payments.receive(invoice.account, amount=invoice.total - 1, key="most", **half)
    post()
    assert again(application).state == "approved"
    status = Client().get(links.applicant_path(again(application))).content.decode()
    assert f"{invoice.total - 1:,.2f} of {invoice.total:,.2f} EUR are in; the rest is:" in status
    with as_viewer(treasurer):
        payments.receive(invoice.account, amount=1, key="rest", **half)
    post()
    assert again(application).state == "active"
    organisation = again(application).organisation
    assert standing(facts_of(organisation), timezone.localdate()).is_good
    assert organisation.card.website == again(application).answers["organisation"]["website"]
    invited = again(application).answers["contacts"]["contact_email"]
    joining = re.search(r"http\S+(/join/\S+)", post()[invited]).group(1)
    client = Client()
    assert client.post(joining, {"name": "Robin Verbena", "password": "short"}).status_code == 422
    assert client.post(joining, {"name": "Robin Verbena", "password": "a long enough sentence"}).url == "/home/"
    home = client.get("/organisation/").content.decode()
    assert "in good standing" in home
    assert "To accept:" not in home
    assert client.get("/enforcement/cases/new/").status_code == 200
    assert Client().post(joining, {"name": "Somebody", "password": "a long enough sentence"}).status_code == 200
    assert Seat.objects.filter(organisation=organisation).count() == 1


@pytest.fixture
def asked_to_pay(before_committee, committee, admin):
    for viewer in committee[1:]:
        with as_viewer(viewer):
            actions.vote(again(before_committee), choice="for", reason="A natural member.", by=viewer)
    with as_viewer(admin):
        actions.invite_to_pay(again(before_committee), tier=Tier.objects.get(slug="brand-associate"), by=admin)
    return again(before_committee)


def test_a_term_has_as_many_days_as_were_paid_for_from_the_day_they_were(before_committee, committee, admin, treasurer):
    with as_system("let dues be for the calendar year, by days"):
        DuesRule.objects.update(year="calendar", proration="day")
    for viewer in committee[1:]:
        with as_viewer(viewer):
            actions.vote(again(before_committee), choice="for", reason="A natural member.", by=viewer)
    with as_viewer(admin):
        invoice = actions.invite_to_pay(again(before_committee), tier=Tier.objects.get(slug="brand-associate"), by=admin)
    with as_viewer(treasurer):
        line = invoice.lines.get()
        days = (line.ends_on - line.starts_on).days
        assert line.ends_on == timezone.localdate().replace(month=1, day=1, year=timezone.localdate().year + 1)
    with ago(days=-10), as_viewer(treasurer):
        paid_on = timezone.localdate()
        payments.receive(invoice.account, amount=invoice.total, currency="EUR", received_on=paid_on, method="bank", key="all", by=treasurer)
        post()
    with as_system("look"):
        term = again(before_committee).organisation.terms.get()
    assert (term.starts_on, (term.ends_on - term.starts_on).days) == (paid_on, days)


def test_first_dues_that_are_waived_leave_a_member_and_nothing_owed(asked_to_pay, admin):
    with as_viewer(admin):
        organisation = actions.waive_first_dues(asked_to_pay, reason="A founding member’s daughter company.", by=admin)
    with as_system("look"):
        assert standing(facts_of(organisation), timezone.localdate()).is_good
        assert not OpenItem.objects.filter(organisation=organisation).exists()
        assert payments.check_books() == []


def test_an_invoice_that_was_credited_makes_nobody_a_member(asked_to_pay, treasurer):
    with as_viewer(treasurer):
        invoice = Invoice.objects.get(organisation=asked_to_pay.organisation)
        posting.credit(invoice, net=invoice.net, reason="Posted for the wrong tier.", by=treasurer)
    post()
    assert again(asked_to_pay).state == "approved"
    with as_system("look"):
        assert not standing(facts_of(asked_to_pay.organisation), timezone.localdate()).is_good


def test_who_withdraws_before_paying_owes_nothing(asked_to_pay):
    actions.withdraw(asked_to_pay, reason="We think again.")
    with as_system("look"):
        assert not OpenItem.objects.filter(organisation=asked_to_pay.organisation).exists()


def test_an_applicant_asked_to_pay_is_in_no_directory(asked_to_pay, aurelia, browse):
    slug = asked_to_pay.organisation.slug
    assert slug not in browse(aurelia).get("/members/").content.decode()
    assert browse(aurelia).get(f"/members/{slug}/").status_code == 404


def test_a_refusal_is_appealed_once(before_committee, committee, admin):
    application = before_committee

    def decide(choice):
        for viewer in committee:
            viewer.forget_spaces()
            with as_viewer(viewer):
                now = again(application)
                involved = now.letters.filter(organisation_id=viewer.organisation_id).exists()
                if now.state == "committee":
                    actions.vote(now, choice="recused" if involved else choice, reason="As I see it.", by=viewer)

    decide("against")
    declined = again(application)
    assert (declined.state, "As I see it." in declined.said) == ("declined", True)
    actions.appeal(declined, reason="The committee overlooked our licence of 2019.")
    with as_viewer(admin):
        actions.hear_appeal(again(application), admits=True, reason="The licence is there indeed.", by=admin)
    decide("against")
    assert again(application).state == "rejected"
    with pytest.raises(Conflict):
        actions.appeal(again(application), reason="Once more, with feeling and at length.")
    page = Client().get(links.applicant_path(again(application))).content.decode()
    assert page.count("As I see it.") >= 2
    assert "The appeal was rejected, for this reason:" in page
    assert "There is no further appeal." in post()[again(application).email]


def test_members_see_a_candidate_and_nothing_of_the_application(aurelia, officer, browse):
    with as_system("find it"):
        candidate = Candidate.objects.select_related("application").get(name="Straatmarkt")
        reference = candidate.application.reference
    assert browse(aurelia).get("/candidates/").status_code == 200
    assert browse(aurelia).get(f"/staff/applications/{reference}/").status_code == 403
    assert browse(officer).get(candidate.get_absolute_url()).status_code == 403


def test_the_committee_reads_what_is_before_it_and_no_other_application(committee, browse):
    with as_system("look"):
        before = set(Application.objects.filter(state="committee").values_list("reference", flat=True))
        others = set(Application.objects.filter(state__in=["submitted", "vetting"]).values_list("reference", flat=True))
    client = browse(committee[2])
    for reference in before:
        page = client.get(f"/staff/applications/{reference}/").content.decode()
        assert "10 to 100 million" not in page
        assert "Address for invoices" not in page
    assert {client.get(f"/staff/applications/{reference}/").status_code for reference in before} == {200}
    assert {client.get(f"/staff/applications/{reference}/").status_code for reference in others} == {404}


def test_a_closed_category_takes_nobody_and_leaves_those_there(admin, bazaar, browse):
    with as_viewer(admin):
        category = Category.objects.get(kind="platform")
        members.hold_category(category, effect="closed", starts_on=timezone.localdate(), reason="Members asked for a pause.", by=admin)
    answer = Client().post("/apply/", {"category": "platform", "email": "x@y.example"})
    assert answer.status_code == 422
    assert "closed to new members" in answer.content.decode()
    assert browse(bazaar).get("/home/").status_code == 200
    assert Organisation.objects.filter(category=category).count() == 3
    post()
    assert "Members asked for a pause." in browse(bazaar).get("/inbox/").content.decode()


def test_a_name_with_a_line_break_stops_nobody_s_letters():
    client = Client()
    for email in ("one@x.example", "two@x.example"):
        client.post("/apply/", {"category": "brand", "email": email})
    sent = post()
    token = re.search(r"http\S+/apply/([^/]+)/", sent["one@x.example"]).group(1)
    client.post(f"/apply/{token}/organisation/", {"name": "Evil\nBcc: x@y.example", "country": "IT", "registration": "1", "line": "x"})
    with as_system("look"):
        assert Application.objects.get(email="one@x.example").name == "Evil Bcc: x@y.example"


def test_nobody_checks_their_own_work(analyst, admin):
    bad = membership._submitted("brand", "Unvetted", "US", about="Things")
    with as_viewer(analyst):
        actions.decline(bad, reason="Not for us.", by=analyst)
    actions.appeal(again(bad), reason="Nobody looked at our rights at all.")
    with as_viewer(analyst), pytest.raises(NotAllowed, match="no hand"):
        actions.hear_appeal(again(bad), admits=True, reason="On second thoughts.", by=analyst)
    with as_viewer(admin):
        way = [(row["words"], row["is_done"]) for row in way_of(again(bad))]
        assert way == [("Written", True), ("Your appeal is heard", False)]
        assert actions.hear_appeal(again(bad), admits=True, reason="It was never vetted.", by=admin).state == "vetting"
    late = membership._in_window("brand", "Too late", "US", about="Things", by=analyst)
    with as_viewer(analyst), pytest.raises(Conflict):
        actions.decline(again(late), reason="Changed my mind.", by=analyst)


@pytest.mark.parametrize(
    ("size", "choices", "decided", "approves"),
    [
        (3, ["for"], False, False), (3, ["for", "for"], True, True), (3, ["for", "against"], False, False), (2, ["for", "against"], True, False),
        (5, ["for", "for", "against"], False, False), (5, ["for", "for", "for"], True, True), (3, ["recused"] * 3, False, False),
        (3, ["recused", "for", "for"], True, True), (3, ["abstain", "abstain", "for"], True, True), (4, ["against", "against"], False, False),
        (4, ["against", "against", "against"], True, False),
    ],
)  # fmt: skip
def test_a_committee_has_decided_when_nothing_can_change_it(size, choices, decided, approves):
    counted = rules.count(size, choices)
    assert (counted.is_decided, counted.approves) == (decided, approves)


def test_a_sponsor_is_asked_nothing_more_once_the_applicant_has_gone(before_committee):
    with as_system("write a letter and withdraw"):
        letter = before_committee.letters.first()
        SponsorLetter.objects.filter(pk=letter.pk).update(answered_at=None, supports=None)
    actions.withdraw(again(before_committee), reason="We changed our mind.")
    with as_system("look again"):
        letter.refresh_from_db()
    with pytest.raises(Refused, match="no answer is needed"):
        actions.answer_letter(letter, supports=True, text="")


def test_the_committee_reads_no_amount_of_the_first_dues(asked_to_pay, committee, browse):
    with as_system("look"):
        application = again(asked_to_pay)
        total = actions.first_dues(application).total
    for viewer in committee:
        for address in (application.get_absolute_url(), "/home/", "/inbox/"):
            assert f"{total:,.2f}" not in browse(viewer).get(address).content.decode()


def test_staff_see_which_answers_changed_since_they_asked_and_keep_what_they_found(analyst, browse):
    with ago(days=3):
        application = membership._in_window("brand", "Verbena Silk", "IT", about="Verbena scarves", by=analyst)
    with as_system("back to vetting"):
        Application.objects.filter(pk=application.pk).update(state="vetting")
    with as_viewer(analyst):
        actions.ask_more(again(application), reason="Which revenue band is it?", by=analyst)
    actions.answer_step(again(application), "revenue", {"band": "under_10"})
    # What was typed over before it was handed in was read by nobody.
    actions.answer_step(again(application), "revenue", {"band": "over_1000"})
    actions.submit(again(application), reply="It is the larger one.")
    page = browse(analyst).get(application.get_absolute_url()).content.decode()
    assert page.count("changed since you asked") == 1
    assert page.count("As it was until") == 1
    assert "10 to 100 million" in page.split("As it was until")[1]
    assert "Looked into" in page


def test_a_sponsor_finds_the_letter_among_what_waits(browse, aurelia, northpeak, before_committee):
    with everything():
        letter = before_committee.letters.get(organisation__slug="aurelia")
        SponsorLetter.objects.filter(pk=letter.pk).update(answered_at=None, supports=None)
    page = browse(aurelia).get("/home/").content.decode()
    asked = f"{before_committee.name} asks you to stand for it"
    assert asked in page
    link = re.search(r"/sponsor/[^/\"]+/", page).group()
    assert before_committee.name in browse(None).get(link).content.decode()
    # To nobody else: it went to the owner's own address.
    for other in (northpeak, who("member@aurelia.example"), who("agent@hartley.example", "aurelia")):
        assert asked not in browse(other).get("/home/").content.decode()


def test_who_has_objected_reads_so_and_is_asked_no_more(analyst, northpeak, kestrel, browse):
    application = membership._in_window("brand", "Verbena Silk", "IT", about="Verbena scarves", by=analyst)
    with everything():
        candidate = Candidate.objects.get(application=application)
    client = browse(northpeak)
    assert client.post(candidate.get_absolute_url(), {"reason": "They sold our patterns in 2024, see the judgement."}).status_code == 302
    page = client.get(candidate.get_absolute_url()).content.decode()
    assert "has objected" in page
    assert "<textarea" not in page
    assert "has objected" not in browse(kestrel).get(candidate.get_absolute_url()).content.decode()


def test_where_all_stand_aside_whoever_is_put_on_the_committee_decides(before_committee, committee, admin, browse):
    for viewer in committee:
        with as_viewer(viewer):
            actions.vote(again(before_committee), choice="recused", reason="We buy from them.", by=viewer)
    assert again(before_committee).state == "committee"
    page = browse(admin).get(before_committee.get_absolute_url()).content.decode()
    assert "Everybody on the committee stands aside" in page
    post()
    assert "everybody on the committee stands aside" in browse(admin).get("/inbox/").content.decode()
    with as_viewer(admin):
        seat = Seat.objects.get(person__email="owner@tessella.example", ends_at=None)
        members.join_team(actions.committee(), seat, by=admin)
    newcomer = who("owner@tessella.example")
    with as_viewer(newcomer):
        assert actions.vote(again(before_committee), choice="for", reason="I know of nothing against.", by=newcomer).approves
    assert again(before_committee).state == "approved"


def test_a_second_vetting_writes_to_no_sponsor_twice(analyst, browse):
    application = membership._submitted("brand", "Verbena Silk", "IT", about="Verbena scarves")
    client = browse(analyst)
    first = client.post(f"{application.get_absolute_url()}vet/", follow=True).content.decode()
    assert "Written to for a sponsor" in first
    with as_viewer(analyst):
        actions.ask_more(again(application), reason="Which classes?", by=analyst)
    actions.submit(again(application), reply="Classes 24 and 25.")
    assert "no sponsor had to be written to" in client.post(f"{application.get_absolute_url()}vet/", follow=True).content.decode()


def test_members_find_the_window_from_their_inbox_their_mail_and_the_rail(analyst, northpeak, browse):
    application = membership._in_window("brand", "Verbena Silk", "IT", about="Verbena scarves", by=analyst)
    post()
    with everything():
        candidate = Candidate.objects.get(application=application)
    client = browse(northpeak)
    with as_viewer(northpeak):
        item = InboxItem.objects.of(northpeak).filter(event__verb="candidate.shown").latest("pk")
    assert client.post("/inbox/read/", {"item": item.pk}).url == candidate.get_absolute_url()
    assert 'href="/candidates/"' in client.get("/home/").content.decode()
    # Who vets it and who asked for it read how long.
    assert "Members may object until" in browse(analyst).get(application.get_absolute_url()).content.decode()
    assert "Members may object until" in browse(None).get(links.applicant_path(application)).content.decode()


def test_a_category_that_closes_meanwhile_takes_no_draft_and_says_so(admin, analyst, browse):
    client = Client()
    client.post("/apply/", {"category": "association", "email": "late@guild.example"})
    application = membership._submitted("association", "Handed in", "FR", about="A trade")
    with as_system("one that is still written"):
        draft = Application.objects.get(email="late@guild.example")
        draft.answers = {step: {} for step in draft.steps}
        draft.save()
    with as_viewer(admin):
        members.hold_category(draft.category, effect="closed", starts_on=timezone.localdate(), reason="A pause.", by=admin)
    with pytest.raises(Refused, match="has closed to new members meanwhile"):
        actions.submit(again(draft))
    assert "takes no new members at present" in browse(analyst).get(application.get_absolute_url()).content.decode()


def test_a_sponsor_is_found_without_its_accents(analyst):
    application = membership._submitted("brand", "Verbena Silk", "IT", about="Verbena scarves")
    with as_system("as somebody types it"):
        application.answers["sponsors"] = {"first": "lumiere cosmetiques", "second": "AURELIA"}
        application.save()
        found = {organisation.slug for organisation in actions.sponsors_of(again(application))}
    assert found == {"lumiere", "aurelia"}


def test_nobody_has_due_what_is_behind_a_closed_door(analyst, admin, treasurer, browse):
    """Clocks of applications run against the coalition's whole staff; its treasurer does not vet, and is shown no link that leads nowhere."""
    with ago(days=2):
        application = membership._in_window("brand", "Verbena Silk", "IT", about="Verbena scarves", by=analyst)
    address = application.get_absolute_url()
    assert address in browse(admin).get("/due/").content.decode()
    for page in ("/due/", "/home/"):
        shown = browse(treasurer).get(page).content.decode()
        assert address not in shown, page


def test_the_rooms_of_applications_are_of_those_who_vet(treasurer, admin, analyst, browse):
    """The coalition's treasurer opens none of them, nor a file in one; nobody opens what is still being written."""
    begun = membership._begin("brand", "Verbena Silk", "IT", about="Verbena scarves", pages=4)
    handed_in = membership._submitted("brand", "Holly Yarns", "IT", about="Holly yarns")
    for application, opens in ((begun, 404), (handed_in, 200)):
        (paper,) = papers_of(application)
        for viewer in (admin, analyst):
            assert browse(viewer).get(paper.get_absolute_url()).status_code == opens
        for address in (paper.get_absolute_url(), f"/who-can-see/{application.space_id}/"):
            assert browse(treasurer).get(address).status_code == 404
    assert "Holly Yarns" not in browse(treasurer).get("/search/?q=Holly").content.decode()
    assert handed_in.reference not in browse(treasurer).get("/home/").content.decode()


def test_nobody_fills_the_store_by_an_application(settings):
    application, before = membership._begin("brand", "Verbena Silk", "IT", pages=4), Blob.objects.count()
    client, address = Client(), f"{links.applicant_path(application)}papers/"
    text = SimpleUploadedFile("long.txt", b"secret" * 1000)
    assert client.post(address, {"add": [text]}).status_code == 422
    assert Blob.objects.count() == before
    some = lambda turn: {"add": [SimpleUploadedFile(f"{turn}-{n}.pdf", b"%PDF-1.4 " + bytes([turn, n])) for n in range(13)]}  # noqa: E731
    assert [client.post(address, some(turn)).status_code for turn in range(4)] == [302, 302, 302, 422]
    # What was taken off is not offered again.
    assert client.get(address).content.decode().count('name="papers"') == 13


def test_a_sponsor_s_word_is_about_one_organisation_and_of_a_member_in_good_standing(admin, analyst, browse):
    with ago(days=3):
        application = membership._vetted("brand", "Honest Watches", "FR", about="Watches", by=analyst)
    with as_system("find the letters"):
        first, second = SponsorLetter.objects.select_related("application__category", "organisation").filter(application=application)
    actions.answer_letter(first, supports=True, text="")
    with as_viewer(admin):
        assert actions.letters_that_count(application).filter(supports=True).count() == 1
        members.suspend(second.organisation, starts_on=timezone.localdate(), reason="For this test.", by=admin)
    with pytest.raises(Refused, match="not at present"):
        actions.answer_letter(second, supports=True, text="")
    # The applicant becomes somebody else: who stood for the first stands not for the second.
    with as_viewer(analyst):
        actions.ask_more(application, reason="Who are you?", by=analyst)
    organisation = {"name": "Best Replica Outlet", "country": "HK", "registration": "HK-1", "website": "", "line": "x"}
    actions.answer_step(again(application), "organisation", organisation)
    other = actions.submit(again(application), reply="We are another.")
    with as_viewer(analyst):
        vetted = actions.begin_vetting(other, by=analyst)
        assert not actions.letters_that_count(vetted).filter(supports=True).exists()
        assert {letter.about.partition(" ·")[0] for letter in vetted.letters.all()} == {"Honest Watches", "Best Replica Outlet"}
    page = browse(analyst).get(vetted.get_absolute_url()).content.decode()
    assert "asked about Honest Watches" in page
    with as_system("look at an old letter"):
        old = SponsorLetter.objects.select_related("application", "organisation").get(pk=second.pk)
    with pytest.raises(Refused, match="another organisation"):
        actions.answer_letter(old, supports=True, text="")


def test_staff_say_which_member_a_sponsor_s_name_means(analyst, aurelia, treasurer, browse):
    application = membership._submitted("brand", "Verbena Silk", "IT", about="Verbena scarves")
    with as_system("let it name somebody nobody knows"):
        Application.objects.filter(pk=application.pk).update(answers=application.answers | {"sponsors": {"first": "Aurelia", "second": "Northpik"}})
    with as_viewer(analyst):
        actions.begin_vetting(again(application), by=analyst)
    client, address = browse(analyst), f"/staff/applications/{application.reference}/"
    page = client.get(address).content.decode()
    assert "“Northpik” is named as a sponsor" in page
    meant = Organisation.objects.get(slug="northpeak").pk
    assert browse(treasurer).post(f"{address}sponsor/", {"typed": "Northpik", "organisation": meant}).status_code in (403, 404)
    assert client.post(f"{address}sponsor/", {"typed": "Somebody else", "organisation": meant}).status_code == 422
    assert client.post(f"{address}sponsor/", {"typed": "Northpik", "organisation": meant}).status_code == 302
    assert "“Northpik” is named as a sponsor" not in client.get(address).content.decode()
    assert "owner@northpeak.example" in post()


def test_members_read_of_a_candidate_the_one_line_it_wrote_for_them(before_committee, guild, aurelia, browse):
    with as_system("look"):
        candidate, told = before_committee.candidate, before_committee.answers
    page = browse(guild).get(candidate.get_absolute_url()).content.decode()
    assert told["organisation"]["line"] in page
    for step, answers in told.items():
        for name, value in answers.items():
            if step not in ("organisation", "tier") and isinstance(value, str) and len(value) > 12:
                assert value not in page, (step, name)
