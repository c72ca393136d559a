"""Whether a right protects something, somewhere, on a day; and what its number must look like. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from stdnum.eu.vat import MEMBER_STATES

from coalition.dates import long_day
from coalition.members.countries import NAMES

TRADEMARK, DESIGN, COPYRIGHT, PATENT = "trademark", "design", "copyright", "patent"
EU, BENELUX, WORLD = "EU", "BX", "WO"
BENELUX_STATES = frozenset({"BE", "NL", "LU"})
# Greece writes its VAT numbers with EL.
EU_STATES = frozenset("GR" if code == "el" else code.upper() for code in MEMBER_STATES)
# Who joined or left since 2004: from which day on an EU right covers, and from which day on it no longer does. The United Kingdom's
# last day was the end of the transition period (Withdrawal Agreement, art. 126 and 54).
EU_FROM = {"BG": date(2007, 1, 1), "RO": date(2007, 1, 1), "HR": date(2013, 7, 1)}
EU_UNTIL = {"GB": date(2021, 1, 1)}
# International registrations live by what they designate; copyright in the Berne countries does not.
DESIGNATES = (TRADEMARK, DESIGN)
NICE = range(1, 46)
REGIONS = {EU: _later("the European Union"), BENELUX: _later("Benelux"), WORLD: _later("international (WIPO, or the Berne countries)")}

PENDING, REGISTERED, RESTORED = "pending", "registered", "restored"
LAPSED, CANCELLED, SURRENDERED, REFUSED, INVALIDATED = "lapsed", "cancelled", "surrendered", "refused", "invalidated"
LIVE = (REGISTERED, RESTORED)
STATES = {
    PENDING: _later("applied for"), REGISTERED: _later("registered"), RESTORED: _later("restored"), LAPSED: _later("lapsed"),
    CANCELLED: _later("cancelled"), SURRENDERED: _later("surrendered"), REFUSED: _later("refused"), INVALIDATED: _later("declared invalid"),
}  # fmt: skip
# What may follow what; nothing revives what was surrendered, refused or declared invalid.
FOLLOWS = {
    "": (PENDING, REGISTERED),
    PENDING: (REGISTERED, REFUSED, SURRENDERED, LAPSED),
    REGISTERED: (REGISTERED, LAPSED, CANCELLED, SURRENDERED, INVALIDATED),
    RESTORED: (REGISTERED, LAPSED, CANCELLED, SURRENDERED, INVALIDATED),
    LAPSED: (RESTORED,),
    CANCELLED: (RESTORED,),
    SURRENDERED: (),
    REFUSED: (),
    INVALIDATED: (),
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """From a day on a right stands so in a territory; what is live has a last day, or none."""

    state: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Protection:
    """A right in one territory: its stages, the oldest first, and the Nice classes it is limited to there, if it is."""

    territory: str
    stages: tuple[Stage, ...]
    classes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Facts:
    """A right as far as validity asks."""

    kind: str
    jurisdiction: str
    classes: frozenset[int]
    protections: tuple[Protection, ...]


@dataclass(frozen=True)
class Verdict:
    """Whether it is valid, and why or why not, in one sentence."""

    is_valid: bool
    because: str


def name_of(territory: str) -> str:
    """A territory in words."""
    return str(REGIONS.get(territory) or NAMES.get(territory, territory))


def stage_on(stages: Iterable[Stage], on: date) -> Stage | None:
    """The stage that holds on a day: of those that had begun, the last; of two on one day, the later one."""
    found = None
    for stage in stages:
        if stage.since <= on and (found is None or stage.since >= found.since):
            found = stage
    return found


def is_live(stage: Stage | None, on: date) -> bool:
    """Whether a stage protects on a day: registered or restored, and its term not over (`until` is the first day without it)."""
    return stage is not None and stage.state in LIVE and (stage.until is None or on < stage.until)


def covers(territory: str, country: str, on: date) -> bool:
    """Whether protection in a territory reaches a country on a day: an EU right its member states then, a Benelux right three, Berne all."""
    if territory in (country, WORLD):
        return True
    if territory == BENELUX:
        return country in BENELUX_STATES
    if territory == EU:
        joined, left = EU_FROM.get(country), EU_UNTIL.get(country)
        if left is not None:
            return on < left
        return country in EU_STATES and (joined is None or joined <= on)
    return False


def valid(facts: Facts, *, country: str, on: date, classes: Iterable[int] = ()) -> Verdict:
    """Whether a right is valid in a country, for goods of these Nice classes, on a day: what notices and referrals ask.

    An international registration (Madrid, Hague) protects where it designates, as long as it and the designation both live. Without
    classes, or for another right than a trademark, any goods will do. The sentence names what decided.
    """
    places = {"country": name_of(country), "day": long_day(on)}
    parts = list(facts.protections)
    if facts.jurisdiction == WORLD and facts.kind in DESIGNATES:
        base = next((part for part in parts if part.territory == WORLD), None)
        if base is None or not is_live(stage_on(base.stages, on), on):
            return Verdict(False, _("The international registration was not in force on %(day)s.") % places)
        parts = [part for part in parts if part.territory != WORLD]
    reaching = [part for part in parts if covers(part.territory, country, on)]
    if not reaching:
        return Verdict(False, _("It does not extend to %(country)s.") % places)
    living = [part for part in reaching if is_live(stage_on(part.stages, on), on)]
    if not living:
        stage = stage_on(reaching[0].stages, on)
        if stage is None:
            return Verdict(False, _("In %(country)s it did not exist yet on %(day)s.") % places)
        if stage.state in LIVE:
            return Verdict(False, _("In %(country)s its term had ended by %(day)s.") % places)
        since = long_day(stage.since)
        return Verdict(
            False, _("In %(country)s it stands as “%(state)s” since %(since)s.") % {**places, "state": STATES[stage.state], "since": since}
        )
    wanted = frozenset(classes)
    if facts.kind == TRADEMARK and wanted:
        held = [(part, part.classes or facts.classes) for part in living]
        if not any(wanted <= classes for _part, classes in held):
            known = ", ".join(map(str, sorted(frozenset().union(*(classes for _part, classes in held))))) or "–"
            return Verdict(False, _("In %(country)s it covers the classes %(known)s.") % {**places, "known": known})
    return Verdict(True, _("It was in force in %(country)s on %(day)s.") % places)


# ---- numbers --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NumberRule:
    """What a number of one kind in one register looks like; `example` is one, and the words say what is asked."""

    pattern: str
    example: str
    words: Any


NUMBERS = {
    (TRADEMARK, "US"): NumberRule(r"\d{1,7}", "5123456", _later("A US registration number has up to seven digits.")),
    (TRADEMARK, EU): NumberRule(r"\d{9}", "018123456", _later("An EU trade mark number has nine digits.")),
    (TRADEMARK, WORLD): NumberRule(r"\d{6,7}[A-Z]?", "1234567", _later("An international registration has six or seven digits, perhaps a letter.")),
    (TRADEMARK, "GB"): NumberRule(r"UK\d{11}", "UK00003210987", _later("A UK trade mark number is UK and eleven digits.")),
    (TRADEMARK, "CN"): NumberRule(r"\d{1,8}[A-Z]?", "12345678", _later("A Chinese registration number has up to eight digits, perhaps a letter.")),
    (DESIGN, EU): NumberRule(r"\d{9}-\d{4}", "001234567-0001", _later("An EU design number is nine digits, a hyphen and four digits.")),
}  # fmt: skip


class WrongFact(ValueError):
    """What a right cannot be: at which field, and why."""

    def __init__(self, field: str, words: str):
        super().__init__(words)
        self.field = field


def bare(text: str) -> str:
    """A number without the spaces, commas and dots that people write into it."""
    return re.sub(r"[\s,.]", "", text).upper()[:40]


def clean_number(kind: str, jurisdiction: str, text: str) -> str:
    """A registration number as its register writes it. Raises WrongFact with what is asked; registers without a rule take any."""
    number = bare(text)
    rule = NUMBERS.get((kind, jurisdiction))
    if rule is None or not number:
        return number
    if (kind, jurisdiction) == (TRADEMARK, "US") and re.fullmatch(r"\d{8}", number):
        raise WrongFact("number", _("Eight digits are a US serial number, of an application. A registration number has seven."))
    if (kind, jurisdiction) == (TRADEMARK, EU) and re.fullmatch(r"\d{6,8}", number):
        number = number.zfill(9)
    if (kind, jurisdiction) == (TRADEMARK, "GB") and re.fullmatch(r"\d{7,11}", number):
        number = "UK" + number.zfill(11)
    if not re.fullmatch(rule.pattern, number):
        raise WrongFact("number", _("%(words)s For example %(example)s.") % {"words": rule.words, "example": rule.example})
    return number


def clean_classes(text: str) -> list[int]:
    """Nice classes from words like “14, 18 and 25” or “9-11”, in order, each once. Raises ValueError with what is wrong."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[,;\s]+|\band\b", text)):
        span = re.fullmatch(r"(\d{1,2})(?:[-–](\d{1,2}))?", part)
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if first not in NICE or last not in NICE or last < first:
            raise ValueError(_("“%(text)s” is no Nice class: they go from 1 to 45.") % {"text": part[:20]})
        found.update(range(first, last + 1))
    return sorted(found)


# ---- what is entered ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A right as somebody enters it, checked; `stages` by territory, its own register's first."""

    kind: str
    name: str
    number: str
    jurisdiction: str
    classes: tuple[int, ...]
    holder: str
    goods: str
    filed_on: date | None
    stages: dict[str, tuple[Stage, ...]]

    @property
    def expires(self) -> date | None:
        """The first day without it where it is registered, while it lives."""
        last = self.stages[self.jurisdiction][-1]
        return last.until if last.state in LIVE else None


def checked(
    *,
    kind: str,
    name: str,
    number: str,
    jurisdiction: str,
    classes: Iterable[int] = (),
    holder: str = "",
    goods: str = "",
    filed_on: date | None = None,
    registered_on: date | None = None,
    expires_on: date | None = None,
    designates: Iterable[str] = (),
    ended: str = "",
    ended_on: date | None = None,
) -> Entry:
    """A right from what is said of it: applied for since it was filed, registered since it was, until `expires_on`, the first day without it.

    `designates` are the territories of an international registration, protected as long as it is; `ended` is how it stands since
    `ended_on`, when it protects no more. Raises WrongFact for what cannot be.
    """
    name = " ".join(name.split())
    if not name:
        raise WrongFact("name", _("A right has a name."))
    # An application has a number of its own, of which registers have other rules (a US serial number has eight digits).
    number = clean_number(kind, jurisdiction, number) if registered_on else bare(number)
    if kind != COPYRIGHT and not number:
        raise WrongFact("number", _("A registered right has a number."))
    since = registered_on or filed_on
    if since is None:
        raise WrongFact("registered_on", _("Give the day it was registered, or the day it was filed while it is not."))
    if filed_on and registered_on and registered_on < filed_on:
        raise WrongFact("registered_on", _("It was registered after it was filed."))
    if expires_on is not None and expires_on <= since:
        raise WrongFact("expires_on", _("The last day lies before the first."))
    designates = [territory for territory in dict.fromkeys(designates) if territory != jurisdiction]
    if designates and not (jurisdiction == WORLD and kind in DESIGNATES):
        raise WrongFact("designates", _("Only an international registration designates territories."))
    last = [Stage(REGISTERED, registered_on, expires_on)] if registered_on else []
    if ended:
        if ended_on is None:
            raise WrongFact("ended_on", _("Say since when it stands so."))
        if ended_on < since or ended not in FOLLOWS[REGISTERED if registered_on else PENDING]:
            raise WrongFact("ended_on", _("It cannot stand so since that day, after what it was before."))
        last.append(Stage(ended, ended_on))
    first = [Stage(PENDING, filed_on)] if filed_on and filed_on != registered_on else []
    stages = {jurisdiction: (*first, *last), **{territory: tuple(last) or tuple(first) for territory in designates}}
    return Entry(kind, name, number, jurisdiction, tuple(sorted(set(classes))), holder.strip(), goods.strip(), filed_on, stages)
