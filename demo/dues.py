"""The money's part of the story: who issues invoices, what tiers cost, two years of dues, and members in each state of owing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from coalition.access.viewer import as_system, as_viewer
from coalition.dues.actions import bank, reminders, renewals, terms
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.payments import receive
from coalition.dues.models import Account, Band, Issuer, OpenItem, Rate, TermCharge
from coalition.dues.tariff import Tariff
from coalition.members import actions as members
from coalition.members.models import Organisation, Tier
from demo.times import ago

SINCE = date(2020, 1, 1)
# tier: amount by band in order, or one for all
RATES = {
    "brand-associate": ["2500", "4000", "6500", "9000"], "brand-full": ["6000", "9500", "16000", "24000"], "brand-patron": ["40000"],
    "platform-general": ["8000", "15000", "30000", "60000"], "professional-firm": ["3200"], "association": ["1800"], "partner": ["0"],
}  # fmt: skip
# organisation: tier, band, days until its present term ends (or since it ended), VAT number, postal address
MEMBERS = {
    "aurelia": ("brand-full", "100_1000", 45, "FR40303265045", "12 rue des Horlogers\n75003 Paris"),
    "northpeak": ("brand-patron", "over_1000", 200, "", "400 Summit Avenue\nDenver, CO 80202"),
    "kestrel": ("brand-associate", "10_100", -12, "", "7 Signal Lane\nLeeds LS1 4AB"),
    "lumiere": ("brand-full", "10_100", 20, "FR83404833048", "3 place des Vosges\n75004 Paris"),
    "tessella": ("brand-associate", "100_1000", 250, "DK13585628", "Klodsvej 9\n7190 Billund"),
    "hartley": ("professional-firm", None, 90, "", "1 Inner Court\nLondon EC4Y 7AA"),
    "bazaar": ("platform-general", "over_1000", 120, "", "8 Harbour Road\nSingapore 018956"),
    "kiosk": ("platform-general", "under_10", 300, "DE136695976", "Torstraße 100\n10119 Berlin"),
    "payline": ("platform-general", "100_1000", -50, "IE6433435F", "2 Canal Quay\nDublin 2"),
    "retailguild": ("association", None, 30, "BE0403170701", "Rue du Marché 4\n1000 Bruxelles"),
}


def set_up() -> None:
    """Who issues the invoices, and what a year costs."""
    Issuer.objects.create(
        name="The Coalition AISBL", address="Avenue des Arts 50\n1000 Brussels\nBelgium", country="BE", tax_number="BE0428759497",
        iban="BE68539007547034", bic="BBRUBEBB", bank="Example Bank", email="treasury@coalition.example", valid_from=SINCE,
    )  # fmt: skip
    bands = list(Band.objects.all())
    for slug, amounts in RATES.items():
        tier = Tier.objects.get(slug=slug)
        for band, amount in zip(bands if len(amounts) > 1 else [None], amounts, strict=True):
            Rate.objects.create(tier=tier, band=band, amount=Decimal(amount), currency="EUR", valid_from=SINCE)


def steps(slug: str, found) -> list[tuple[int, Callable[[], object]]]:
    """What happened to a member of the cast's dues, as (days ago, deed): its first two years; what comes after is the demo's own worker's."""
    tier_slug, band, ends_in, tax_number, address = MEMBERS[slug]

    def join():
        tier, organisation = Tier.objects.get(slug=tier_slug), found()
        account = account_of(organisation, email=f"accounts@{slug}.example", band=Band.objects.filter(slug=band).first() if band else None)
        Account.objects.filter(pk=account.pk).update(tax_number=tax_number, address=address)
        invoice = terms.invite_to_pay(organisation, tier, by=None)
        period = Tariff().first_period(tier, timezone.localdate())
        term = members.admit(organisation, starts_on=period.starts_on, ends_on=period.ends_on, tier=tier, by=None)
        TermCharge.objects.create(space_id=invoice.space_id, invoice=invoice, term=term)
        members.accept_policies(organisation, signatory=f"The board of {organisation.name}", by=None)
        _pay(slug, "card" if slug == "hartley" else "bank")

    def renew():
        renewals.renew(Organisation.objects.select_related("category", "audience", "finance").get(slug=slug), by=None)

    first = 730 - ends_in
    deeds = [(first, join), (first - 365 + 58, renew), (first - 365 + 30, lambda: _pay(slug, "bank")), (-ends_in + 58, renew)]
    return [(days, deed) for days, deed in deeds if days > 0]


def tell_history(founders: dict[str, Callable]) -> None:
    """Everybody's dues in the order of their days, so that the numbers of documents are in it too."""
    deeds = [deed for slug, found in founders.items() for deed in steps(slug, found)]
    for days, deed in sorted(deeds, key=lambda row: -row[0]):
        with ago(days=days):
            deed()


def _pay(slug: str, method: str, share: int = 1) -> None:
    for item in OpenItem.objects.filter(organisation__slug=slug).select_related("invoice__account__organisation"):
        invoice = item.invoice
        receive(
            invoice.account, amount=(item.amount / share).quantize(Decimal("0.01")), currency=invoice.currency, received_on=timezone.localdate(),
            method=method, key=f"demo:{invoice.number}:{share}", reference=invoice.reference, invoice=invoice, by=None,
        )  # fmt: skip


def tell() -> None:
    """A part payment, a tier changed in mid-term, and the letters of the last weeks."""
    with as_system("tell the demo’s accounts"), ago(days=9):
        _pay("lumiere", "bank", share=2)
    for days in (45, 20, 12, 5):
        with ago(days=days):
            reminders.run_reminders()


def change(viewers) -> None:
    """The treasurer moves one member up in mid-term, and brings in yesterday's statement."""
    treasurer = viewers["treasurer@coalition.example"]
    with ago(days=6), as_system("change a tier of the demo"):
        tessella = Organisation.objects.select_related("category", "audience", "finance").get(slug="tessella")
        terms.change_tier(tessella, Tier.objects.get(slug="brand-full"), reason="Asked for more seats, letter of the owner.", by=treasurer)
    with as_viewer(treasurer):
        bank.bring(SimpleUploadedFile("statement.csv", statement().encode()), by=treasurer)


def statement(days: int = 1) -> str:
    """A bank statement of these days, in CSV: a certain payment, one with another amount, one by name alone, one that is none of ours."""
    rows = ["Date;Amount;Currency;Name;IBAN;Description"]
    day = timezone.localdate() - timedelta(days=days)
    by_slug = {item.organisation.slug: item for item in OpenItem.objects.select_related("invoice", "organisation")}
    if item := by_slug.get("aurelia"):
        rows.append(f"{day};{item.amount};EUR;AURELIA SA;FR7630006000011234567890189;{item.invoice.reference}")
    if item := by_slug.get("kestrel"):
        rows.append(f"{day};{item.amount - 500};EUR;KESTREL AUDIO LTD;GB33BUKB20201555555555;Dues ref {item.invoice.reference}")
    if item := by_slug.get("retailguild"):
        rows.append(f"{day};{item.amount};EUR;Retail Guild asbl;BE71096123456769;cotisation 2027")
    rows.append(f"{day};120.00;EUR;Ticket office;;Refund of a train ticket")
    rows.append(f"{day};-35.40;EUR;Example Bank;;Account fees")
    return "\n".join(rows) + "\n"
