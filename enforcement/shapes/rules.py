"""What a platform's own form asks for: which field when, and what is wrong with what was said. Facts alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.errors import Refused
from coalition.members.countries import NAMES

ENGLISH, CHINESE = "en", "zh-hans"
LANGUAGES = {ENGLISH: "English", CHINESE: "简体中文"}
# The language and region that a document is set in.
PRINTED_AS = {ENGLISH: ("en", "GB"), CHINESE: ("zh", "CN")}
LINE, TEXT, CHOICE, COUNTRIES, TICK, NUMBER = "line", "text", "choice", "countries", "tick", "number"

# What may stand in a line of a wording, by name, and what takes a paragraph of its own.
LINES = ("reference", "day", "platform", "recipient", "principal", "sender", "submitter", "signatory", "contact", "ground", "right", "where", "law")
PARTS = ("statement", "form", "items", "declarations")
# Without these a letter is no notice: who claims what against which items, and who signs for it.
NEEDED = ("recipient", "principal", "sender", "ground", "right", "signatory", "statement", "form", "items", "declarations")
LONGEST_SAID = 20_000

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Option:
    """One code of a field that is chosen from, for these grounds alone where any are named."""

    code: str
    label: str
    label_zh: str = ""
    grounds: tuple[str, ...] = ()

    def suits(self, ground: str) -> bool:
        return not self.grounds or ground in self.grounds

    def words(self, language: str = ENGLISH) -> str:
        return f"{self.code} {self.label_zh if language == CHINESE and self.label_zh else self.label}"


@dataclass(frozen=True)
class Wanted:
    """One field of a platform's form."""

    name: str
    label: str
    kind: str = LINE
    label_zh: str = ""
    hint: str = ""
    # The most letters it holds; none for any number.
    most: int | None = None
    options: tuple[Option, ...] = ()
    # Asked for on these grounds; on all where none is named.
    grounds: tuple[str, ...] = ()
    is_needed: bool = False
    # Needed, too, where another field says one of these codes.
    needed_with: str = ""
    needed_codes: tuple[str, ...] = ()
    source: str = ""

    def is_asked(self, ground: str) -> bool:
        return not self.grounds or ground in self.grounds

    def must_be_said(self, said: Said) -> bool:
        return self.is_needed or bool(self.needed_with and said.get(self.needed_with) in self.needed_codes)

    def takes(self, value: Any) -> bool:
        """Whether a value is of its kind."""
        if self.kind == TICK:
            return isinstance(value, bool)
        if self.kind == COUNTRIES:
            return isinstance(value, list) and all(isinstance(code, str) and code in NAMES for code in value)
        return isinstance(value, str) and len(value) <= LONGEST_SAID and "\x00" not in value

    def words(self, language: str = ENGLISH) -> str:
        return self.label_zh if language == CHINESE and self.label_zh else self.label

    def option(self, code: str) -> Option | None:
        return next((one for one in self.options if one.code == code), None)


@dataclass(frozen=True)
class Gap:
    """What one field lacks, or says that its form does not take."""

    name: str
    label: str
    because: str
    source: str


def read_options(text: str, grounds: Collection[str]) -> tuple[Option, ...]:
    """Codes as people write them, a line each: code | words | words in Chinese | grounds. Raises Refused, with the line, for what cannot be read."""
    options = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        code, label, label_zh, suits = ([part.strip() for part in line.split("|")] + ["", "", ""])[:4]
        if not code or not label or len(code) > 20:
            said = _("Line %(n)d: write a code of up to 20 letters and its words, as “1.1 | the item is counterfeit”.")
            raise Refused(said % {"n": number}, field="options")
        named = tuple(suits.replace(",", " ").split())
        if unknown := [one for one in named if one not in grounds]:
            said = _("Line %(n)d: %(ground)s is no ground; there are %(all)s.")
            raise Refused(said % {"n": number, "ground": unknown[0], "all": ", ".join(grounds)}, field="options")
        options.append(Option(code, label[:200], label_zh[:200], named))
    return tuple(options)


def write_options(options: Iterable[Option]) -> str:
    """Codes as people write them."""
    return "\n".join(" | ".join((one.code, one.label, one.label_zh, ", ".join(one.grounds))).rstrip(" |") for one in options)


def is_said(value: Any) -> bool:
    """Whether a field says anything: a tick that is not set, and nothing chosen of many, say as little as no text."""
    return value not in (None, "", [], False)


def same_number(one: str, other: str) -> bool:
    """Whether two writings are of one number of a register: signs and spaces between and letters' cases are nothing, nor is the office before it
    where one of them leaves it out, nor a kind code with its digit at the end ("B1"). Another letter at the end is another number.
    """

    def parts(text: str) -> tuple[str, str]:
        bare = re.sub(r"[^0-9A-Z]", "", text.upper())
        office, rest = re.fullmatch(r"([A-Z]{2}(?=[0-9]))?(.*)", bare).groups()  # type: ignore[union-attr]  # it matches any text
        return office or "", re.sub(r"(?<=[0-9])[A-Z][0-9]$", "", rest)

    (office, number), (other_office, other_number) = parts(one), parts(other)
    return number == other_number and (office == other_office or not (office and other_office))


def gaps(form: list[Wanted], ground: str, said: Said, *, number: str = "") -> list[Gap]:
    """What the platform's form would refuse, field by field, for a notice on this ground that rests on a right of this number. Empty for one it
    takes.
    """
    found = []
    asked = [one for one in form if one.is_asked(ground)]
    # What was written for another ground, and is not asked for on this one, needs nothing here.
    said = {one.name: said[one.name] for one in asked if one.name in said}
    for one in asked:
        if because := _wrong(one, ground, said) or _other_number(one, said, number):
            found.append(Gap(one.name, one.label, because, one.source))
    return found


def _wrong(one: Wanted, ground: str, said: Said) -> str:
    value = said.get(one.name)
    if not is_said(value):
        return _("it is needed") if one.must_be_said(said) else ""
    if not one.takes(value):
        return _("that is not how it is filled in")
    if one.kind == CHOICE:
        option = one.option(str(value))
        if option is None:
            return _("%(code)s is none of its codes") % {"code": value}
        if not option.suits(ground):
            return _("%(code)s is for another ground") % {"code": option.words()}
    if one.most is not None and isinstance(value, str) and len(value) > one.most:
        over = len(value) - one.most
        return ngettext("one letter too many", "%(n)d letters too many", over) % {"n": over}
    return ""


def _other_number(one: Wanted, said: Said, number: str) -> str:
    """Two numbers of one right in one notice: one of them is wrong."""
    value = said.get(one.name)
    if one.kind != NUMBER or not is_said(value) or not number or same_number(str(value), number):
        return ""
    return _("it is not the number of the right that the notice rests on, %(number)s") % {"number": number}


def told(form: list[Wanted], ground: str, said: Said) -> list[tuple[Wanted, Any]]:
    """What a notice says in the platform's form: its fields that are asked for on this ground and say something."""
    asked = [one for one in form if one.is_asked(ground) and is_said(said.get(one.name))]
    return [(one, said[one.name]) for one in asked if one.takes(said[one.name])]


def written_in(text: str) -> str:
    """The language of a text, of those that are written here: Chinese where it has a Chinese character among few others, else English."""
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    return CHINESE if han * 4 > sum(letter.isalpha() for letter in text) else ENGLISH


def tidy(form: list[Wanted], said: Said) -> dict[str, Any]:
    """What was said in a form's fields, each as its kind is kept; nothing of what the form does not ask for.

    Raises Refused for a field that the form does not have, and for a value that is none of its kind.
    """
    wanted = {one.name: one for one in form}
    kept: dict[str, Any] = {}
    for name, value in said.items():
        one = wanted.get(name)
        if one is None:
            raise Refused(_("The platform’s form has no field %(name)s.") % {"name": name[:40]}, field="said")
        if not one.takes(value):
            raise Refused(_("%(label)s: that is not how it is filled in.") % {"label": one.label}, field="said")
        if is_said(value):
            kept[name] = value.replace("\r\n", "\n").strip() if isinstance(value, str) else sorted(set(value)) if isinstance(value, list) else value
    return kept
