"""How long before its last day a right, a recordation with customs and a power of attorney are watched."""

from django.db import migrations

ROWS = [
    # kind, scope, name, source, verified, unit, amount
    ("right_expiry", "", "Renewal of a right", "Regulation (EU) 2017/1001 art. 53(3): six months before its expiry", True, "months", 6),
    ("right_expiry", "US", "Renewal of a US registration", "15 USC 1059(a): within one year before the end of its term", True, "months", 12),
    ("recordation_expiry", "", "Renewal of a recordation with customs", "The coalition’s practice", False, "calendar_days", 60),
    ("paper_expiry", "", "Replacement of a power of attorney", "The coalition’s practice", False, "calendar_days", 60),
]


def fill(apps, schema_editor):
    Policy = apps.get_model("clocks", "ClockPolicy")
    for kind, scope, name, source, verified, unit, amount in ROWS:
        Policy.objects.create(
            kind=kind, scope=scope, name=name, source=source, is_verified=verified, unit=unit, amount=amount, valid_from="2016-01-01"
        )


class Migration(migrations.Migration):
    dependencies = [("rights", "0002_status_over_time"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
