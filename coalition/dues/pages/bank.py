"""A bank statement with its movements."""

from __future__ import annotations

from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.forms import Form

from coalition.dues.actions.bank import certain_of, open_now, seems_to_pay
from coalition.dues.actions.settling import left_of_payment
from coalition.dues.forms import LineForm
from coalition.dues.models import Invoice, StatementLine
from coalition.dues.pages.accounts import numbers_of
from coalition.dues.rules import BY_NAME, BY_REFERENCE
from coalition.lists import ROWS
from coalition.members.forms import ReasonForm


def _fits_no_more(line: StatementLine) -> bool:
    """Whether what a movement was proposed for is paid, or is open with another amount than the one by which it was found."""
    left = line.proposed.open_amount if line.proposed else 0
    return not left or (line.why in (BY_REFERENCE, BY_NAME) and left != line.amount)


def _propose_anew(lines: list[StatementLine]) -> None:
    """Show what movements seem to pay now, whose invoice was credited or paid since they were brought in."""
    if not lines:
        return
    owed, stale = open_now(), [line for line in lines if line.proposed and _fits_no_more(line)]
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
            row |= {"for": numbers_of(line.payment), "left": left_of_payment(line.payment)}
        return row
