"""What groups put on the home page."""

from django.utils import timezone
from django.utils.translation import gettext as _

from groups.engagement.models import Attendee, Meeting, Topic


def unread_topics(viewer) -> list[dict]:
    """Topics with something new for this seat, the newest first."""
    topics = Topic.objects.visible_to(viewer).with_unread_for(viewer).filter(is_unread=True).for_list()[:6]
    return [{"title": topic.title, "detail": topic.group.name, "address": topic.get_absolute_url(), "at": topic.last_post_at} for topic in topics]


def meetings_to_come(viewer) -> list[dict]:
    """The next meetings of the groups on whose roster the viewer's organisation is."""
    meetings = Meeting.objects.visible_to(viewer).to_come().filter(group__audience__in=viewer.audience_ids).select_related("group")[:4]
    return [{"title": one.title, "detail": one.group.name, "address": one.get_absolute_url(), "at": one.starts_at} for one in meetings]


def meetings_to_answer(viewer) -> list[dict]:
    """Meetings of the groups one is in, of which one has not said whether one comes."""
    if not viewer.seat_id:
        return []
    answered = Attendee.objects.filter(seat=viewer.seat_id).exclude(answer="").values("meeting")
    meetings = Meeting.objects.visible_to(viewer).to_come().filter(group__audience__in=viewer.audience_ids, starts_at__gt=timezone.now())
    asked = _("Say whether you come")
    rows = meetings.exclude(pk__in=answered).select_related("group")[:4]
    return [{"title": one.title, "detail": f"{asked} · {one.group.name}", "address": one.get_absolute_url(), "due_at": one.starts_at} for one in rows]


def minutes_to_review(viewer) -> list[dict]:
    """For staff who found groups: minutes that somebody else wrote and nobody has reviewed, the oldest first."""
    if not viewer.may("found_group"):
        return []
    waiting = Meeting.objects.visible_to(viewer).filter(final_at=None, minuted_at__isnull=False, minutes__sent_back_because="")
    waiting = waiting.exclude(minuted_by=viewer.audience_id)
    waiting = waiting.select_related("group").order_by("minuted_at")[:6]
    said = _("Minutes to review")
    return [{"title": one.title, "detail": f"{said} · {one.group.name}", "address": one.get_absolute_url(), "due_at": None} for one in waiting]


def minutes_sent_back(viewer) -> list[dict]:
    """Minutes that one wrote and that are to be written anew."""
    back = Meeting.objects.visible_to(viewer).filter(final_at=None, minuted_by=viewer.audience_id).exclude(minutes__sent_back_because="")
    said = _("Minutes sent back to you")
    rows = back.filter(minutes__isnull=False).select_related("group")[:4]
    return [{"title": one.title, "detail": f"{said} · {one.group.name}", "address": one.get_absolute_url(), "due_at": None} for one in rows]
