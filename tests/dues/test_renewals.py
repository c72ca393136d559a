"""The year of dues: renewed ahead, reminded by the ladder, changed in mid-term, ended by leaving; run twice, nothing happens twice."""

import contextlib
import itertools
import re
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.access.errors import Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity import letters
from coalition.activity.actions import deliver_batch
from coalition.dues import rules
from coalition.dues.actions import accounts, payments, posting, reminders, renewals, terms
from coalition.dues.models import Account, Band, Invoice, OpenItem, Rate, Reminder
from coalition.dues.tariff import Tariff
from coalition.members import actions as members
from coalition.members.models import CapabilityRule, CategoryHold, Organisation, Term, Tier
from coalition.members.standing import facts_of, standing
from demo.times import ago
from tests.dues.conftest import account, open_invoice, organisation

IN = timedelta


def post():
    while deliver_batch():
        pass
    letters.send_owed_outside()
    return {address: letter for letter in mail.outbox for address in letter.to}


@pytest.mark.django_db
def test_a_renewal_comes_sixty_days_ahead_payable_by_the_first_day_and_once(treasurer):
    hartley = organisation("hartley")
    last = hartley.terms.order_by("-ends_on").first()
    with as_system("renew"):
        assert renewals.renew(hartley, by=None) is None
        with ago(days=-31):
            term = renewals.renew(hartley, by=None)
            assert renewals.renew(hartley, by=None) is None
            assert (term.starts_on, term.ends_on) == (last.ends_on, last.ends_on.replace(year=last.ends_on.year + 1))
            invoice = Invoice.objects.get(term_charges__term=term)
            assert (invoice.due_on, invoice.net, invoice.late_from) == (term.starts_on, Decimal("3200.00"), term.starts_on + IN(days=31))
    with ago(days=-31):
        letter = post()["accounts@hartley.example"]
    assert invoice.number in letter.subject
    assert "/organisation/value/" in letter.body
    ((name, content, kind),) = letter.attachments
    assert (name, content[:5], kind) == (f"{invoice.number}.pdf", b"%PDF-", "application/pdf")


@pytest.mark.django_db
def test_the_run_does_everybody_whose_day_has_come_and_nobody_twice():
    with ago(days=-31), as_system("count"):
        before = Term.objects.count()
        assert set(renewals.to_renew(timezone.localdate()).values_list("organisation__slug", flat=True)) == {"hartley"}
    with ago(days=-31):
        assert renewals.run_renewals().done == 1
        assert renewals.run_renewals().done == 0
    with as_system("count"):
        assert Term.objects.count() == before + 1
        assert payments.check_books() == []


@pytest.mark.django_db
def test_whoever_has_no_rate_stops_no_other(treasurer):
    with as_system("forget a rate"):
        Rate.objects.filter(tier__slug="professional-firm").delete()
    with ago(days=-31):
        assert (renewals.run_renewals().refused, renewals.run_renewals().done) == (1, 0)


@pytest.mark.django_db
def test_one_at_whom_the_run_fails_stops_no_other(caplog):
    kiosk, hartley = organisation("kiosk"), organisation("hartley")
    with as_system("let two terms end on one day, and make one’s dues more than a document holds"):
        ends_on = hartley.terms.latest("ends_on").ends_on
        kiosk.terms.filter(pk=kiosk.terms.latest("ends_on").pk).update(ends_on=ends_on)
        Rate.objects.filter(tier=hartley.terms.latest("ends_on").tier).update(amount=Decimal("9999999999.99"))
        Account.objects.filter(organisation=hartley).update(country="BE")
    with ago(days=-31):
        run = renewals.run_renewals()
    assert (run.done, run.refused, run.failed) == (1, 0, 1)
    assert f"Organisation {hartley.pk} was not renewed." in caplog.text
    with as_system("look"):
        assert (kiosk.terms.filter(starts_on=ends_on).count(), hartley.terms.filter(starts_on=ends_on).count()) == (1, 0)
        numbers = [int(number[5:]) for number in Invoice.objects.filter(kind="invoice", number__startswith="2026").values_list("number", flat=True)]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.django_db
def test_a_run_asks_as_many_queries_for_many_as_for_one():
    def let_end(*slugs):
        with as_system("let terms end in sixty days"):
            for slug in slugs:
                one = organisation(slug)
                one.terms.filter(pk=one.terms.latest("ends_on").pk).update(ends_on=timezone.localdate() + IN(days=60))

    let_end("hartley")
    with CaptureQueriesContext(connection) as one:
        assert renewals.run_renewals().done == 1
    let_end("kiosk", "kestrel", "northpeak")
    with CaptureQueriesContext(connection) as three:
        assert renewals.run_renewals().done == 3
    assert len(three) <= len(one)


@pytest.mark.django_db
def test_who_leaves_or_is_suspended_with_its_category_is_not_renewed(northpeak):
    hartley = organisation("hartley")
    with as_system("leave"), ago(days=-31):
        CategoryHold.objects.create(category=hartley.category, effect="suspended", starts_on=timezone.localdate(), reason="Test.")
        assert not renewals.to_renew(timezone.localdate()).exists()


@pytest.mark.django_db
def test_who_has_resigned_says_so_everywhere_and_changes_no_tier(admin, treasurer, browse):
    kestrel, day = organisation("kestrel"), timezone.localdate() + timedelta(days=20)
    with as_viewer(admin):
        members.resign(kestrel, takes_effect_on=day, reason="Its board decided so.", by=admin)
    words = date_format(day)
    page = browse(admin).get(kestrel.get_absolute_url()).content.decode()
    last = date_format(day - timedelta(days=1))
    assert (words in page, last in page) == (True, True)
    assert "Its board decided so." in page
    assert "Enter its resignation" not in page
    account = browse(treasurer).get("/staff/dues/accounts/kestrel/").content.decode()
    assert f"resigned, with effect from {words}" in account
    assert "Change the tier" not in account
    assert last in browse(admin).get("/staff/members/?renews=30").content.decode()
    other = kestrel.category.tiers.exclude(pk=kestrel.term_on(timezone.localdate()).tier_id).first()
    with as_viewer(treasurer), pytest.raises(Refused, match="has resigned"):
        terms.change_tier(kestrel, other, reason="It wants more.", by=treasurer)
    assert kestrel.leaving().takes_effect_on == day


@pytest.mark.django_db
def test_who_resigns_owes_nothing_for_the_term_that_never_begins(aurelia):
    renewal = organisation("aurelia").terms.order_by("-ends_on").first()
    with as_system("find"):
        invoice = open_invoice("aurelia")
    with as_viewer(aurelia):
        members.resign(organisation("aurelia"), takes_effect_on=renewal.starts_on, reason="The new category.", by=aurelia)
    post()
    with as_system("look"):
        assert not OpenItem.objects.filter(invoice=invoice).exists()
        (note,) = invoice.credit_notes.all()
        assert (note.total, note.reason) == (invoice.total, "The organisation has resigned.")
        facts = facts_of(organisation("aurelia"))
        assert standing(facts, renewal.starts_on).words == "resigned"
        assert standing(facts, renewal.starts_on - IN(days=1)).is_good


@pytest.mark.django_db
def test_who_stays_after_all_is_charged_again_for_the_term_whose_dues_were_credited(aurelia, browse):
    renewal = organisation("aurelia").terms.order_by("-ends_on").first()
    with as_system("find"):
        invoice = open_invoice("aurelia")
    client, sent = browse(aurelia), {"takes_effect_on": str(renewal.starts_on), "reason": "The new category."}
    shown = client.post("/organisation/resign/", sent).content.decode()
    assert f"{capfirst(str(invoice))} is credited: its term never begins." in shown
    client.post("/organisation/resign/", sent | {"sure": "1"})
    post()
    assert "has resigned, with effect from" in client.get("/organisation/dues/").content.decode()
    client.post("/organisation/stay/", {"reason": "The board has talked."})
    post()
    post()
    with as_system("look"):
        (charge,) = renewal.charges.exclude(invoice=invoice)
        assert (charge.invoice.net, OpenItem.objects.get(invoice=charge.invoice).amount) == (invoice.net, invoice.total)
        assert standing(facts_of(organisation("aurelia")), renewal.starts_on).is_good


@pytest.mark.django_db
def test_a_resigned_member_s_next_term_never_counts_even_before_its_dues_are_credited(aurelia):
    renewal = organisation("aurelia").terms.order_by("-ends_on").first()
    with as_viewer(aurelia):
        members.resign(organisation("aurelia"), takes_effect_on=timezone.localdate() + IN(days=3), reason="The new category.", by=aurelia)
    with as_system("look"):
        facts = facts_of(organisation("aurelia"))
        assert not any(standing(facts, renewal.starts_on + IN(days=n)).is_good for n in (0, 10, 300))


@pytest.mark.django_db
def test_a_tier_changed_in_mid_term_credits_the_old_and_charges_the_new_pro_rata(as_treasurer):
    kiosk = organisation("kiosk")
    small = Tier.objects.create(category=kiosk.category, slug="platform-large", name="Large", seats=100)
    Rate.objects.create(tier=small, band=None, amount=Decimal("20000.00"), valid_from=timezone.localdate() - IN(days=900))
    before = kiosk.term_on(timezone.localdate())
    months = rules.months_begun(rules.Period(timezone.localdate(), before.ends_on))
    [document] = terms.change_tier(kiosk, small, reason="It has grown.", by=as_treasurer)
    assert document.net == (Decimal(20000) - Decimal(8000)) * months / 12
    assert [line.net > 0 for line in document.lines.all()] == [True, False]
    assert kiosk.term_on(timezone.localdate()).tier == small
    assert kiosk.term_on(timezone.localdate() - IN(days=1)).tier == before.tier
    assert standing(facts_of(kiosk), timezone.localdate()).is_good
    # A difference that is credited again takes no term away: the year was paid.
    posting.credit(document, net=document.net, reason="Changed by mistake.", by=as_treasurer)
    assert standing(facts_of(kiosk), timezone.localdate()).is_good
    back = terms.change_tier(kiosk, before.tier, reason="As it was.", by=as_treasurer)
    # What the year was paid for is what the old tier costs: nothing is left to settle.
    assert back == []
    [up] = terms.change_tier(kiosk, small, reason="It has grown after all.", by=as_treasurer)
    [down] = terms.change_tier(kiosk, before.tier, reason="It has shrunk.", by=as_treasurer)
    assert (down.is_credit_note, down.net) == (True, up.net)
    cheap = Tier.objects.create(category=kiosk.category, slug="platform-small", name="Small", seats=2)
    Rate.objects.create(tier=cheap, band=None, amount=Decimal("4000.00"), valid_from=timezone.localdate() - IN(days=900))
    # Down first and up again: what was credited for the rest is charged for the rest.
    [down] = terms.change_tier(kiosk, cheap, reason="It has shrunk.", by=as_treasurer)
    [up] = terms.change_tier(kiosk, before.tier, reason="As it was.", by=as_treasurer)
    assert (down.is_credit_note, up.net) == (True, down.net)
    assert payments.check_books() == []


@pytest.mark.django_db
@given(st.lists(st.sampled_from(["platform-dear", "platform-small", "platform-middle"]), min_size=2, max_size=7))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_changes_the_rest_of_the_term_costs_what_its_tier_costs(as_treasurer, slugs):
    class Undo(Exception):
        pass

    with contextlib.suppress(Undo), transaction.atomic():
        kiosk, today = organisation("kiosk"), timezone.localdate()
        for slug, amount in (("platform-dear", 36_000), ("platform-small", 4_000), ("platform-middle", 9_500)):
            tier = Tier.objects.create(category=kiosk.category, slug=slug, name=slug, seats=5)
            Rate.objects.create(tier=tier, band=None, amount=Decimal(amount), valid_from=today - IN(days=900))
        for slug, following in itertools.pairwise([*slugs, ""]):
            tier = Tier.objects.get(slug=slug)
            if slug == following or kiosk.term_on(today).tier == tier:
                continue
            terms.change_tier(kiosk, tier, reason="It has changed.", by=as_treasurer)
            term = kiosk.term_on(today)
            rest = rules.Period(today, term.ends_on)
            charges = list(term.charges.select_related("invoice").prefetch_related("invoice__lines", "invoice__credit_notes__lines"))
            held = terms._still_held(charges, rest, Tariff().rule(tier, term.starts_on).proration)
            assert held == Tariff().price(tier, None, rest, since=term.starts_on)[0]
        assert payments.check_books() == []
        raise Undo


@pytest.mark.django_db
def test_an_invoice_posted_anew_is_worth_what_the_old_one_was(as_treasurer):
    kiosk = organisation("kiosk")
    cheap = Tier.objects.create(category=kiosk.category, slug="platform-small", name="Small", seats=2)
    Rate.objects.create(tier=cheap, band=None, amount=Decimal("0.00"), valid_from=timezone.localdate() - IN(days=900))
    term = kiosk.term_on(timezone.localdate())
    invoice = Invoice.objects.get(term_charges__term=term)
    posting.credit(invoice, net=invoice.net / 4, reason="A discount.", by=as_treasurer)
    months = rules.months_begun(rules.Period(timezone.localdate(), term.ends_on))
    posting.reissue(invoice, reason="Its address was wrong.", by=as_treasurer)
    [down] = terms.change_tier(kiosk, cheap, reason="It has shrunk.", by=as_treasurer)
    assert down.net == rules.cents(invoice.net * 3 / 4 * months / 12)


@pytest.mark.django_db
def test_of_two_resignations_the_later_word_holds(admin):
    hartley, today = organisation("hartley"), timezone.localdate()
    with as_viewer(admin):
        members.resign(hartley, takes_effect_on=today + timedelta(days=10), reason="We leave.", by=admin)
        back = members.admit(
            hartley, starts_on=today + timedelta(days=10), ends_on=today + timedelta(days=375), tier=hartley.term_on(today).tier, by=admin
        )
    with as_system("invoice it"):
        post = [posting.Line("Dues", Decimal(3200), rules.Period(back.starts_on, back.ends_on))]
        posted = posting.post(account("hartley"), post, currency="EUR", rule=Tariff().rule(back.tier, today), by=None, terms=[back])
    with as_viewer(admin):
        members.resign(hartley, takes_effect_on=today + timedelta(days=5), reason="We leave sooner.", by=admin)
    while deliver_batch():
        pass
    assert hartley.leaving().takes_effect_on == today + timedelta(days=5)
    assert hartley in Organisation.objects.resigned()
    with as_system("look"):
        assert not OpenItem.objects.filter(invoice=posted).exists()


@pytest.mark.django_db
def test_a_following_term_given_already_is_charged_anew_when_the_tier_changes(treasurer):
    hartley = organisation("hartley")
    with as_system("enter a tier"):
        large = Tier.objects.create(category=hartley.category, slug="professional-large", name="Large", seats=100)
        Rate.objects.create(tier=large, band=None, amount=Decimal("9000.00"), valid_from=timezone.localdate() - IN(days=900))
    with ago(days=-31), as_system("renew"):
        following = renewals.renew(hartley, by=None)
        first = Invoice.objects.get(term_charges__term=following)
    with ago(days=-31), as_viewer(treasurer):
        terms.change_tier(hartley, large, reason="It has grown.", by=treasurer)
        following.refresh_from_db()
        charged = Invoice.objects.filter(term_charges__term=following).order_by("pk")
        assert (following.tier, [one.net for one in charged]) == (large, [Decimal("3200.00"), Decimal("9000.00")])
        assert [note.net for note in first.credit_notes.all()] == [Decimal("3200.00")]
        assert standing(facts_of(hartley), following.starts_on).is_good
        assert payments.check_books() == []


@pytest.mark.django_db
def test_a_tier_priced_in_another_currency_changes_nothing_of_a_charged_term(as_treasurer):
    kiosk = organisation("kiosk")
    dollars = Tier.objects.create(category=kiosk.category, slug="platform-usd", name="Overseas", seats=100)
    Rate.objects.create(tier=dollars, band=None, amount=Decimal("20000.00"), currency="USD", valid_from=timezone.localdate() - IN(days=900))
    before = kiosk.term_on(timezone.localdate())
    with pytest.raises(Refused, match="another currency"):
        terms.change_tier(kiosk, dollars, reason="It has moved.", by=as_treasurer)
    assert kiosk.term_on(timezone.localdate()).tier == before.tier


@pytest.mark.django_db
def test_who_is_late_past_the_grace_is_asked_for_no_further_year(treasurer, browse):
    hartley = organisation("hartley")
    with ago(days=-31), as_viewer(treasurer):
        rule = Tariff().rule(None, timezone.localdate())
        assert renewals.to_renew(timezone.localdate()).filter(organisation=hartley).exists()
        invoice = posting.post(account("hartley"), [posting.Line("A seminar", Decimal(100))], currency="EUR", rule=rule, by=treasurer)
        last_day = invoice.late_from - IN(days=1)
        assert renewals.to_renew(last_day).filter(organisation=hartley).exists()
        assert not renewals.to_renew(invoice.late_from).filter(organisation=hartley).exists()
        assert renewals.to_renew(invoice.late_from, late=True).get().organisation == hartley
    with ago(days=-(invoice.late_from - timezone.localdate()).days):
        page = browse(treasurer).get("/staff/dues/ladder/").content.decode()
    assert "Not renewed while they are late" in page
    assert "Hartley" in page.split("Not renewed while they are late")[1].split("</section>")[0]


@pytest.mark.django_db
def test_a_tier_is_changed_to_another_of_its_category_within_a_term(as_treasurer):
    with pytest.raises(Refused, match="another tier of its own"):
        terms.change_tier(organisation("kiosk"), Tier.objects.get(slug="brand-full"), reason="Impossible.", by=as_treasurer)
    with pytest.raises(Refused, match="no term today"):
        terms.change_tier(organisation("old-harbour"), Tier.objects.get(slug="brand-full"), reason="Impossible.", by=as_treasurer)


@pytest.mark.django_db
def test_the_ladder_says_each_rung_once_and_only_the_latest_that_was_missed():
    with as_system("look"):
        due_on, log = open_invoice("aurelia").due_on, Reminder.objects.filter(invoice=open_invoice("aurelia"))
        assert not log.exists()
    away = (due_on - timezone.localdate()).days
    for days, expected in (
        (away - 31, []),
        (away - 30, [(-30, True)]),
        (away - 30, [(-30, True)]),
        (away + 8, [(-30, True), (-7, False), (0, False), (7, True)]),
    ):
        with ago(days=-days):
            reminders.run_reminders()
        with as_system("look"):
            assert list(log.order_by("pk").values_list("rung__days", "was_sent")) == expected


@pytest.mark.django_db
def test_a_reminder_that_waited_past_the_payment_is_not_sent(treasurer):
    with as_system("look"):
        due_on = open_invoice("aurelia").due_on
    with ago(days=-(due_on - timezone.localdate()).days):
        reminders.run_reminders()
    with as_viewer(treasurer):
        invoice = open_invoice("aurelia")
        payments.receive(
            account("aurelia"),
            amount=invoice.total,
            currency="EUR",
            received_on=timezone.localdate(),
            method="bank",
            key="x",
            invoice=invoice,
            by=treasurer,
        )
    with ago(days=-(due_on - timezone.localdate()).days):
        assert "accounts@aurelia.example" not in post()


@pytest.mark.django_db
def test_a_reminder_says_how_much_is_open_and_how_to_pay():
    with as_system("look"):
        invoice = open_invoice("kestrel")
    with ago(days=-(invoice.due_on + IN(days=30) - timezone.localdate()).days):
        reminders.run_reminders()
        letter = post()["accounts@kestrel.example"]
    assert letter.subject.endswith(f"Invoice {invoice.number} is long overdue")
    assert f"From {invoice.late_from:%d %B %Y} on the membership is not in good standing" in letter.body
    assert "4,000.00 EUR" in letter.body
    assert " ".join(invoice.reference[i : i + 4] for i in range(0, len(invoice.reference), 4)) in letter.body


@pytest.mark.django_db
def test_an_applicant_is_reminded_of_what_it_is_for_an_applicant(treasurer):
    with as_system("an organisation that was never a member"):
        applicant = members.found_organisation(
            slug="verbena", name="Verbena", prefix="VRB", category=Tier.objects.get(slug="brand-full").category, country="IT", by=None
        )
        accounts.account_of(applicant, email="accounts@verbena.example", band=Band.objects.first())
        invoice = terms.invite_to_pay(applicant, Tier.objects.get(slug="brand-full"), by=None)
    with ago(days=-(invoice.due_on + IN(days=30) - timezone.localdate()).days):
        reminders.run_reminders()
        letter = post()["accounts@verbena.example"]
    assert "The membership begins when they are in." in letter.body
    assert "good standing" not in letter.body


@pytest.mark.django_db
def test_what_is_to_be_paid_waits_on_the_home_of_who_looks_after_it_and_nobody_else_s(treasurer, aurelia, northpeak, browse):
    with as_system("let it be due next week"):
        item = OpenItem.objects.get(organisation__slug="aurelia")
        OpenItem.objects.filter(pk=item.pk).update(due_on=timezone.localdate() + IN(days=7))
        number = item.invoice.number
    assert number in browse(aurelia).get("/home/").content.decode()
    assert number not in browse(northpeak).get("/home/").content.decode()
    assert "Invoices past their grace" in browse(treasurer).get("/home/").content.decode()
    assert "Invoices past their grace" not in browse(aurelia).get("/home/").content.decode()


@pytest.mark.django_db
def test_the_preview_says_what_the_runs_then_do(treasurer, browse):
    from coalition.dues.pages import LadderPage

    with as_viewer(treasurer):
        days = [day["day"] for day in LadderPage(treasurer, {}, days=30).by_day]
        planned = {(day, row["who"].slug) for day in days for row in LadderPage(treasurer, {"day": str(day)}, days=30).rows}
    done = set()
    for days in range(31):
        with ago(days=-days):
            with as_system("count"):
                terms, sent = Term.objects.count(), Reminder.objects.count()
            renewals.run_renewals()
            reminders.run_reminders()
            with as_system("look"):
                new_terms = Term.objects.order_by("-pk")[: Term.objects.count() - terms]
                new_sent = Reminder.objects.order_by("-pk")[: Reminder.objects.count() - sent]
                done |= {(timezone.localdate(), row.organisation.slug) for row in new_terms}
                done |= {(timezone.localdate(), row.invoice.organisation.slug) for row in new_sent if row.was_sent}
    assert planned == done


def test_two_runs_at_once_renew_and_remind_once(own_database):
    together, days = threading.Barrier(4), -31

    def run():
        together.wait()
        renewals.run_renewals()
        reminders.run_reminders()
        connection.close()

    with ago(days=days):
        threads = [threading.Thread(target=run) for _n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with as_system("count"):
            assert organisation("hartley").terms.filter(starts_on__gt=timezone.localdate()).count() == 1
            sent = list(Reminder.objects.filter(was_sent=True).values_list("invoice", "rung"))
            assert len(sent) == len(set(sent)) > 0
            assert payments.check_books() == []


@pytest.mark.django_db
def test_finance_reads_the_dues_and_other_seats_do_not(browse, aurelia):
    from tests.conftest import who

    finance, member = who("finance@aurelia.example"), who("member@aurelia.example")
    agent = who("agent@hartley.example", "aurelia")
    with as_system("find"):
        number = open_invoice("aurelia").number
    for viewer in (finance, aurelia):
        assert browse(viewer).get("/organisation/dues/").status_code == 200
        assert browse(viewer).get(f"/dues/{number}/").status_code == 200
        assert b"".join(browse(viewer).get(f"/dues/{number}/pdf/").streaming_content)[:5] == b"%PDF-"
    for viewer in (member, agent, who("owner@northpeak.example"), who("admin@coalition.example")):
        assert browse(viewer).get(f"/dues/{number}/").status_code == 404
        assert browse(viewer).get(f"/dues/{number}/pdf/").status_code == 404
        assert number not in browse(viewer).get("/home/").content.decode()
    assert browse(member).get("/organisation/dues/").status_code == 403


@pytest.mark.django_db
def test_whoever_stops_looking_after_the_money_stops_reading_it(browse, aurelia):
    from coalition.members.models import Seat
    from tests.conftest import who

    finance = who("finance@aurelia.example")
    with as_viewer(aurelia):
        members.change_role(Seat.objects.select_related("organisation", "person").get(pk=finance.seat_id), role="reader", by=aurelia)
    with as_system("find"):
        number = open_invoice("aurelia").number
    assert browse(finance).get(f"/dues/{number}/").status_code == 404
    assert CapabilityRule.objects.filter(capability="see_dues", role="finance").exists()


@pytest.mark.django_db
def test_a_change_of_tier_says_its_documents_before_it_posts_them(treasurer, browse):
    kestrel = organisation("kestrel")
    other = kestrel.category.tiers.exclude(pk=kestrel.term_on(timezone.localdate()).tier_id).first()
    client, address = browse(treasurer), "/staff/dues/accounts/kestrel/tier/"
    with as_system("count"):
        before = Invoice.objects.count()
    shown = client.post(address, {"tier": other.pk, "reason": "It has grown."}).content.decode()
    with as_system("count"):
        assert (Invoice.objects.count(), kestrel.term_on(timezone.localdate()).tier == other) == (before, False)
    assert client.post(address, {"tier": other.pk, "reason": "It has grown.", "sure": "1"}).status_code == 302
    with as_system("look"):
        posted = list(Invoice.objects.order_by("pk")[before:])
        still_open = sum(OpenItem.objects.filter(organisation=kestrel).values_list("amount", flat=True))
    assert posted
    assert [f"{document.total:,.2f} EUR" for document in posted] == re.findall(r"<strong>([\d.,]+ EUR)</strong></dd>", shown)
    assert f"{still_open:,.2f} EUR" == re.search(r"Open afterwards:\s*<strong class=\"number\">([^<]+)</strong>", shown)[1]


@pytest.mark.django_db
def test_a_term_that_is_credited_whole_is_given_up_and_can_be_renewed_by_hand(treasurer, browse):
    """Before it begins: the membership ends sooner everywhere, the run leaves it alone, and the treasury can give it again."""
    hartley, today = organisation("hartley"), timezone.localdate()
    with ago(days=-31), as_system("renew"):
        following = renewals.renew(hartley, by=None)
        invoice = Invoice.objects.get(term_charges__term=following)
        before = following.starts_on
    with ago(days=-32):
        with as_viewer(treasurer):
            posting.credit_by_hand(invoice, net=invoice.net, reason="Posted too soon.", by=treasurer)
        assert hartley.membership_ends() == before
        renewals.run_renewals()
        assert hartley.membership_ends() == before
        page = browse(treasurer).get("/staff/dues/accounts/hartley/").content.decode()
        assert "Renew it" in page
        with as_viewer(treasurer):
            again = renewals.renew(hartley, by=treasurer)
        assert (again.starts_on, hartley.membership_ends()) == (before, again.ends_on)
        assert standing(facts_of(hartley), timezone.localdate()).is_good
        assert standing(facts_of(hartley), before + IN(days=3)).is_good
    # The one given up stops no later year: the run goes on from the one given by hand.
    with ago(days=-(again.ends_on - today).days + 20):
        payments_of_all(treasurer)
        renewals.run_renewals()
        assert hartley.membership_ends() > again.ends_on
    assert standing(facts_of(hartley), today).is_good


def payments_of_all(treasurer):
    """Whatever hartley owes is paid."""
    with as_viewer(treasurer):
        for item in OpenItem.objects.select_related("invoice__account").filter(organisation__slug="hartley"):
            invoice = item.invoice
            payments.receive(
                invoice.account, amount=item.amount, currency=invoice.currency, received_on=timezone.localdate(), method="bank", key=invoice.number,
                invoice=invoice, by=treasurer,
            )  # fmt: skip


@pytest.mark.django_db
def test_the_running_term_credited_whole_ends_today_and_can_be_given_again(treasurer):
    hartley, today = organisation("hartley"), timezone.localdate()
    term = hartley.term_on(today)
    with as_viewer(treasurer):
        for charge in term.charges.select_related("invoice"):
            posting.credit_by_hand(charge.invoice, net=charge.invoice.net, reason="It never wanted this.", by=treasurer)
        assert hartley.term_on(today) is None
        assert not standing(facts_of(hartley), today).is_good
        # What was, stays.
        assert standing(facts_of(hartley), today - IN(days=1)).is_good
        again = renewals.renew(hartley, by=treasurer)
        assert again.starts_on == today


@pytest.mark.django_db
def test_whoever_comes_back_is_a_member_again_when_it_has_paid(treasurer, admin, browse):
    harbour, today = organisation("old-harbour"), timezone.localdate()
    tier = harbour.terms.latest("starts_on").tier
    with as_system("set its band"):
        Account.objects.filter(pk=account("old-harbour").pk).update(band=Rate.objects.filter(tier=tier).first().band)
    said = {"tier": tier.pk, "starts_on": str(today), "ends_on": str(today + IN(days=365)), "reason": "It asked to come back."}
    sent = browse(admin).post("/staff/members/old-harbour/term/", said)
    assert sent.status_code == 302, re.findall(r"(?:wrong-words|alert-danger)[^>]*>(.*?)<", sent.content.decode(), re.DOTALL)
    assert standing(facts_of(harbour), today).words == "dues overdue"
    with as_viewer(treasurer):
        invoice = OpenItem.objects.select_related("invoice__account").filter(organisation=harbour).latest("pk").invoice
        payments.receive(
            invoice.account, amount=invoice.open_amount, currency=invoice.currency, received_on=today, method="bank", key="back", invoice=invoice,
            by=treasurer,
        )  # fmt: skip
    assert standing(facts_of(harbour), today).is_good


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "said"), [(-7, "is payable in 7 days"), (-5, "is payable in 5 days"), (-1, "is payable in one day"), (2, "was payable 2 days ago")]
)
def test_a_late_run_says_what_is_true_on_its_day(days, said):
    with as_system("look"):
        invoice = open_invoice("aurelia")
    with ago(days=-((invoice.due_on - timezone.localdate()).days + days)):
        reminders.run_reminders()
        assert f"Invoice {invoice.number} {said}" in post()["accounts@aurelia.example"].subject
