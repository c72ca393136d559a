"""The committee decides; staff decline; an appeal is heard."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.models import Audience, Grant
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.applications import rules
from coalition.applications.actions.common import State, locked, move_to
from coalition.applications.models import Application, CommitteeVote
from coalition.applications.permissions import can_hear, can_vet, can_vote

COMMITTEE_TEAM = "Membership committee"


def committee() -> Audience:
    return Audience.objects.get(kind=Audience.Kind.TEAM, label=COMMITTEE_TEAM)


def before_committee(application: Application, by: Viewer) -> None:
    """Lay it before the committee, which may read it from now on."""
    with as_system("let the committee into an application"):
        access.grant(application.space, committee(), Grant.Role.CONTRIBUTE, by=by, reason=_("decides about it"))
    move_to(application, State.COMMITTEE)


def committee_size() -> int:
    return len(access.seats_of([committee().pk]))


def count_of(application: Application) -> rules.Count:
    votes = application.votes.filter(round=application.round).values_list("choice", flat=True)
    return rules.count(committee_size(), list(votes))


@transaction.atomic
def vote(application: Application, *, choice: str, reason: str, by: Viewer) -> rules.Count:
    """As a member of the committee: decide once, or stand aside and say why. A majority over a quorum decides.

    Raises NotAllowed, Refused for an applicant whose sponsor one's organisation is and who did not stand aside, Conflict when one has voted.
    """
    application = locked(application)
    require(can_vote(by, application))
    text = reason_given(reason)
    if choice not in CommitteeVote.Choice.values:
        raise Refused(_("Choose how you decide."), field="choice")
    ours = {"organisation_id": by.organisation_id}
    is_involved = application.letters.filter(**ours).exists() or application.objections.filter(**ours).exists()
    if is_involved and choice != rules.RECUSED:
        raise Refused(_("Your organisation sponsors this applicant or objects to it: stand aside."), field="choice")
    if application.votes.filter(round=application.round, voter_id=by.audience_id).exists():
        raise Conflict(_("You have decided already."))
    CommitteeVote.objects.create(
        space_id=application.space_id, application=application, round=application.round, voter_id=by.audience_id, choice=choice, reason=text
    )
    record("application.voted", application, by=by, choice=str(CommitteeVote.Choice(choice).label))
    counted = count_of(application)
    if counted.entitled <= 0:
        record("application.nobody_left", application, by=None, staff=application.space.owner_id)
    if counted.is_decided:
        if counted.approves:
            move_to(application, State.APPROVED, decided_at=timezone.now(), said="")
            record("application.approved", application, by=None, staff=application.space.owner_id)
        else:
            reasons = application.votes.filter(round=application.round, choice=rules.AGAINST).values_list("reason", flat=True)
            decline_with(application, "\n\n".join(reasons), by=None)
    return counted


def decline_with(application: Application, said: str, *, by: Viewer | None) -> None:
    """Decline it with what the applicant is told; an appeal is open to them from now on."""
    # After an appeal there is no further one.
    state = State.REJECTED if application.state == State.COMMITTEE and application.round > 1 else State.DECLINED
    move_to(application, state, decided_at=timezone.now(), said=said)
    verb = "application.appeal_rejected" if state == State.REJECTED else "application.declined"
    record(verb, application, by=by, reason=said[:300], said=said, staff=application.space.owner_id)


@transaction.atomic
def decline(application: Application, *, reason: str, by: Viewer) -> Application:
    """As staff, before members are asked: decline what cannot become a member, saying why. The applicant may appeal."""
    application = locked(application)
    require(can_vet(by, application))
    if application.state not in (State.SUBMITTED, State.ASKED, State.VETTING):
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    decline_with(application, reason_given(reason), by=by)
    return application


@transaction.atomic
def hear_appeal(application: Application, *, admits: bool, reason: str, by: Viewer) -> Application:
    """Admit an appeal or reject it, saying why; by somebody who had no hand in it.

    Admitted, it goes before the committee once more; what was declined before anybody vetted it goes to vetting.
    """
    application = locked(application)
    if application.state != State.APPEALED:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    require(can_hear(by, application), _("Somebody who had no hand in it hears the appeal."))
    text = reason_given(reason)
    if not admits:
        move_to(application, State.REJECTED, said=text)
        record("application.appeal_rejected", application, by=by, reason=text[:300], said=text, staff=application.space.owner_id)
    elif application.votes.exists():
        application.round += 1
        record("application.appeal_heard", application, by=by, reason=text[:300], committee=committee().pk)
        before_committee(application, by)
    else:
        move_to(application, State.VETTING)
        record("application.appeal_admitted", application, by=by, reason=text[:300], staff=application.space.owner_id)
    return application
