"""A right has a status over time in each territory, Nice classes as numbers, papers, and recordations with customs."""

import re

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def fill(apps, schema_editor):
    """What a right said in four columns, as its first protection with its statuses."""
    Protection, Status = apps.get_model("rights", "Protection"), apps.get_model("rights", "Status")
    for right in apps.get_model("rights", "Right").objects.all():
        right.classes = sorted({int(n) for n in re.findall(r"\d+", right.classes_before) if 1 <= int(n) <= 45})
        part = Protection.objects.create(space_id=right.space_id, right=right, territory=right.jurisdiction)
        Status.objects.create(space_id=right.space_id, protection=part, state="registered", since=right.registered_on, until=right.expires_on)
        if right.ended_on:
            Status.objects.create(space_id=right.space_id, protection=part, state="cancelled", since=max(right.ended_on, right.registered_on))
            right.expires_on = None
        right.save()


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_offices"),
        ("files", "0001_initial"),
        ("rights", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="right",
            name="right_expires_after_start",
        ),
        migrations.RenameField("right", "classes", "classes_before"),
        migrations.AddField(
            model_name="right",
            name="classes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name="Nice classes"
            ),
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("certificate", "certificate"), ("power", "power of attorney"), ("other", "other paper")],
                        default="certificate",
                        max_length=12,
                    ),
                ),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Protection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("territory", models.CharField(max_length=4)),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, help_text="Empty: as the right itself.", size=None
                    ),
                ),
            ],
            options={
                "ordering": ["territory"],
            },
        ),
        migrations.CreateModel(
            name="Recordation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "authority",
                    models.CharField(
                        choices=[
                            ("EU", "EU customs (application for action, Regulation 608/2013)"),
                            ("GB", "UK, HM Revenue & Customs"),
                            ("US", "US Customs and Border Protection"),
                            ("CN", "General Administration of Customs of China"),
                        ],
                        max_length=2,
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("ended_because", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["-ends_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Status",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "applied for"),
                            ("registered", "registered"),
                            ("restored", "restored"),
                            ("lapsed", "lapsed"),
                            ("cancelled", "cancelled"),
                            ("surrendered", "surrendered"),
                            ("refused", "refused"),
                            ("invalidated", "declared invalid"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("remark", models.CharField(blank=True, max_length=200)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "statuses",
                "ordering": ["-since", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="right",
            name="filed_on",
            field=models.DateField(blank=True, null=True, verbose_name="filed on"),
        ),
        migrations.AddField(
            model_name="right",
            name="goods",
            field=models.TextField(blank=True, verbose_name="goods and services"),
        ),
        migrations.AddField(
            model_name="right",
            name="holder",
            field=models.CharField(blank=True, max_length=160, verbose_name="holder, as registered"),
        ),
        migrations.AlterField(
            model_name="right",
            name="jurisdiction",
            field=models.CharField(max_length=4, verbose_name="register"),
        ),
        migrations.AddIndex(
            model_name="right",
            index=models.Index(fields=["space", "name", "id"], name="rights_of_a_desk_by_name"),
        ),
        migrations.AddIndex(
            model_name="right",
            index=models.Index(condition=models.Q(("expires_on__isnull", False)), fields=["expires_on"], name="rights_that_expire"),
        ),
        migrations.AddIndex(
            model_name="right",
            index=django.contrib.postgres.indexes.GinIndex(fields=["classes"], name="rights_by_class"),
        ),
        migrations.AddField(
            model_name="paper",
            name="file",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.attachment"),
        ),
        migrations.AddField(
            model_name="paper",
            name="right",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="rights.right"),
        ),
        migrations.AddField(
            model_name="paper",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddField(
            model_name="protection",
            name="right",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="protections", to="rights.right"),
        ),
        migrations.AddField(
            model_name="protection",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddField(
            model_name="recordation",
            name="follows",
            field=models.OneToOneField(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="followed_by", to="rights.recordation"
            ),
        ),
        migrations.AddField(
            model_name="recordation",
            name="right",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="recordations", to="rights.right"),
        ),
        migrations.AddField(
            model_name="recordation",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddField(
            model_name="status",
            name="entered_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience"),
        ),
        migrations.AddField(
            model_name="status",
            name="protection",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="statuses", to="rights.protection"),
        ),
        migrations.AddField(
            model_name="status",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["right"], name="rights_pape_right_i_dcddbd_idx"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["space"], name="rights_pape_space_i_c2d197_idx"),
        ),
        migrations.AddIndex(
            model_name="protection",
            index=models.Index(fields=["space"], name="rights_prot_space_i_c84161_idx"),
        ),
        migrations.AddConstraint(
            model_name="protection",
            constraint=models.UniqueConstraint(fields=("right", "territory"), name="one_protection_a_territory"),
        ),
        migrations.AddIndex(
            model_name="recordation",
            index=models.Index(fields=["right", "-ends_on"], name="rights_reco_right_i_537975_idx"),
        ),
        migrations.AddIndex(
            model_name="recordation",
            index=models.Index(fields=["space"], name="rights_reco_space_i_f4be46_idx"),
        ),
        migrations.AddIndex(
            model_name="recordation",
            index=models.Index(fields=["ends_on"], name="rights_reco_ends_on_ec7b2c_idx"),
        ),
        migrations.AddConstraint(
            model_name="recordation",
            constraint=models.CheckConstraint(condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="recordation_has_days"),
        ),
        migrations.AddConstraint(
            model_name="recordation",
            constraint=models.UniqueConstraint(fields=("right", "authority", "starts_on"), name="one_recordation_a_day"),
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(fields=["protection", "-since", "-id"], name="rights_stat_protect_1b69bf_idx"),
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(fields=["space"], name="rights_stat_space_i_346441_idx"),
        ),
        migrations.AddConstraint(
            model_name="status",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"), name="status_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="status",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("state__in", ("registered", "restored")), _connector="OR"), name="only_what_lives_ends"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField("right", "classes_before"),
        migrations.RemoveField("right", "registered_on"),
        migrations.RemoveField("right", "ended_on"),
    ]
