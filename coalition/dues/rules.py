"""Pure decisions about money: what a part of a year costs, what tax goes on it, what a bank line seems to pay.

Amounts are `Decimal`; every rule that rounds says so, and all round half up to the cent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from stdnum import iso11649
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

ANNIVERSARY, CALENDAR = "anniversary", "calendar"
NONE, MONTH, DAY = "none", "month", "day"
DOMESTIC, EU_BUSINESS, EU_OTHER, ELSEWHERE = "domestic", "eu_business", "eu_other", "elsewhere"
CENT = Decimal("0.01")
# Greece writes its VAT numbers with EL.
EU = frozenset("GR" if code == "el" else code.upper() for code in vat.MEMBER_STATES)


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Period:
    """From a day until before another."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days


def year_of(starts_on: date, year: str) -> Period:
    """The whole year that dues beginning on a day belong to: twelve months from it, or the calendar year it lies in."""
    if year == CALENDAR:
        return Period(date(starts_on.year, 1, 1), date(starts_on.year + 1, 1, 1))
    return Period(starts_on, starts_on + relativedelta(years=1))


def months_begun(period: Period) -> int:
    """How many months of the period have begun by its end, counted from its first day."""
    span = relativedelta(period.ends_on, period.starts_on)
    return span.years * 12 + span.months + (1 if span.days else 0)


def prorate(amount: Decimal, part: Period, whole: Period, how: str) -> Decimal:
    """What a part of a year costs, of `amount` for the whole year; rounded half up to the cent, once.

    By months, a month that has begun counts whole; by days, a day is the year's amount divided by the year's own days (365 or 366).
    Never more than the whole, and nothing for a part without days.
    """
    if part.days <= 0:
        return Decimal("0.00")
    if how == NONE:
        return cents(amount)
    if how == MONTH:
        return cents(amount * min(months_begun(part), 12) / 12)
    if how == DAY:
        return cents(amount * min(part.days, whole.days) / whole.days)
    raise ValueError(f"Unknown proration {how}.")


def remaining(amount: Decimal, whole: Period, rest: Period, how: str) -> Decimal:
    """What of an amount charged for a period is for its rest: by months begun, by days, or all of it; rounded half up to the cent, once."""
    part = Period(max(rest.starts_on, whole.starts_on), min(rest.ends_on, whole.ends_on))
    if part.days <= 0:
        return Decimal("0.00")
    if how == NONE:
        return cents(amount)
    share = (months_begun(part), months_begun(whole)) if how == MONTH else (part.days, whole.days)
    return cents(amount * min(share[0], share[1]) / share[1])


def tax_scope(issuer_country: str, country: str, tax_number: str) -> str:
    """Which tax rule an invoice falls under (Directive 2006/112/EC: place of supply art. 44 and 45, reverse charge art. 196)."""
    if country == issuer_country:
        return DOMESTIC
    if issuer_country not in EU or country not in EU:
        return ELSEWHERE
    return EU_BUSINESS if tax_number else EU_OTHER


def tax_on(net: Decimal, percent: Decimal) -> Decimal:
    """Tax on a document's whole net, rounded half up to the cent, once a document."""
    return cents(net * percent / 100)


def clean_tax_number(text: str, country: str) -> str:
    """A VAT number as registers write it; for countries of the EU its check digits are asked. Raises ValueError with what is wrong."""
    number = re.sub(r"[\s.\-/]", "", text).upper()
    if not number or country not in EU:
        return number[:40]
    prefix = "EL" if country == "GR" else country
    try:
        return vat.validate(number if number.startswith(prefix) else prefix + number)
    except ValidationError:
        raise ValueError(f"{text.strip()} is not a VAT number of this country.") from None


def creditor_reference(number: str) -> str:
    """The structured reference of a document (ISO 11649): RF, two check digits, its number without signs."""
    body = re.sub(r"[^0-9A-Z]", "", number.upper())
    digits = mod_97_10.calc_check_digits(body + "RF")
    return iso11649.validate(f"RF{digits}{body}")


def spaced(reference: str) -> str:
    """A reference or an IBAN in groups of four, as it is printed."""
    return " ".join(reference[i : i + 4] for i in range(0, len(reference), 4))


# ---- reading the bank -----------------------------------------------------------------------------------------------------------

BY_REFERENCE, BY_REFERENCE_OTHER_AMOUNT, BY_NUMBER, BY_NAME = "reference", "reference_amount", "number", "name"
MATCHES = {
    BY_REFERENCE: _("reference and amount"),
    BY_REFERENCE_OTHER_AMOUNT: _("reference, other amount"),
    BY_NUMBER: _("number in the text"),
    BY_NAME: _("payer and amount"),
}


@dataclass(frozen=True)
class Owed:
    """An open invoice, as far as matching asks."""

    invoice: int
    number: str
    reference: str
    name: str
    amount: Decimal
    currency: str


def squeezed(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def _plain(name: str) -> str:
    """Without accents and case: banks write names in capitals and in few letters."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", _plain(name)) if len(word) > 2)


# Where a reference may begin in a text without signs, and where a document's number stands by itself.
REFERENCE_BEGINS = re.compile(r"(?=RF\d\d)")
NUMBER = re.compile(r"(?<![0-9A-Za-z-])\d{4}-\d{4,}(?![0-9A-Za-z-])")


class Open:
    """Open invoices, to be found by what a bank line tells: looked up, not walked through, for a line each of thousands."""

    def __init__(self, owed: Iterable[Owed]):
        self._by_reference: dict[tuple[str, str], Owed] = {}
        self._by_number: dict[tuple[str, str], Owed] = {}
        self._by_amount: dict[tuple[Decimal, str], list[Owed]] = {}
        for one in owed:
            self._by_reference[one.reference, one.currency] = one
            self._by_number[one.number, one.currency] = one
            self._by_amount.setdefault((one.amount, one.currency), []).append(one)
        self._lengths = sorted({len(reference) for reference, _currency in self._by_reference}, reverse=True)

    def match(self, text: str, payer: str, amount: Decimal, currency: str) -> tuple[Owed, str] | None:
        """What a bank line seems to pay, and why; None where nothing is likely enough to be proposed.

        Only a valid reference with the exact amount is certain. A payer's name is proposed with the exact amount alone, and only when
        one invoice fits: what fits two is for a person.
        """
        if amount <= 0:
            return None
        if referred := self._referred(squeezed(text), currency):
            return referred, BY_REFERENCE if referred.amount == amount else BY_REFERENCE_OTHER_AMOUNT
        numbered = {number: self._by_number[number, currency] for number in NUMBER.findall(text) if (number, currency) in self._by_number}
        if len(numbered) == 1:
            return next(iter(numbered.values())), BY_NUMBER
        same = self._by_amount.get((amount, currency), [])
        named = [one for one in same if _words(one.name) and _words(one.name) <= _words(payer)]
        return (named[0], BY_NAME) if len(named) == 1 else None

    def _referred(self, squeezed: str, currency: str) -> Owed | None:
        for begin in REFERENCE_BEGINS.finditer(squeezed):
            for length in self._lengths:
                if one := self._by_reference.get((squeezed[begin.start() : begin.start() + length], currency)):
                    return one
        return None


# ---- ageing and reminders -------------------------------------------------------------------------------------------------------

BUCKETS = [("not_due", _("not due"), None, 0), ("to_30", _("1–30 days"), 1, 30), ("to_60", _("31–60 days"), 31, 60),
           ("to_90", _("61–90 days"), 61, 90), ("over_90", _("over 90 days"), 91, None)]  # fmt: skip


def bucket(due_on: date, today: date) -> str:
    """Which column of the ageing an open invoice stands in, by days overdue."""
    late = (today - due_on).days
    return next(key for key, _label, first, last in BUCKETS if (first is None or late >= first) and (last is None or late <= last))


def due_days(key: str, today: date) -> tuple[date | None, date | None]:
    """The due days (first, last) that a bucket holds."""
    _key, _label, first, last = next(row for row in BUCKETS if row[0] == key)
    earliest = None if last is None else today - timedelta(days=last)
    return (earliest, None) if first is None else (earliest, today - timedelta(days=first))


def rungs_due(rungs: Sequence[int], due_on: date, issued_on: date, done: frozenset[int], today: date) -> list[int]:
    """The rungs whose day has come and that no log holds, oldest first. A rung of before the document was issued is none of its."""
    return [rung for rung in sorted(rungs) if issued_on < due_on + timedelta(days=rung) <= today and rung not in done]


def payable_in(left: int) -> str:
    """How a reminder says when an invoice is payable, so many days before its due day; after it, for a number below nought."""
    if left == 0:
        return str(_("is payable today"))
    if left < 0:
        return ngettext("was payable yesterday", "was payable %(n)d days ago", -left) % {"n": -left}
    return ngettext("is payable in one day", "is payable in %(n)d days", left) % {"n": left}
