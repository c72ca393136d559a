"""Start a topic, reply, mark as read."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.activity.once import once
from coalition.search.actions import index
from groups.engagement.models import Group, Post, Topic, TopicRead
from groups.engagement.permissions import can_post


@transaction.atomic
def start_topic(group: Group, *, title: str, body: str, by: Viewer, token: UUID | None = None) -> Topic:
    """Start a topic with its first post. A repeated `token` gives the topic it made the first time."""
    require(can_post(by, group))

    def start() -> Post:
        topic = Topic.objects.create(space_id=group.space_id, group=group, title=title, started_by_id=by.audience_id)
        record("topic.started", topic, by=by, title=title)
        return _post(topic, body=body, by=by, token=token)

    posts = Post.objects.filter(token=token, author_id=by.audience_id).select_related("topic__group")
    return (once(posts, start) if token else start()).topic


@transaction.atomic
def reply(topic: Topic, *, body: str, by: Viewer, token: UUID | None = None) -> Post:
    """Add a post. A repeated `token` gives the post it made the first time. Raises NotAllowed, Refused."""
    require(can_post(by, topic.group))

    def answer() -> Post:
        locked = lock(topic, "group")
        post = _post(locked, body=body, by=by, token=token)
        record("topic.replied", locked, by=by, post=post.pk)
        return post

    return once(Post.objects.filter(token=token, author_id=by.audience_id), answer) if token else answer()


def _post(topic: Topic, *, body: str, by: Viewer, token: UUID | None) -> Post:
    if not body.strip():
        raise Refused(_("Write something first."), field="body")
    post = Post.objects.create(space_id=topic.space_id, topic=topic, author_id=by.audience_id, body=body, token=token)
    topic.post_count += 1
    topic.last_post_at = post.posted_at
    topic.save(update_fields=["post_count", "last_post_at"])
    index(topic, kind="topic", title=topic.title, detail=topic.group.name, body=_everything_said(topic))
    mark_read(topic, by=by)
    return post


def _everything_said(topic: Topic) -> str:
    return "\n".join(topic.posts.values_list("body", flat=True))


@transaction.atomic
def mark_read(topic: Topic, *, by: Viewer) -> None:
    TopicRead.objects.update_or_create(topic=topic, audience_id=by.audience_id, defaults={"space_id": topic.space_id, "read_at": timezone.now()})
