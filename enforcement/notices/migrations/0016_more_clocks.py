"""How long a platform has to say how a dispute ends and to look at a complaint, and how long one may complain."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)
POLICIES = [
    # kind, scope, name, source, unit, amount, verified
    ("conclude", "", "Say how a dispute ends", "The coalition’s programme rules", "working_days", 5, True),
    (
        "complaint",
        "",
        "Look at a complaint again",
        "The coalition’s programme rules; DSA art. 20(4) asks for a timely answer",
        "working_days",
        10,
        True,
    ),
    ("complaint_window", "", "Complain about a refusal", "As DSA art. 20(1): at least six months from the decision", "months", 6, False),
]


def enter(apps, schema_editor):
    Policy = apps.get_model("clocks", "ClockPolicy")
    names = ["kind", "scope", "name", "source", "unit", "amount", "is_verified"]
    Policy.objects.bulk_create(Policy(valid_from=SINCE, calendar="none", zone="UTC", **dict(zip(names, row, strict=True))) for row in POLICIES)


class Migration(migrations.Migration):
    dependencies = [("notices", "0015_complaints"), ("clocks", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
