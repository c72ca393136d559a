"""An organisation's own people are an audience, and its membership is kept in a room that its agents do not enter."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

KEPT_THERE = [("members", "Invitation"), ("members", "MailDomain"), ("members", "Handover")]


def fill(apps, schema_editor):
    Audience, Member = apps.get_model("access", "Audience"), apps.get_model("access", "AudienceMember")
    Space, Grant = apps.get_model("access", "Space"), apps.get_model("access", "Grant")
    Seat, Mandate = apps.get_model("members", "Seat"), apps.get_model("members", "Mandate")
    now = timezone.now()
    for organisation in apps.get_model("members", "Organisation").objects.filter(office=None):
        people = Audience.objects.create(kind="office", label=f"{organisation.name}: its own people"[:200])
        office = Space.objects.create(kind="office", label=f"{organisation.name}’s office"[:120], tlp="AMBER+STRICT", owner=people)
        Grant.objects.create(space=office, audience=people, kind="office", role="lead", reason="opened it")
        organisation.people, organisation.office = people, office
        organisation.save(update_fields=["people", "office"])
        for seat in Seat.objects.filter(organisation=organisation, mandate=None, ends_at=None):
            Member.objects.create(audience=people, member_id=seat.audience_id, starts_at=now)
        for app, model in KEPT_THERE:
            apps.get_model(app, model).objects.filter(space_id=organisation.desk_id).update(space_id=office.pk)
    for mandate in Mandate.objects.select_related("principal", "agent", "space"):
        for side in (mandate.principal, mandate.agent):
            Grant.objects.filter(space=mandate.space, audience_id=side.audience_id).update(audience_id=side.people_id)
        mandate.space.owner_id = mandate.principal.people_id
        mandate.space.save(update_fields=["owner"])
        for seat in Seat.objects.filter(mandate=mandate, ends_at=None):
            Grant.objects.create(space=mandate.space, audience_id=seat.audience_id, kind="mandate", role="read", reason="acts under it")


def one(to: str, related: str, **more):
    return models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, **more)


class Migration(migrations.Migration):
    dependencies = [("members", "0013_taken_back"), ("access", "0004_offices")]
    operations = [
        migrations.AddField("organisation", "people", one("access.audience", "people_of", null=True)),
        migrations.AddField("organisation", "office", one("access.space", "office_of", null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("organisation", "people", one("access.audience", "people_of")),
        migrations.AlterField("organisation", "office", one("access.space", "office_of")),
    ]
