"""Opening spaces and writing grants. The one place where the TLP cap is asked.

These are the parts that other apps' verbs are made of: the verb that shares a case or sends a notice records the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import tlp
from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space, belonging_to
from coalition.access.permissions import can_lead
from coalition.access.viewer import Viewer


@transaction.atomic
def open_space(kind: str, *, by: Viewer | None, owner: Audience, label: str = "", mark: str = tlp.Tlp.AMBER) -> Space:
    """Open a space; its owner leads it."""
    space = Space.objects.create(kind=kind, label=label, tlp=mark, owner=owner, opened_by_id=by.audience_id if by else None)
    if not tlp.allows(mark, owner.kind):
        # Under TLP:RED an organisation cannot enter as such: the person who opens the space does.
        owner = Audience.objects.get(pk=by.audience_id) if by else owner
    grant(space, owner, Grant.Role.LEAD, by=by, reason=_("opened it"))
    if by:
        by.forget_spaces()
    return space


@transaction.atomic
def grant(
    space: Space,
    audience: Audience,
    role: str,
    *,
    by: Viewer | None,
    reason: str = "",
    expires_at: datetime | None = None,
) -> Grant:
    """Let an audience in. Raises Refused as `check_grant` does."""
    # Those who change who may enter wait for each other: the mark and the leaders are judged as they are.
    space = lock(space)
    check_grant(space, audience, role, by=by, expires_at=expires_at)
    values = {
        "kind": space.kind,
        "role": role,
        "reason": reason,
        "expires_at": expires_at,
        "granted_by_id": by.audience_id if by else None,
        "granted_at": timezone.now(),
    }
    given, _created = Grant.objects.update_or_create(space=space, audience=audience, defaults=values)
    if by:
        by.forget_spaces()
    return given


def check_grant(space: Space, audience: Audience, role: str, *, by: Viewer | None, expires_at: datetime | None = None) -> None:
    """Raises Refused, at its field, when the space's TLP mark does not allow that kind of audience, for a group that would lead, an end in the
    past, a weaker role of the owner or of the last leader, and for more than one leads oneself.
    """
    if not tlp.allows(space.tlp, audience.kind):
        raise Refused(
            _("%(mark)s may not be shared with %(kind)s. Lower the mark first, or choose somebody narrower.")
            % {"mark": space.get_tlp_display(), "kind": audience.get_kind_display()},
            field="audience",
        )
    if role == Grant.Role.LEAD and audience.is_group:
        # A group can end, and lose everybody who is in it: what it alone led, nobody would.
        raise Refused(_("A group reads or contributes; an organisation or a person leads."), field="role")
    if expires_at is not None and expires_at <= timezone.now():
        raise Refused(_("Choose an end in the future."), field="expires_at")
    if by and audience.pk == space.owner_id and (role != Grant.Role.LEAD or expires_at is not None):
        raise Refused(_("%(who)s owns this: it leads, for good.") % {"who": audience}, field="audience")
    if by:
        _require_within_own_lead(space, role, expires_at, by)
    if (by and role != Grant.Role.LEAD) or expires_at is not None:
        _require_leader_besides(space, audience)


def _require_within_own_lead(space: Space, role: str, expires_at: datetime | None, by: Viewer) -> None:
    """Whoever leads until a day lets nobody in for longer, and makes nobody lead."""
    own = Grant.objects.live().filter(space=space, role=Grant.Role.LEAD, audience_id__in=by.audience_ids)
    ends = list(own.values_list("expires_at", flat=True))
    if not ends or None in ends:
        return
    if role == Grant.Role.LEAD:
        raise Refused(_("You lead here until a day yourself: only who leads for good makes others lead."), field="role")
    if expires_at is None or expires_at > max(ends):
        raise Refused(_("You lead here until %(day)s: choose an end not after that.") % {"day": f"{max(ends):%d %B %Y}"}, field="expires_at")


def _require_leader_besides(space: Space, audience: Audience) -> None:
    """A space nobody leads can be mended by nobody, and its owner is not put out of it by a guest."""
    leaders = Grant.objects.live().filter(space=space, role=Grant.Role.LEAD)
    if not leaders.filter(audience=audience).exists():
        return
    if audience.pk == space.owner_id:
        raise Refused(_("%(who)s owns this and leads it.") % {"who": audience}, field="audience")
    if not leaders.filter(expires_at=None).exclude(audience=audience).exists():
        raise Refused(_("%(who)s is the only one who leads this. Let somebody else lead first.") % {"who": audience}, field="audience")


@transaction.atomic
def withdraw(space: Space, audience: Audience, *, by: Viewer) -> None:
    """End an audience's grant now. Raises Refused for the last leader: a space nobody leads can be mended by nobody."""
    require(can_lead(by, space.pk))
    space = lock(space)
    if audience.pk == space.owner_id:
        raise Refused(_("%(who)s owns this and leads it.") % {"who": audience})
    grants = Grant.objects.select_for_update().filter(space=space).live()
    mine = grants.filter(audience=audience)
    if not mine.exists():
        raise Refused(_("%(who)s is not in here.") % {"who": audience})
    if not grants.filter(role=Grant.Role.LEAD, expires_at=None).exclude(audience=audience).exists():
        raise Refused(_("%(who)s is the only one who leads this for good. Let somebody else lead first.") % {"who": audience})
    mine.update(expires_at=timezone.now())
    by.forget_spaces()


@transaction.atomic
def mark(space: Space, value: str, *, by: Viewer) -> Space:
    """Change a TLP mark. Raises Refused when somebody who is in could not be under the new one."""
    require(can_lead(by, space.pk))
    space = lock(space)
    too_wide = [
        grant.audience.label
        for grant in Grant.objects.live().filter(space=space).select_related("audience")
        if not tlp.allows(value, grant.audience.kind)
    ]
    if too_wide:
        raise Refused(
            _("TLP:%(mark)s does not allow %(who)s, who can read this now. Withdraw their access first.")
            % {"mark": value, "who": ", ".join(too_wide)},
            field="tlp",
        )
    space.tlp = value
    space.save(update_fields=["tlp"])
    return space


def seats_of(audience_ids: Iterable[int]) -> set[int]:
    """The seats, by their audiences, that belong to any of some audiences now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_seats_of(%s::bigint[])", [list(audience_ids)])
        return {row[0] for row in cursor.fetchall()}


def live_grants(space_id: int):
    """Who may enter a space now, strongest first: for the strip at the top of a page and the page that explains it."""
    order = {role: place for place, role in enumerate(Grant.STRONGEST_FIRST)}
    grants = Grant.objects.live().filter(Q(space_id=space_id)).select_related("audience", "granted_by").order_by("granted_at")
    return sorted(naming(grants), key=lambda grant: order[grant.role])


def naming(grants: Iterable[Grant]) -> list[Grant]:
    """The grants, each to a group with who belongs to it (`within`): a name for others must not hide them. A sharing group in which nobody is any
    more lets nobody in.
    """
    named = list(grants)
    groups = [grant.audience_id for grant in named if grant.audience.is_group]
    inside = belonging_to(groups) if groups else {}
    for grant in named:
        grant.within = inside.get(grant.audience_id, [])
    return [grant for grant in named if grant.within or grant.audience.kind != Audience.Kind.SHARING_GROUP]
