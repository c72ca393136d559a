from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_brought"),
    ]

    operations = [
        migrations.AlterField(
            model_name="registerrow",
            name="verdict",
            field=models.CharField(
                choices=[("new", "new"), ("known", "known already"), ("left", "left open"), ("double", "twice in the file"), ("refused", "refused")],
                max_length=8,
            ),
        ),
    ]
