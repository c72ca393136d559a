"""When something is due. Pure: from a start, an amount, a unit and a calendar to an instant.

The day of the event does not count. Calendar-day and working-day periods end with their last day, in the zone of the policy;
hours run from the instant. Whether a period that ends on a day off moves on is a property of the policy, because the
laws differ (Regulation 1182/71 art. 3(4) moves it; contracts vary).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

HOURS, WORKING_DAYS, CALENDAR_DAYS, MONTHS = "hours", "working_days", "calendar_days", "months"
END_OF_DAY = time(23, 59, 59)


@lru_cache(maxsize=64)
def public_holidays(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of `calendar` (ISO country, or country-subdivision) in a year; empty for "none".

    Raises KeyError for a calendar that the holidays library does not know.
    """
    if calendar in ("", "none"):
        return frozenset()
    country, _dash, subdivision = calendar.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError as unknown:
        raise KeyError(calendar) from unknown


@lru_cache(maxsize=64)
def working_weekends(calendar: str, year: int) -> frozenset[date]:
    """Weekend days that are worked in exchange for a holiday, as in China."""
    if calendar in ("", "none"):
        return frozenset()
    country, _dash, subdivision = calendar.partition("-")
    known = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return frozenset(getattr(known, "weekend_workdays", ()) or ())


def is_working_day(day: date, calendar: str) -> bool:
    if day in public_holidays(calendar, day.year):
        return False
    return day.weekday() < 5 or day in working_weekends(calendar, day.year)


def next_working_day(day: date, calendar: str) -> date:
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return day


def due(start: datetime, amount: int, unit: str, *, calendar: str = "none", zone: str = "UTC", moves_on: bool = False) -> datetime:
    """The last instant of a period of `amount` `unit` after `start` (aware). Raises ValueError for an unknown unit."""
    if start.tzinfo is None:
        raise ValueError("A clock starts at an instant, with its zone.")
    if amount < 0:
        raise ValueError("A period is not negative.")
    if unit == HOURS:
        return start + timedelta(hours=amount)
    place = ZoneInfo(zone)
    day = start.astimezone(place).date()
    if unit == CALENDAR_DAYS:
        day += timedelta(days=amount)
    elif unit == MONTHS:
        day += relativedelta(months=amount)
    elif unit == WORKING_DAYS:
        left = amount
        while left:
            day += timedelta(days=1)
            left -= is_working_day(day, calendar)
    else:
        raise ValueError(f"Unknown unit {unit}.")
    if moves_on:
        day = next_working_day(day, calendar)
    return datetime.combine(day, END_OF_DAY, place)


def moved(
    due_at: datetime, stood_from: datetime, until: datetime, unit: str, *, calendar: str = "none", zone: str = "UTC", moves_on: bool = False
) -> datetime:
    """When something is due after its clock stood still from one instant until another. Hours move by as long as that; days by the days, or
    the working days, that went by meanwhile, so that the period still ends with a day, and not on one on which such periods do not end.
    """
    if unit == HOURS:
        return due_at + (until - stood_from)
    place = ZoneInfo(zone)
    first, last = stood_from.astimezone(place).date(), until.astimezone(place).date()
    day = due_at.astimezone(place).date()
    if unit == WORKING_DAYS:
        stood = sum(is_working_day(first + timedelta(days=n), calendar) for n in range(1, (last - first).days + 1))
        while stood:
            day += timedelta(days=1)
            stood -= is_working_day(day, calendar)
    else:
        day += last - first
    if moves_on:
        day = next_working_day(day, calendar)
    return datetime.combine(day, END_OF_DAY, place)
