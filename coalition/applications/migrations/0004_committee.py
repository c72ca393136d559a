"""The committee that decides about applications: a team, and what being in it gives. Staff seat its members on the register's page."""

from datetime import date

from django.db import migrations

TEAM = "Membership committee"


def enter(apps, schema_editor):
    Audience, Rule = apps.get_model("access", "Audience"), apps.get_model("members", "CapabilityRule")
    team, _created = Audience.objects.get_or_create(kind="team", label=TEAM)
    Rule.objects.get_or_create(team=team, capability="decide_applications", defaults={"valid_from": date(2016, 1, 1)})


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_rounds"),
        ("access", "0002_applications_have_rooms"),
        ("members", "0005_one_open_at_a_time"),
    ]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
