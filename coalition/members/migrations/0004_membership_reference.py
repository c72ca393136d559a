"""What the roles give, the tiers, and the first version of the texts that members accept."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)
# category (None for all), role, capability, kept without good standing
GIVES = [
    (None, "owner", "manage_seats", True),
    (None, "manager", "manage_seats", True),
    (None, "owner", "own_organisation", True),
    *[("coalition", role, "vet_applications", False) for role in ("owner", "manager", "member")],
    ("coalition", "owner", "keep_register", False),
    *[
        (kind, role, "object_to_applicant", False)
        for kind in ("brand", "platform", "professional", "association")
        for role in ("owner", "manager", "member")
    ],
]
# category, slug, name, seats
TIERS = [
    ("brand", "brand-associate", "Associate", 5),
    ("brand", "brand-full", "Full", 25),
    ("brand", "brand-patron", "Patron", None),
    ("platform", "platform-general", "General", 20),
    ("professional", "professional-firm", "Firm", 10),
    ("association", "association", "Association", 10),
    ("partner", "partner", "Partner", None),
    ("coalition", "coalition", "Staff", None),
]
CONDUCT = """We join to protect consumers and rights from counterfeits, by lawful means and with facts.

1. We claim only what we can stand behind, in good faith, and withdraw what proves wrong.
2. We use what others show us for the purpose for which they showed it, and keep the mark it carries.
3. We do not use the coalition against parallel trade, resale or criticism.
4. We disclose conflicts of interest and stand aside where we have one.
5. We answer sellers’ objections within the clock, under a name.
"""
ANTITRUST = """Members compete with each other. Nothing in the coalition changes that.

We do not exchange or discuss prices, discounts, margins, costs, output, customers or territories; nor whether to deal with a
supplier, a customer, a marketplace or a carrier. What each of us does about a seller is our own decision and recorded as such.
Meetings have a written agenda and minutes; whoever hears one of these subjects raised says so and leaves.
"""


def enter(apps, schema_editor):
    get = lambda name: apps.get_model("members", name)  # noqa: E731
    categories = {category.kind: category for category in get("Category").objects.all()}
    get("CapabilityRule").objects.bulk_create(
        get("CapabilityRule")(category=categories.get(kind), role=role, capability=capability, without_standing=kept, valid_from=SINCE)
        for kind, role, capability, kept in GIVES
    )
    get("Tier").objects.bulk_create(
        get("Tier")(category=categories[kind], slug=slug, name=name, seats=seats, order=order)
        for order, (kind, slug, name, seats) in enumerate(TIERS)
    )
    get("Policy").objects.bulk_create(
        [
            get("Policy")(kind="conduct", version=1, title="Code of conduct", body=CONDUCT, in_force_on=SINCE),
            get("Policy")(kind="antitrust", version=1, title="Antitrust policy", body=ANTITRUST, in_force_on=SINCE),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0003_membership")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
