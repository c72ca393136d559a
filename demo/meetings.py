"""The demo's meetings: a group with a chair, what it held and what it will."""

from datetime import timedelta

from django.utils import timezone

from coalition.access.viewer import as_viewer
from demo.times import ago
from groups.engagement import actions as engagement
from groups.engagement.models import Group


def tell(viewers):
    """One held, with minutes that were reviewed; one held whose minutes wait for the review; one to come."""
    admin = viewers["admin@coalition.example"]
    with ago(days=180), as_viewer(admin):
        market = Group.objects.get(slug="marketplaces")
        chair = engagement.on_roster(market, "owner@aurelia.example")
        engagement.appoint_chair(market, chair, by=admin)
    keeper, now = viewers["owner@aurelia.example"], timezone.now().replace(minute=0, second=0, microsecond=0)
    with as_viewer(keeper):
        market.refresh_from_db()
    held = [
        (120, "Second quarter: relisting", "1. What relists within a week, by platform\n2. Pictures as a signal: what was tried\n3. Guidance on test purchases: who writes it",
         "1. Three members and Bazaar showed figures of their own removals. Items come back within **three days** more often than later.\n"
         "2. Cropped and mirrored pictures: tried by two members, no result to share yet.\n3. **Decided** without dissent: the Retail Guild writes a draft by the end of the quarter."),
        (25, "Third quarter: what slows a notice down", "1. Reasons platforms return notices for\n2. Certificates: what a reviewer needs to see",
         "1. Bazaar: a third of returned notices lack the class of goods.\n2. **To do**: Northpeak collects examples of certificates that were enough, until the next meeting."),
    ]  # fmt: skip
    who_came = ["trust@bazaar.example", "owner@northpeak.example", "owner@aurelia.example"]
    for days, title, agenda, minutes in held:
        start = now - timedelta(days=days)
        with ago(days=days + 14), as_viewer(keeper):
            meeting = engagement.call_meeting(
                market, title=title, starts_at=start, ends_at=start + timedelta(hours=1, minutes=30), place="https://meet.coalition.example/marketplaces",
                agenda=agenda, counsel="Ruth Okafor, counsel of the coalition", by=keeper,
            )  # fmt: skip
        for who in who_came:
            with ago(days=days + 5), as_viewer(viewers[who]) as viewer:
                engagement.answer_meeting(meeting, answer="coming", by=viewer)
        with ago(days=days + 4), as_viewer(viewers["editor@retailguild.example"]) as viewer:
            engagement.answer_meeting(meeting, answer="apologies", by=viewer)
        with ago(days=days - 2), as_viewer(keeper):
            there = list(meeting.attendees.filter(answer="coming"))
            meeting = engagement.minute(meeting, minutes=minutes, statement_read=True, counsel=meeting.counsel, there=there, also=[], by=keeper)
        if days > 100:
            with ago(days=days - 6), as_viewer(admin):
                engagement.finish_minutes(meeting, seen=meeting.minuted_at, by=admin)
    start = now.replace(hour=14) + timedelta(days=16)
    with ago(days=3), as_viewer(keeper):
        engagement.call_meeting(
            market, title="Fourth quarter: storefronts that come back", starts_at=start, ends_at=start + timedelta(hours=2),
            place="Brussels, Rue du Trône 60, room 4, and https://meet.coalition.example/marketplaces", counsel="Ruth Okafor, counsel of the coalition",
            agenda="1. Storefronts closed and opened anew: what platforms can show\n2. Comments on the draft guidance on test purchases\n3. Chair for the next year",
            by=keeper,
        )  # fmt: skip
