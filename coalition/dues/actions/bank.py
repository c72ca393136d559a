"""Bank statements are brought in, their lines matched, booked or left aside."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dues import rules, statements
from coalition.dues.actions.accounts import bank_room
from coalition.dues.actions.payments import give_back, receive
from coalition.dues.models import CURRENCIES, Account, Invoice, OpenItem, Payment, Statement, StatementLine
from coalition.dues.permissions import can_keep_accounts
from coalition.files.actions import attach
from coalition.locks import one_at_a_time
from coalition.members.actions import hold_all_still, hold_still

LARGEST = 20 * 1024 * 1024


def open_now() -> rules.Open:
    """Every open invoice, as matching asks."""
    items = OpenItem.objects.select_related("invoice").only(
        "amount", "invoice__number", "invoice__reference", "invoice__currency", "invoice__billed_to"
    )
    return rules.Open(
        rules.Owed(item.invoice_id, item.invoice.number, item.invoice.reference, item.invoice.billed_to["name"], item.amount, item.invoice.currency)
        for item in items
    )


def seems_to_pay(owed: rules.Open, text: str, payer: str, amount: Decimal, currency: str) -> dict:
    """What a movement's row says of the invoice it seems to pay, and why."""
    found = owed.match(text, payer, amount, currency)
    return {"proposed_id": found[0].invoice, "why": found[1]} if found else {"proposed_id": None, "why": ""}


@transaction.atomic
def bring(upload, *, by: Viewer) -> Statement:
    """Bring in a statement: each movement once, whichever file tells it, with what it seems to pay. Nothing is booked yet.

    Raises NotAllowed, and Refused for a file that cannot be read, with the line and why.
    """
    require(can_keep_accounts(by))
    if upload.size > LARGEST:
        raise Refused(_("A statement is smaller than %(n)d MB.") % {"n": LARGEST // (1 << 20)}, field="file")
    content = upload.read()
    try:
        iban, found = statements.read(content)
    except statements.Unreadable as wrong:
        raise Refused(str(wrong), field="file") from wrong
    upload.seek(0)
    room = bank_room()
    # Whoever brings the same file at this moment waits, and finds its movements known.
    one_at_a_time("dues.bank")
    known = set(StatementLine.objects.filter(key__in=[one.key for one in found]).values_list("key", flat=True))
    if all(one.key in known for one in found):
        raise Refused(_("Every movement of this file is known already."), field="file")
    file = attach(upload, space=room, by=by)
    statement = Statement.objects.create(space=room, file=file, name=file.name, account=iban, brought_by_id=by.audience_id, known=len(known))
    owed, alike = open_now(), _alike(found, known)
    lines, told = [], set(known)
    for place, one in enumerate(found, 1):
        if one.key in told:
            continue
        told.add(one.key)
        currency = one.currency or CURRENCIES[0][0]
        lines.append(
            StatementLine(
                space=room, statement=statement, position=place, key=one.key, booked_on=one.booked_on, amount=one.amount,
                currency=currency, payer=one.payer, payer_account=one.payer_account, text=one.text,
                **seems_to_pay(owed, one.text, one.payer, one.amount, currency), like=_taken(alike, one, currency),
                # Money that went out pays nothing here.
                state=StatementLine.State.OPEN if one.amount > 0 else StatementLine.State.OUT,
            )
        )  # fmt: skip
    StatementLine.objects.bulk_create(lines, batch_size=2000)
    record("dues.statement_brought", statement, by=by, count=len(lines), known=len(known), name=statement.name)
    return statement


def _alike(found, known: set[str]) -> dict[tuple, list[StatementLine]]:
    """The movements of other files by day, amount and currency, without those that this file tells by the same key."""
    days = {one.booked_on for one in found}
    alike: dict[tuple, list[StatementLine]] = {}
    for line in StatementLine.objects.filter(booked_on__in=days).exclude(key__in=known).order_by("pk"):
        alike.setdefault((line.booked_on, line.amount, line.currency), []).append(line)
    return alike


def _taken(alike: dict[tuple, list[StatementLine]], one, currency: str) -> StatementLine | None:
    """The movement of another file that this one looks like, by what it says or who pays; each is like one at most."""
    there, words = alike.get((one.booked_on, one.amount, currency), []), rules.squeezed(one.text)
    for place, line in enumerate(there):
        same_payer = one.payer and one.payer.casefold() == line.payer.casefold()
        theirs = rules.squeezed(line.text)
        if same_payer or (words and theirs and (words in theirs or theirs in words)):
            return there.pop(place)
    return None


def _open_line(line: StatementLine) -> StatementLine:
    line = lock(line)
    if line.state == StatementLine.State.ACCEPTED:
        raise Conflict(_("This movement is booked already."))
    if line.state == StatementLine.State.OUT:
        raise Refused(_("Money that went out is not booked as dues."))
    return line


@transaction.atomic
def accept(line: StatementLine, *, by: Viewer, invoice: Invoice | None = None, account: Account | None = None) -> Payment:
    """Book a movement: for the invoice chosen, or on an account without one.

    Raises NotAllowed, Refused for money that went out or without a choice, and Conflict when it is booked already.
    """
    require(can_keep_accounts(by))
    line = _open_line(line)
    chosen = account or (invoice.account if invoice else None)
    if chosen is None:
        raise Refused(_("Choose the invoice it pays, or the account it is for."), field="invoice")
    if invoice and invoice.currency != line.currency:
        raise Refused(_("The invoice is in %(one)s, the movement in %(other)s.") % {"one": invoice.currency, "other": line.currency}, field="invoice")
    payment = receive(
        chosen, amount=line.amount, currency=line.currency, received_on=line.booked_on, method=Payment.Method.BANK,
        key=f"bank:{line.pk}:after:{line.payment_id}" if line.payment_id else f"bank:{line.pk}",
        reference=line.text[:140], invoice=invoice, by=by,
    )  # fmt: skip
    line.state, line.payment = StatementLine.State.ACCEPTED, payment
    line.save(update_fields=["state", "payment"])
    return payment


@transaction.atomic
def unbook(line: StatementLine, *, reason: str, by: Viewer) -> StatementLine:
    """Take back a booking that was a mistake: the payment is given back, and the movement is to be matched again.

    Raises NotAllowed, Conflict for a movement that is not booked, and Refused where part of the money was sent back since.
    """
    require(can_keep_accounts(by))
    reason = reason_given(reason)
    # The organisation first, then the line, as moving its payment does.
    if booked := StatementLine.objects.filter(pk=line.pk, payment__isnull=False).values_list("payment__account__organisation", flat=True).first():
        hold_still(booked)
    line = lock(line)
    if line.state != StatementLine.State.ACCEPTED or line.payment is None:
        raise Conflict(_("This movement is not booked."))
    back = line.payment.returned_by.all()
    if not back:
        # The member reads this on its account; why the treasury erred stays in the bank's own room.
        give_back(line.payment, reason=_("It was booked on this account by mistake."), by=by)
    elif [row.amount for row in back] != [-line.amount]:
        raise Refused(_("Part of this money was sent back since: move what is left, or credit it."))
    _match_anew(line)
    record("dues.line_unbooked", line, by=by, amount=f"{line.amount} {line.currency}", reason=reason[:300])
    return line


@transaction.atomic
def take_up(line: StatementLine, *, by: Viewer) -> StatementLine:
    """Take up again a movement that was left aside. Raises NotAllowed, and Conflict when it is not aside."""
    require(can_keep_accounts(by))
    line = _open_line(line)
    if line.state != StatementLine.State.LEFT:
        raise Conflict(_("This movement is not left aside."))
    _match_anew(line)
    record("dues.line_taken_up", line, by=by, amount=f"{line.amount} {line.currency}")
    return line


def _match_anew(line: StatementLine) -> None:
    """To be matched again, with what it seems to pay now."""
    line.state, line.reason = StatementLine.State.OPEN, ""
    for name, value in seems_to_pay(open_now(), line.text, line.payer, line.amount, line.currency).items():
        setattr(line, name, value)
    line.save(update_fields=["state", "reason", "proposed", "why"])


def certain_of(statement: Statement) -> QuerySet[StatementLine]:
    """The movements whose reference and amount name one invoice that is open with just that: credited or paid since, or told by another file
    already as it seems, it is for a person.
    """
    still = OpenItem.objects.filter(invoice=OuterRef("proposed"), amount=OuterRef("amount"))
    return statement.lines.filter(Exists(still), state=StatementLine.State.OPEN, why=rules.BY_REFERENCE, like=None)


@transaction.atomic
def accept_certain(statement: Statement, *, by: Viewer) -> int:
    """Book every line of a statement whose reference and amount name one open invoice; returns how many."""
    require(can_keep_accounts(by))
    certain = certain_of(statement)
    # In the order of everybody who holds many still: this waits for a run, and no run waits for it for ever.
    hold_all_still(list(certain.values_list("proposed__organisation", flat=True)))
    count = 0
    for line in certain.select_for_update(of=("self",)).select_related("proposed__account").order_by("proposed"):
        # Two lines with one reference: the second has nothing left to pay and is for a person.
        if OpenItem.objects.filter(invoice=line.proposed_id, amount=line.amount).exists():
            accept(line, invoice=line.proposed, by=by)
            count += 1
    return count


@transaction.atomic
def leave(line: StatementLine, *, reason: str, by: Viewer) -> StatementLine:
    """Leave a movement aside that is no dues, saying why."""
    require(can_keep_accounts(by))
    line = _open_line(line)
    line.state, line.reason = StatementLine.State.LEFT, reason_given(reason)[:300]
    line.save(update_fields=["state", "reason"])
    record("dues.line_left", line, by=by, amount=f"{line.amount} {line.currency}", reason=line.reason)
    return line
