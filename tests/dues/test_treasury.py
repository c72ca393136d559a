"""The treasury's pages: the bank, payments by hand, rates; and what each of the cast gets there."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.dues.actions import accounts, bank, payments, posting
from coalition.dues.models import Invoice, Issuer, OpenItem, Payment, Statement, StatementLine
from coalition.dues.tariff import Tariff
from coalition.members.models import Tier
from coalition.members.standing import facts_of, standing
from demo import dues as story
from demo.times import ago
from tests.conftest import CAST, who
from tests.dues.conftest import account, open_invoice


def upload(text=None, name="statement.csv"):
    with as_system("write a statement"):
        return SimpleUploadedFile(name, (text or story.statement(days=2)).encode())


@pytest.mark.django_db
def test_a_statement_proposes_and_books_only_what_is_certain_by_itself(as_treasurer):
    statement = bank.bring(upload(), by=as_treasurer)
    assert [line.why for line in statement.lines.all()] == ["reference", "reference_amount", "name", "", ""]
    assert Payment.objects.filter(key__startswith="bank:").count() == 0
    assert bank.accept_certain(statement, by=as_treasurer) == 1
    assert not OpenItem.objects.filter(organisation__slug="aurelia").exists()
    part = statement.lines.get(why="reference_amount")
    bank.accept(part, invoice=part.proposed, by=as_treasurer)
    assert open_invoice("kestrel").open_amount == 500
    with pytest.raises(Conflict):
        bank.accept(part, invoice=part.proposed, by=as_treasurer)
    ticket = statement.lines.get(payer="Ticket office")
    with pytest.raises(Refused, match="reason is never optional"):
        bank.leave(ticket, reason="", by=as_treasurer)
    assert bank.leave(ticket, reason="A refund of a train ticket.", by=as_treasurer).state == "left"
    with pytest.raises(Refused, match="went out"):
        bank.accept(statement.lines.get(amount__lt=0), account=accounts.account_of(open_invoice("kestrel").organisation), by=as_treasurer)
    assert payments.check_books() == []


@pytest.mark.django_db
def test_a_statement_s_page_asks_as_many_queries_for_many_movements_as_for_few(treasurer, browse):
    client = browse(treasurer)
    address = client.post("/staff/dues/bank/", {"file": upload()}).url
    client.post(address + "accept/")

    def asked():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = asked()
    with as_viewer(treasurer):
        statement, owed = Statement.objects.latest("pk"), list(Invoice.objects.filter(kind="invoice")[:12])
        for place, one in enumerate(owed, 10):
            line = StatementLine.objects.create(
                space_id=statement.space_id, statement=statement, position=place, key=f"more:{place}", booked_on=timezone.localdate(),
                amount=place, currency="EUR", proposed=one, why="number",
            )  # fmt: skip
            if place % 2:
                bank.accept(line, account=account("kestrel"), by=treasurer)
    assert asked() == before


@pytest.mark.django_db
def test_the_same_movements_in_another_file_are_known(as_treasurer):
    bank.bring(upload(), by=as_treasurer)
    with pytest.raises(Refused, match="known already"):
        bank.bring(upload(name="again.csv"), by=as_treasurer)
    more = story.statement(days=2) + f"{timezone.localdate()};1.00;EUR;Somebody;;New\n"
    again = bank.bring(upload(more, name="again.csv"), by=as_treasurer)
    assert (again.known, again.lines.count()) == (5, 1)


@pytest.mark.django_db
def test_two_lines_with_one_reference_book_once(as_treasurer):
    invoice = open_invoice("aurelia")
    text = "Date,Amount,Currency,Name,Text\n" + f"2026-01-02,{invoice.total},EUR,A,{invoice.reference}\n" * 2
    statement = bank.bring(upload(text), by=as_treasurer)
    assert bank.accept_certain(statement, by=as_treasurer) == 1
    assert statement.lines.filter(state="open").count() == 1


@pytest.mark.django_db
def test_a_file_that_is_no_statement_is_refused_at_its_field_and_leaves_nothing(treasurer, browse):
    client = browse(treasurer)
    page = client.post("/staff/dues/bank/", {"file": SimpleUploadedFile("cat.png", b"\x89PNG\r\n\x1a\n\x00\x00")})
    assert page.status_code == 422
    page = client.post("/staff/dues/bank/", {"file": SimpleUploadedFile("x.csv", b"Date,Amount\n2026-11-20,lots\n")})
    assert "Line 2: “lots” is no amount." in page.content.decode()
    with as_viewer(treasurer):
        assert Statement.objects.count() == 1


@pytest.mark.django_db
def test_the_bank_by_its_page(treasurer, browse):
    client = browse(treasurer)
    address = client.post("/staff/dues/bank/", {"file": upload()}).url
    page = client.get(address).content.decode()
    assert "Book the one that is certain" in page
    assert client.post(address + "accept/").url == address
    with as_viewer(treasurer):
        line = StatementLine.objects.filter(why="name").latest("pk")
    refused = client.post(f"/staff/dues/bank/lines/{line.pk}/accept/?state=open", {"invoice": "2000-0001"})
    assert (refused.status_code, refused.context["page"].wrong[0]) == (422, line.pk)
    assert 'value="2000-0001"' in refused.content.decode()
    assert client.post(f"/staff/dues/bank/lines/{line.pk}/accept/", {}).status_code == 422
    assert client.post(f"/staff/dues/bank/lines/{line.pk}/accept/", {"organisation": "retailguild"}).status_code == 302
    assert client.post(f"/staff/dues/bank/lines/{line.pk}/accept/", {"organisation": "retailguild"}).status_code == 422
    assert client.get(address + "?state=accepted").content.decode().count("booked</span>") == 2
    with as_viewer(treasurer):
        aside = StatementLine.objects.filter(state="open", amount__gt=0).latest("pk")
    lines = f"/staff/dues/bank/lines/{aside.pk}/"
    assert client.post(lines + "take-up/").status_code == 422
    assert client.post(lines + "leave/?state=open", {"reason": "A fair’s deposit."}).url == f"{address}?state=open#movement-{aside.pk}"
    assert "A fair’s deposit." in client.get(address + "?state=left").content.decode()
    assert client.post(lines + "take-up/").status_code == 302
    with as_viewer(treasurer):
        aside.refresh_from_db()
        assert (aside.state, aside.reason) == ("open", "")


@pytest.mark.django_db
def test_a_booking_by_mistake_is_taken_back_and_the_movement_matched_again(treasurer, browse):
    client = browse(treasurer)
    address = client.post("/staff/dues/bank/", {"file": upload()}).url
    with as_viewer(treasurer):
        line = StatementLine.objects.filter(why="reference_amount").latest("pk")
        owed = open_invoice("kestrel").open_amount
        bank.accept(line, invoice=line.proposed, by=treasurer)
    lines = f"/staff/dues/bank/lines/{line.pk}/"
    assert client.post(lines + "unbook/", {"reason": ""}).status_code == 422
    assert client.post(lines + "unbook/", {"reason": "It named another member."}).url == f"{address}#movement-{line.pk}"
    assert "This movement is not booked" in client.post(lines + "unbook/", {"reason": "It named another member."}).content.decode()
    with as_viewer(treasurer):
        assert open_invoice("kestrel").open_amount == owed
    assert client.post(lines + "accept/", {"organisation": "retailguild"}).status_code == 302
    with as_viewer(treasurer):
        line.refresh_from_db()
        payments.move(line.payment, account("kestrel"), reason="It was Kestrel after all.", by=treasurer)
        line.refresh_from_db()
        assert (line.state, line.payment.account.organisation.slug) == ("accepted", "kestrel")
        assert open_invoice("kestrel").open_amount == owed - line.amount
        back = payments.receive(
            account("northpeak"), amount=Decimal(100), currency="EUR", received_on=timezone.localdate(), method="bank", key="x", by=treasurer
        )
        payments.refund(back, amount=Decimal(40), reason="Paid too much.", by=treasurer)
        StatementLine.objects.filter(pk=line.pk).update(payment=back, amount=100)
        with pytest.raises(Refused, match="sent back since"):
            bank.unbook(line, reason="It named another member.", by=treasurer)
        assert payments.check_books() == []


@pytest.mark.django_db
def test_a_name_is_suggested_to_the_treasury_alone(treasurer, aurelia, browse):
    assert "Kestrel" in browse(treasurer).get("/staff/dues/members/?organisation=estr").content.decode()
    assert "<option" not in browse(treasurer).get("/staff/dues/members/?organisation=").content.decode()
    assert browse(aurelia).get("/staff/dues/members/?organisation=estr").status_code == 403


@pytest.mark.django_db
def test_an_invoice_is_posted_anew_by_its_page(treasurer, browse):
    client = browse(treasurer)
    with as_viewer(treasurer):
        old = open_invoice("kestrel")
    assert "reason is never optional" in client.post(f"/dues/{old.number}/reissue/", {"reason": "x"}).content.decode()
    address = client.post(f"/dues/{old.number}/reissue/", {"reason": "The order number was missing."}).url
    assert address != f"/dues/{old.number}/"
    assert client.get(address).status_code == 200
    assert client.post(f"/dues/{old.number}/reissue/", {"reason": "The order number was missing."}).status_code == 422


@pytest.mark.django_db
def test_a_payment_by_hand_is_booked_once_however_often_it_is_sent(treasurer, browse):
    client = browse(treasurer)
    values = {"amount": "1000.00", "currency": "EUR", "received_on": str(timezone.localdate()), "method": "bank", "reference": "cheque 7"}
    assert client.post("/staff/dues/accounts/kestrel/receive/", values).status_code == 302
    page = client.post("/staff/dues/accounts/kestrel/receive/", values)
    assert page.status_code == 422
    assert "booked already" in page.content.decode()
    ahead = values | {"received_on": str(timezone.localdate() + timedelta(days=2)), "reference": "cheque 8"}
    assert "does not lie ahead" in client.post("/staff/dues/accounts/kestrel/receive/", ahead).content.decode()
    assert client.post("/staff/dues/accounts/kestrel/receive/", values | {"amount": "-5", "reference": "9"}).status_code == 422
    with as_viewer(treasurer):
        assert open_invoice("kestrel").open_amount == 3000


@pytest.mark.django_db
def test_a_payment_is_returned_moved_and_refunded_by_its_page(treasurer, browse):
    client = browse(treasurer)
    with as_viewer(treasurer):
        payment = Payment.objects.filter(account__organisation__slug="northpeak").first()
    assert (
        client.post(f"/staff/dues/payments/{payment.pk}/move/", {"organisation": "nobody-such", "reason": "It was for another."}).status_code == 422
    )
    assert client.post(f"/staff/dues/payments/{payment.pk}/back/", {"reason": ""}).status_code == 422
    assert client.post(f"/staff/dues/payments/{payment.pk}/back/", {"reason": "The bank took it back."}).status_code == 302
    assert client.post(f"/staff/dues/payments/{payment.pk}/back/", {"reason": "The bank took it back."}).status_code == 409
    assert "40,000.00" in client.get("/staff/dues/accounts/northpeak/").content.decode()


@pytest.mark.django_db
def test_a_rate_set_ahead_leaves_today_as_it_is(as_treasurer):
    tier, today = Tier.objects.get(slug="brand-patron"), timezone.localdate()
    accounts.set_rate(tier=tier, band=None, amount=Decimal("45000"), currency="EUR", valid_from=today + timedelta(days=40), by=as_treasurer)
    assert Tariff().rate(tier, None, today).amount == 40000
    assert Tariff().rate(tier, None, today + timedelta(days=40)).amount == 45000
    with pytest.raises(Refused, match="stays as it was"):
        accounts.set_rate(tier=tier, band=None, amount=Decimal(1), currency="EUR", valid_from=today - timedelta(days=1), by=as_treasurer)


@pytest.mark.django_db
def test_what_staff_set_is_set_from_a_day_by_the_page(treasurer, browse):
    client, today = browse(treasurer), timezone.localdate()
    issuer = {"set": "issuer", "name": "The Coalition Inc", "address": "1 K Street", "country": "US", "tax_number": "", "iban": "BE68 5390 0754 7034", "bic": "X",
              "bank": "A bank", "email": "t@coalition.example", "valid_from": str(today + timedelta(days=5))}  # fmt: skip
    assert "is no IBAN" in client.post("/staff/dues/rates/", issuer | {"iban": "BE00 5390 0754 7034"}).content.decode()
    answer = client.post("/staff/dues/rates/", issuer)
    assert answer.status_code == 302, (
        re.findall("wrong-words[^<]*<", answer.content.decode()) + re.findall(r"<li>.*?</li>", answer.content.decode())[:5]
    )
    assert (Issuer.objects.in_force(today).get().country, Issuer.objects.in_force(today + timedelta(days=5)).get().country) == ("BE", "US")
    rule = {
        "set": "rule",
        "tier": "",
        "year": "calendar",
        "proration": "day",
        "renews_before": 45,
        "payable_in": 14,
        "grace": 10,
        "valid_from": str(today),
    }
    assert client.post("/staff/dues/rates/", rule).status_code == 302
    assert Tariff().rule(None, today).grace == 10
    assert client.post("/staff/dues/rates/", rule | {"valid_from": "2020-01-01"}).status_code == 422
    tax = {"set": "tax", "scope": "domestic", "percent": "22", "words": "Belgian VAT", "source": "A law", "valid_from": str(today)}
    assert client.post("/staff/dues/rates/", tax).status_code == 302
    assert client.post("/staff/dues/rates/", {"set": "rate", "amount": "x"}).status_code == 422


@pytest.mark.django_db
def test_a_vat_number_that_cannot_be_one_is_refused_at_its_field(aurelia, browse):
    client = browse(aurelia)
    values = {
        "name": "Aurelia SA",
        "address": "1 rue",
        "country": "FR",
        "tax_number": "FR41303265045",
        "email": "a@aurelia.example",
        "order_number": "PO 7",
    }
    page = client.post("/organisation/dues/billing/", values)
    assert page.status_code == 422
    assert "is not a VAT number of this country" in page.content.decode()
    assert client.post("/organisation/dues/billing/", values | {"tax_number": "FR 40 303265045"}).status_code == 302
    assert "PO 7" in client.get("/organisation/dues/").content.decode()


PAGES = ["/staff/dues/", "/staff/dues/?export=csv", "/staff/dues/ladder/", "/staff/dues/bank/", "/staff/dues/rates/", "/staff/dues/accounts/aurelia/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_the_treasury_is_the_treasury_s(address, browse, treasurer):
    assert browse(treasurer).get(address).status_code == 200
    for email in set(CAST.values()) - {"treasurer@coalition.example"}:
        assert browse(who(email)).get(address).status_code == 403, email


@pytest.mark.django_db
def test_a_rival_with_the_ids_books_nothing(northpeak):
    with as_system("find"):
        line = StatementLine(pk=1)
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        bank.accept(line, by=northpeak)


@pytest.mark.django_db
def test_a_payment_moved_is_what_was_left_of_it(as_treasurer):
    came = payments.receive(
        account("hartley"), amount=Decimal(1000), currency="EUR", received_on=timezone.localdate(), method="bank", key="moved", by=as_treasurer
    )
    payments.refund(came, amount=Decimal(400), reason="Paid too much.", by=as_treasurer)
    assert payments.move(came, account("northpeak"), reason="It was Northpeak’s.", by=as_treasurer).amount == Decimal(600)
    assert payments.check_books() == []


@pytest.mark.django_db
def test_a_payment_taken_back_is_booked_anew(treasurer, browse):
    client, address = browse(treasurer), "/staff/dues/accounts/hartley/receive/"
    typed = {"amount": "100", "currency": "EUR", "received_on": timezone.localdate().isoformat(), "method": "bank", "reference": "REF1"}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 422
    with as_viewer(treasurer):
        booked = Payment.objects.get(reference="REF1")
    assert client.post(f"/staff/dues/payments/{booked.pk}/back/", {"reason": "The amount was wrong."}).status_code == 302
    assert client.post(address, typed | {"amount": "1000"}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["sNaN", "1e9999999", "Infinity", "a\x00b"])
def test_an_amount_that_is_none_is_refused_with_its_line(treasurer, browse, amount):
    file = SimpleUploadedFile("a.csv", f"Date,Amount,Text\n2026-11-20,1.00,x\n2026-11-20,{amount},x\n".encode())
    assert browse(treasurer).post("/staff/dues/bank/", {"file": file}).status_code == 422


@pytest.mark.django_db
def test_a_movement_whose_invoice_was_credited_since_is_not_certain_and_is_proposed_for_the_next(treasurer, browse):
    client = browse(treasurer)
    with as_system("find"):
        invoice = open_invoice("aurelia")
    text = f"Date,Amount,Currency,Name,Text\n2026-01-02,{invoice.total},EUR,Aurelia SA,{invoice.reference}\n"
    address = client.post("/staff/dues/bank/", {"file": upload(text)}).url
    assert "Book the one that is certain" in client.get(address).content.decode()
    with as_viewer(treasurer):
        posting.reissue(invoice, reason="Another address.", by=treasurer)
        new = open_invoice("aurelia")
    page = client.get(address).content.decode().partition("<main")[2]
    assert ("that is certain" in page, "credited" in page) == (False, False)
    assert f'value="{new.number}"' in page or "Match it" in page
    client.post(address + "accept/")
    with as_system("look"):
        assert StatementLine.objects.get(statement=Statement.objects.latest("pk")).state == "open"


@pytest.mark.django_db
def test_a_movement_that_another_file_tells_otherwise_is_marked_and_never_certain(as_treasurer, treasurer, browse):
    first = bank.bring(upload(), by=as_treasurer)
    told = first.lines.get(why="reference")
    # The same day, amount and payer; the other format's words differ.
    other = f"Date;Amount;Currency;Payer;Account;Text\n{told.booked_on};{told.amount};EUR;{told.payer};;{told.text} EREF+NOTPROVIDED\n"
    second = bank.bring(upload(other + f"{told.booked_on};77.00;EUR;Somebody else;;Thanks\n", name="same.csv"), by=as_treasurer)
    assert [line.like for line in second.lines.all()] == [told, None]
    assert bank.accept_certain(second, by=as_treasurer) == 0
    assert bank.accept_certain(first, by=as_treasurer) == 1
    assert "Looks like a movement of statement.csv (booked)" in browse(treasurer).get(second.get_absolute_url()).content.decode()
    # Each is like one at most: two of the same day in one file are two.
    third = bank.bring(
        upload(other.replace("EREF", "TWICE") + other.replace("EREF", "THRICE").splitlines()[1] + "\n", name="third.csv"), by=as_treasurer
    )
    assert [line.like is None for line in third.lines.all()] == [False, False]


@pytest.mark.django_db
def test_dues_are_overdue_since_the_day_they_first_were(as_treasurer):
    rule = Tariff().rule(None, timezone.localdate())
    with ago(days=120):
        invoice = posting.post(account("hartley"), [posting.Line("A seminar", Decimal(900))], currency="EUR", rule=rule, by=as_treasurer)
    for days in (40, 20):
        with ago(days=days):
            posting.credit(invoice, net=Decimal(100), reason="So it was agreed.", by=as_treasurer)
    now = standing(facts_of(invoice.organisation), timezone.localdate())
    assert f"since {date_format(invoice.late_from, 'j F Y')}" in now.because
