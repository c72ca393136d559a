"""Reminders say how many days are left on the day they are written, not on the day the ladder has them for: a run may be late."""

from django.db import migrations

OPEN = "{name},\n\nof invoice {number} {open} are open"
WORDS = [
    (
        (-30, "Invoice {number} is payable in 30 days", OPEN + ", payable by {due}. This is a reminder, nothing more."),
        (-30, "Invoice {number} {payable}", OPEN + ", payable by {due}. This is a reminder, nothing more."),
    ),
    (
        (-7, "Invoice {number} is payable in a week", OPEN + ", payable by {due}."),
        (-7, "Invoice {number} {payable}", OPEN + ", payable by {due}."),
    ),
    (
        (0, "Invoice {number} is payable today", OPEN + ", payable today."),
        (0, "Invoice {number} {payable}", OPEN + "; it {payable}."),
    ),
]


def say(forth):
    def change(apps, schema_editor):
        for before, after in WORDS:
            (days, subject, words), (_days, new_subject, new_words) = (before, after) if forth else (after, before)
            apps.get_model("dues", "Rung").objects.filter(days=days, subject=subject, words=words).update(subject=new_subject, words=new_words)

    return change


class Migration(migrations.Migration):
    dependencies = [("dues", "0008_late_at_once")]

    operations = [migrations.RunPython(say(True), say(False))]
