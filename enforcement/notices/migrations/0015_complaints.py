import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_rooms_of_enrolments"),
        ("notices", "0014_platform_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "waiting for the platform"), ("changed", "the decision was changed"), ("kept", "the decision was kept")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="dispute",
            name="filed_number",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="dispute",
            name="filed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dispute",
            name="filed_where",
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name="dispute",
            name="filed_with",
            field=models.CharField(
                blank=True, choices=[("", "nobody yet"), ("court", "a court"), ("authority", "an authority")], default="", max_length=10
            ),
        ),
        migrations.AlterField(
            model_name="noticeitem",
            name="final",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not disputed"),
                    ("open", "disputed"),
                    ("hold", "stays down while a court decides"),
                    ("down", "stays down"),
                    ("up", "reinstated"),
                ],
                default="",
                max_length=4,
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("filed_number", ""), ("filed_on", None), ("filed_where", ""), ("filed_with", "")),
                    models.Q(
                        models.Q(("filed_with", ""), _negated=True),
                        models.Q(("filed_where", ""), _negated=True),
                        models.Q(("filed_number", ""), _negated=True),
                        ("filed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="filed_where_and_when",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="answered_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="decision",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="complaint", to="notices.decision"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="item",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="complaints", to="notices.noticeitem"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="made_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["space"], name="notices_com_space_i_9b50f2_idx"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["item", "-id"], name="notices_com_item_id_0411e7_idx"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="complaint_answered_how",
            ),
        ),
    ]
