"""Officers of law enforcement in a case: person by person, reading, until a day; a member's name is theirs to give.

That a party's name is read by an officer only on that party's own word is the programme's rule (docs/adr/0009).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.models import Audience, Grant
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.directory.models import Card
from coalition.files.models import Attachment
from coalition.members.agents import firms_behind
from coalition.members.models import Category
from enforcement.cases.actions.cases import hold
from enforcement.cases.actions.whose import named_in, organisation_of
from enforcement.cases.models import Case, Consent
from enforcement.cases.permissions import can_consent

LONGEST = timedelta(days=90)
OF_OFFICER = Q(audience__seat__organisation__category__kind=Category.Kind.PARTNER)


def officers_in(case: Case):
    """The live grants of officers, each until its day."""
    return Grant.objects.live().filter(OF_OFFICER, space_id=case.space_id).select_related("audience")


def may_see(viewer: Viewer) -> list[Audience]:
    """The officers whose card says to this viewer who they are."""
    cards = Card.objects.visible_to(viewer).people().filter(seat__organisation__category__kind=Category.Kind.PARTNER)
    return list(Audience.objects.filter(seat__cards__in=cards).distinct().order_by("label"))


def silent(case: Case, by: Viewer | None = None) -> list[Audience]:
    """The members whose name no officer may read yet: whose name stands in the case, and who have not agreed; the asker's own aside.

    Whoever was put out or has left counts: what it brought, wrote and did there is read with its name.
    """
    named = named_in(case)
    agreed = set(Consent.objects.filter(case=case, about=Consent.OFFICERS).values_list("party_id", flat=True))
    if by is not None:
        agreed |= {by.organisation_audience_id, by.audience_id, *firms_behind([by.audience_id])}
    # A person agrees for the organisation it sits at, and the organisation for its people.
    agreed |= set(organisation_of(agreed).values())
    at = organisation_of([audience.pk for audience in named])
    return [audience for audience in named if not agreed & {audience.pk, at.get(audience.pk)}]


def require_for_officer(case: Case, *, role: str, by: Viewer, expires_at: datetime | None) -> None:
    """Raises Refused, at its field, for anything but reading until a day at most ninety days ahead, and for parties that have not agreed."""
    if role != Grant.Role.READ:
        raise Refused(_("An officer of law enforcement is let in to read."), field="role")
    if expires_at is None or expires_at > timezone.now() + LONGEST:
        raise Refused(_("An officer of law enforcement is let in until a day, at most %(n)d days ahead.") % {"n": LONGEST.days}, field="expires_at")
    if parties := silent(case, by):
        names = ", ".join(map(str, parties))
        raise Refused(_("An officer would read whose case this is, and these have not agreed to that: %(who)s.") % {"who": names}, field="audience")


def require_for_newcomer(case: Case, audience: Audience, *, by: Viewer) -> None:
    """Raises Refused for law enforcement as a body, and for a party whose name an officer who is in would read before it can agree."""
    if Audience.objects.filter(pk=audience.pk, organisation__category__kind=Category.Kind.PARTNER).exists():
        raise Refused(_("Law enforcement is let in person by person, until a day."), field="audience")
    if audience.kind == Audience.Kind.TEAM or audience.pk == by.organisation_audience_id:
        return
    inside = Grant.objects.live().filter(space_id=case.space_id, audience=audience).exists()
    if not inside and officers_in(case).exists():
        raise Refused(
            _("An officer of law enforcement reads this case, and would read the name of %(who)s before they can agree. End that first.")
            % {"who": audience},
            field="audience",
        )


def _party(case: Case, by: Viewer) -> Audience:
    """As whom the viewer is in: their organisation, or they themselves. An agent speaks for its own firm, whose name its people bear."""
    if by.is_agent and (firm := firms_behind([by.audience_id])):
        return Audience.objects.get(pk=firm.pop())
    own = Grant.objects.live().filter(space_id=case.space_id, audience_id__in=(by.organisation_audience_id, by.audience_id))
    grant = own.select_related("audience").order_by("audience__kind").first()
    if grant is None:
        raise Refused(_("Your organisation is not a party of this case."))
    return grant.audience


@transaction.atomic
def consent(case: Case, *, by: Viewer) -> Consent:
    """As a party: agree that officers of law enforcement who are let in read one's name. Raises NotAllowed, Refused for who is no party."""
    require(can_consent(by, case))
    hold(case)
    given, is_new = give_word(case, Consent.OFFICERS, by=by)
    if is_new:
        record("case.consented", case, by=by)
    return given


def give_word(case: Case, about: str, *, by: Viewer) -> tuple[Consent, bool]:
    """The word of the viewer's party, and whether it is new. Raises Refused for who is no party."""
    return Consent.objects.get_or_create(
        case=case, party=_party(case, by), about=about, defaults={"space_id": case.space_id, "given_by_id": by.audience_id}
    )


@transaction.atomic
def take_back_consent(case: Case, *, by: Viewer) -> None:
    """Agree no longer: the officers who are in are let out at once. What they have read they have read."""
    require(can_consent(by, case))
    hold(case)
    end_consent(case, [_party(case, by).pk], by=by)


def end_consent(case: Case, parties: Collection[int], *, by: Viewer) -> None:
    """The word of these holds no longer, for they took it back or are in no more; where one had agreed, the officers are let out."""
    with as_system("end what a party agreed to"):
        gone, _kinds = Consent.objects.filter(case=case, party__in=parties, about=Consent.OFFICERS).delete()
    if not gone:
        return
    record("case.consent_withdrawn", case, by=by)
    for grant in officers_in(case):
        record("space.withdrawn", case, by=by, who=grant.audience.label, audience=grant.audience_id)
        with as_system("let an officer out when a party agrees no longer"):
            Grant.objects.filter(pk=grant.pk).update(expires_at=timezone.now())


def note_taken(case: Case, what: str, *, by: Viewer) -> None:
    """Enter in the case's history what an officer took out of it."""
    if by.organisation_kind == Category.Kind.PARTNER:
        record("case.taken_out", case, by=by, what=what)


def note_list_taken(cases: QuerySet[Case], what: str, *, by: Viewer) -> None:
    """The same for a list over several: in each of them."""
    if by.organisation_kind == Category.Kind.PARTNER:
        for case in cases.all():
            note_taken(case, what, by=by)


def note_file_taken(attachment: Attachment, viewer: Viewer) -> None:
    """The same for a file of a case."""
    if viewer.organisation_kind == Category.Kind.PARTNER and (case := Case.objects.filter(space=attachment.space_id).first()):
        note_taken(case, attachment.name, by=viewer)
