"""By when a proposal is answered."""

from datetime import date

from django.db import migrations


def enter(apps, schema_editor):
    apps.get_model("clocks", "ClockPolicy").objects.create(
        kind="proposal_answer", name="Answer to a proposal", source="The coalition’s programme rules", is_verified=True,
        unit="calendar_days", amount=14, valid_from=date(2016, 1, 1),
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
