from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.TextField(db_collation="C", db_index=True)),
            ],
        ),
        migrations.RunSQL(
            """INSERT INTO search_word (word) SELECT DISTINCT lexeme FROM search_searchentry CROSS JOIN LATERAL unnest(words)
            WHERE lexeme !~ '^([§¶]|[0-9]{6})'""",
            migrations.RunSQL.noop,
        ),
    ]
