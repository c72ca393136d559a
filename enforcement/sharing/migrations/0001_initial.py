import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0006_sharing_groups_have_rooms"),
    ]

    operations = [
        migrations.CreateModel(
            name="SharingGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("purpose", models.TextField(blank=True)),
                ("founded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience")),
                ("space", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("audience", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="edition", to="access.audience")),
                ("space", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space")),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="editions", to="sharing.sharinggroup")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("group", "number"), name="editions_are_numbered")],
            },
        ),
    ]
