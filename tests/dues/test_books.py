"""The books add up whatever happens, standing follows money through its one door, and nothing posted changes."""

import contextlib
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.models import Audience, AudienceMember
from coalition.access.viewer import as_system, as_viewer
from coalition.dues import standing as dues_standing
from coalition.dues.actions import payments, posting, renewals, terms
from coalition.dues.actions.settling import credit_of, left_of_credit_note, left_of_payment
from coalition.dues.models import Account, Allocation, Invoice, OpenItem, Payment, TermCharge
from coalition.dues.tariff import Tariff
from coalition.members import actions as members
from coalition.members.models import Tier
from coalition.members.standing import facts_of, good_spells, standing
from demo.times import ago
from tests.conftest import who
from tests.dues.conftest import account, open_invoice, organisation

TODAY = date.today
_keys = count(1)


def pay(who, amount, invoice=None, by=None, day=None):
    return payments.receive(
        who,
        amount=Decimal(amount),
        currency="EUR",
        received_on=day or timezone.localdate(),
        method="bank",
        key=f"test:{next(_keys)}",
        invoice=invoice,
        by=by,
    )


@pytest.mark.django_db
def test_the_demo_s_books_add_up():
    with as_system("count"):
        assert payments.check_books() == []
        assert Invoice.objects.count() > 15


@pytest.mark.django_db
def test_books_that_were_tampered_with_are_found():
    with as_system("tamper"):
        OpenItem.objects.filter(organisation__slug="kestrel").update(amount=Decimal("1.00"))
        assert any("has 4000.00 open and its open item says 1.00" in fault for fault in payments.check_books())


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Invoice, Payment, Allocation, TermCharge])
def test_what_is_posted_never_changes(model):
    with as_system("try to change the books"), pytest.raises((ProgrammingError, DatabaseError)), transaction.atomic():
        model.objects.filter(pk=model.objects.first().pk).update(space_id=1)


def oracle(slug, day):
    """Whether an invoice of a member is past its grace on a day, from the documents alone."""
    late = False
    for invoice in Invoice.objects.filter(organisation__slug=slug, kind="invoice"):
        settled = sum((row.amount for row in invoice.allocations.all() if row.posted_on <= day), Decimal(0))
        late |= day >= invoice.late_from and settled < invoice.total
    return late


class Undo(Exception):
    """Leaves nothing of a history behind."""


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "pay", "credit", "back", "refund", "charge", "move", "reissue", "renew", "tier", "resign"]),
        st.integers(1, 100),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=9,
)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_random_histories_add_up_and_standing_is_what_the_documents_say(steps):
    """Payments, credits, returns, refunds, moves, charges, invoices posted anew, renewals, tiers and resignations in any order, on any days."""
    with contextlib.suppress(Undo), transaction.atomic(), as_system("play a random history"):
        mine, other = account("kestrel"), account("hartley")
        away = 200
        for what, percent, wait in steps:
            away -= wait
            with ago(days=max(away, 0)), contextlib.suppress(Refused, Conflict), transaction.atomic():
                step(what, percent, mine, other)
        assert payments.check_books() == []
        for one in (mine, other):
            invoiced = sum((i.total for i in one.invoices.filter(kind="invoice")), Decimal(0))
            credited = sum((i.total for i in one.invoices.filter(kind="credit_note")), Decimal(0))
            paid = sum((p.amount for p in one.payments.all()), Decimal(0))
            still_open = sum((item.amount for item in OpenItem.objects.filter(organisation=one.organisation)), Decimal(0))
            assert still_open - credit_of(one, "EUR") == invoiced - credited - paid
            left = sum((left_of_payment(p) for p in one.payments.filter(amount__gt=0)), Decimal(0))
            left += sum((left_of_credit_note(n) for n in one.invoices.filter(kind="credit_note")), Decimal(0))
            assert left == credit_of(one, "EUR") >= 0
        numbers = sorted(Invoice.objects.filter(number__startswith="2026-").values_list("number", flat=True))
        assert [int(number[5:]) for number in numbers] == list(range(1, len(numbers) + 1))
        told = dues_standing.facts([mine.organisation_id]).get(mine.organisation_id)
        spans = told.arrears if told else []
        for day in (timezone.localdate() - timedelta(days=n) for n in range(-60, 220, 7)):
            assert any(first <= day and (last is None or day < last) for first, last, _why in spans) == oracle("kestrel", day), day
        raise Undo


def step(what, percent, mine, other):
    if what == "pay":
        pay(mine, percent * 60)
    elif what == "charge":
        rule = Tariff().rule(None, timezone.localdate())
        posting.post(mine, [posting.Line("More", Decimal(percent * 10))], currency="EUR", rule=rule, by=None)
    elif what == "renew":
        renewals.renew(mine.organisation, by=None)
    elif what == "tier":
        tiers = list(Tier.objects.filter(category=mine.organisation.category, rates__isnull=False).order_by("pk").distinct())
        terms.change_tier(mine.organisation, tiers[percent % len(tiers)], reason="It has changed.", by=who("treasurer@coalition.example"))
    elif what == "resign":
        members.resign(
            mine.organisation, takes_effect_on=timezone.localdate() + timedelta(days=percent), reason="It leaves.", by=who("admin@coalition.example")
        )
        terms.credit_unbegun(mine.organisation, reason="It has resigned.", by=None)
    elif what == "reissue":
        posting.reissue(mine.invoices.filter(kind="invoice").order_by("?").first(), reason="Its address.", by=who("treasurer@coalition.example"))
    elif what == "credit":
        invoice = mine.invoices.filter(kind="invoice").order_by("?").first()
        posting.credit(invoice, net=(invoice.net * percent / 100).quantize(Decimal("0.01")), reason="So it was agreed.", by=None)
    else:
        payment = mine.payments.filter(amount__gt=0, returned_by=None).order_by("?").first()
        if payment and what == "back":
            payments.give_back(payment, reason="The bank took it back.", by=None)
        elif payment and what == "refund":
            payments.refund(payment, amount=left_of_payment(payment), reason="Paid too much.", by=who("treasurer@coalition.example"))
        elif payment and what == "move":
            payments.move(payment, other, reason="It was for another.", by=who("treasurer@coalition.example"))


def is_member(slug):
    rows = AudienceMember.objects.filter(audience=Audience.members(), member=organisation(slug).audience, ends_at=None)
    live = AudienceMember.objects.filter(
        audience=Audience.members(), member=organisation(slug).audience, starts_at__lte=timezone.now(), ends_at__gt=timezone.now()
    )
    return rows.exists() or live.exists()


@pytest.mark.django_db
def test_dues_unpaid_past_their_grace_take_standing_away_and_money_gives_it_back(as_treasurer, browse):
    payline = organisation("payline")
    with as_system("look"):
        now = standing(facts_of(payline), timezone.localdate())
    assert (now.words, is_member("payline")) == ("dues overdue", False)
    assert "invoice" in now.because
    pay(account("payline"), open_invoice("payline").total, by=as_treasurer)
    assert standing(facts_of(payline), timezone.localdate()).is_good
    assert is_member("payline")


@pytest.mark.django_db
def test_within_its_grace_a_member_stays_one_and_the_end_is_written_ahead(treasurer):
    kestrel = organisation("kestrel")
    with as_system("look"):
        late_from = open_invoice("kestrel").late_from
        spells = good_spells(facts_of(kestrel), timezone.localdate())
    assert spells[0].ends_on == late_from
    row = AudienceMember.objects.filter(audience=Audience.members(), member=kestrel.audience).latest("starts_at")
    assert row.ends_at.date() == late_from


@pytest.mark.django_db
def test_a_returned_payment_opens_the_invoice_again_and_standing_follows(as_treasurer):
    payment = pay(account("payline"), open_invoice("payline").total, by=as_treasurer)
    assert standing(facts_of(organisation("payline")), timezone.localdate()).is_good
    payments.give_back(payment, reason="Chargeback of the bank.", by=as_treasurer)
    assert not standing(facts_of(organisation("payline")), timezone.localdate()).is_good
    assert open_invoice("payline").open_amount == open_invoice("payline").total
    with pytest.raises(Conflict):
        payments.give_back(payment, reason="Chargeback of the bank.", by=as_treasurer)


@pytest.mark.django_db
def test_a_credit_note_settles_the_invoice_and_ends_the_term_it_charged_for(as_treasurer):
    """The bug elsewhere: a credited invoice counts as paid and the member stays active for years."""
    invoice = open_invoice("payline")
    note = posting.credit(invoice, net=invoice.net, reason="Written off: it will not pay.", by=as_treasurer)
    assert not OpenItem.objects.filter(invoice=invoice).exists()
    assert (note.total, note.tax_percent, note.number[:3]) == (invoice.total, invoice.tax_percent, "CN-")
    assert standing(facts_of(organisation("payline")), timezone.localdate()).words == "lapsed"
    assert not is_member("payline")


@pytest.mark.django_db
def test_a_part_credited_leaves_the_term(as_treasurer):
    invoice = open_invoice("aurelia")
    posting.credit(invoice, net=Decimal(1000), reason="A goodwill of the board.", by=as_treasurer)
    assert open_invoice("aurelia").open_amount == invoice.total - 1000
    renewal = organisation("aurelia").terms.order_by("-ends_on").first()
    assert standing(facts_of(organisation("aurelia")), renewal.starts_on).is_good
    with pytest.raises(Refused, match="at most"):
        posting.credit(invoice, net=invoice.net, reason="More than is left.", by=as_treasurer)


@pytest.mark.django_db
def test_credits_in_parts_leave_no_cent_of_tax_behind(as_treasurer):
    invoice = open_invoice("retailguild")
    assert invoice.tax == Decimal("378.00")
    for part in ("333.33", "333.33", "333.34", "800.00"):
        posting.credit(invoice, net=Decimal(part), reason="In four parts.", by=as_treasurer)
    assert sum(note.tax for note in invoice.credit_notes.all()) == invoice.tax
    assert sum(note.total for note in invoice.credit_notes.all()) == invoice.total


@pytest.mark.django_db
def test_an_invoice_posted_anew_takes_what_was_paid_and_what_it_charged(as_treasurer):
    mine, term = account("northpeak"), organisation("northpeak").terms.latest("ends_on")
    old = term.charges.get().invoice
    assert old.open_amount == 0
    Account.objects.filter(pk=mine.pk).update(name="Northpeak Holding", country="US", tax_number="")
    new = posting.reissue(old, reason="It goes to the holding.", by=as_treasurer)
    assert (new.billed_to["name"], new.net, new.lines.get().text, new.due_on) == (
        "Northpeak Holding", old.net, old.lines.get().text, max(old.due_on, timezone.localdate()),
    )  # fmt: skip
    assert [note.net for note in old.credit_notes.all()] == [old.net]
    assert not OpenItem.objects.filter(invoice=new).exists() or new.total > old.total
    assert set(term.charges.values_list("invoice", flat=True)) == {old.pk, new.pk}
    assert standing(facts_of(organisation("northpeak")), timezone.localdate()).is_good
    with pytest.raises(Refused, match="left to be posted anew"):
        posting.reissue(old, reason="Once more, please.", by=as_treasurer)
    assert payments.check_books() == []


@pytest.mark.django_db
def test_an_invoice_credited_in_part_is_posted_anew_for_the_rest(as_treasurer):
    old = open_invoice("kestrel")
    posting.credit(old, net=Decimal(500), reason="So it was agreed.", by=as_treasurer)
    new = posting.reissue(old, reason="The order number was missing.", by=as_treasurer)
    assert (new.net, [line.net for line in new.lines.all()]) == (old.net - 500, [old.net, Decimal(-500)])
    assert not OpenItem.objects.filter(invoice=old).exists()
    assert OpenItem.objects.get(invoice=new).amount == new.total
    assert payments.check_books() == []


@pytest.mark.django_db
def test_what_is_paid_too_much_settles_the_next_invoice(as_treasurer):
    mine = account("hartley")
    pay(mine, 5000, by=as_treasurer)
    assert credit_of(mine, "EUR") == 5000
    rule = Tariff().rule(None, timezone.localdate())
    invoice = posting.post(mine, [posting.Line("Next year", Decimal(3200))], currency="EUR", rule=rule, by=as_treasurer)
    assert not OpenItem.objects.filter(invoice=invoice).exists()
    assert credit_of(mine, "EUR") == 1800


@pytest.mark.django_db
def test_a_payment_told_twice_is_booked_once(as_treasurer):
    mine = account("kestrel")
    same = {"amount": Decimal(100), "currency": "EUR", "received_on": timezone.localdate(), "method": "bank", "key": "bank:1", "by": as_treasurer}
    assert payments.receive(mine, **same).pk == payments.receive(mine, **same).pk
    assert open_invoice("kestrel").open_amount == 3900


@pytest.mark.django_db
def test_money_goes_to_the_account_it_was_meant_for(as_treasurer):
    payment = pay(account("hartley"), 4000, by=as_treasurer)
    payments.move(payment, account("kestrel"), reason="The bank line named Kestrel.", by=as_treasurer)
    assert credit_of(account("hartley"), "EUR") == 0
    assert not OpenItem.objects.filter(organisation__slug="kestrel").exists()
    assert payments.check_books() == []


@pytest.mark.django_db
def test_references_that_begin_alike_stay_two_payments(as_treasurer):
    """Money is known by the payment, not by what of its key fits."""
    one, other = (
        payments.receive(
            account("hartley"),
            amount=Decimal(n),
            currency="EUR",
            received_on=timezone.localdate(),
            method="bank",
            key="Q" * 110 + str(n),
            by=as_treasurer,
        )
        for n in (100, 200)
    )
    for payment in (one, other):
        payments.move(payment, account("northpeak"), reason="It was for another.", by=as_treasurer)
    assert credit_of(account("northpeak"), "EUR") == 300
    with pytest.raises(Conflict, match="Another payment"):
        payments.receive(
            account("kestrel"),
            amount=Decimal(1),
            currency="EUR",
            received_on=timezone.localdate(),
            method="bank",
            key="Q" * 110 + "100",
            by=as_treasurer,
        )


@pytest.mark.django_db
def test_an_invoice_is_not_refunded(as_treasurer):
    with pytest.raises(Refused, match="or a credit note"):
        payments.refund(open_invoice("aurelia"), amount=Decimal(10), reason="By mistake.", by=as_treasurer)


@pytest.mark.django_db
def test_only_the_treasury_posts(admin, aurelia, northpeak):
    with as_system("find"):
        invoice, mine = open_invoice("aurelia"), account("aurelia")
        tier = Tier.objects.get(slug="brand-patron")
    for viewer in (admin, aurelia, northpeak):
        with as_viewer(viewer):
            for act in (
                lambda by: posting.credit(invoice, net=Decimal(1), reason="Because I say so.", by=by),
                lambda by: pay(mine, 1, by=by),
                lambda by: renewals.renew(mine.organisation, by=by),
                lambda by: terms.change_tier(mine.organisation, tier, reason="Because I say so.", by=by),
            ):
                with pytest.raises(NotAllowed):
                    act(viewer)


@pytest.mark.django_db
def test_the_database_refuses_books_that_cannot_be(as_treasurer):
    invoice = open_invoice("kestrel")
    values = {field.attname: getattr(invoice, field.attname) for field in Invoice._meta.concrete_fields if field.attname != "id"}
    for change in ({"total": Decimal(1)}, {"kind": "credit_note"}, {"late_from": invoice.issued_on}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.create(**{**values, "number": "X-1", "reference": "RF00X", **change})


@pytest.mark.django_db
def test_the_sql_of_standing_shows_no_amount():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dues_facts(ARRAY[1]::bigint[])")
        assert [column.name for column in cursor.description] == ["organisation_id", "term_id", "starts_on", "ends_on", "number"]
