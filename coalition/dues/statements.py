"""Read bank statements: CAMT.053 as banks send it (ISO 20022), or CSV and XLSX as they offer it for download. No database."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from coalition import tables
from coalition.access.errors import Refused
from coalition.dates import read_day

MOST_LINES = 50_000
HEADINGS = {
    "booked_on": ("date", "booking date", "value date", "booked", "datum", "buchungstag", "buchungsdatum", "date comptable", "valuta"),
    "amount": ("amount", "betrag", "montant", "bedrag", "importe", "credit"),
    "currency": ("currency", "ccy", "währung", "devise", "munt"),
    "payer": ("payer", "name", "counterparty", "beneficiary/payer", "auftraggeber", "nom", "naam", "debtor"),
    "payer_account": ("iban", "account", "counterparty account", "konto", "rekening"),
    "text": ("text", "description", "reference", "remittance", "details", "verwendungszweck", "communication", "mededeling", "memo"),
    "key": ("id", "transaction id", "bank reference", "reference id", "transaction reference"),
}
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d")


class Unreadable(Exception):
    """The file is no statement that can be read; says why, with the line where there is one."""


@dataclass(frozen=True)
class Read:
    """One movement as the bank tells it; money that went out is negative."""

    booked_on: date
    amount: Decimal
    currency: str
    payer: str
    payer_account: str
    text: str
    key: str


def read(content: bytes) -> tuple[str, list[Read]]:
    """The account (IBAN, where the file says it) and the movements of a statement. Raises Unreadable."""
    account, found = _camt(content) if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else ("", _table(content))
    if not found:
        raise Unreadable(_("There is no movement in this file."))
    if len(found) > MOST_LINES:
        raise Unreadable(_("A statement of more than %(n)d lines: split it.") % {"n": MOST_LINES})
    return account, found


def _camt(content: bytes) -> tuple[str, list[Read]]:
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise Unreadable(_("This file begins like a CAMT.053 statement and is not one that can be read: get it from the bank again.")) from wrong
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    if "camt.053" not in space and root.find(f"{space}BkToCstmrStmt") is None:
        raise Unreadable(_("This XML is no CAMT.053 statement."))

    def text(node: Element | None, path: str) -> str:
        found = node.find("/".join(space + step for step in path.split("/"))) if node is not None else None
        return (found.text or "").strip() if found is not None else ""

    found, iban = [], ""
    for statement in root.iter(f"{space}Stmt"):
        iban = iban or text(statement, "Acct/Id/IBAN")[:34]
        for number, entry in enumerate(statement.iter(f"{space}Ntry"), 1):
            # What is not booked yet may still not come.
            if (text(entry, "Sts/Cd") or text(entry, "Sts")) not in ("", "BOOK"):
                continue
            amount = entry.find(f"{space}Amt")
            # The indicator is the direction of this entry, of a reversal too (ISO 20022: a credit with RvslInd reverses a debit).
            sign = Decimal(-1) if text(entry, "CdtDbtInd") == "DBIT" else Decimal(1)
            day = text(entry, "BookgDt/Dt") or text(entry, "BookgDt/DtTm")[:10] or text(entry, "ValDt/Dt")
            details = list(entry.iter(f"{space}TxDtls")) or [entry]
            for place, detail in enumerate(details):
                own = detail.find(f"{space}Amt") if detail is not entry else amount
                if own is None:
                    own = detail.find(f"{space}AmtDtls/{space}TxAmt/{space}Amt")
                chosen = own if own is not None else amount
                if chosen is None:
                    raise Unreadable(_("Entry %(n)d has no amount.") % {"n": number})
                words = [(node.text or "").strip() for node in detail.iter(f"{space}Ustrd")]
                words += [(node.text or "").strip() for node in detail.iter() if node.tag == f"{space}Ref" and node.text]
                words += [text(detail, "Refs/EndToEndId")] if text(detail, "Refs/EndToEndId") not in ("", "NOTPROVIDED") else []
                bank_key = text(detail, "Refs/AcctSvcrRef") or text(entry, "AcctSvcrRef")
                payer = text(detail, "RltdPties/Dbtr/Nm") or text(detail, "RltdPties/Dbtr/Pty/Nm")
                found.append(
                    Read(
                        booked_on=_day(day, number), amount=sign * _amount(chosen.text or "", number), currency=chosen.get("Ccy", "")[:3],
                        payer=payer[:160],
                        payer_account=text(detail, "RltdPties/DbtrAcct/Id/IBAN")[:34], text=" ".join(filter(None, words))[:2000],
                        key=f"{iban}:{bank_key}:{place}" if bank_key else "",
                    )
                )  # fmt: skip
    return iban, _keyed(found, iban)


def _table(content: bytes) -> list[Read]:
    # Banks of Western Europe write UTF-8 or their Windows code page; a few lines are too few to guess between more.
    file = io.BytesIO(content if content.startswith(b"PK") else _as_utf8(content))
    try:
        table = tables.recognise(file)
        # Banks write lines of their own above the headings.
        rows = [(number, row) for number, row in replace(table, has_header=False).rows(file) if row]
    except Refused as refusal:
        raise Unreadable(_("%(why)s Banks give statements as CAMT.053 (XML), CSV or XLSX.") % {"why": refusal.message}) from refusal
    except (csv.Error, UnicodeError, ValueError) as fault:
        raise Unreadable(_("This table cannot be read: %(why)s.") % {"why": fault}) from fault
    start = next((n for n, (_number, row) in enumerate(rows[:30]) if {"booked_on", "amount"} <= set(_columns(row))), None)
    if start is None:
        raise Unreadable(_("No row heads the columns: a date and an amount are needed, as “Date” and “Amount”."))
    columns = _columns(rows[start][1])
    found = []
    for number, row in rows[start + 1 :]:
        value = {name: row[place].replace("\x00", "").strip() for name, place in columns.items() if place < len(row)}
        if not any(value.values()):
            continue
        found.append(
            Read(
                booked_on=_day(value.get("booked_on", ""), number), amount=_amount(value.get("amount", ""), number),
                currency=value.get("currency", "")[:3].upper(), payer=value.get("payer", "")[:160],
                payer_account=value.get("payer_account", "")[:34], text=value.get("text", "")[:2000], key=value.get("key", "")[:90],
            )
        )  # fmt: skip
    return _keyed(found, "")


def _as_utf8(content: bytes) -> bytes:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        if b"\x00" not in content[:4096]:
            return content.decode("cp1252", "replace").encode()
    return content


def _columns(row: list[str]) -> dict[str, int]:
    heads = [cell.strip().casefold() for cell in row]
    return {name: heads.index(known) for name, names in HEADINGS.items() for known in reversed(names) if known in heads}


def _day(text: str, line: int) -> date:
    if found := read_day(text, DATES):
        return found
    raise Unreadable(_("Line %(n)d: “%(text)s” is no date.") % {"n": line, "text": text[:40]})


def _amount(text: str, line: int) -> Decimal:
    plain = text.replace("\u00a0", "").replace(" ", "").replace("'", "").lstrip("+")
    if "," in plain and "." in plain:
        thousands = "," if plain.rfind(",") < plain.rfind(".") else "."
        plain = plain.replace(thousands, "")
    plain = plain.replace(",", ".")
    try:
        amount = Decimal(plain) + 0  # a minus before nothing is nothing
    except ArithmeticError:
        raise Unreadable(_("Line %(n)d: “%(text)s” is no amount.") % {"n": line, "text": text[:40]}) from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 10 or amount != round(amount, 2):
        raise Unreadable(_("Line %(n)d: “%(text)s” is no amount in cents.") % {"n": line, "text": text[:40]})
    return amount


def _keyed(found: list[Read], iban: str) -> list[Read]:
    """Each with a key by which the same movement is known in another file: the bank's own, or all it says and its place among its like."""
    seen: Counter[str] = Counter()
    keyed = []
    for one in found:
        if one.key:
            # A bank's own reference may come again another day: with the day and the amount it is this movement's.
            one = replace(one, key=f"{one.key}:{one.booked_on}:{one.amount}")
        if one.currency and not re.fullmatch("[A-Z]{3}", one.currency):
            raise Unreadable(_("“%(text)s” is no currency.") % {"text": one.currency})
        key = one.key
        if not key:
            told = "|".join([iban, one.booked_on.isoformat(), str(one.amount), one.currency, one.payer, one.payer_account, one.text])
            digest = hashlib.sha256(told.encode()).hexdigest()[:40]
            seen[digest] += 1
            key = f"{digest}:{seen[digest]}"
        keyed.append(Read(**{**one.__dict__, "key": key[:120]}))
    return keyed
