"""Those of an organisation who look after its money are an audience of their own."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def fill(apps, schema_editor):
    Audience, Member = apps.get_model("access", "Audience"), apps.get_model("access", "AudienceMember")
    Seat = apps.get_model("members", "Seat")
    for organisation in apps.get_model("members", "Organisation").objects.filter(finance=None):
        organisation.finance = Audience.objects.create(kind="office", label=f"{organisation.name}: owner and finance"[:200])
        organisation.save(update_fields=["finance"])
        for seat in Seat.objects.filter(organisation=organisation, role__in=["owner", "finance"], ends_at=None):
            Member.objects.create(audience=organisation.finance, member_id=seat.audience_id, starts_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("members", "0006_standing_asks_more"), ("access", "0003_more_rooms")]
    operations = [
        migrations.AddField(
            "organisation",
            "finance",
            models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="finance_of", to="access.audience"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "organisation",
            "finance",
            models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="finance_of", to="access.audience"),
        ),
    ]
