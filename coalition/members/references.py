"""References people can say on the telephone: `AUR-2026-0142` for a case, `AUR-N-2026-0007` for a notice."""

import re

from anyascii import anyascii
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from coalition.members.models import Organisation


@transaction.atomic
def next_reference(organisation_id: int, kind: str = "") -> str:
    """The next reference of an organisation's own series in this year, so that nobody reads another's volume from a number.

    `kind` is the letter of what is not a case. Concurrent callers wait for each other and never share one.
    """
    return next_references(organisation_id, kind, 1)[0]


def next_references(organisation_id: int, kind: str, count: int) -> list[str]:
    """The next so many references of a series, in a row."""
    prefix = Organisation.objects.values_list("prefix", flat=True).get(pk=organisation_id)
    series = "-".join(part for part in (prefix, kind, str(timezone.now().year)) if part)
    return [f"{series}-{number:04d}" for number in next_numbers(series, count)]


def next_number(series: str) -> int:
    """The next number of a series. Gap-free: whoever takes one holds the series until their transaction ends, or gives it back with it."""
    return next_numbers(series, 1)[0]


@transaction.atomic
def next_numbers(series: str, count: int) -> range:
    """The next so many numbers of a series, in a row; as gap-free as one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_referencecounter (series, last) VALUES (%s, %s)"
            " ON CONFLICT (series) DO UPDATE SET last = members_referencecounter.last + EXCLUDED.last RETURNING last",
            [series, count],
        )
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def _spelt(name: str) -> str:
    """A name in the letters of an address, whatever script it is written in: 上海华为 is shanghaihuawei."""
    return slugify(anyascii(name))


def free_slug(name: str, taken: set[str]) -> str:
    """The part of an organisation's address that is made of its name, and a number where another has it."""
    base, number = _spelt(name)[:40].strip("-") or "member", 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def free_prefix(name: str, taken: set[str]) -> str:
    """Three letters of the name that nobody has, or some and figures."""
    letters = re.sub(r"[^A-Z]", "", _spelt(name).upper()) + "XXX"
    tries = [letters[0] + letters[i] + letters[j] for i in range(1, len(letters)) for j in range(i + 1, len(letters))]
    tries += [f"{letters[:2]}{n:02d}" for n in range(100)] + [f"{letters[0]}{n:03d}" for n in range(1000)] + [f"{n:04d}" for n in range(10_000)]
    return next(prefix for prefix in tries if prefix not in taken)
