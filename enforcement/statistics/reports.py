"""What is reported of a published set of figures: the annual report, and that of a trusted flagger (DSA art. 22(3)). Both are drawn from the snapshot
alone, so that they say years later what they said.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.dates import long_day
from coalition.printing import blocks, document, heading, plain, table
from enforcement.statistics.disclosure import SMALL
from enforcement.statistics.models import PublishedCount, PublishedFigure, Snapshot

What = PublishedCount.What


class Breakdown:
    """One list of a snapshot: parts with their numbers, those that are told together as one, and their sum where there is one to tell."""

    def __init__(self, what: str, cells: list[PublishedCount]):
        self.what, self.words = what, PublishedCount.What(what).label
        by_itself = [cell for cell in cells if not cell.withheld]
        together = [cell for cell in cells if cell.withheld == PublishedCount.Withheld.OTHERS]
        self.rows: list[tuple[str, int]] = [(cell.words, cell.n) for cell in by_itself]
        if together:
            self.rows.append(
                (_("others together: %(these)s") % {"these": ", ".join(cell.words for cell in together)}, sum(cell.n for cell in together))
            )
        # Why nothing of it is said.
        self.unsaid = next((str(cell.get_withheld_display()) for cell in cells if cell.withheld not in ("", PublishedCount.Withheld.OTHERS)), "")
        self.total = sum(n for _words, n in self.rows) if what != What.ACTS and not self.unsaid else None

    @property
    def printed(self) -> list[dict]:
        if self.unsaid:
            return [plain(_("Not said: %(why)s.") % {"why": self.unsaid})]
        rows = [(words, f"{n:,}") for words, n in self.rows]
        return table([_("What"), _("Number")], [*rows, *([(_("all"), f"{self.total:,}")] if self.total is not None else [])])


class Report:
    """A snapshot as people read it."""

    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot

    @cached_property
    def figures(self) -> list[PublishedFigure]:
        return list(self.snapshot.figures.all())

    @cached_property
    def breakdowns(self) -> list[Breakdown]:
        by_what: dict[str, list[PublishedCount]] = defaultdict(list)
        for cell in self.snapshot.cells.all():
            by_what[cell.what].append(cell)
        return [Breakdown(what, by_what[what]) for what in What.values if by_what[what]]

    @cached_property
    def changes(self) -> list[tuple[PublishedFigure, PublishedFigure]]:
        """Where it restates another: each figure as it was said, and as it is said now, where they differ."""
        if self.snapshot.restates is None:
            return []
        before = {figure.code: figure for figure in self.snapshot.restates.figures.all()}
        pairs = [(before[now.code], now) for now in self.figures if now.code in before]
        # That what is not said has changed is not said either.
        return [(was, now) for was, now in pairs if (was.counts, was.withheld) != (now.counts, now.withheld) and not (was.withheld and now.withheld)]

    @property
    def days(self) -> str:
        return _("%(first)s to %(last)s") % {"first": long_day(self.snapshot.first), "last": long_day(self.snapshot.last)}

    @property
    def instant(self) -> str:
        return date_format(timezone.localtime(self.snapshot.as_of), "j F Y, H:i e")

    def _top(self, title: str) -> list[dict]:
        basis = _("Items of notices submitted %(days)s, as of %(at)s. Published figures never change; a correction is published beside them.")
        return [heading(1, title), plain(basis % {"days": self.days, "at": self.instant}), *self._standing()]

    def _standing(self) -> list[dict]:
        after, before = Snapshot.objects.filter(restates=self.snapshot).first(), self.snapshot.restates
        if after:
            return [plain(_("It was restated on %(day)s: %(why)s") % {"day": _published(after), "why": after.note})]
        if before:
            return [plain(_("It restates what was published on %(day)s: %(why)s") % {"day": _published(before), "why": self.snapshot.note})]
        return []

    def _tables(self, *whats: str) -> list[dict]:
        return [block for one in self.breakdowns if one.what in whats for block in (heading(2, str(one.words).capitalize()), *one.printed)]

    def _figures(self) -> list[dict]:
        rows = [[f"{figure.code} v{figure.version}", figure.metric["name"], _rate(figure), _of(figure)] for figure in self.figures]
        found = [heading(2, _("Rates")), *table([_("Code"), _("Rate"), _("Value"), _("Of")], rows)]
        for figure in self.figures:
            found += [heading(3, f"{figure.code} {figure.metric['name']}"), plain(figure.metric["text"])]
            if not figure.withheld and figure.beside:
                found.append(plain("; ".join(f"{words}: {n}" for _name, words, n in figure.beside) + "."))
        return found

    def _changes(self) -> list[dict]:
        if not self.changes:
            return []
        rows = [[f"{now.code} {now.metric['name']}", _full(was), _full(now)] for was, now in self.changes]
        return [heading(2, _("What was restated")), *table([_("Rate"), _("Was"), _("Is")], rows)]

    def _end(self) -> list[dict]:
        why = _(
            "A figure is not said where it rests on fewer than %(n)d items or notices, or where one member has more than a quarter of them: "
            "it would tell one of what another does. What could not be said by itself is told together with others, as one number that may be."
        ) % {"n": SMALL}
        return [heading(2, _("How it was counted")), plain(why), plain(_("Query: %(hash)s") % {"hash": self.snapshot.query_hash})]

    def annual(self) -> list[dict]:
        """Rates with their definitions, what they break down into, what platforms said they did, and what was restated."""
        return [*self._top(_("What came of it")), *self._figures(), *self._tables(*What.values), *self._changes(), *self._end()]

    def flagger(self) -> list[dict]:
        """By the identity of the provider, the type of content and the action taken, and the procedures of independence (DSA art. 22(3)); no
        personal data.
        """
        title = _("Report in the form of article 22(3) of Regulation (EU) 2022/2065")
        nothing = [plain(_("Nothing was written when these figures were published."))]
        procedures = blocks(self.snapshot.procedures) if self.snapshot.procedures else nothing
        m1 = next((figure for figure in self.figures if figure.code == "M1"), None)
        taken = [heading(2, _("Items by the action taken"))]
        if m1 is None or m1.withheld:
            taken.append(plain(_("Not said: %(why)s.") % {"why": m1.get_withheld_display() if m1 else _("nothing was counted")}))
        else:
            words = dict(m1.definition["parts"])
            rows = [(words["numerator"], f"{m1.numerator:,}"), (words["denominator"], f"{m1.denominator:,}"), *((w, n) for _name, w, n in m1.beside)]
            taken += [*table([_("What"), _("Number")], rows), plain(m1.metric["text"])]
        by = _("By %(who)s, on the notices of its members that it judged and passed on to providers of online platforms.")
        return [
            *self._top(title),
            plain(by % {"who": settings.SITE_NAME}),
            *self._tables(What.PLATFORMS, What.GROUNDS), *taken, heading(2, _("Procedures that keep it independent")), *procedures, *self._end(),
        ]  # fmt: skip

    def pdf(self, drawn: list[dict], name: str) -> bytes:
        """As PDF, dated by its publication: the same bytes whenever it is asked for, until it is restated."""
        at = self.snapshot.published_at
        return document(title=f"{name}, {self.days}", mark="CLEAR", drawn=drawn, by=str(settings.SITE_NAME), at=at)


def _rate(figure: PublishedFigure) -> str:
    if figure.withheld:
        return _("not said: %(why)s") % {"why": figure.get_withheld_display()}
    return "–" if figure.percent is None else f"{figure.percent} %"


def _of(figure: PublishedFigure) -> str:
    return "" if figure.withheld else f"{figure.numerator:,} / {figure.denominator:,}"


def _published(snapshot: Snapshot) -> str:
    return long_day(timezone.localdate(snapshot.published_at))


def _full(figure: PublishedFigure) -> str:
    return _rate(figure) if figure.withheld else f"{_rate(figure)} ({figure.numerator:,}/{figure.denominator:,})"
