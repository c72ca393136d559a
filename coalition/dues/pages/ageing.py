"""What is open, by how late it is."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Sum
from django.utils import timezone

from coalition.access.viewer import as_system
from coalition.dues import rules
from coalition.dues.models import OpenItem, Rate, Reminder, StatementLine
from coalition.lists import ROWS
from coalition.members.models import Term, Tier


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
        # Whoever was asked for first dues and is not in yet has no standing to fall out of.
        is_member = Exists(Term.objects.counting().filter(organisation=OuterRef("organisation")))
        page.object_list = list(self.items.filter(pk__in=list(page.object_list)).annotate(is_member=is_member))
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
