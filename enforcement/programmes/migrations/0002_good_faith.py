import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def give_rooms(apps, schema_editor):
    """Each organisation's part in a programme gets its room: led by the coalition, read by the organisation. Those that are over ended somehow."""
    Enrolment, Organisation = apps.get_model("programmes", "Enrolment"), apps.get_model("members", "Organisation")
    Space, Grant = apps.get_model("access", "Space"), apps.get_model("access", "Grant")
    Enrolment.objects.filter(until__isnull=False).update(ending="ended")
    house = Organisation.objects.filter(category__kind="coalition").first()
    rooms = {}
    for enrolment in Enrolment.objects.select_related("programme", "organisation").order_by("pk"):
        part = (enrolment.programme_id, enrolment.organisation_id)
        if part not in rooms:
            label = f"{enrolment.organisation.name} in {enrolment.programme.name}"[:120]
            rooms[part] = Space.objects.create(kind="enrolment", label=label, tlp="AMBER+STRICT", owner_id=house.audience_id)
            for audience, role in ((house.audience_id, "lead"), (enrolment.organisation.audience_id, "read")):
                Grant.objects.create(space=rooms[part], audience_id=audience, kind="enrolment", role=role, reason="its part in a programme")
        enrolment.space = rooms[part]
        enrolment.save(update_fields=["space"])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_rooms_of_enrolments"),
        ("members", "0018_role_changes"),
        ("programmes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rights", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), size=None)),
                ("signatory", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "before the board"), ("accepted", "accepted"), ("declined", "declined"), ("withdrawn", "withdrawn")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("votes_for", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("votes_against", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="GoodFaith",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("months", models.PositiveSmallIntegerField(help_text="Over how many months it is judged.")),
                ("least_accuracy", models.DecimalField(decimal_places=1, help_text="Percent of decided items accepted, at least.", max_digits=4)),
                (
                    "most_countered",
                    models.DecimalField(decimal_places=1, help_text="Percent of reported items countered with success, at most.", max_digits=4),
                ),
                ("by_ground", models.BooleanField(help_text="Whether it must hold for every ground by itself, too.")),
                ("least_items", models.PositiveSmallIntegerField(help_text="Of fewer items nothing is judged.")),
                (
                    "rest_months",
                    models.PositiveSmallIntegerField(help_text="How long whoever left, or was suspended, waits before it may ask again."),
                ),
                ("source", models.CharField(max_length=300)),
                ("is_verified", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Warning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("findings", models.JSONField()),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "to be mended"),
                            ("mended", "mended"),
                            ("suspended", "not mended: suspended"),
                            ("lifted", "taken back"),
                            ("over", "over with the enrolment"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("why_ended", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField(help_text="The first day on which nobody may ask any more.")),
            ],
            options={
                "ordering": ["opens_on"],
            },
        ),
        migrations.AlterModelOptions(
            name="enrolment",
            options={"ordering": ["pk"]},
        ),
        migrations.AddField(
            model_name="enrolment",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "takes part"),
                    ("left", "left of its own will"),
                    ("suspended", "suspended for want of good faith"),
                    ("ended", "ended by the coalition"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="rests_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="space",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddField(
            model_name="programme",
            name="capacity",
            field=models.PositiveSmallIntegerField(blank=True, help_text="How many organisations it holds; empty for any number.", null=True),
        ),
        migrations.AddField(
            model_name="programme",
            name="is_unanimous",
            field=models.BooleanField(default=True, help_text="Whether the board must be of one mind to let somebody in."),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="why_ended",
            field=models.CharField(blank=True, max_length=1000, verbose_name="why it ended"),
        ),
        migrations.RunPython(give_rooms, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="enrolment",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["space"], name="programmes__space_i_4e4fcd_idx"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ending", ""), ("rests_until", None), ("until", None), ("why_ended", "")),
                    models.Q(("until__isnull", False), models.Q(("ending", ""), _negated=True)),
                    _connector="OR",
                ),
                name="enrolment_ended_how",
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="asked_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience"),
        ),
        migrations.AddField(
            model_name="asking",
            name="decided_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience"),
        ),
        migrations.AddField(
            model_name="asking",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.organisation"),
        ),
        migrations.AddField(
            model_name="asking",
            name="programme",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="askings", to="programmes.programme"),
        ),
        migrations.AddField(
            model_name="asking",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddField(
            model_name="goodfaith",
            name="programme",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="good_faith", to="programmes.programme"),
        ),
        migrations.AddField(
            model_name="warning",
            name="enrolment",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="warnings", to="programmes.enrolment"),
        ),
        migrations.AddField(
            model_name="warning",
            name="given_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.audience"),
        ),
        migrations.AddField(
            model_name="warning",
            name="space",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.space"),
        ),
        migrations.AddField(
            model_name="window",
            name="programme",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="windows", to="programmes.programme"),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(fields=["space"], name="programmes__space_i_4d50cd_idx"),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(fields=["programme", "state"], name="programmes__program_808442_idx"),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(condition=models.Q(("state", "asked")), fields=("programme", "organisation"), name="one_open_asking"),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="asking_decided_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "declined"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="declined_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodfaith",
            constraint=models.UniqueConstraint(fields=("programme", "valid_from"), name="one_good_faith_a_day"),
        ),
        migrations.AddConstraint(
            model_name="goodfaith",
            constraint=models.CheckConstraint(
                condition=models.Q(("least_accuracy__lte", 100), ("most_countered__lte", 100)), name="good_faith_in_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="goodfaith",
            constraint=models.CheckConstraint(condition=models.Q(("months__gte", 1)), name="good_faith_over_months"),
        ),
        migrations.AddIndex(
            model_name="warning",
            index=models.Index(fields=["space"], name="programmes__space_i_4b9409_idx"),
        ),
        migrations.AddConstraint(
            model_name="warning",
            constraint=models.UniqueConstraint(condition=models.Q(("outcome", "")), fields=("enrolment",), name="warned_once"),
        ),
        migrations.AddConstraint(
            model_name="warning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="warning_ended_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(condition=models.Q(("closes_on__gt", models.F("opens_on"))), name="window_is_open"),
        ),
    ]
