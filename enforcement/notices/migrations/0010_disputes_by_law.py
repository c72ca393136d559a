"""How long a rights holder has, by the law of the provider's place where it sets one for such claims."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)
POLICIES = [
    # scope, name, source, unit, earliest, amount, calendar, zone, moves_on
    ("US:copyright", "Counter-notice (US, copyright)", "17 USC 512(g)(2)(C)", "working_days", 10, 14, "US", "America/New_York", False),
    ("CN", "Stand behind or withdraw (China)", "E-Commerce Law art. 43", "calendar_days", None, 15, "CN", "Asia/Shanghai", True),
]


def enter(apps, schema_editor):
    Policy = apps.get_model("clocks", "ClockPolicy")
    names = ["scope", "name", "source", "unit", "earliest", "amount", "calendar", "zone", "moves_on"]
    Policy.objects.bulk_create(
        Policy(kind="stand_behind", valid_from=SINCE, is_verified=False, **dict(zip(names, row, strict=True))) for row in POLICIES
    )


class Migration(migrations.Migration):
    dependencies = [("notices", "0009_duplicate"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
