"""Who votes for an organisation is kept in its office."""

from django.db import migrations


def move(apps, schema_editor):
    Delegation = apps.get_model("ballots", "Delegation")
    for row in Delegation.objects.select_related("organisation"):
        row.space_id = row.organisation.office_id
        row.save(update_fields=["space"])


class Migration(migrations.Migration):
    dependencies = [("ballots", "0002_rules"), ("members", "0014_office")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
