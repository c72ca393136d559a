"""How long before its last day an entry of an allow list is watched."""

from django.db import migrations


def enter(apps, schema_editor):
    apps.get_model("clocks", "ClockPolicy").objects.create(
        kind="allow_list_ending", name="End of an entry of the allow list", source="The coalition’s practice", is_verified=False,
        unit="calendar_days", amount=30, valid_from="2016-01-01",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("market", "0006_relists"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
