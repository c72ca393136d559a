from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_sharing_groups_have_rooms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="space",
            name="kind",
            field=models.CharField(
                choices=[
                    ("desk", "an organisation's desk"),
                    ("office", "an organisation's office"),
                    ("case", "a case"),
                    ("side_room", "a side room"),
                    ("notice", "a notice"),
                    ("group", "a group"),
                    ("application", "an application"),
                    ("collection", "a library collection"),
                    ("account", "an organisation's account"),
                    ("mandate", "an agent's mandate"),
                    ("ballot", "a ballot"),
                    ("record", "a platform's record"),
                    ("proposal", "a proposal"),
                    ("sharing_group", "a sharing group"),
                    ("card", "a person's card or contacts"),
                    ("enrolment", "an organisation's part in a programme"),
                    ("house", "the coalition's own records"),
                ],
                max_length=16,
            ),
        ),
    ]
