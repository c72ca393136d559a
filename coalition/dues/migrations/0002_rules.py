"""Bands, the rule for all tiers, tax, the ladder, who keeps the accounts and who reads their own."""

from datetime import date
from decimal import Decimal

from django.db import migrations

SINCE = date(2016, 1, 1)
BANDS = [
    ("under_10", "under 10 million US dollars a year"),
    ("10_100", "10 to 100 million"),
    ("100_1000", "100 million to 1 billion"),
    ("over_1000", "over 1 billion"),
]
# Known, not checked against the texts: staff see it beside the rule.
TAX = [
    ("domestic", "21.00", "Belgian VAT", "Belgian VAT code, art. 1 and royal decree no. 20"),
    (
        "eu_business",
        "0.00",
        "Reverse charge: VAT is due by the recipient, art. 44 and 196 of Directive 2006/112/EC.",
        "Directive 2006/112/EC art. 44, 196, 226(11a)",
    ),
    ("eu_other", "21.00", "Belgian VAT", "Directive 2006/112/EC art. 45"),
    ("elsewhere", "0.00", "Outside the scope of EU VAT: the recipient is established outside the EU.", "Directive 2006/112/EC art. 44"),
]
LADDER = [
    (
        -30,
        "Invoice {number} is payable in 30 days",
        "{name},\n\nof invoice {number} {open} are open, payable by {due}. This is a reminder, nothing more.",
    ),
    (-7, "Invoice {number} is payable in a week", "{name},\n\nof invoice {number} {open} are open, payable by {due}."),
    (0, "Invoice {number} is payable today", "{name},\n\nof invoice {number} {open} are open, payable today."),
    (
        7,
        "Invoice {number} is overdue",
        "{name},\n\nof invoice {number} {open} were payable by {due} and have not come in. If they are on their way, leave this letter alone.",
    ),
    (
        30,
        "Invoice {number}: the last day of grace",
        "{name},\n\nof invoice {number} {open} were payable by {due}. From {late} on the membership is not in good standing: nobody of your organisation reads or does anything in the portal, and votes are not counted, until the dues are in.",
    ),
]


def enter(apps, schema_editor):
    get = lambda name: apps.get_model("dues", name)  # noqa: E731
    get("Band").objects.bulk_create(get("Band")(slug=slug, name=name, order=order) for order, (slug, name) in enumerate(BANDS))
    get("DuesRule").objects.create(tier=None, year="anniversary", proration="month", renews_before=60, payable_in=30, grace=30, valid_from=SINCE)
    get("TaxRule").objects.bulk_create(
        get("TaxRule")(scope=scope, percent=Decimal(percent), words=words, source=source, valid_from=SINCE) for scope, percent, words, source in TAX
    )
    get("Rung").objects.bulk_create(get("Rung")(days=days, subject=subject, words=words, valid_from=SINCE) for days, subject, words in LADDER)
    team = apps.get_model("access", "Audience").objects.create(kind="team", label="Treasury")
    Rule = apps.get_model("members", "CapabilityRule")
    Rule.objects.create(team=team, capability="keep_accounts", valid_from=SINCE)
    paying = apps.get_model("members", "Category").objects.filter(kind__in=["brand", "platform", "professional", "association"])
    Rule.objects.bulk_create(
        Rule(category=category, role=role, capability="see_dues", without_standing=True, valid_from=SINCE)
        for category in paying
        for role in ("owner", "finance")
    )


class Migration(migrations.Migration):
    dependencies = [("dues", "0001_initial"), ("members", "0007_finance")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
