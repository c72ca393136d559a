"""A file may hold several tables, and pictures; a program may send it."""

import django.db.models.deletion
from django.db import migrations, models

# What is not written yet was read without keeping how: it is given up, and its file brought in anew. The owner of a table sees its rows
# while policies are not forced on it; access/policies.py forces them again at the end of every migration.
KEEP_LAYOUTS = """
    ALTER TABLE market_import NO FORCE ROW LEVEL SECURITY;
    UPDATE market_import SET "table" = jsonb_build_object('layout', layout, 'columns', columns);
    UPDATE market_import SET state = 'given_up', finished_at = now() WHERE state IN ('uploaded', 'checking', 'checked');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_proposals_and_records_have_rooms"),
        ("files", "0001_initial"),
        ("market", "0007_allow_list_watched"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="by_itself",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="import",
            name="key",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="import",
            name="left_out",
            field=models.JSONField(blank=True, default=list, help_text="Parts of the file in which no address was found."),
        ),
        migrations.AddField(
            model_name="import",
            name="part",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="import",
            name="skipped",
            field=models.JSONField(blank=True, default=list, help_text="Sheets of these headings that are not read."),
        ),
        migrations.AddField(
            model_name="import",
            name="table",
            field=models.JSONField(default=dict),
        ),
        migrations.RunSQL(KEEP_LAYOUTS, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="import",
            name="layout",
        ),
        migrations.AddField(
            model_name="listing",
            name="picture",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.attachment"),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="number",
            field=models.PositiveIntegerField(help_text="The line in the file, as a spreadsheet shows it; of a second sheet, counted on."),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("new", "new"),
                    ("ours", "already ours"),
                    ("duplicate", "duplicate in this file"),
                    ("allowed", "of a seller on your allow list"),
                    ("refused", "refused"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(condition=models.Q(("key", ""), _negated=True), fields=["space", "key"], name="imports_by_key"),
        ),
    ]
