"""The countries an organisation can be registered in, by ISO 3166, in alphabetical order."""

import pycountry

COUNTRIES = sorted(((country.alpha_2, getattr(country, "common_name", country.name)) for country in pycountry.countries), key=lambda row: row[1])
NAMES = dict(COUNTRIES)
