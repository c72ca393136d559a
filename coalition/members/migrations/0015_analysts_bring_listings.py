"""The coalition's analysts bring listings of their own into the cases they work on."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)


def enter(apps, schema_editor):
    Rule = apps.get_model("members", "CapabilityRule")
    Rule.objects.bulk_create(
        Rule(category=category, role=role, capability="import_listings", valid_from=SINCE)
        for category in apps.get_model("members", "Category").objects.filter(kind="coalition")
        for role in ("owner", "manager", "member")
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0014_office")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
