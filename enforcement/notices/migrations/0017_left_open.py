from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0016_more_clocks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answerrow",
            name="verdict",
            field=models.CharField(
                choices=[("new", "new"), ("known", "known already"), ("left", "left open"), ("double", "twice in the file"), ("refused", "refused")],
                max_length=8,
            ),
        ),
    ]
