"""When a term was given, and by when a policy is accepted: standing asks both."""

import datetime

import django.utils.timezone
from django.db import migrations, models

SIXTY_DAYS = datetime.timedelta(days=60)


def fill(apps, schema_editor):
    Term, Policy = apps.get_model("members", "Term"), apps.get_model("members", "Policy")
    for term in Term.objects.all():
        term.given_at = datetime.datetime.combine(term.starts_on, datetime.time(), datetime.UTC)
        term.save(update_fields=["given_at"])
    for policy in Policy.objects.all():
        policy.accept_by = policy.in_force_on + SIXTY_DAYS
        policy.save(update_fields=["accept_by"])


class Migration(migrations.Migration):
    dependencies = [("members", "0005_one_open_at_a_time")]
    operations = [
        migrations.AddField("term", "given_at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AddIndex("term", models.Index(fields=["ends_on"], name="members_ter_ends_on_f9485d_idx")),
        migrations.AddField("policy", "accept_by", models.DateField(null=True)),
        # The table is append-only from the first migration's end on; its owner fills the new column past that.
        migrations.RunSQL("ALTER TABLE members_policy DISABLE TRIGGER USER", "ALTER TABLE members_policy ENABLE TRIGGER USER"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("ALTER TABLE members_policy ENABLE TRIGGER USER", "ALTER TABLE members_policy DISABLE TRIGGER USER"),
        migrations.AlterField("policy", "accept_by", models.DateField()),
    ]
