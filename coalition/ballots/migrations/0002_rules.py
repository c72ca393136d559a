"""How long a ballot is open, and who puts questions."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)


def enter(apps, schema_editor):
    apps.get_model("clocks", "ClockPolicy").objects.create(
        kind="ballot", name="Ballots of the members", source="The coalition’s rules of procedure (known; not checked against a text)", unit="calendar_days",
        amount=14, calendar="none", zone="UTC", valid_from=SINCE,
    )  # fmt: skip
    house = apps.get_model("members", "Category").objects.get(kind="coalition")
    apps.get_model("members", "CapabilityRule").objects.create(category=house, role="owner", capability="hold_ballot", valid_from=SINCE)


class Migration(migrations.Migration):
    dependencies = [("ballots", "0001_initial"), ("clocks", "0001_initial"), ("members", "0007_finance")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
