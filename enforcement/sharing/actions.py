"""Gather a sharing group, widen it, take somebody out of it, leave it, end it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, AudienceMember, Grant, Space, belonging_to
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.locks import one_at_a_time
from coalition.members.models import Category
from coalition.search.actions import index
from enforcement.sharing.models import Edition, SharingGroup
from enforcement.sharing.permissions import can_change, can_gather, can_leave

MOST = 60


def organisations_and_teams():
    """Whom something can be shared with as a body; law enforcement comes in person by person."""
    bodies = Audience.objects.filter(kind__in=[Audience.Kind.ORGANISATION, Audience.Kind.TEAM])
    return bodies.exclude(organisation__category__kind=Category.Kind.PARTNER).order_by("label")


def current_editions(viewer: Viewer):
    """The audiences of the sharing groups that the viewer is in, each as it stands now."""
    newest = Edition.objects.visible_to(viewer).filter(group__ended_at=None, audience__in=viewer.audience_ids)
    newest = newest.order_by("group", "-number").distinct("group")
    return Audience.objects.filter(pk__in=[edition.audience_id for edition in newest]).order_by("label")


def joined_since(audience: Audience, viewer: Viewer) -> Edition | None:
    """The newest edition of the group of which `audience` is an older one, as far as the viewer is in it."""
    old = Edition.objects.visible_to(viewer).filter(audience=audience, group__ended_at=None).select_related("group").first()
    new = old and old.group.current()
    return new if new and new.pk != old.pk and new.audience_id in viewer.audience_ids else None


@transaction.atomic
def gather(*, name: str, who: Sequence[Audience], by: Viewer, purpose: str = "") -> SharingGroup:
    """Gather organisations and teams under a name, one's own among them.

    Raises NotAllowed, and Refused, at its field, for nobody else, too many, law enforcement, and a name of another group of one's own.
    """
    require(can_gather(by))
    one_at_a_time(f"sharing groups of {by.organisation_audience_id}")
    us = Audience.objects.get(pk=by.organisation_audience_id)
    name = _own_name(name, None, by)
    others = _named(who, us)
    space = access.open_space(Space.Kind.SHARING_GROUP, by=by, owner=us, label=name, mark=Tlp.AMBER_STRICT)
    group = SharingGroup.objects.create(space=space, name=name, purpose=purpose.strip(), owner=us)
    _edition(group, [us, *others])
    for one in others:
        access.grant(space, one, Grant.Role.READ, by=by, reason=_("in the sharing group"))
    _index(group)
    record("sharing_group.gathered", group, by=by, who=", ".join(map(str, others)))
    return group


@transaction.atomic
def describe(group: SharingGroup, *, name: str, purpose: str, by: Viewer) -> SharingGroup:
    """Give a group another name or purpose. Raises NotAllowed, and Refused at its field."""
    group = _held(group, by)
    before, group.name, group.purpose = group.name, _own_name(name, group, by), purpose.strip()
    group.save(update_fields=["name", "purpose"])
    Audience.objects.filter(edition__group=group).update(label=group.name)
    Space.objects.filter(pk=group.space_id).update(label=group.name)
    _index(group)
    record("sharing_group.described", group, by=by, before=before, after=group.name)
    return group


@transaction.atomic
def widen(group: SharingGroup, who: Sequence[Audience], *, by: Viewer) -> Edition:
    """Add organisations to what is shared with the group from now on; what was shared before stays closed to them.

    Raises NotAllowed, and Refused, at its field, for who is in it already, too many, and law enforcement.
    """
    group = _held(group, by)
    inside = members(group)
    new = _named(who, *inside)
    if len(inside) + len(new) > MOST:
        raise Refused(_("At most %(most)d are in one group.") % {"most": MOST}, field="who")
    edition = _edition(group, [*inside, *new])
    for one in new:
        access.grant(group.space, one, Grant.Role.READ, by=by, reason=_("in the sharing group"))
    record("sharing_group.widened", group, by=by, who=", ".join(map(str, new)))
    return edition


@transaction.atomic
def take_out(group: SharingGroup, who: Audience, *, by: Viewer) -> None:
    """Take an organisation out: it reads nothing any more that it reads by the group alone. Raises NotAllowed, Refused."""
    group = _held(group, by)
    if who.pk == group.owner_id:
        raise Refused(_("%(who)s gathered it: end the group instead.") % {"who": who})
    access.withdraw(group.space, who, by=by)
    _let_out(group, who)
    record("sharing_group.narrowed", group, by=by, who=who.label)


@transaction.atomic
def leave(group: SharingGroup, *, by: Viewer) -> None:
    """The viewer's organisation leaves the group, and whatever it reads by it alone. Raises NotAllowed, Refused for who is not in it."""
    require(can_leave(by, group))
    us = Audience.objects.get(pk=by.organisation_audience_id)
    if us not in members(group):
        raise Refused(_("Your organisation is not in this group."))
    record("sharing_group.left", group, by=by)
    with as_system("let an organisation leave a sharing group that another leads"):
        lock(group)
        Grant.objects.live().filter(space=group.space_id, audience=us).update(expires_at=timezone.now())
        _let_out(group, us)
    by.forget_spaces()


@transaction.atomic
def end(group: SharingGroup, *, by: Viewer) -> SharingGroup:
    """End a group: nobody reads anything by it any more. Its page stays for those who were in it. Raises NotAllowed."""
    group = _held(group, by)
    _let_out(group, None)
    group.ended_at = timezone.now()
    group.save(update_fields=["ended_at"])
    record("sharing_group.ended", group, by=by)
    return group


def members(group: SharingGroup) -> list[Audience]:
    """Who is in a group now, its owner first."""
    audience = group.current().audience_id
    return sorted(belonging_to([audience]).get(audience, []), key=lambda one: (one.pk != group.owner_id, one.label))


def _held(group: SharingGroup, by: Viewer) -> SharingGroup:
    require(can_change(by, group))
    group = lock(group, "space", "owner")
    if group.ended_at:
        raise Refused(_("This group has ended."))
    return group


def _own_name(name: str, group: SharingGroup | None, by: Viewer) -> str:
    name = " ".join(unicodedata.normalize("NFKC", name).split())
    if not name:
        raise Refused(_("Give it a name."), field="name")
    if not name.isprintable():
        raise Refused(_("It holds characters that cannot be seen."), field="name")
    own = SharingGroup.objects.standing().filter(owner=by.organisation_audience_id, name__iexact=name)
    if own.exclude(pk=group and group.pk).exists():
        raise Refused(_("Your organisation has a sharing group of this name."), field="name")
    if Audience.objects.filter(kind__in=[Audience.Kind.ORGANISATION, Audience.Kind.TEAM], label__iexact=name).exists():
        raise Refused(_("An organisation is called so: a group must not look like one."), field="name")
    return name


def _named(who: Sequence[Audience], *inside: Audience) -> list[Audience]:
    """Those that can be added, once each."""
    chosen = organisations_and_teams().filter(pk__in=[one.pk for one in who])
    if len(chosen) != len({one.pk for one in who}):
        raise Refused(_("Law enforcement is let in person by person, until a day."), field="who")
    new = [one for one in chosen if one not in inside]
    if not new:
        raise Refused(_("Choose at least one more organisation."), field="who")
    if len(new) >= MOST:
        raise Refused(_("At most %(most)d are in one group.") % {"most": MOST}, field="who")
    return new


def _edition(group: SharingGroup, who: Sequence[Audience]) -> Edition:
    audience = Audience.objects.create(kind=Audience.Kind.SHARING_GROUP, label=group.name)
    AudienceMember.objects.bulk_create(AudienceMember(audience=audience, member=one) for one in who)
    return Edition.objects.create(space_id=group.space_id, group=group, number=group.editions.count() + 1, audience=audience)


def _let_out(group: SharingGroup, who: Audience | None) -> None:
    """Of all editions: somebody, or everybody."""
    now = timezone.now()
    inside = AudienceMember.objects.filter(audience__edition__group=group).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    (inside.filter(member=who) if who else inside).update(ends_at=now)


def _index(group: SharingGroup) -> None:
    index(group, kind="sharing_group", title=group.name, body=group.purpose)
