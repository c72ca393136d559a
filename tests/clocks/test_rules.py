from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.clocks import rules

UTC = ZoneInfo("UTC")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def test_the_day_of_the_event_does_not_count():
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert rules.due(start, 4, "calendar_days") == datetime(2026, 11, 28, 23, 59, 59, tzinfo=UTC)


def test_working_days_skip_weekends_and_thanksgiving():
    start = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("America/New_York"))
    due = rules.due(start, 2, "working_days", calendar="US", zone="America/New_York")
    assert due.date() == date(2026, 11, 27)


def test_a_period_ends_by_the_day_of_the_place():
    """Late on the 24th in London is the 25th in Shanghai, and that day does not count there."""
    start = datetime(2026, 11, 24, 20, tzinfo=UTC)
    due = rules.due(start, 15, "calendar_days", zone="Asia/Shanghai")
    assert due.date() == date(2026, 12, 10)


def test_a_period_that_ends_on_a_day_off_moves_on_only_where_the_policy_says_so():
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert rules.due(start, 4, "calendar_days").date() == date(2026, 11, 28)
    assert rules.due(start, 4, "calendar_days", moves_on=True).date() == date(2026, 11, 30)


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="fortnights"):
        rules.due(datetime(2026, 1, 1, tzinfo=UTC), 1, "fortnights")


def test_an_unknown_calendar_is_refused():
    with pytest.raises(KeyError):
        rules.due(datetime(2026, 1, 1, tzinfo=UTC), 1, "working_days", calendar="XX")


@given(moments, st.integers(0, 60), st.sampled_from(["hours", "calendar_days", "working_days"]), st.sampled_from(["none", "US", "CN", "FR"]))
def test_more_time_is_never_due_sooner(start, amount, unit, calendar):
    first = rules.due(start, amount, unit, calendar=calendar)
    assert start <= first <= rules.due(start, amount + 1, unit, calendar=calendar)


@given(moments, st.integers(1, 40), st.sampled_from(["US", "CN", "GB"]))
def test_a_working_day_period_ends_on_a_working_day_and_holds_that_many(start, amount, calendar):
    due = rules.due(start, amount, "working_days", calendar=calendar)
    days = [start.date() + timedelta(days=n) for n in range(1, (due.date() - start.date()).days + 1)]
    assert rules.is_working_day(due.date(), calendar)
    assert sum(rules.is_working_day(day, calendar) for day in days) == amount


def test_a_clock_that_stood_over_a_weekend_ends_with_a_working_day():
    """Due on a Friday, it stood from Thursday to Monday: two working days went by, so it is due two working days later."""
    new_york = ZoneInfo("America/New_York")
    due, since, until = (datetime(2026, 6, day, hour, tzinfo=new_york) for day, hour in ((12, 23), (4, 10), (8, 9)))
    moved = rules.moved(due, since, until, "working_days", calendar="US", zone="America/New_York")
    assert (moved.date(), moved.hour) == (date(2026, 6, 16), 23)
    assert rules.moved(due, since, until, "hours") == due + (until - since)
    # Calendar days go by too, and a period that may not end on a day off moves on.
    assert rules.moved(due, since, until, "calendar_days", zone="America/New_York").date() == date(2026, 6, 16)
    saturday = datetime(2026, 6, 9, 12, tzinfo=new_york)
    assert rules.moved(saturday, since, until, "calendar_days", zone="America/New_York", moves_on=True).date() == date(2026, 6, 15)


@given(moments, st.integers(1, 30), st.integers(0, 10), st.integers(0, 10), st.sampled_from(["calendar_days", "working_days"]),
       st.sampled_from(["none", "US", "CN", "FR"]), st.booleans())  # fmt: skip
def test_a_clock_that_stood_gives_no_less_time_and_ends_with_a_day(start, amount, after, stood, unit, calendar, moves_on):
    due = rules.due(start, amount, unit, calendar=calendar, moves_on=moves_on)
    since, until = start + timedelta(days=after), start + timedelta(days=after + stood)
    moved = rules.moved(due, since, until, unit, calendar=calendar, moves_on=moves_on)
    assert moved >= due
    assert moved.time() == rules.END_OF_DAY
    if unit == "working_days" and amount:
        assert rules.is_working_day(moved.date(), calendar)
    if not stood:
        assert moved == due
