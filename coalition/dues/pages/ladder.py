"""Who gets what on which day, and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache, cached_property
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.activity.models import OutsideLetter
from coalition.dates import read_day
from coalition.dues import rules
from coalition.dues.actions import reminders, renewals
from coalition.dues.models import Account, Band, DuesRule, Invoice, OpenItem, Reminder, Rung
from coalition.dues.tariff import Tariff
from coalition.lists import ROWS, Keyset
from coalition.members.models import Organisation, Tier


class Planned(NamedTuple):
    """What goes out to an organisation on a day: the reminder of an invoice, or without one the invoice of its next term."""

    organisation: int
    invoice: int | None = None
    rung: Rung | None = None


class LadderPage:
    """Who gets what on which day: the next days' invoices of renewals, and the reminders of what is open. One day can be looked at whole."""

    FIRST = 10  # of each day, where all days are shown

    def __init__(self, viewer, query, days: int = 30):
        self.viewer, self.query, self.days = viewer, query, days
        self.today = timezone.localdate()
        self.last = self.today + timedelta(days=days)
        self.chosen = read_day(query.get("day", ""), ["%Y-%m-%d"])

    @cached_property
    def rungs(self) -> list[Rung]:
        return reminders.ladder(self.today)

    @cached_property
    def plan(self) -> dict[date, list[Planned]]:
        """By day; what should have gone before today goes today. Thousands are planned from days alone, and named only where they are shown."""
        plan: dict[date, list[Planned]] = {}
        for day, planned in [*self._renewals(), *self._reminders()]:
            plan.setdefault(max(day, self.today), []).append(planned)
        return plan

    @cached_property
    def by_day(self) -> list[dict]:
        named = self._named(one for planned in self.plan.values() for one in planned[: self.FIRST])
        return [
            {"day": day, "n": len(planned), "rows": [named[one] for one in planned[: self.FIRST]], "more": max(0, len(planned) - self.FIRST)}
            for day, planned in sorted(self.plan.items())
        ]

    @cached_property
    def rows(self) -> Page:
        """Of the chosen day."""
        page = Paginator(self.plan.get(self.chosen, []) if self.chosen else [], ROWS).get_page(self.query.get("page"))
        named = self._named(page.object_list)
        page.object_list = [named[planned] for planned in page.object_list]
        return page

    @cached_property
    def held_back(self) -> list[Organisation]:
        """Whose next term would be given in these days, were it not late with what it owes: the first hundred."""
        terms = renewals.to_renew(self.today, until=self.last, late=True)
        return list(Organisation.objects.filter(pk__in=terms.order_by().values("organisation")).only("name", "slug").order_by("name")[:100])

    @cached_property
    def _terms(self) -> list[tuple[int, int, date]]:
        """The terms whose next is to be given in these days: whose, of which tier, until before which day."""
        return list(renewals.to_renew(self.today, until=self.last).values_list("organisation_id", "tier_id", "ends_on"))

    @cached_property
    def _without_dues(self) -> set[int]:
        """Those whose next term cannot be charged, because nothing is set for their tier and band."""
        accounts = Account.objects.visible_to(self.viewer).filter(organisation__in=[pk for pk, _tier, _day in self._terms])
        bands = dict(accounts.values_list("organisation", "band"))
        tariff, tiers, all_bands = Tariff(), Tier.objects.in_bulk(), Band.objects.in_bulk()

        @cache
        def is_priced(tier: int, band: int | None, day: date) -> bool:
            return tariff.rate(tiers[tier], all_bands.get(band or 0), day) is not None

        return {pk for pk, tier, day in self._terms if tier in tiers and not is_priced(tier, bands.get(pk), day)}

    @cached_property
    def without_dues(self) -> list[Organisation]:
        """The first hundred of them: their next term is given once their band, or a rate, is set."""
        return list(Organisation.objects.filter(pk__in=self._without_dues).only("name", "slug").order_by("name")[:100])

    def _renewals(self) -> Iterator[tuple[date, Planned]]:
        in_force = list(DuesRule.objects.in_force(self.today))
        before = {rule.tier_id: rule.renews_before for rule in reversed(in_force)}
        for organisation, (tier, ends_on) in {pk: (tier, ends_on) for pk, tier, ends_on in self._terms}.items():
            day = ends_on - timedelta(days=before.get(tier, before[None]))
            if day <= self.last and organisation not in self._without_dues:
                yield day, Planned(organisation)

    def _reminders(self) -> Iterator[tuple[date, Planned]]:
        by_days = {rung.days: rung for rung in self.rungs}
        reached_by = self.last - timedelta(days=min(by_days, default=0))
        items = OpenItem.objects.visible_to(self.viewer).filter(due_on__lte=reached_by)
        done: dict[int, set[int]] = {}
        logged = Reminder.objects.visible_to(self.viewer).filter(invoice__open_item__due_on__lte=reached_by)
        for invoice, days in logged.values_list("invoice_id", "rung__days"):
            done.setdefault(invoice, set()).add(days)
        for invoice, organisation, due_on, issued_on in items.order_by("due_on", "invoice_id").values_list(
            "invoice_id", "organisation_id", "due_on", "invoice__issued_on"
        ):
            due = rules.rungs_due(list(by_days), due_on, issued_on, frozenset(done.get(invoice, ())), self.last)
            reached = [days for days in by_days if due_on + timedelta(days=days) <= self.today]
            for days in due:
                # Of those whose day has come only the latest is sent.
                if days >= max(reached, default=days):
                    yield due_on + timedelta(days=days), Planned(organisation, invoice, by_days[days])

    def _named(self, planned: Iterable[Planned]) -> dict[Planned, dict]:
        wanted = list(planned)
        organisations = Organisation.objects.select_related("account").only("name", "slug", "account__email")
        named = organisations.in_bulk({one.organisation for one in wanted})
        numbers = dict(Invoice.objects.filter(pk__in={one.invoice for one in wanted if one.invoice}).values_list("pk", "number"))
        return {one: self._row(one, named[one.organisation], numbers.get(one.invoice or 0, "")) for one in wanted}

    @staticmethod
    def _row(planned: Planned, who: Organisation, number: str) -> dict:
        what = (
            planned.rung.subject.format(number=number, payable=rules.payable_in(-planned.rung.days))
            if planned.rung
            else _("invoice of the next term")
        )
        return {"who": who, "address": who.account.email if hasattr(who, "account") else "", "what": what, "number": number}


class SentPage:
    """The send log of the ladder: which reminder of which invoice went out on which day, to which address, and when the letter left."""

    def __init__(self, viewer, query):
        self.viewer, self.query = viewer, query

    @cached_property
    def log(self) -> Keyset:
        return Keyset(Reminder.objects.visible_to(self.viewer).select_related("invoice__organisation", "rung"), self.query)

    @cached_property
    def rows(self) -> list[dict]:
        letters: dict[tuple, list[OutsideLetter]] = {}
        asked = OutsideLetter.objects.filter(event__verb="dues.reminded", event__subject_id__in=[row.invoice_id for row in self.log])
        for letter in asked.select_related("event"):
            letters.setdefault((letter.event.subject_id, letter.event.data.get("rung")), []).append(letter)
        return [
            {
                "reminder": row,
                "subject": row.rung.subject.format(number=row.invoice.number, payable=rules.payable_in((row.invoice.due_on - row.sent_on).days)),
                "letters": letters.get((row.invoice_id, row.rung_id), []),
            }
            for row in self.log
        ]
