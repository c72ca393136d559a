"""What the pages of dues show, by subject."""

from coalition.dues.pages.accounts import AccountPage, InvoicePage, own_panel, waiting
from coalition.dues.pages.ageing import AgeingPage
from coalition.dues.pages.bank import StatementPage
from coalition.dues.pages.ladder import LadderPage, SentPage
from coalition.dues.pages.rates import RatesPage

__all__ = ["AccountPage", "AgeingPage", "InvoicePage", "LadderPage", "RatesPage", "SentPage", "StatementPage", "own_panel", "waiting"]
