"""The last rung names the day the invoice itself holds, and says to an applicant what it is for an applicant."""

from django.db import migrations

BEFORE = (
    "Invoice {number}: the last day of grace",
    "{name},\n\nof invoice {number} {open} were payable by {due}. From {late} on the membership is not in good standing: nobody of your"
    " organisation reads or does anything in the portal, and votes are not counted, until the dues are in.",
)
AFTER = ("Invoice {number} is long overdue", "{name},\n\nof invoice {number} {open} were payable by {due}. {consequence}")


def say(one, other):
    def change(apps, schema_editor):
        rungs = apps.get_model("dues", "Rung").objects.filter(subject=one[0], words=one[1])
        rungs.update(subject=other[0], words=other[1])

    return change


class Migration(migrations.Migration):
    dependencies = [("dues", "0002_rules")]

    operations = [migrations.RunPython(say(BEFORE, AFTER), say(AFTER, BEFORE))]
