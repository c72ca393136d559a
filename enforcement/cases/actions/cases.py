"""Open a case, bring listings in, let others in, open a side room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Refused, require
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp, allows
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.files.models import Attachment
from coalition.members.references import next_reference
from coalition.search.actions import index
from enforcement.cases.models import Case, CaseListing, Note, SideRoom
from enforcement.cases.permissions import can_contribute, can_lead, can_leave, can_open, can_open_side_room
from enforcement.market.models import Listing

MOST_AT_ONCE = 5_000
MOST_TAGS, LONGEST_TAG = 12, 40


@transaction.atomic
def open_case(*, title: str, by: Viewer, summary: str = "", tlp: str = Tlp.AMBER, listings=None) -> Case:
    """Open a case led by the viewer's organisation (under TLP:RED by the viewer alone), with some of its listings."""
    require(can_open(by))
    reference = next_reference(by.organisation_id)
    owner = Audience.objects.get(pk=by.organisation_audience_id)
    space = access.open_space(Space.Kind.CASE, by=by, owner=owner, label=reference, mark=tlp)
    case = Case.objects.create(space=space, reference=reference, title=title, summary=summary, owner=owner, opened_by_id=by.audience_id)
    index_case(case)
    record("case.opened", case, by=by, title=title)
    if listings is not None:
        add_listings(case, listings, by=by)
    return case


def index_case(case: Case) -> None:
    """Renew how it is found."""
    index(case, kind="case", title=f"{case.reference} {case.title}", detail=case.get_state_display(), body=" ".join([case.summary, *case.tags]))


@transaction.atomic
def add_listings(case: Case, listings, *, by: Viewer, verified: bool = True) -> int:
    """Bring listings of the viewer's own desk into a case, as they are now; returns how many were not in it yet.

    Those that nobody has looked at yet are brought unverified: they stand in a lane of their own until somebody has.
    """
    require(can_contribute(by, case))
    require_open(case)
    own = list(listings.filter(space_id=by.desk_id)[: MOST_AT_ONCE + 1])
    if len(own) > MOST_AT_ONCE:
        raise Refused(_("At most %(most)d listings at once.") % {"most": MOST_AT_ONCE})
    before = CaseListing.objects.filter(case=case, brought_by_id=by.organisation_audience_id).count()
    CaseListing.objects.bulk_create(
        (
            CaseListing(
                space_id=case.space_id,
                case=case,
                listing=listing,
                brought_by_id=by.organisation_audience_id,
                platform_id=listing.platform_id,
                price=listing.price,
                currency=listing.currency,
                verified_at=timezone.now() if verified else None,
                verified_by_id=by.audience_id if verified else None,
                **listing.facts,
            )
            for listing in own
        ),
        ignore_conflicts=True,
    )
    added = CaseListing.objects.filter(case=case, brought_by_id=by.organisation_audience_id).count() - before
    Listing.objects.filter(pk__in=[listing.pk for listing in own]).take_up()
    if added:
        touch(case)
        record("case.listings_added" if verified else "case.unverified_added", case, by=by, count=added)
    return added


@transaction.atomic
def verify(case: Case, ids: list[int], *, by: Viewer) -> int:
    """Say that one has looked at listings of the case and they are what they seem; returns how many nobody had verified yet."""
    require(can_contribute(by, case))
    require_open(case)
    found = CaseListing.objects.filter(case=case, space_id=case.space_id, pk__in=ids, verified_at=None)
    count = found.update(verified_at=timezone.now(), verified_by_id=by.audience_id)
    if count:
        touch(case)
        record("case.verified", case, by=by, count=count)
    return count


@transaction.atomic
def describe(case: Case, *, title: str, summary: str, tags: str, by: Viewer) -> Case:
    """Put right what a case is called and about, and its tags, separated by commas. Raises NotAllowed, and Refused at its field."""
    require(can_lead(by, case))
    case = Case.objects.select_for_update(of=("self",)).select_related("space").get(pk=case.pk)
    named = _tags(tags)
    if not title.strip():
        raise Refused(_("Give it a title."), field="title")
    if (case.title, case.summary, case.tags) != (title.strip(), summary.strip(), named):
        case.title, case.summary, case.tags, case.changed_at = title.strip(), summary.strip(), named, timezone.now()
        case.save(update_fields=["title", "summary", "tags", "changed_at"])
        index_case(case)
        record("case.described", case, by=by, title=case.title)
    return case


def _tags(text: str) -> list[str]:
    """Tags as typed, each once, in lower case and in order."""
    named = sorted({" ".join(tag.split()).lower() for tag in text.split(",")} - {""})
    if len(named) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in named):
        raise Refused(_("At most %(most)d tags of up to %(long)d letters.") % {"most": MOST_TAGS, "long": LONGEST_TAG}, field="tags")
    return named


def require_open(case: Case) -> None:
    """Raises Refused for a case that is closed."""
    if not Case.objects.filter(pk=case.pk, state=Case.State.OPEN).exists():
        raise Refused(_("The case is closed. Reopen it first."))


def touch(case: Case) -> None:
    """It has changed now."""
    Case.objects.filter(pk=case.pk).update(changed_at=timezone.now())


@dataclass(frozen=True)
class Difference:
    """What letting somebody in would change, in numbers, before anything is written."""

    who: Audience
    listings: int
    notes: int
    files: int
    already: str
    refusal: str

    @property
    def items(self) -> int:
        return self.listings + self.notes + self.files


def difference(case: Case, audience: Audience) -> Difference:
    """What `audience` would be able to read of a case that it cannot read now."""
    here = {"space_id": case.space_id}
    grant = Grant.objects.live().filter(space_id=case.space_id, audience=audience).first()
    refusal = "" if allows(case.space.tlp, audience.kind) else _("%(mark)s does not allow %(kind)s.") % {
        "mark": case.space.get_tlp_display(), "kind": audience.get_kind_display()
    }  # fmt: skip
    return Difference(
        who=audience,
        listings=CaseListing.objects.filter(**here).count(),
        notes=Note.objects.filter(**here).count(),
        files=Attachment.objects.filter(**here).count(),
        already=grant.get_role_display() if grant else "",
        refusal=refusal,
    )


@transaction.atomic
def share(case: Case, audience: Audience, *, role: str, by: Viewer, expires_at: datetime | None = None) -> Grant:
    """Let an organisation or team into a case. Raises NotAllowed, and Refused where the TLP mark does not allow it."""
    require(can_lead(by, case))
    if role not in (Grant.Role.READ, Grant.Role.CONTRIBUTE, Grant.Role.LEAD):
        raise Refused(_("Choose what they may do."), field="role")
    given = access.grant(case.space, audience, role, by=by, expires_at=expires_at, reason=_("invited by %(who)s") % {"who": by.organisation_name})
    touch(case)
    record("space.shared", case, by=by, who=audience.label, role=given.get_role_display(), audience=audience.pk)
    return given


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
        Space.objects.select_for_update().get(pk=case.space_id)
    grants = Grant.objects.live().filter(space_id=case.space_id)
    mine = grants.filter(audience_id=by.organisation_audience_id)
    if not mine.exists():
        raise Refused(_("Your organisation is not a party of this case."))
    if not grants.filter(role=Grant.Role.LEAD, expires_at=None).exclude(audience_id=by.organisation_audience_id).exists():
        raise Refused(_("Let somebody else lead the case for good first."))
    record("case.left", case, by=by)
    with as_system("let a party leave a case, whatever its role in it"):
        mine.update(expires_at=timezone.now())
    by.forget_spaces()


@transaction.atomic
def mark(case: Case, *, tlp: str, by: Viewer) -> None:
    """Change the TLP mark. Raises NotAllowed, and Refused when somebody who is in could not be under the new one."""
    require(can_lead(by, case))
    before = case.space.tlp
    if before == tlp:
        return
    access.mark(case.space, tlp, by=by)
    record("space.marked", case, by=by, before=before, after=tlp)


@transaction.atomic
def open_side_room(case: Case, *, by: Viewer) -> SideRoom:
    """Open the room beside a case that only the viewer's organisation may enter; the one it has, if it has one.

    Beside a TLP:RED case, where named people are and no organisation, the room is the viewer's alone.
    """
    require(can_open_side_room(by, case))
    Case.objects.select_for_update().get(pk=case.pk)
    party = Audience.objects.get(pk=by.audience_id if case.space.tlp == Tlp.RED else by.organisation_audience_id)
    if room := SideRoom.objects.visible_to(by).filter(case=case).first():
        return room
    label = _("Side room of %(who)s, %(case)s") % {"who": party.label, "case": case.reference}
    mark = Tlp.RED if case.space.tlp == Tlp.RED else Tlp.AMBER_STRICT
    space = access.open_space(Space.Kind.SIDE_ROOM, by=by, owner=party, label=label, mark=mark)
    room = SideRoom.objects.create(space=space, case=case, party=party)
    record("case.side_room_opened", case, by=by, space=space)
    return room
