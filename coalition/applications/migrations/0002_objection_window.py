"""How long members may object to an applicant, until the coalition says otherwise."""

from datetime import date

from django.db import migrations


def enter(apps, schema_editor):
    apps.get_model("clocks", "ClockPolicy").objects.create(
        kind="objection_window", name="Objections to an applicant", source="The coalition’s admission procedure", is_verified=True,
        unit="calendar_days", amount=14, calendar="none", zone="UTC", valid_from=date(2016, 1, 1),
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
