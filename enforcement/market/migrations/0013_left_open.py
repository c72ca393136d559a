from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0012_several_sightings_a_file"),
    ]

    operations = [
        migrations.AlterField(
            model_name="allowedrow",
            name="verdict",
            field=models.CharField(
                choices=[("new", "new"), ("known", "known already"), ("left", "left open"), ("double", "twice in the file"), ("refused", "refused")],
                max_length=8,
            ),
        ),
    ]
