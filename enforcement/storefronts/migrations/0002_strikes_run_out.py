"""When a strike runs out, where a platform has no rule of its own."""

from datetime import date

from django.db import migrations


def enter(apps, schema_editor):
    apps.get_model("clocks", "ClockPolicy").objects.create(
        kind="strike", name="A strike runs out", source="General yardstick: platforms count strikes within a year", is_verified=False,
        unit="months", amount=12, valid_from=date(2016, 1, 1),
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("storefronts", "0001_initial"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
