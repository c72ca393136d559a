"""Answers to a platform's questions get rows of their own, and a dispute keeps what it came to."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def enter(apps, schema_editor):
    """What was concluded before keeps its result: a dispute that another followed had left its item down."""
    Dispute, Notice = apps.get_model("notices", "Dispute"), apps.get_model("notices", "Notice")
    concluded = Dispute.objects.exclude(concluded_at=None)
    newest = Dispute.objects.filter(item=models.OuterRef("item")).order_by("-pk").values("pk")[:1]
    concluded.filter(pk=models.Subquery(newest), item__final="up").update(result="up")
    concluded.filter(result="").update(result="down")
    asked = models.Count("items", filter=models.Q(items__outcome="clarification"))
    for notice in Notice.objects.annotate(asked=asked).filter(asked__gt=0):
        Notice.objects.filter(pk=notice.pk).update(question_count=notice.asked)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("notices", "0002_clock_policies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clarification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="dispute",
            name="result",
            field=models.CharField(blank=True, choices=[("down", "stays down"), ("up", "reinstated")], max_length=4),
        ),
        migrations.AddField(
            model_name="notice",
            name="question_count",
            field=models.PositiveIntegerField(default=0, help_text="Items about which the platform waits for the rights holder."),
        ),
        migrations.AlterField(
            model_name="noticeitem",
            name="decisions",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="How often it was answered, by either side: whoever answers says how many they saw."
            ),
        ),
        migrations.RunPython(enter, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("concluded_at", None), ("result", "")),
                    models.Q(("concluded_at__isnull", False), models.Q(("result", ""), _negated=True)),
                    _connector="OR",
                ),
                name="dispute_concluded_with_result",
            ),
        ),
        migrations.AddField(
            model_name="clarification",
            name="item",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clarifications", to="notices.noticeitem"),
        ),
        migrations.AddField(
            model_name="clarification",
            name="question",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="clarification", to="notices.decision"),
        ),
        migrations.AddField(
            model_name="clarification",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddField(
            model_name="clarification",
            name="written_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience"),
        ),
        migrations.AddIndex(
            model_name="clarification",
            index=models.Index(fields=["item", "id"], name="notices_cla_item_id_414b89_idx"),
        ),
    ]
