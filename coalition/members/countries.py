"""The countries an organisation can be registered in, by ISO 3166, in alphabetical order."""

from __future__ import annotations

from collections.abc import Iterable

import pycountry

COUNTRIES = sorted(((country.alpha_2, getattr(country, "common_name", country.name)) for country in pycountry.countries), key=lambda row: row[1])
NAMES = dict(COUNTRIES)


def in_words(codes: Iterable[str]) -> str:
    """Countries by their names, in one line."""
    return ", ".join(NAMES.get(code, code) for code in codes)
