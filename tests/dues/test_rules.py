"""Pure rules of money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from coalition.dues import rules
from coalition.dues.rules import DAY, MONTH, NONE, Owed, Period

amounts = st.decimals(min_value=0, max_value=99_999, places=2)
starts = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@given(amounts, starts, st.integers(0, 800), st.sampled_from([NONE, MONTH, DAY]), st.sampled_from([rules.ANNIVERSARY, rules.CALENDAR]))
def test_a_part_never_costs_more_than_the_whole_nor_less_than_nothing(amount, start, days, how, year):
    cost = rules.prorate(amount, Period(start, start + timedelta(days=days)), rules.year_of(start, year), how)
    assert 0 <= cost <= amount
    assert cost == cost.quantize(Decimal("0.01"))
    assert days or cost == 0


@given(amounts, starts, st.integers(1, 364))
def test_the_days_of_a_year_add_up_to_the_year_within_a_cent(amount, start, cut):
    whole = rules.year_of(start, rules.ANNIVERSARY)
    middle = start + timedelta(days=cut)
    parts = [rules.prorate(amount, part, whole, DAY) for part in (Period(start, middle), Period(middle, whole.ends_on))]
    assert abs(sum(parts) - amount) <= Decimal("0.01")


@given(amounts, starts, st.integers(0, 400), st.integers(0, 60))
def test_more_days_never_cost_less(amount, start, days, more):
    whole = rules.year_of(start, rules.CALENDAR)
    for how in (MONTH, DAY):
        shorter, longer = (rules.prorate(amount, Period(start, start + timedelta(days=n)), whole, how) for n in (days, days + more))
        assert shorter <= longer


def test_a_month_that_has_begun_counts_whole():
    whole = rules.year_of(date(2026, 1, 1), rules.CALENDAR)
    for first, months in ((date(2026, 1, 1), 12), (date(2026, 1, 2), 12), (date(2026, 12, 31), 1), (date(2026, 7, 1), 6), (date(2026, 6, 30), 7)):
        assert rules.prorate(Decimal(1200), Period(first, whole.ends_on), whole, MONTH) == 100 * months, first


def test_a_leap_year_has_a_day_more_to_pay_for():
    leap = rules.year_of(date(2028, 1, 1), rules.CALENDAR)
    assert rules.prorate(Decimal(366), Period(date(2028, 2, 29), date(2028, 3, 1)), leap, DAY) == 1


def test_a_proration_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="Unknown"):
        rules.prorate(Decimal(1), Period(date(2026, 1, 1), date(2026, 1, 2)), rules.year_of(date(2026, 1, 1), rules.CALENDAR), "weekly")


@pytest.mark.parametrize(
    ("country", "number", "scope"),
    [("BE", "BE0403170701", "domestic"), ("BE", "", "domestic"), ("FR", "FR40303265045", "eu_business"), ("FR", "", "eu_other"),
     ("GR", "EL094259216", "eu_business"), ("GB", "GB980780684", "elsewhere"), ("US", "", "elsewhere")],
)  # fmt: skip
def test_tax_goes_by_where_the_buyer_is(country, number, scope):
    assert rules.tax_scope("BE", country, number) == scope
    assert rules.tax_scope("US", country, number) == "elsewhere" if country != "US" else True


def test_a_vat_number_is_asked_its_check_digits_where_the_eu_has_them():
    assert rules.clean_tax_number("fr 40 303 265 045", "FR") == "FR40303265045"
    assert rules.clean_tax_number("303265045", "US") == "303265045"
    assert rules.clean_tax_number("", "FR") == ""
    with pytest.raises(ValueError, match="is not a VAT number"):
        rules.clean_tax_number("FR41303265045", "FR")


@given(st.integers(2000, 2100), st.integers(1, 999_999), st.sampled_from(["", "CN-"]))
def test_every_number_has_a_valid_reference_of_its_own(year, number, prefix):
    reference = rules.creditor_reference(f"{prefix}{year}-{number:04d}")
    assert iso11649.is_valid(reference)
    assert len(reference) <= 25
    assert rules.spaced(reference).replace(" ", "") == reference


OWED = [
    Owed(1, "2026-0001", rules.creditor_reference("2026-0001"), "Aurelia", Decimal("16000.00"), "EUR"),
    Owed(2, "2026-0002", rules.creditor_reference("2026-0002"), "Kestrel Audio", Decimal("4000.00"), "EUR"),
    Owed(3, "2026-0003", rules.creditor_reference("2026-0003"), "Kestrel Audio", Decimal("4000.00"), "USD"),
    Owed(4, "2026-0004", rules.creditor_reference("2026-0004"), "Nordic Lamp", Decimal("900.00"), "EUR"),
    Owed(6, "2026-0006", rules.creditor_reference("2026-0006"), "Lumière Cosmétiques", Decimal("4750.00"), "EUR"),
    Owed(5, "2026-0005", rules.creditor_reference("2026-0005"), "Nordic Lamp", Decimal("900.00"), "EUR"),
]


@pytest.mark.parametrize(
    ("text", "payer", "amount", "currency", "found"),
    [
        (rules.spaced(OWED[0].reference).lower(), "X", "16000.00", "EUR", (1, "reference")),
        (f"/ROC/{OWED[0].reference}//URI/", "X", "15999.00", "EUR", (1, "reference_amount")),
        ("dues, invoice 2026-0002 thank you", "Somebody", "4000.00", "EUR", (2, "number")),
        ("invoices 2026-0002 and 2026-0001", "Somebody", "4000.00", "EUR", None),
        ("order 12026-00021", "Somebody", "4000.00", "EUR", None),
        ("membership", "KESTREL AUDIO LTD", "4000.00", "EUR", (2, "name")),
        ("membership", "KESTREL AUDIO LTD", "3999.99", "EUR", None),
        ("membership", "LUMIERE COSMETIQUES", "4750.00", "EUR", (6, "name")),
        ("membership", "Nordic Lamp A/S", "900.00", "EUR", None),
        ("membership", "", "16000.00", "EUR", None),
        (OWED[0].reference, "X", "-16000.00", "EUR", None),
        (OWED[0].reference, "X", "16000.00", "USD", None),
    ],
)
def test_what_a_bank_line_seems_to_pay(text, payer, amount, currency, found):
    match = rules.Open(OWED).match(text, payer, Decimal(amount), currency)
    assert (match and (match[0].invoice, match[1])) == found


@given(st.integers(-400, 400))
def test_every_day_lies_in_one_bucket_and_the_bucket_s_days_hold_it(late):
    today = date(2026, 11, 25)
    due_on = today - timedelta(days=late)
    key = rules.bucket(due_on, today)
    for other, *_rest in rules.BUCKETS:
        first, last = rules.due_days(other, today)
        assert ((first is None or first <= due_on) and (last is None or due_on <= last)) == (other == key)


@given(st.sets(st.sampled_from([-30, -7, 0, 7, 30])), st.integers(-60, 60), st.integers(0, 90))
def test_a_rung_is_due_once_its_day_has_come_and_never_before_the_document(done, away, before):
    today = date(2026, 11, 25)
    due_on = today + timedelta(days=away)
    issued_on = due_on - timedelta(days=before)
    due = rules.rungs_due([-30, -7, 0, 7, 30], due_on, issued_on, frozenset(done), today)
    assert due == sorted(due)
    for rung in (-30, -7, 0, 7, 30):
        day = due_on + timedelta(days=rung)
        assert (rung in due) == (issued_on < day <= today and rung not in done)
