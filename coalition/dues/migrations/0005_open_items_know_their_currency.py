"""An open item says in which currency it is: what is open is added up without asking every invoice."""

from django.db import migrations, models

# Policies hold for the tables' owner too; it fills the column past them.
FILL = """
ALTER TABLE dues_openitem NO FORCE ROW LEVEL SECURITY;
ALTER TABLE dues_invoice NO FORCE ROW LEVEL SECURITY;
UPDATE dues_openitem o SET currency = i.currency FROM dues_invoice i WHERE i.id = o.invoice_id;
ALTER TABLE dues_invoice FORCE ROW LEVEL SECURITY;
ALTER TABLE dues_openitem FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("dues", "0004_posted_anew")]
    operations = [
        migrations.AddField("openitem", "currency", models.CharField(max_length=3, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("openitem", "currency", models.CharField(max_length=3)),
    ]
