"""What groups put on the home page."""

from groups.engagement.models import Topic


def unread_topics(viewer) -> list[dict]:
    """Topics with something new for this seat, the newest first."""
    topics = Topic.objects.visible_to(viewer).with_unread_for(viewer).filter(is_unread=True).for_list()[:6]
    return [{"title": topic.title, "detail": topic.group.name, "address": topic.get_absolute_url(), "at": topic.last_post_at} for topic in topics]
