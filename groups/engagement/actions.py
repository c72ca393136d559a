"""Found a group, join it, start a topic, reply, mark as read."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, AudienceMember, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.activity.once import once
from coalition.members.models import Seat
from coalition.members.viewers import viewer_of_seat
from coalition.search.actions import index
from groups.engagement.models import Group, Post, Topic, TopicRead
from groups.engagement.permissions import can_amend, can_appoint_chair, can_join, can_post


@transaction.atomic
def found(*, slug: str, name: str, charter: str, is_open: bool, staff: Audience, by: Viewer | None) -> Group:
    """Found a group with its audience and space; open groups are read by all members in good standing."""
    if by:
        require(by.may("found_group"))
    audience = Audience.objects.create(kind=Audience.Kind.GROUP, label=name)
    space = access.open_space(Space.Kind.GROUP, by=by, owner=staff, label=name, mark=Tlp.GREEN)
    access.grant(space, audience, Grant.Role.CONTRIBUTE, by=by, reason=_("on the roster"))
    if is_open:
        access.grant(space, Audience.members(), Grant.Role.READ, by=by, reason=_("an open group"))
    group = Group.objects.create(space=space, slug=slug, name=name, charter=charter, is_open=is_open, audience=audience)
    index(group, kind="group", title=name, body=charter)
    record("group.founded", group, by=by)
    return group


@transaction.atomic
def enrol(group: Group, organisation_audience: Audience, *, by: Viewer | None) -> None:
    """Put an organisation on the roster; once, however often it is asked."""
    if by:
        require(can_join(by, group) and by.organisation_audience_id == organisation_audience.pk)
    _member, created = AudienceMember.objects.get_or_create(audience=group.audience, member=organisation_audience, ends_at=None)
    if created:
        record("group.joined", group, by=by, who=organisation_audience.label)


def on_roster(group: Group, email: str) -> Seat:
    """The seat of whoever has this address at an organisation on a group's roster. Raises Refused where nobody has."""
    now = timezone.now()
    there = AudienceMember.objects.filter(audience=group.audience, starts_at__lte=now).exclude(ends_at__lte=now).values("member")
    seats = Seat.objects.filter(organisation__audience__in=there, person__email__iexact=email.strip(), ends_at=None, mandate=None)
    seat = seats.select_related("person", "organisation", "audience").first()
    if seat is None:
        raise Refused(_("Nobody on the roster has this address."), field="chair")
    return seat


@transaction.atomic
def appoint_chair(group: Group, seat: Seat | None, *, by: Viewer) -> Group:
    """Say who leads a group, or that nobody does.

    Raises NotAllowed, and Refused for who is not on its roster or whose membership lets nobody lead.
    """
    require(can_appoint_chair(by))
    group = lock(group)
    if seat is not None:
        chosen = viewer_of_seat(seat.pk)
        if chosen is None or chosen.is_agent or group.audience_id not in chosen.audience_ids:
            raise Refused(_("Choose somebody of an organisation on the roster."), field="chair")
        if not chosen.may("chair_group"):
            said = _("%(who)s cannot lead a group: neither the category of %(organisation)s nor that seat’s role gives it.")
            raise Refused(said % {"who": seat.person, "organisation": chosen.organisation_name}, field="chair")
    group.chair = seat
    group.save(update_fields=["chair"])
    if seat is None:
        record("group.led_by_nobody", group, by=by)
    else:
        record("group.chair_appointed", group, by=by, who=str(seat.audience), told=seat.audience_id)
    return group


@transaction.atomic
def amend_charter(group: Group, *, charter: str, by: Viewer) -> Group:
    """Write the charter anew; as the chair, or as who founds groups. Raises NotAllowed, and Refused for an empty one."""
    require(can_amend(by, group))
    group = lock(group)
    if not charter.strip():
        raise Refused(_("Say what the group is for."), field="charter")
    group.charter = charter.strip()
    group.save(update_fields=["charter"])
    index(group, kind="group", title=group.name, body=group.charter)
    record("group.chartered", group, by=by)
    return group


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
