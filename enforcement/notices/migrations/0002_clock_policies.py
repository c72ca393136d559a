"""The first dated deadlines. Those not verified against their source say so where people see them."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)
POLICIES = [
    # kind, scope, name, source, verified, unit, earliest, amount, calendar, zone, moves_on
    (
        "vetting",
        "",
        "Vetting by the programme’s analysts",
        "The coalition’s programme rules",
        True,
        "working_days",
        None,
        2,
        "US",
        "America/New_York",
        False,
    ),
    (
        "platform_answer",
        "",
        "Answer by the platform",
        "The coalition’s programme rules; general yardstick of 3 working days",
        True,
        "working_days",
        None,
        3,
        "none",
        "UTC",
        False,
    ),
    (
        "stand_behind",
        "",
        "Stand behind or withdraw",
        "Calendar days as in Mercado Libre’s published protocol",
        False,
        "calendar_days",
        None,
        4,
        "none",
        "UTC",
        False,
    ),
    (
        "stand_behind",
        "taobao",
        "Stand behind or withdraw (China)",
        "E-Commerce Law art. 43",
        False,
        "calendar_days",
        None,
        15,
        "CN",
        "Asia/Shanghai",
        True,
    ),
    ("consultation_end", "", "Consultation", "The coalition’s document procedure", True, "calendar_days", None, 30, "none", "UTC", False),
]


def enter(apps, schema_editor):
    Policy = apps.get_model("clocks", "ClockPolicy")
    names = ["kind", "scope", "name", "source", "is_verified", "unit", "earliest", "amount", "calendar", "zone", "moves_on"]
    Policy.objects.bulk_create(Policy(valid_from=SINCE, **dict(zip(names, row, strict=True))) for row in POLICIES)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
