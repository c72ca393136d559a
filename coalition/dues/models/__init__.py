"""What members owe: what staff set, the books, and the bank."""

from coalition.dues.models.bank import Statement, StatementLine
from coalition.dues.models.books import (
    Account,
    Allocation,
    Invoice,
    InvoiceLine,
    OpenItem,
    Payment,
    Printed,
    Reminder,
    TermCharge,
)
from coalition.dues.models.setup import CURRENCIES, MONEY, Band, DuesRule, Issuer, Rate, Rung, TaxRule

__all__ = [
    "CURRENCIES",
    "MONEY",
    "Account",
    "Allocation",
    "Band",
    "DuesRule",
    "Invoice",
    "InvoiceLine",
    "Issuer",
    "OpenItem",
    "Payment",
    "Printed",
    "Rate",
    "Reminder",
    "Rung",
    "Statement",
    "StatementLine",
    "TaxRule",
    "TermCharge",
]
