"""Who is in a case: letting in, letting out, leaving, the mark, and each party's own room beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, require
from coalition.access.models import Audience, Grant, Space, belonging_to
from coalition.access.tlp import Tlp, is_laxer
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.directory.models import Contact
from coalition.files.models import Attachment
from coalition.members.models import Category, Seat
from enforcement.cases.actions.cases import hold, is_in_as_organisation, require_here, touch
from enforcement.cases.actions.officers import end_consent, give_word, may_see, officers_in, require_for_newcomer, require_for_officer
from enforcement.cases.actions.tasks import drop_beside, pass_on
from enforcement.cases.actions.whose import behind, members_among, organisation_of
from enforcement.cases.models import Case, CaseListing, Consent, Note, SideRoom, Task
from enforcement.cases.permissions import can_agree_to_mark, can_lead, can_leave, can_open_side_room
from enforcement.proposals.actions import end_those
from enforcement.proposals.models import Proposal
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
    require(can_lead(by, case))
    # Who is in, and what they agreed to, stays as it is judged here.
    require_here(case)
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
    """End a party's access now, to what was merged into the case as well. What it brought and wrote stays in the case."""
    require(can_lead(by, case))
    hold(case)
    access.withdraw(case.space, audience, by=by)
    record("space.withdrawn", case, by=by, who=audience.label, audience=audience.pk)
    _is_out(case, [audience.pk], by=by)


def _is_out(case: Case, gone: list[int], *, by: Viewer) -> None:
    """What follows once these are in no more: their word holds no longer, what they owed passes on, and the history of what was merged into the
    case, which they read by it, is closed to them; a case of their own stays theirs.
    """
    end_consent(case, gone, by=by)
    with as_system("find what those who are out of a case proposed about it"):
        waiting = list(Proposal.objects.filter(proposer__in=gone, answer="", kind__startswith="case-", facts__case=case.reference))
    end_those(waiting, reason=_("They are in the case no more."), by=by)
    pass_on(case, {*gone, *Seat.objects.filter(organisation__audience__in=gone).values_list("audience_id", flat=True)}, by=by)
    drop_beside(case, gone)
    with as_system("close what was merged into a case to whoever is out of it"):
        layer = [case.pk]
        while layer:
            merged = Case.objects.filter(merged_into__in=layer)
            grants = Grant.objects.live().filter(space__in=merged.values("space"), audience__in=gone)
            grants.exclude(audience=F("space__owner")).update(expires_at=timezone.now())
            layer = list(merged.values_list("pk", flat=True))


@transaction.atomic
def leave(case: Case, *, by: Viewer) -> None:
    """The viewer's organisation leaves a case. Raises NotAllowed for agents and readers, Refused when it is the only one who leads it."""
    require(can_leave(by))
    hold(case)
    grants = Grant.objects.live().filter(space_id=case.space_id)
    own = (by.organisation_audience_id, by.audience_id)
    mine = grants.filter(audience_id__in=own)
    if not mine.exists():
        raise Refused(_("Your organisation is in by a group, not by itself: leave the group, or ask whoever leads the case."))
    if not grants.filter(role=Grant.Role.LEAD, expires_at=None).exclude(audience_id__in=own).exists():
        raise Refused(_("Let somebody else lead the case for good first."))
    record("case.left", case, by=by)
    gone = list(mine.values_list("audience_id", flat=True))
    _is_out(case, gone, by=by)
    with as_system("let a party leave a case, whatever its role in it"):
        grants.filter(audience__in=gone).update(expires_at=timezone.now())
    by.forget_spaces()


@transaction.atomic
def mark(case: Case, *, tlp: str, by: Viewer, agreed: int | None = None) -> None:
    """Change the TLP mark. Under TLP:RED the viewer leads it from then on in person, for their organisation is nobody named.

    Raises NotAllowed, and Refused when somebody else who is in could not be under the new one, and for a laxer one that a party whose words
    would go further has not agreed to: the mark of what somebody wrote is theirs (TLP 2.0, FIRST). `agreed` is who asked for it by a proposal.
    """
    require(can_lead(by, case))
    require_here(case)
    before = Space.objects.get(pk=case.space_id).tlp
    if before == tlp:
        return
    if is_laxer(tlp, before) and (parties := [party for party in to_agree(case, tlp, by=by) if party.pk != agreed]):
        names = ", ".join(map(str, parties))
        raise Refused(_("What these brought and wrote would go further, and they have not agreed: %(who)s. Ask them.") % {"who": names}, field="tlp")
    own = Grant.objects.live().filter(space_id=case.space_id, audience_id=by.organisation_audience_id)
    if tlp == Tlp.RED and own.exists():
        me = Audience.objects.get(pk=by.audience_id)
        access.grant(case.space, me, Grant.Role.LEAD, by=by, reason=_("marked it TLP:RED"))
        own.update(expires_at=timezone.now())
    by.forget_spaces()
    access.mark(case.space, tlp, by=by)
    record("space.marked", case, by=by, before=before, after=tlp)
    _forget_asking(case)


def to_agree(case: Case, tlp: str, *, by: Viewer) -> list[Audience]:
    """The parties that have brought or written something there and have not agreed that it goes as far as a mark; the asker's own aside.

    Whoever is in no more cannot be asked.
    """
    inside = set(Grant.objects.live().filter(space_id=case.space_id).values_list("audience_id", flat=True))
    agreed = {by.organisation_audience_id, by.audience_id}
    agreed |= set(Consent.objects.filter(case=case, about=tlp).values_list("party_id", flat=True))
    wrote = behind(case)
    at = organisation_of([*wrote, *inside])
    theirs = {pk if pk in inside else at.get(pk) for pk in wrote} & inside
    return members_among(pk for pk in theirs if pk not in agreed and at.get(pk or 0) not in agreed)


@transaction.atomic
def ask_for_mark(case: Case, *, tlp: str, by: Viewer) -> None:
    """Ask the parties whether what they brought and wrote may go as far as a laxer mark. Raises NotAllowed, and Refused for one that is not."""
    require(can_lead(by, case))
    require_here(case)
    if not is_laxer(tlp, Space.objects.get(pk=case.space_id).tlp):
        raise Refused(_("Choose a mark that lets it go further."), field="tlp")
    if Case.objects.filter(pk=case.pk, asked_mark=tlp).exists():
        return
    _forget_asking(case)
    Case.objects.filter(pk=case.pk).update(asked_mark=tlp)
    record("case.mark_asked", case, by=by, after=tlp)


def _forget_asking(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(asked_mark="")
    Consent.objects.filter(case=case).exclude(about=Consent.OFFICERS).delete()


@transaction.atomic
def agree_to_mark(case: Case, *, tlp: str, by: Viewer) -> None:
    """As a party: what one brought and wrote may go as far as the mark that was asked for.

    Raises NotAllowed, Conflict where nobody asks for it any more.
    """
    require(can_agree_to_mark(by, case))
    if not tlp or hold(case).asked_mark != tlp:
        raise Conflict(_("Nobody asks for that any more."))
    _given, is_new = give_word(case, tlp, by=by)
    if is_new:
        record("case.mark_agreed", case, by=by, after=tlp)


@transaction.atomic
def open_side_room(case: Case, *, by: Viewer) -> SideRoom:
    """Open the room beside a case that only the viewer's organisation may enter; the one it has, if it has one.

    Where the viewer was let in as a person, as under TLP:RED everybody is, the room is the viewer's alone.
    """
    require(can_open_side_room(by, case))
    hold(case)
    # A colleague may have opened it meanwhile.
    by.forget_spaces()
    own = Audience.objects.get(pk=by.organisation_audience_id if is_in_as_organisation(by, case) else by.audience_id)
    if room := SideRoom.objects.visible_to(by).filter(case=case).first():
        return room
    label = _("Side room of %(who)s, %(case)s") % {"who": own.label, "case": case.reference}
    mark = Tlp.RED if case.space.tlp == Tlp.RED else Tlp.AMBER_STRICT
    space = access.open_space(Space.Kind.SIDE_ROOM, by=by, owner=own, label=label, mark=mark)
    room = SideRoom.objects.create(space=space, case=case, party=own)
    record("case.side_room_opened", case, by=by, space=space)
    return room
