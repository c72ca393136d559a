from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_more_rooms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="audience",
            name="kind",
            field=models.CharField(
                choices=[
                    ("seat", "one person, in one seat"),
                    ("organisation", "an organisation"),
                    ("office", "some of an organisation’s own people"),
                    ("team", "a staff team"),
                    ("tier", "a tier"),
                    ("group", "a group"),
                    ("sharing_group", "a sharing group"),
                    ("members", "all members in good standing"),
                    ("public", "the public"),
                ],
                max_length=16,
            ),
        ),
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
                    ("card", "a person's card or contacts"),
                    ("house", "the coalition's own records"),
                ],
                max_length=16,
            ),
        ),
    ]
