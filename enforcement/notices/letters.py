"""A notice as a letter: in English or Chinese, in the words the law of the platform's place asks for or in those the platform wants."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import pycountry
from django.utils import timezone
from django.utils.formats import date_format

from coalition.access.viewer import as_system
from coalition.members.countries import NAMES
from coalition.printing import document, plain, slots, table
from enforcement.notices.actions.common import law_of
from enforcement.notices.judging import mandate_of
from enforcement.notices.models import Notice, NoticeItem, Translation
from enforcement.shapes import rules as shapes
from enforcement.shapes import words
from enforcement.shapes.models import Wording, form_of


def language_of(notice: Notice) -> str:
    """The language its platform reads first: Chinese where its provider is in China."""
    return shapes.CHINESE if law_of(notice) == "CN" else shapes.ENGLISH


class Letter:
    """One notice in one language, as whoever may read the notice may read it. The five parties stand apart: the owner of the right, who sends for
    it, who handed it in, the platform's provider, and the sellers.
    """

    def __init__(self, notice: Notice, language: str):
        self.notice, self.language = notice, language
        self.words = words.WORDS[language]

    @cached_property
    def law(self) -> str:
        return words.law_followed(self.notice.recipient_country or law_of(self.notice), self.notice.ground)

    @cached_property
    def body(self) -> str:
        """The platform's own wording of when it was handed in, or the standard."""
        notice = self.notice
        running = Wording.objects.in_force(notice.read_as_of).filter(platform=notice.platform_id)
        own = running.filter(language=self.language).first()
        return own.body if own else self.words["standard"]

    @cached_property
    def translation(self) -> Translation | None:
        return (
            self.notice.translations.filter(language=self.language, of=self.notice.statement_digest).select_related("made_by").order_by("-pk").first()
        )

    @cached_property
    def values(self) -> dict[str, str]:
        notice, none = self.notice, self.words["none"]
        with as_system("name who sends a notice to whoever reads it"):
            mandate = mandate_of(notice.submitted_by_id or notice.drafted_by_id)
        ground = str(notice.get_ground_display()) if notice.ground else none
        sender = str(mandate.agent) if mandate else self.words["itself"].format(who=notice.principal)
        where = valid_in(notice, self.language)
        return {
            "reference": notice.reference, "platform": notice.platform.name, "principal": str(notice.principal),
            "day": date_format(timezone.localtime(notice.sent_at), self.words["day"]) if notice.sent_at else self.words["draft"],
            "recipient": notice.recipient or str(notice.platform.organisation or notice.platform), "sender": sender,
            "submitter": str(notice.submitted_by or notice.drafted_by), "signatory": notice.signatory or none, "contact": notice.contact,
            "ground": words.GROUNDS_ZH.get(notice.ground, none) if self.language == shapes.CHINESE else ground,
            "right": notice.right_text or none, "where": self.words["comma"].join(where) or none, "law": self._law_in_words,
        }  # fmt: skip

    @property
    def _law_in_words(self) -> str:
        if not self.law:
            return ""
        return f"（{words.LAWS_ZH[self.law]}）" if self.language == shapes.CHINESE else f"({self.law})"

    @cached_property
    def blocks(self) -> list[dict[str, Any]]:
        parts: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "statement": self._statement, "form": self._form, "items": self._items, "declarations": self._declarations,
        }  # fmt: skip
        return slots.filled(self.body, values=self.values, part=lambda name: parts[name]())

    def _statement(self) -> list[dict[str, Any]]:
        original = [plain(line) for line in self.notice.statement.splitlines() if line.strip()] or [plain(self.words["none"])]
        if self.translation is None:
            return original
        said = self.words["translated"].format(who=self.translation.made_by)
        return [*(plain(line) for line in self.translation.text.splitlines() if line.strip()), plain(said), *original]

    def _form(self) -> list[dict[str, Any]]:
        rows = [(one.words(self.language), value_in_words(one, value, self.language)) for one, value in told_in(self.notice)]
        return table([self.words["field"], self.words["says"]], rows) if rows else [plain(self.words["nothing"])]

    def _items(self) -> list[dict[str, Any]]:
        items = self.notice.items.exclude(outcome=NoticeItem.Outcome.WITHDRAWN).order_by("pk").values_list("address", "title", "seller_name")
        return table([self.words["address"], self.words["title"], self.words["seller"]], items)

    def _declarations(self) -> list[dict[str, Any]]:
        return [plain(sentence) for sentence in words.DECLARATIONS[self.law][self.language]]

    def pdf(self, *, at: datetime, by: str, made_for: str = "") -> bytes:
        lang, region = shapes.PRINTED_AS[self.language]
        title = f"{self.notice.reference} {self.notice.platform}"
        return document(title=title, mark=self.notice.space.tlp, drawn=self.blocks, by=by, at=at, made_for=made_for, lang=lang, region=region)


def form_for(notice: Notice) -> list[shapes.Wanted]:
    """The fields of the platform's own form: of now while it is with its sender, of when it was handed in ever after."""
    return form_of(notice.platform_id, notice.read_as_of)


def told_in(notice: Notice) -> list[tuple[shapes.Wanted, Any]]:
    """What the notice says in the platform's own form."""
    return shapes.told(form_for(notice), notice.ground, notice.said)


def valid_in(notice: Notice, language: str) -> list[str]:
    """Where the right that a notice rests on is valid, in words."""
    return [country_in(code, language) for code in notice.right_countries or [notice.right_jurisdiction] if code]


def country_in(code: str, language: str) -> str:
    """A country in a language of letters; what is no country of ISO 3166, as the European Union, by its code."""
    name = NAMES.get(code, code)
    return _chinese()(name) if language == shapes.CHINESE else name


@cache
def _chinese() -> Callable[[str], str]:
    """The names of countries in Chinese, as pycountry has them; a name it lacks stays."""
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["zh_CN"], fallback=True).gettext


def value_in_words(one: shapes.Wanted, value: Any, language: str = shapes.ENGLISH) -> str:
    """What stands in a field of a form, as people read it."""
    if one.kind == shapes.TICK:
        return str(words.WORDS[language]["tick"])
    if one.kind == shapes.COUNTRIES:
        return words.WORDS[language]["comma"].join(country_in(code, language) for code in value)
    option = one.option(str(value)) if one.kind == shapes.CHOICE else None
    return option.words(language) if option else str(value)
