"""Which column of a register says what, and whether a row can be understood. Pure but for the vocabularies it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from coalition.dates import EARLIEST, LATEST

HEADINGS = {
    "name": ("name", "organisation", "legal name", "member", "company"),
    "category": ("category", "kind", "type"),
    "tier": ("tier", "level", "membership level"),
    "country": ("country", "country code"),
    "joined_on": ("joined", "joined on", "member since"),
    "starts_on": ("term from", "term start", "start"),
    "ends_on": ("term until", "term end", "end", "expires"),
    "owner_email": ("owner email", "owner e-mail", "contact email", "email", "e-mail"),
    "billing_email": ("billing email", "billing e-mail", "invoice email"),
    "band": ("band", "revenue band"),
    "tax_number": ("vat", "vat number", "tax number"),
}
NEEDED = ("name", "tier", "country", "starts_on", "ends_on")
SHAPES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")


class NotUnderstood(Exception):
    """A row cannot be entered: field and why."""


@dataclass(frozen=True)
class Vocabulary:
    tiers: dict[str, Any]
    countries: dict[str, str]
    bands: dict[str, Any]


def places(headings: list[str]) -> dict[str, int]:
    """From what a column says to where it stands."""
    heads = [head.strip().casefold() for head in headings]
    return {name: heads.index(known) for name, names in HEADINGS.items() for known in reversed(names) if known in heads}


def missing(columns: dict[str, int]) -> list[str]:
    return [HEADINGS[name][0] for name in NEEDED if name not in columns]


def day(text: str, field: str) -> str:
    for shape in SHAPES:
        try:
            found = datetime.strptime(text.strip(), shape).date()
        except ValueError:
            continue
        if EARLIEST <= found <= LATEST:
            return found.isoformat()
    raise NotUnderstood(_("%(field)s: “%(text)s” is no date.") % {"field": field, "text": text[:40]})


def understand(value: dict[str, str], known: Vocabulary) -> dict[str, Any]:
    """The facts of a row. Raises NotUnderstood with the field and the reason."""
    name = " ".join(value.get("name", "").split())
    if not 2 <= len(name) <= 160:
        raise NotUnderstood(_("name: an organisation has a name of up to 160 characters."))
    tier = known.tiers.get(value.get("tier", "").strip().casefold())
    if tier is None:
        raise NotUnderstood(_("tier: there is none called “%(text)s”.") % {"text": value.get("tier", "")[:40]})
    country = value.get("country", "").strip()
    code = (
        country.upper()
        if country.upper() in known.countries
        else next((c for c, n in known.countries.items() if n.casefold() == country.casefold()), "")
    )
    if not code:
        raise NotUnderstood(_("country: “%(text)s” is none.") % {"text": country[:40]})
    facts: dict[str, Any] = {"name": name, "tier": tier, "country": code}
    facts["starts_on"], until = day(value.get("starts_on", ""), "term from"), day(value.get("ends_on", ""), "term until")
    if until <= facts["starts_on"]:
        raise NotUnderstood(_("term until: it lies before the term begins."))
    # A register says the last day; a term ends before a day.
    facts["ends_on"] = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
    facts["joined_on"] = day(value["joined_on"], "joined") if value.get("joined_on", "").strip() else facts["starts_on"]
    if facts["joined_on"] > max(facts["starts_on"], date.today().isoformat()):
        raise NotUnderstood(_("joined: it lies after the term begins."))
    for field in ("owner_email", "billing_email"):
        if text := value.get(field, "").strip().lower():
            try:
                validate_email(text)
                if len(text) > 254:
                    raise ValidationError("longer than any address")
            except ValidationError:
                raise NotUnderstood(_("%(field)s: “%(text)s” is no e-mail address.") % {"field": HEADINGS[field][0], "text": text[:60]}) from None
            facts[field] = text
    if text := value.get("band", "").strip().casefold():
        if text not in known.bands:
            raise NotUnderstood(_("band: there is none called “%(text)s”.") % {"text": text[:40]})
        facts["band"] = known.bands[text]
    if text := value.get("tax_number", "").strip():
        facts["tax_number"] = text[:40]
    return facts
