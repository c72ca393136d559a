"""Bank statements as banks write them, and as they are broken."""

from datetime import date
from decimal import Decimal

import pytest

from coalition.dues.statements import Unreadable, read

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
 <Acct><Id><IBAN>BE68539007547034</IBAN></Id></Acct>
 <Ntry><Amt Ccy="EUR">16000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>
  <AcctSvcrRef>0001</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Aurelia 金龙 SA</Nm></Pty></Dbtr>
  <DbtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></DbtrAcct></RltdPties>
  <RmtInf><Strd><CdtrRefInf><Ref>RF4220260001</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
 <Ntry><Amt Ccy="EUR">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-11-21T10:00:00</DtTm></BookgDt><AcctSvcrRef>0002</AcctSvcrRef>
  <NtryDtls><TxDtls><Amt Ccy="EUR">100.00</Amt><RmtInf><Ustrd>first</Ustrd></RmtInf></TxDtls>
            <TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">200.00</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>second</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
 <Ntry><Amt Ccy="EUR">35.40</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-22</Dt></BookgDt></Ntry>
 <Ntry><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-22</Dt></BookgDt></Ntry>
 <Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-11-22</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def test_camt_is_read_as_the_bank_means_it():
    iban, found = read(CAMT.encode())
    assert iban == "BE68539007547034"
    assert [(one.amount, one.currency, one.booked_on.day) for one in found] == [
        (Decimal("16000.00"), "EUR", 20), (Decimal("100.00"), "EUR", 21), (Decimal("200.00"), "EUR", 21), (Decimal("-35.40"), "EUR", 22), (Decimal("50.00"), "EUR", 22),
    ]  # fmt: skip
    assert (found[0].payer, found[0].payer_account, found[0].text) == ("Aurelia 金龙 SA", "FR7630006000011234567890189", "RF4220260001")
    assert len({one.key for one in found}) == 5
    assert read(CAMT.encode()) == (iban, found)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_whatever_separates_it(separator):
    text = separator.join(["Buchungstag", "Betrag", "Währung", "Auftraggeber", "Verwendungszweck"]) + "\n"
    text += separator.join(["20.11.2026", '"1.234,50"', "EUR", "Müller AG", "RF4220260001"]) + "\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        _iban, (one,) = read(text.encode(encoding))
        assert (one.booked_on, one.amount, one.payer, one.text) == (date(2026, 11, 20), Decimal("1234.50"), "Müller AG", "RF4220260001")


def test_two_movements_that_say_the_same_are_two_and_stay_the_same_two():
    text = "Date,Amount,Name\n2026-11-20,50.00,A\n2026-11-20,50.00,A\n"
    keys = [one.key for one in read(text.encode())[1]]
    assert len(set(keys)) == 2
    assert [one.key for one in read(text.encode())[1]] == keys


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><Document>&c;</Document>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB.encode(), "not one that can be read"),
        (b"<Document><oops>", "not one that can be read"),
        (b"<html><body>sign in</body></html>", "no CAMT.053"),
        (b"%PDF-1.7\x00\x01\x02", "not a table"),
        (b"Name,Note\nA,B\n", "No row heads the columns"),
        (b"Date,Amount\n2026-11-20,lots\n", "Line 2: .lots. is no amount"),
        (b"Date,Amount\n31/31/2026,5.00\n", "Line 2: .31/31/2026. is no date"),
        (b"Date,Amount\n2026-11-20,5.001\n", "no amount in cents"),
        (b"Date,Amount\n2026-11-20,NaN\n", "no amount"),
        (b"Date,Amount\n\n", "no movement"),
    ],
)
def test_what_cannot_be_read_says_why(content, why):
    with pytest.raises(Unreadable, match=why):
        read(content)
