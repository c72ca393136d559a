"""The member's page of dues, and the treasury's: ageing, one account, the ladder's next days, a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, Sum
from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.access.viewer import as_system
from coalition.activity.models import Event
from coalition.dates import long_day, midnight, read_day
from coalition.dues import card, rules
from coalition.dues.actions import reminders, renewals
from coalition.dues.actions.bank import certain_of, open_now, seems_to_pay
from coalition.dues.actions.posting import credit_left
from coalition.dues.actions.settling import credits_of, left_of_credit_note, left_of_payment
from coalition.dues.forms import LineForm, MoveForm, RefundForm
from coalition.dues.models import Account, DuesRule, Invoice, Issuer, OpenItem, Rate, Reminder, Rung, StatementLine, TaxRule
from coalition.dues.permissions import can_see_dues
from coalition.dues.tariff import Tariff
from coalition.lists import ROWS, Keyset
from coalition.members.forms import ReasonForm
from coalition.members.models import Organisation, Tier


class AccountPage:
    """One organisation's account, for itself or for the treasury."""

    def __init__(self, organisation: Organisation, account: Account | None, viewer, query):
        self.organisation, self.account, self.viewer, self.query = organisation, account, viewer, query

    @cached_property
    def open_items(self) -> list[OpenItem]:
        items = OpenItem.objects.visible_to(self.viewer).filter(organisation=self.organisation)
        return list(items.select_related("invoice").order_by("due_on", "invoice_id"))

    @cached_property
    def invoices(self) -> Keyset:
        return Keyset(Invoice.objects.visible_to(self.viewer).filter(organisation=self.organisation).for_list(), self.query, rows=24)

    @cached_property
    def payments(self) -> list[dict]:
        if self.account is None:
            return []
        rows = self.account.payments.select_related("recorded_by").prefetch_related("allocations__invoice", "returned_by").order_by("-pk")[:40]
        return [self._payment(row) for row in rows]

    def _payment(self, row) -> dict:
        left = left_of_payment(row) if row.amount > 0 else Decimal(0)
        named = {name: form(auto_id=f"{name}-{row.pk}-%s") for name, form in (("back", ReasonForm), ("move", MoveForm), ("refund", RefundForm))}
        return {"payment": row, "left": left, "for": _numbers(row), **named}

    @cached_property
    def credits_left(self) -> list[dict]:
        """Credit notes of which something is left that could go back."""
        if self.account is None:
            return []
        notes = self.account.invoices.filter(kind=Invoice.Kind.CREDIT_NOTE).prefetch_related("settled", "refunds")
        return [
            {"note": note, "left": left, "refund": RefundForm(auto_id=f"refund-{note.number}-%s")}
            for note in notes
            if (left := left_of_credit_note(note)) > 0
        ]

    @cached_property
    def credit(self) -> list[tuple[Decimal, str]]:
        """What is to the member's credit, by currency."""
        return [(amount, code) for code, amount in credits_of(self.account).items() if amount > 0] if self.account else []

    @cached_property
    def owed(self) -> list[tuple[Decimal, str]]:
        sums: dict[str, Decimal] = {}
        for item in self.open_items:
            sums[item.invoice.currency] = sums.get(item.invoice.currency, Decimal(0)) + item.amount
        return [(amount, code) for code, amount in sums.items()]

    @cached_property
    def term(self):
        return self.organisation.term_on(timezone.localdate())

    @property
    def has_other_tiers(self) -> bool:
        current = self.term.tier_id if self.term else None
        return self.organisation.category.tiers.exclude(pk=current).exists()

    @cached_property
    def leaving(self):
        return self.organisation.leaving()

    @cached_property
    def renewal(self) -> renewals.NextTerm | Refused:
        """The next term with its dues, or why there is none."""
        if self.leaving:
            return Refused(_("It has resigned, with effect from %(day)s.") % {"day": long_day(self.leaving.takes_effect_on)})
        if self.account is None:
            return Refused(_("It has no account yet."))
        last = self.organisation.terms.counting().select_related("tier__category").order_by("-ends_on").first()
        try:
            return renewals.next_term(self.organisation, last, self.account, Tariff())
        except Refused as refusal:
            return refusal

    @property
    def why_not_renewed(self) -> str:
        return str(self.renewal) if isinstance(self.renewal, Refused) else ""

    @property
    def can_renew(self) -> bool:
        """Whether the next term is due to be given: from so many days before the last one's end."""
        return not isinstance(self.renewal, Refused) and self.renewal.from_day <= timezone.localdate()

    @property
    def next_invoice(self) -> renewals.NextTerm | None:
        """What will be invoiced next, and when, as rates stand today; None when nothing will."""
        return self.renewal if isinstance(self.renewal, renewals.NextTerm) and self.renewal.net else None

    @cached_property
    def events(self):
        return list(Event.objects.visible_to(self.viewer).newest().filter(space=self.account.space_id)[:40]) if self.account else []

    @property
    def by_card(self) -> bool:
        return card.is_on()


def own_panel(organisation: Organisation, viewer) -> dict | None:
    """Dues on *Our organisation*: what is open, and what comes next."""
    if not can_see_dues(viewer, organisation.pk):
        return None
    page = AccountPage(organisation, Account.objects.visible_to(viewer).select_related("band").filter(organisation=organisation).first(), viewer, {})
    rows = [(_("Open"), f"{amount:,.2f} {currency}") for amount, currency in page.owed] or [(_("Open"), _("nothing"))]
    if following := page.next_invoice:
        rows.append((_("Next invoice"), f"{date_format(following.from_day)}, {following.net:,.2f} {following.currency}"))
    return {"title": _("Dues"), "rows": rows, "address": reverse("dues:own"), "more": _("Invoices and how to pay")}


# How long before its due day an invoice waits on the home page.
SOON = timedelta(days=30)


def waiting(viewer) -> list[dict]:
    """For the home page: what one's own organisation has to pay soon, or gives no address for; and what waits for the treasury."""
    rows = _of_the_treasury(viewer) if viewer.may("keep_accounts") else []
    if not viewer.organisation_id or not viewer.may("see_dues"):
        return rows
    today = timezone.localdate()
    items = OpenItem.objects.visible_to(viewer).filter(organisation=viewer.organisation_id, due_on__lte=today + SOON).select_related("invoice")
    rows += [
        {"title": str(item.invoice), "detail": f"{item.amount:,.2f} {item.invoice.currency}, {item.invoice.state_words}",
         "address": item.invoice.get_absolute_url(), "due_at": midnight(item.due_on + timedelta(days=1))}
        for item in items.order_by("due_on")[:4]
    ]  # fmt: skip
    if Account.objects.visible_to(viewer).filter(organisation=viewer.organisation_id, email="").exists():
        rows.append({"title": _("Where do invoices go?"), "detail": _("No address for them is given."), "address": reverse("dues:own")})
    return rows


def _of_the_treasury(viewer) -> list[dict]:
    page, today = AgeingPage(viewer, {}), timezone.localdate()
    late = OpenItem.objects.visible_to(viewer).filter(invoice__late_from__lte=today).count()
    counted = [
        (page.to_match, _("Movements to be matched"), reverse("dues:bank")),
        (late, _("Invoices past their grace"), reverse("dues:ageing")),
        (len(page.without_rate), _("Tiers without a rate"), reverse("dues:rates")),
    ]
    return [{"title": words, "detail": str(n), "address": address} for n, words, address in counted if n]


def _numbers(payment) -> str:
    sums: dict[str, Decimal] = {}
    for row in payment.allocations.all():
        sums[row.invoice.number] = sums.get(row.invoice.number, Decimal(0)) + row.amount
    return ", ".join(number for number, amount in sums.items() if amount > 0)


class InvoicePage:
    def __init__(self, invoice: Invoice, viewer):
        self.invoice, self.viewer = invoice, viewer

    @cached_property
    def lines(self):
        return list(self.invoice.lines.all())

    @cached_property
    def allocations(self):
        return list(self.invoice.allocations.select_related("payment", "credit_note"))

    @cached_property
    def credit_notes(self):
        return list(self.invoice.credit_notes.all())

    @cached_property
    def reminders(self):
        return list(self.invoice.reminders.select_related("rung").order_by("pk"))

    @cached_property
    def credit_left(self) -> Decimal:
        return Decimal(0) if self.invoice.is_credit_note else credit_left(self.invoice)

    @property
    def reference(self) -> str:
        return rules.spaced(self.invoice.reference)

    @property
    def iban(self) -> str:
        return rules.spaced(self.invoice.issuer["iban"])

    @property
    def by_card(self) -> bool:
        return card.is_on()


class AgeingPage:
    """What is open, by how long it is overdue; each figure filters the rows beneath it."""

    def __init__(self, viewer, query):
        self.viewer, self.query = viewer, query
        self.today = timezone.localdate()
        self.chosen = query.get("bucket", "") if query.get("bucket", "") in {row[0] for row in rules.BUCKETS} else ""

    def _in(self, key: str) -> Q:
        first, last = rules.due_days(key, self.today)
        return Q(**({"due_on__gte": first} if first else {}), **({"due_on__lte": last} if last else {}))

    @cached_property
    def buckets(self) -> list[dict]:
        """Each with what it holds by currency, in one pass over what is open: the treasury leads every account, so nobody's room is asked
        for a sum over all of them.
        """
        counted = {f"{key}_{what}": make for key, *_rest in rules.BUCKETS for what, make in (
            ("sum", Sum("amount", filter=self._in(key))), ("n", Count("pk", filter=self._in(key))),
        )}  # fmt: skip
        with as_system("sum what is open on all accounts for the treasury"):
            rows: list[Any] = list(OpenItem.objects.order_by().values("currency").annotate(**counted))
        return [
            {"key": key, "words": words, "sums": [(row[f"{key}_sum"], row["currency"]) for row in rows if row[f"{key}_n"]],
             "n": sum(row[f"{key}_n"] for row in rows), "is_here": key == self.chosen}
            for key, words, _first, _last in rules.BUCKETS
        ]  # fmt: skip

    @cached_property
    def items(self):
        reminders = Prefetch("invoice__reminders", Reminder.objects.filter(was_sent=True).order_by("-pk"))
        items = OpenItem.objects.visible_to(self.viewer).select_related("invoice", "organisation__category").prefetch_related(reminders)
        if self.chosen:
            items = items.filter(self._in(self.chosen))
        if words := self.query.get("q", "").strip():
            items = items.filter(organisation__name__icontains=words)
        return items.order_by("due_on", "invoice_id")

    @cached_property
    def rows(self) -> Page:
        # Only what the page shows is joined: sorting everything that is open needs its day alone.
        pages = Paginator(self.items.values_list("pk", flat=True), ROWS)
        if not self.query.get("q", "").strip():
            # The buckets have counted them.
            pages.count = sum(bucket["n"] for bucket in self.buckets if bucket["is_here"] or not self.chosen)
        page = pages.get_page(self.query.get("page"))
        page.object_list = list(self.items.filter(pk__in=list(page.object_list)))
        return page

    @cached_property
    def to_match(self) -> int:
        return StatementLine.objects.visible_to(self.viewer).filter(state=StatementLine.State.OPEN, amount__gt=0).count()

    @cached_property
    def without_rate(self) -> list[Tier]:
        """Tiers whose members cannot be renewed, because nobody has set what they cost."""
        priced = Rate.objects.in_force(self.today).values("tier")
        return list(
            Tier.objects.exclude(pk__in=priced).exclude(category__is_member=False).exclude(category__kind="coalition").select_related("category")
        )


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

    def _renewals(self) -> Iterator[tuple[date, Planned]]:
        in_force = list(DuesRule.objects.in_force(self.today))
        before = {rule.tier_id: rule.renews_before for rule in reversed(in_force)}
        terms = renewals.to_renew(self.today, until=self.last).values_list("organisation_id", "tier_id", "ends_on")
        for organisation, (tier, ends_on) in {pk: (tier, ends_on) for pk, tier, ends_on in terms}.items():
            day = ends_on - timedelta(days=before.get(tier, before[None]))
            if day <= self.last:
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
        what = planned.rung.subject.format(number=number) if planned.rung else _("invoice of the next term")
        return {"who": who, "address": who.account.email if hasattr(who, "account") else "", "what": what, "number": number}


def _propose_anew(lines: list[StatementLine]) -> None:
    """Show what movements seem to pay now, whose invoice was credited or paid since they were brought in."""
    if not lines:
        return
    owed, stale = open_now(), [line for line in lines if line.proposed and not line.proposed.open_amount]
    found = {line.pk: seems_to_pay(owed, line.text, line.payer, line.amount, line.currency) for line in stale}
    shown = Invoice.objects.select_related("organisation", "open_item").prefetch_related("credit_notes")
    invoices = shown.in_bulk([values["proposed_id"] for values in found.values() if values["proposed_id"]])
    for line in stale:
        line.why, line.proposed = found[line.pk]["why"], invoices.get(found[line.pk]["proposed_id"])


class StatementPage:
    def __init__(self, statement, viewer, query, wrong=None):
        self.statement, self.viewer, self.query, self.wrong = statement, viewer, query, wrong

    @cached_property
    def counts(self) -> dict[str, int]:
        return dict(self.statement.lines.values_list("state").order_by().annotate(n=Count("pk")))

    @cached_property
    def certain(self) -> int:
        return certain_of(self.statement).count()

    @cached_property
    def lines(self) -> Page:
        lines = self.statement.lines.select_related(
            "proposed__organisation", "proposed__open_item", "payment__account__organisation", "like__statement"
        )
        lines = lines.prefetch_related("payment__allocations__invoice", "payment__returned_by", "proposed__credit_notes")
        if (state := self.query.get("state", "")) in StatementLine.State.values:
            lines = lines.filter(state=state)
        page = Paginator(lines, ROWS).get_page(self.query.get("page"))
        _propose_anew([line for line in page if line.state == StatementLine.State.OPEN and line.proposed])
        return page

    @cached_property
    def rows(self) -> list[dict]:
        return [self._row(line) for line in self.lines]

    # What can be done with a movement in a state, and what asks for it.
    FORMS: dict[str, dict[str, type[Form]]] = {
        StatementLine.State.OPEN: {"accept": LineForm, "leave": ReasonForm},
        StatementLine.State.ACCEPTED: {"unbook": ReasonForm},
    }

    def _row(self, line) -> dict:
        forms = self.FORMS.get(line.state, {})
        row = {"line": line, **{name: form(auto_id=f"{name}-{line.pk}-%s") for name, form in forms.items()}}
        if self.wrong and self.wrong[0] == line.pk:
            # Somebody else was first where the row has no such form any more: then only why is said.
            row |= {self.wrong[1]: self.wrong[2], "is_wrong": True, "too_late": [] if self.wrong[1] in forms else self.wrong[2].non_field_errors()}
        if line.state == StatementLine.State.ACCEPTED:
            row |= {"for": _numbers(line.payment), "left": left_of_payment(line.payment)}
        return row


class RatesPage:
    def __init__(self):
        self.today = timezone.localdate()

    @cached_property
    def tiers(self) -> list[dict]:
        rates: dict[int, list[Rate]] = {}
        for rate in Rate.objects.select_related("band").order_by("band__order", "-valid_from"):
            rates.setdefault(rate.tier_id, []).append(rate)
        tiers = Tier.objects.select_related("category").filter(category__is_member=True).exclude(category__kind="coalition")
        rules_now = list(DuesRule.objects.in_force(self.today))
        general = next(rule for rule in rules_now if rule.tier_id is None)
        own = {rule.tier_id: rule for rule in reversed(rules_now)}
        return [{"tier": tier, "rates": rates.get(tier.pk, []), "rule": own.get(tier.pk, general)} for tier in tiers]

    @cached_property
    def issuer(self):
        return Issuer.objects.in_force(self.today).first()

    @cached_property
    def taxes(self):
        return list(TaxRule.objects.in_force(self.today).order_by("scope"))

    @cached_property
    def ladder(self):
        return reminders.ladder(self.today)
