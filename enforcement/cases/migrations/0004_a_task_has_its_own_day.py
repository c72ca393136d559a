"""A task's clock: its day is whoever's who sets the task."""

from django.db import migrations


def enter(apps, schema_editor):
    apps.get_model("clocks", "ClockPolicy").objects.create(
        kind="case_task", name="The last day of a task", source="Whoever gave the task", is_verified=True, unit="calendar_days", amount=14,
        valid_from="2016-01-01",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_tasks"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
