"""Found a group, join it, say who leads it and what it is for."""

from __future__ import annotations

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
from coalition.members.models import Seat
from coalition.members.viewers import viewer_of_seat
from coalition.search.actions import index
from groups.engagement.models import Group
from groups.engagement.permissions import can_amend, can_appoint_chair, can_join


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
