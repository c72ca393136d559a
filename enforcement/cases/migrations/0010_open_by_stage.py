from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_sharing_groups_have_rooms"),
        ("cases", "0009_own_decisions_and_pap"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("state", "open")), fields=["stage", "-changed_at"], name="open_by_stage"),
        ),
    ]
