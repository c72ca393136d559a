"""Who works cases: a right of the seat beside the room. And the mail domain an invitation came by."""

from datetime import date

import django.db.models.deletion
from django.db import migrations, models

SINCE = date(2016, 1, 1)


def enter(apps, schema_editor):
    Rule = apps.get_model("members", "CapabilityRule")
    kinds = ["brand", "platform", "professional", "association", "partner", "coalition"]
    Rule.objects.bulk_create(
        Rule(category=category, role=role, capability="work_case", valid_from=SINCE)
        for category in apps.get_model("members", "Category").objects.filter(kind__in=kinds)
        for role in ("owner", "manager", "member")
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0008_ways_in")]
    operations = [
        migrations.RunPython(enter, migrations.RunPython.noop),
        migrations.AddField(
            "invitation",
            "domain",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="members.maildomain"
            ),
        ),
    ]
