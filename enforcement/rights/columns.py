"""A portfolio as trade-mark software and law firms export it: which column says what, and the words they use. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from coalition.brought.columns import Columns, NotUnderstood, code_of, day
from coalition.members.countries import NAMES
from enforcement.rights import rules

COLUMNS = Columns(
    headings={
        "kind": ("kind", "right type", "ip type", "type"),
        "name": ("name", "mark", "trademark", "trade mark", "trademark name", "name or mark", "title", "brand"),
        "number": ("number", "registration number", "registration no", "registration no.", "reg. no.", "reg no", "reg number"),
        "applied": ("application number", "application no", "application no.", "app. no.", "app no", "serial number"),
        "register": ("register", "jurisdiction", "country", "country code", "office", "territory"),
        "designates": ("designates", "designations", "designated countries", "designated contracting parties", "territories"),
        "holder": ("holder", "owner", "proprietor", "registrant", "applicant"),
        "classes": ("nice classes", "classes", "class", "class(es)", "international class", "int. class"),
        "goods": ("goods and services", "goods", "goods & services", "specification"),
        "filed_on": ("filed", "filed on", "filing date", "application date", "app. date"),
        "registered_on": ("registered", "registered on", "registration date", "reg. date", "grant date"),
        "expires_on": ("last day", "expires", "expiry", "expiry date", "expiration date", "renewal date", "renewal due", "next renewal"),
        "state": ("status", "stands", "legal status"),
        "ended_on": ("status since", "status date", "since"),
    },
    needed=("name", "register"),
)
KINDS = {
    "trademark": rules.TRADEMARK, "trade mark": rules.TRADEMARK, "tm": rules.TRADEMARK, "mark": rules.TRADEMARK, "word mark": rules.TRADEMARK,
    "figurative mark": rules.TRADEMARK, "word": rules.TRADEMARK, "figurative": rules.TRADEMARK, "design": rules.DESIGN,
    "registered design": rules.DESIGN, "design patent": rules.DESIGN, "rcd": rules.DESIGN, "copyright": rules.COPYRIGHT, "patent": rules.PATENT,
    "utility patent": rules.PATENT,
}  # fmt: skip
OFFICES = {
    "EM": rules.EU, "EUIPO": rules.EU, "EUTM": rules.EU, "CTM": rules.EU, "OHIM": rules.EU, "EUROPEAN UNION": rules.EU, "BENELUX": rules.BENELUX,
    "BOIP": rules.BENELUX, "WIPO": rules.WORLD, "IR": rules.WORLD, "MADRID": rules.WORLD, "HAGUE": rules.WORLD, "INTERNATIONAL": rules.WORLD,
    "UK": "GB", "UKIPO": "GB", "UNITED KINGDOM": "GB", "USA": "US", "USPTO": "US", "UNITED STATES": "US", "CNIPA": "CN", "PRC": "CN",
}  # fmt: skip
STATES = {
    "registered": rules.REGISTERED, "live": rules.REGISTERED, "active": rules.REGISTERED, "in force": rules.REGISTERED,
    "granted": rules.REGISTERED, "protected": rules.REGISTERED, "renewed": rules.REGISTERED, "restored": rules.REGISTERED, "yes": rules.REGISTERED,
    "pending": rules.PENDING, "applied for": rules.PENDING, "application": rules.PENDING, "filed": rules.PENDING, "published": rules.PENDING,
    "opposed": rules.PENDING, "lapsed": rules.LAPSED, "expired": rules.LAPSED, "dead": rules.LAPSED, "abandoned": rules.LAPSED,
    "cancelled": rules.CANCELLED, "canceled": rules.CANCELLED, "revoked": rules.CANCELLED, "surrendered": rules.SURRENDERED,
    "withdrawn": rules.SURRENDERED, "refused": rules.REFUSED, "rejected": rules.REFUSED, "declared invalid": rules.INVALIDATED,
    "invalidated": rules.INVALIDATED, "invalid": rules.INVALIDATED,
}  # fmt: skip
TERRITORIES = {**rules.REGIONS, **NAMES}
ONE_DAY = timedelta(days=1)


def _one_of(text: str, words: Mapping[str, str], column: str) -> str:
    found = words.get(" ".join(text.casefold().split()), "")
    if not found:
        raise NotUnderstood(_("%(column)s: “%(text)s” is none we know.") % {"column": column, "text": text[:40]})
    return found


def _territory(text: str, column: str) -> str:
    found = OFFICES.get(text.strip().upper()) or code_of(text, TERRITORIES)
    if not found:
        raise NotUnderstood(_("%(column)s: “%(text)s” is none we know.") % {"column": column, "text": text[:40]})
    return found


def understand(said: Mapping[str, str], kind: str, today: date) -> dict[str, Any]:
    """What `rules.checked` takes, of one row, read today; `kind` where the row does not say. Raises NotUnderstood with the column and the reason."""
    names = {field: headings[0] for field, headings in COLUMNS.headings.items()}
    facts: dict[str, Any] = {"name": said["name"][:160], "holder": said.get("holder", "")[:160], "goods": said.get("goods", "")[:20_000]}
    facts["kind"] = _one_of(said["kind"], KINDS, names["kind"]) if said.get("kind") else kind
    facts["jurisdiction"] = _territory(said["register"], names["register"])
    for field in ("filed_on", "registered_on"):
        facts[field] = day(said[field], names[field]) if said.get(field) else None
        if facts[field] and facts[field] > today:
            raise NotUnderstood(_("%(column)s: that day has not come yet.") % {"column": names[field]})
    # A file says the last day; a term ends before a day.
    facts["expires_on"] = day(said["expires_on"], names["expires_on"]) + ONE_DAY if said.get("expires_on") else None
    try:
        facts["classes"] = rules.clean_classes(said.get("classes", ""))
    except ValueError as wrong:
        raise NotUnderstood(f"{names['classes']}: {wrong}") from None
    designates = [part for part in said.get("designates", "").replace(";", ",").split(",") if part.strip()]
    facts["designates"] = [_territory(part, names["designates"]) for part in designates]
    facts["number"] = said.get("number", "") or said.get("applied", "")
    state = _one_of(said["state"], STATES, names["state"]) if said.get("state") else ""
    if state == rules.REGISTERED and facts["registered_on"] is None:
        raise NotUnderstood(_("%(column)s: a right that is registered has the day.") % {"column": names["registered_on"]})
    if state == rules.PENDING:
        facts |= {"registered_on": None, "expires_on": None}
    elif state and state != rules.REGISTERED:
        facts |= {"ended": state, "ended_on": _ended(said, state, facts["expires_on"], names["ended_on"])}
    try:
        rules.checked(**facts)
    except rules.WrongFact as wrong:
        raise NotUnderstood(f"{names.get(wrong.field, wrong.field)}: {wrong}") from None
    return facts


def _ended(said: Mapping[str, str], state: str, expires: date | None, column: str) -> date | None:
    if said.get("ended_on"):
        return day(said["ended_on"], column)
    # What has run out stands so since the day after its last.
    return expires if state == rules.LAPSED else None
