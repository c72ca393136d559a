"""The categories, and what each gives from the first day on: dated rows that staff may end and add to."""

from datetime import date

from django.db import migrations

SINCE = date(2016, 1, 1)
# kind, name, summary, a member of the community, shown to the public
CATEGORIES = [
    ("brand", "Rights holder", "Owns brands and enforces their rights.", True, True),
    (
        "platform",
        "General Member",
        "Runs a marketplace or another intermediary service. No seat on the board, no vote for it, no lead of a group.",
        True,
        True,
    ),
    ("professional", "Professional", "Acts for rights holders: law firms, agencies, investigators.", True, True),
    ("association", "Association", "Represents a trade and publishes its guidance.", True, True),
    ("partner", "Government partner", "Law enforcement and customs. Invited to single cases; not a member, no vote.", False, True),
    ("coalition", "Coalition", "The coalition’s own staff.", True, False),
]
WORKING = ("owner", "manager", "member")
EVERYBODY = ("",)
GIVES = {
    "brand": {
        EVERYBODY: ["read_directory", "see_enforcement"],
        WORKING: ["import_listings", "open_case", "submit_notice", "join_group", "post", "comment", "chair_group", "vote", "stand_for_board"],
    },
    "platform": {EVERYBODY: ["read_directory", "see_enforcement"], WORKING: ["answer_notice", "join_group", "post", "comment"]},
    "professional": {EVERYBODY: ["read_directory", "see_enforcement"], WORKING: ["join_group", "post", "comment", "chair_group", "vote"]},
    "association": {
        EVERYBODY: ["read_directory", "see_enforcement"],
        WORKING: ["join_group", "post", "comment", "chair_group", "vote", "publish_guidance"],
    },
    "partner": {EVERYBODY: ["see_enforcement"]},
    "coalition": {
        EVERYBODY: ["read_directory", "see_enforcement"],
        WORKING: ["join_group", "post", "comment", "publish_guidance"],
        ("owner",): ["found_group", "run_programme", "publish_statistics", "break_glass"],
    },
}


def enter(apps, schema_editor):
    Audience = apps.get_model("access", "Audience")
    Audience.objects.create(kind="public", label="The public")
    Audience.objects.create(kind="members", label="All members in good standing")
    Category, Rule = apps.get_model("members", "Category"), apps.get_model("members", "CapabilityRule")
    for order, (kind, name, summary, is_member, is_public) in enumerate(CATEGORIES):
        category = Category.objects.create(kind=kind, name=name, summary=summary, is_member=is_member, is_public=is_public, order=order)
        for roles, capabilities in GIVES[kind].items():
            Rule.objects.bulk_create(
                Rule(category=category, role=role, capability=capability, valid_from=SINCE) for role in roles for capability in capabilities
            )


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial"), ("access", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
