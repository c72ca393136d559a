"""Which column of a register says what, and whether a row can be understood. Pure but for the vocabularies it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from coalition.brought.columns import Columns, NotUnderstood, code_of, day
from coalition.dues.rules import clean_tax_number

COLUMNS = Columns(
    headings={
        "name": ("name", "organisation", "legal name", "member", "company"),
        "category": ("category", "kind", "type"),
        "tier": ("tier", "level", "membership level"),
        "country": ("country", "country code"),
        "joined_on": ("joined", "joined on", "member since"),
        "starts_on": ("term from", "from", "term start", "start"),
        "ends_on": ("term until", "until", "last day", "term end", "end", "expires"),
        "owner_email": ("owner email", "owner e-mail", "contact email", "email", "e-mail"),
        "billing_email": ("billing email", "billing e-mail", "invoice email"),
        "band": ("band", "revenue band"),
        "tax_number": ("vat", "vat number", "tax number"),
    },
    needed=("name", "tier", "country", "starts_on", "ends_on"),
)


@dataclass(frozen=True)
class Vocabulary:
    tiers: dict[str, Any]
    countries: dict[str, str]
    bands: dict[str, Any]


def understand(value: dict[str, str], known: Vocabulary) -> dict[str, Any]:
    """The facts of a row. Raises NotUnderstood with the field and the reason."""
    name = " ".join(value.get("name", "").split())
    if not 2 <= len(name) <= 160:
        raise NotUnderstood(_("name: an organisation has a name of up to 160 characters."))
    tier = known.tiers.get(value.get("tier", "").strip().casefold())
    if tier is None:
        raise NotUnderstood(_("tier: there is none called “%(text)s”, or several are; write category – tier.") % {"text": value.get("tier", "")[:40]})
    country = value.get("country", "")
    code = code_of(country, known.countries)
    if not code:
        raise NotUnderstood(_("country: “%(text)s” is none.") % {"text": country[:40]})
    facts: dict[str, Any] = {"name": name, "tier": tier, "country": code}
    starts, until = day(value.get("starts_on", ""), "term from"), day(value.get("ends_on", ""), "term until")
    if until <= starts:
        raise NotUnderstood(_("term until: it lies before the term begins."))
    joined = day(value["joined_on"], "joined") if value.get("joined_on") else starts
    if joined > max(starts, date.today()):
        raise NotUnderstood(_("joined: it lies after the term begins."))
    # A register says the last day; a term ends before a day.
    facts |= {"starts_on": starts.isoformat(), "ends_on": (until + timedelta(days=1)).isoformat(), "joined_on": joined.isoformat()}
    for field in ("owner_email", "billing_email"):
        if text := value.get(field, "").strip().lower():
            try:
                validate_email(text)
                if len(text) > 254:
                    raise ValidationError("longer than any address")
            except ValidationError:
                raise NotUnderstood(
                    _("%(field)s: “%(text)s” is no e-mail address.") % {"field": COLUMNS.headings[field][0], "text": text[:60]}
                ) from None
            facts[field] = text
    if text := value.get("band", "").strip().casefold():
        if text not in known.bands:
            raise NotUnderstood(_("band: there is none called “%(text)s”.") % {"text": text[:40]})
        facts["band"] = known.bands[text]
    if text := value.get("tax_number", "").strip():
        try:
            facts["tax_number"] = clean_tax_number(text, facts["country"])
        except ValueError as why:
            raise NotUnderstood(_("VAT number: %(why)s") % {"why": why}) from why
    return facts
