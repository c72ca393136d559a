"""Who is in a case: letting in, letting out, leaving, the mark, and each party's own room beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space, belonging_to
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.directory.models import Contact
from coalition.files.models import Attachment
from coalition.members.models import Category, Seat
from enforcement.cases.actions.cases import is_in_as_organisation, touch
from enforcement.cases.actions.officers import may_see, officers_in, require_for_newcomer, require_for_officer
from enforcement.cases.models import Case, CaseListing, Note, SideRoom, Task
from enforcement.cases.permissions import can_lead, can_leave, can_open_side_room
from enforcement.sharing.actions import current_editions, organisations_and_teams
from enforcement.sharing.models import Edition


def may_let_in(viewer: Viewer) -> list[tuple[str, list[Audience]]]:
    """Whom one can let into a case: organisations and teams, groups one is in, one's own people, one's contacts, officers one can find."""
    now = timezone.now()
    seats = Seat.objects.filter(starts_at__lte=now).exclude(ends_at__lte=now)
    met = Contact.objects.of(viewer).exclude(accepted_at=None).filter(ended_at=None).values_list("asker", "asked")
    contacts = seats.filter(pk__in={pk for pair in met for pk in pair} - {viewer.seat_id})
    own = seats.filter(organisation_id=viewer.organisation_id).exclude(pk=viewer.seat_id)
    people = Audience.objects.order_by("label")
    groups = Audience.objects.filter(kind=Audience.Kind.GROUP, pk__in=viewer.audience_ids)
    return [
        (_("Organisations and teams"), list(organisations_and_teams())),
        (_("Sharing groups we are in"), list(current_editions(viewer))),
        (_("Groups we are in"), list(groups.order_by("label"))),
        (_("Our own people"), list(people.filter(seat__in=own))),
        (_("Contacts"), list(people.filter(seat__in=contacts).exclude(seat__organisation__category__kind=Category.Kind.PARTNER))),
        (_("Law enforcement"), may_see(viewer)),
    ]


@dataclass(frozen=True)
class Difference:
    """What letting somebody in would change, in numbers, before anything is written."""

    who: Audience
    listings: int
    notes: int
    files: int
    tasks: int
    already: str
    # Of a group: who belongs to it now.
    within: tuple[Audience, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether others may come in by it without being named here; of a sharing group nobody does."""
        return self.who.kind == Audience.Kind.GROUP

    @property
    def items(self) -> int:
        return self.listings + self.notes + self.files + self.tasks


def difference(case: Case, audience: Audience) -> Difference:
    """What `audience` would be able to read of a case that it cannot read now."""
    here = {"space_id": case.space_id}
    grant = Grant.objects.live().filter(space_id=case.space_id, audience=audience).first()
    return Difference(
        who=audience,
        listings=CaseListing.objects.filter(**here).count(),
        notes=Note.objects.filter(**here).count(),
        files=Attachment.objects.filter(**here).count(),
        tasks=Task.objects.filter(**here).count(),
        already=grant.get_role_display() if grant else "",
        within=tuple(belonging_to([audience.pk]).get(audience.pk, [])) if audience.is_group else (),
    )


def check_sharing(case: Case, audience: Audience, *, role: str, by: Viewer, expires_at: datetime | None = None) -> None:
    """Raises what `share` would raise before anything is written."""
    require(can_lead(by, case))
    if role not in Grant.Role.values:
        raise Refused(_("Choose what they may do."), field="role")
    if Seat.objects.filter(audience=audience, organisation__category__kind=Category.Kind.PARTNER).exists():
        require_for_officer(case, role=role, by=by, expires_at=expires_at)
    else:
        require_for_newcomer(case, audience, by=by)
    access.check_grant(case.space, audience, role, by=by, expires_at=expires_at)


@transaction.atomic
def share(case: Case, audience: Audience, *, role: str, by: Viewer, expires_at: datetime | None = None) -> Grant:
    """Let an organisation, a team or a person into a case; an officer of law enforcement reading, until a day.

    Raises NotAllowed, and Refused where the TLP mark does not allow it, and where a party's name would be read without its word.
    """
    check_sharing(case, audience, role=role, by=by, expires_at=expires_at)
    given = access.grant(case.space, audience, role, by=by, expires_at=expires_at, reason=_("invited by %(who)s") % {"who": by.organisation_name})
    _instead_of_older(case, audience)
    touch(case)
    if expires_at is not None and officers_in(case).filter(audience=audience).exists():
        record("case.officer_let_in", case, by=by, who=audience.label, day=timezone.localdate(expires_at).isoformat())
    else:
        record("space.shared", case, by=by, who=audience.label, role=given.get_role_display(), audience=audience.pk)
    return given


def _instead_of_older(case: Case, audience: Audience) -> None:
    """A sharing group is in once, as it stands now: its older editions are in no more."""
    older = Edition.objects.filter(group__editions__audience=audience).exclude(audience=audience).values("audience")
    Grant.objects.live().filter(space_id=case.space_id, audience__in=older).update(expires_at=timezone.now())


@transaction.atomic
def unshare(case: Case, audience: Audience, *, by: Viewer) -> None:
    """End a party's access now. What it brought and wrote stays in the case."""
    require(can_lead(by, case))
    access.withdraw(case.space, audience, by=by)
    record("space.withdrawn", case, by=by, who=audience.label, audience=audience.pk)


@transaction.atomic
def leave(case: Case, *, by: Viewer) -> None:
    """The viewer's organisation leaves a case. Raises NotAllowed for agents and readers, Refused when it is the only one who leads it."""
    require(can_leave(by))
    with as_system("hold a case still while a party leaves"):
        lock(case.space)
    grants = Grant.objects.live().filter(space_id=case.space_id)
    own = (by.organisation_audience_id, by.audience_id)
    mine = grants.filter(audience_id__in=own)
    if not mine.exists():
        raise Refused(_("Your organisation is in by a group, not by itself: leave the group, or ask whoever leads the case."))
    if not grants.filter(role=Grant.Role.LEAD, expires_at=None).exclude(audience_id__in=own).exists():
        raise Refused(_("Let somebody else lead the case for good first."))
    record("case.left", case, by=by)
    with as_system("let a party leave a case, whatever its role in it"):
        mine.update(expires_at=timezone.now())
    by.forget_spaces()


@transaction.atomic
def mark(case: Case, *, tlp: str, by: Viewer) -> None:
    """Change the TLP mark. Under TLP:RED the viewer leads it from then on in person, for their organisation is nobody named.

    Raises NotAllowed, and Refused when somebody else who is in could not be under the new one.
    """
    require(can_lead(by, case))
    before = case.space.tlp
    if before == tlp:
        return
    own = Grant.objects.live().filter(space_id=case.space_id, audience_id=by.organisation_audience_id)
    if tlp == Tlp.RED and own.exists():
        me = Audience.objects.get(pk=by.audience_id)
        access.grant(case.space, me, Grant.Role.LEAD, by=by, reason=_("marked it TLP:RED"))
        own.update(expires_at=timezone.now())
    by.forget_spaces()
    access.mark(case.space, tlp, by=by)
    record("space.marked", case, by=by, before=before, after=tlp)


@transaction.atomic
def open_side_room(case: Case, *, by: Viewer) -> SideRoom:
    """Open the room beside a case that only the viewer's organisation may enter; the one it has, if it has one.

    Where the viewer was let in as a person, as under TLP:RED everybody is, the room is the viewer's alone.
    """
    require(can_open_side_room(by, case))
    lock(case)
    party = Audience.objects.get(pk=by.organisation_audience_id if is_in_as_organisation(by, case) else by.audience_id)
    if room := SideRoom.objects.visible_to(by).filter(case=case).first():
        return room
    label = _("Side room of %(who)s, %(case)s") % {"who": party.label, "case": case.reference}
    mark = Tlp.RED if case.space.tlp == Tlp.RED else Tlp.AMBER_STRICT
    space = access.open_space(Space.Kind.SIDE_ROOM, by=by, owner=party, label=label, mark=mark)
    room = SideRoom.objects.create(space=space, case=case, party=party)
    record("case.side_room_opened", case, by=by, space=space)
    return room
