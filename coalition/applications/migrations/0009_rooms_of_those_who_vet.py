"""Applications lie in rooms of those who vet them: a team, and what being in it gives. A letter says whom it was asked about."""

from django.db import migrations, models
from django.utils import timezone

TEAM = "Membership staff"
ROLES = ("owner", "manager", "member")


def enter(apps, schema_editor):
    access = lambda name: apps.get_model("access", name)  # noqa: E731
    Rule, Seat = apps.get_model("members", "CapabilityRule"), apps.get_model("members", "Seat")
    today = timezone.localdate()
    team, _created = access("Audience").objects.get_or_create(kind="team", label=TEAM)
    by_role = Rule.objects.filter(capability="vet_applications", category__kind="coalition", team=None, valid_to=None)
    first = by_role.order_by("valid_from").values_list("valid_from", flat=True).first() or today
    # Where nobody has a seat yet the team had it all along.
    seats = Seat.objects.filter(organisation__category__kind="coalition", role__in=ROLES, ends_at=None, mandate=None)
    since = today if seats.exists() else first
    Rule.objects.get_or_create(team=team, capability="vet_applications", defaults={"valid_from": since})
    if since == today:
        by_role.update(valid_to=today)
    else:
        by_role.delete()
    for seat in seats:
        access("AudienceMember").objects.get_or_create(audience=team, member_id=seat.audience_id, ends_at=None)
    house = apps.get_model("members", "Organisation").objects.filter(category__kind="coalition").first()
    if house:
        rooms = access("Space").objects.filter(kind="application", owner_id=house.audience_id)
        access("Grant").objects.filter(space__in=rooms, audience_id=house.audience_id).update(audience=team)
        apps.get_model("clocks", "Clock").objects.filter(space__in=rooms, owed_by_id=house.audience_id).update(owed_by=team)
        rooms.update(owner=team)


def say_whom(apps, schema_editor):
    for letter in apps.get_model("applications", "SponsorLetter").objects.select_related("application"):
        asked = letter.application
        letter.about = f"{asked.name} · {asked.country} · {asked.registration}"
        letter.save(update_fields=["about"])


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0008_earlier_answers"),
        ("access", "0007_rooms_of_enrolments"),
        ("clocks", "0001_initial"),
        ("members", "0018_role_changes"),
    ]
    operations = [
        migrations.AddField("sponsorletter", "about", models.CharField(max_length=240, default="")),
        migrations.RemoveConstraint("sponsorletter", "one_letter_a_sponsor"),
        migrations.AddConstraint(
            "sponsorletter", models.UniqueConstraint(fields=["application", "organisation", "about"], name="one_letter_a_sponsor")
        ),
        migrations.RunPython(say_whom, migrations.RunPython.noop),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
