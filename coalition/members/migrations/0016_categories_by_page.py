"""Several categories of one kind, each with an address of its own; what a tier gives; tiers that nobody new takes."""

from django.db import migrations, models
from django.db.models import F


def name_them(apps, schema_editor):
    apps.get_model("members", "Category").objects.update(slug=F("kind"))


class Migration(migrations.Migration):
    dependencies = [("members", "0015_analysts_bring_listings")]
    operations = [
        migrations.AddField("category", "slug", models.SlugField(max_length=48, null=True)),
        migrations.RunPython(name_them, migrations.RunPython.noop),
    ]
