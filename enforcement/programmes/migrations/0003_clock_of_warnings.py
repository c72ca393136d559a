"""How long whoever is warned has to mend it."""

from datetime import date

from django.db import migrations


def enter(apps, schema_editor):
    apps.get_model("clocks", "ClockPolicy").objects.create(
        kind="good_faith", name="Good faith: mend what a warning found", source="The coalition’s programme rules", is_verified=True,
        unit="calendar_days", amount=14, calendar="none", zone="UTC", valid_from=date(2016, 1, 1),
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("programmes", "0002_good_faith"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
