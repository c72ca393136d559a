"""The ladder of reminders, and the day's run up it."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from coalition.access.viewer import as_system
from coalition.activity.actions import Entry, record_all
from coalition.dues import rules
from coalition.dues.models import OpenItem, Reminder, Rung
from coalition.members.actions import batched

# So many are reminded in one transaction: few enough that whoever pays meanwhile does not wait long.
AT_ONCE = 100


def ladder(day: date) -> list[Rung]:
    return sorted(Rung.objects.in_force(day), key=lambda rung: rung.days)


def run_reminders() -> int:
    """Send what the ladder has due today, and return how many reminders that were; the log makes a second run, or one that follows an
    interrupted one, harmless.

    Of several rungs whose day has come since the last run only the latest is sent; the others are logged as passed over.
    """
    day = timezone.localdate()
    rungs = {rung.days: rung for rung in ladder(day)}
    if not rungs:
        return 0
    with as_system("find the reminders that are due"):
        # Many of these were reminded already; which, is read again when they hold still.
        reached = OpenItem.objects.filter(due_on__lte=day - timedelta(days=min(rungs))).order_by("invoice_id")
        wanted = [pk for pk, due in _due(reached, rungs, day).items() if due]
    sent = 0
    for many in batched(wanted, AT_ONCE):
        with as_system("remind of dues"):
            sent += _remind(many, rungs, day)
    return sent


def _due(items, rungs: dict[int, Rung], day: date) -> dict[int, list[int]]:
    """The rungs that are due, by the id of the open item's invoice."""
    done: dict[int, set[int]] = {}
    for invoice, days in Reminder.objects.filter(invoice__open_item__in=items.order_by()).values_list("invoice_id", "rung__days"):
        done.setdefault(invoice, set()).add(days)
    return {
        invoice: rules.rungs_due(list(rungs), due_on, issued_on, frozenset(done.get(invoice, ())), day)
        for invoice, due_on, issued_on in items.values_list("invoice_id", "due_on", "invoice__issued_on")
    }


def _remind(invoices: list[int], rungs: dict[int, Rung], day: date) -> int:
    # Whoever pays at this moment, and another run, hold the rows: paid or reminded by then, nothing is sent.
    held = OpenItem.objects.select_for_update(of=("self",)).select_related("invoice").filter(invoice__in=invoices).order_by("invoice_id")
    items = {item.invoice_id: item for item in held}
    due = {pk: days for pk, days in _due(OpenItem.objects.filter(invoice__in=items), rungs, day).items() if days}
    Reminder.objects.bulk_create(
        Reminder(space_id=items[pk].space_id, invoice_id=pk, rung=rungs[one], sent_on=day, was_sent=one == days[-1])
        for pk, days in due.items()
        for one in days
    )
    entries = [
        Entry("dues.reminded", items[pk].invoice, {
            "number": items[pk].invoice.number, "rung": rungs[days[-1]].pk, "when": str(rungs[days[-1]]), "organisation": items[pk].organisation_id,
        })
        for pk, days in due.items()
    ]  # fmt: skip
    record_all(entries, by=None)
    return len(entries)
