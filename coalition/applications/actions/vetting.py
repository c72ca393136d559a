"""Staff look into an application: more is asked, sponsors are written to, checks noted, members heard, a second reviewer."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.applications import rules
from coalition.applications.actions.committee import before_committee, committee
from coalition.applications.actions.common import State, about, locked, move_to
from coalition.applications.models import Application, Candidate, Check, Objection, SponsorLetter
from coalition.applications.permissions import can_object, can_review, can_vet
from coalition.clocks import actions as clocks
from coalition.members.models import Organisation, Seat
from coalition.members.standing import facts_of, standing

OBJECTION_WINDOW = "objection_window"
LETTERS_LAST = timedelta(days=30)


@transaction.atomic
def ask_more(application: Application, *, reason: str, by: Viewer) -> Application:
    """Ask the applicant for more; it is theirs to change until they hand it in again."""
    application = locked(application)
    require(can_vet(by, application))
    move_to(application, State.ASKED, said=reason_given(reason), reply="", changed_steps=[])
    record("application.more_asked", application, by=by, reason=reason[:300], said=application.said)
    return application


@transaction.atomic
def begin_vetting(application: Application, *, by: Viewer) -> Application:
    """It is complete: look into it, and write to the sponsors it names, but not to whoever was written to before."""
    application = locked(application)
    require(can_vet(by, application))
    move_to(application, State.VETTING, vetted_by_id=by.audience_id)
    record("application.vetting_begun", application, by=by)
    for organisation in sponsors_of(application):
        _write_to_sponsor(application, organisation, by=by)
    return application


def bare_name(name: str) -> str:
    """A name as one compares it with what somebody typed: letters and figures alone, without accents and case."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def sponsors_of(application: Application) -> list[Organisation]:
    """The members in good standing that the applicant names, by name; who else is named is for staff to ask about."""
    names = [name.strip() for name in application.answers.get("sponsors", {}).values() if name.strip()]
    if not names:
        return []
    # Written by somebody else: without accents and signs, a name is the same name.
    wanted = {bare_name(name) for name in names}
    known = Organisation.objects.known().only("pk", "name")
    found = Organisation.objects.select_related("category").filter(pk__in=[one.pk for one in known if bare_name(one.name) in wanted])
    return [organisation for organisation in found if standing(facts_of(organisation), timezone.localdate()).is_good]


@transaction.atomic
def name_sponsor(application: Application, *, typed: str, organisation: Organisation, by: Viewer) -> None:
    """As who vets: say which member is meant by a name the applicant wrote, and write to it.

    Raises NotAllowed, Conflict unless it is being vetted, and Refused for a name it did not write and a member that cannot stand for anybody.
    """
    application = locked(application)
    require(can_vet(by, application))
    if application.state != State.VETTING:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    if typed not in unknown_sponsors(application):
        raise Refused(_("It does not name anybody so."), field="organisation")
    if not standing(facts_of(organisation), timezone.localdate()).is_good:
        raise Refused(_("%(who)s is not in good standing: it stands for nobody.") % {"who": organisation}, field="organisation")
    if not Seat.objects.owners().filter(organisation=organisation).exists():
        raise Refused(_("Nobody owns a seat at %(who)s who could answer.") % {"who": organisation}, field="organisation")
    there = application.letters.filter(organisation=organisation, about=application.identity)
    if there.exclude(named="").exists() or bare_name(organisation.name) in {bare_name(name) for name in application.answers["sponsors"].values()}:
        raise Refused(_("%(who)s is named already: two different members are needed.") % {"who": organisation}, field="organisation")
    _write_to_sponsor(application, organisation, by=by)
    there.update(named=typed[:160])
    record("application.sponsor_named", application, by=by, named=typed[:160], who=organisation.name)


def unknown_sponsors(application: Application) -> list[str]:
    """The names the applicant wrote that are no members in good standing, and of which nobody has said which member is meant."""
    known = {bare_name(organisation.name) for organisation in sponsors_of(application)}
    meant = set(application.letters.filter(about=application.identity).exclude(named="").values_list("named", flat=True))
    named = (name.strip() for name in application.answers.get("sponsors", {}).values())
    return [name for name in named if name and name not in meant and bare_name(name) not in known]


def _write_to_sponsor(application: Application, organisation: Organisation, *, by: Viewer) -> None:
    """Ask the owner of a member whether it stands for the applicant; whose letter grew too old is asked anew."""
    owner = Seat.objects.owners().select_related("person").filter(organisation=organisation).order_by("pk").first()
    if owner is None:
        return
    expires_at = timezone.now() + LETTERS_LAST
    values: dict = {"space_id": application.space_id, "name": owner.person.name, "email": owner.person.email, "expires_at": expires_at}
    letter, created = SponsorLetter.objects.get_or_create(
        application=application, organisation=organisation, about=application.identity, defaults=values
    )
    if not created and letter.answered_at is None and letter.expires_at <= timezone.now():
        letter.name, letter.email, letter.expires_at = owner.person.name, owner.person.email, expires_at
        letter.save(update_fields=["name", "email", "expires_at"])
        created = True
    if created:
        record("application.sponsor_asked", application, by=by, who=organisation.name, letter=letter.pk)


@transaction.atomic
def note_check(application: Application, *, kind: str, is_clear: bool, note: str, by: Viewer) -> Check:
    """Write down what was found on one side of an application; found again, it is the next finding."""
    application = locked(application)
    require(can_vet(by, application))
    if application.state not in (State.VETTING, State.REVIEW):
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    if kind not in rules.checks_for(application.category.kind):
        raise Refused(_("Choose what was looked into."), field="kind")
    check = Check.objects.create(
        space_id=application.space_id, application=application, kind=kind, is_clear=is_clear, note=reason_given(note), made_by_id=by.audience_id
    )
    record("application.checked", application, by=by, kind=check.get_kind_display(), found=_("clear") if is_clear else _("a concern"))
    return check


def letters_that_count(application: Application) -> QuerySet[SponsorLetter]:
    """Those asked about the organisation that applies now, of members that are in good standing today."""
    return application.letters.filter(about=application.identity, organisation__in=Organisation.objects.listed())


def missing_for_objections(application: Application) -> list[str]:
    """What must still be there before members are asked: findings, and enough sponsors."""
    found = set(application.checks.values_list("kind", flat=True))
    missing = [str(Check.Kind(kind).label) for kind in rules.checks_for(application.category.kind) if kind not in found]
    support = letters_that_count(application).filter(supports=True).count()
    if support < (needed := rules.sponsors_needed(application.category.kind)):
        missing.append(_("%(n)d of %(needed)d sponsors’ letters") % {"n": support, "needed": needed})
    if not about(application):
        missing.append(_("the sentence that members read of it: ask the applicant for more"))
    return missing


@transaction.atomic
def open_window(application: Application, *, by: Viewer) -> Candidate:
    """Show a few facts to all members and take their objections until the clock that the policy sets runs out."""
    application = locked(application)
    require(can_vet(by, application))
    if application.state == State.VETTING and (missing := missing_for_objections(application)):
        raise Refused(_("Still missing: %(what)s.") % {"what": "; ".join(missing)})
    move_to(application, State.OBJECTIONS)
    label = _("Objections to %(name)s") % {"name": application.name}
    clock = clocks.start(OBJECTION_WINDOW, application, owed_by_id=application.space.owner_id, label=label)
    application.due_at = clock.due_at
    application.save(update_fields=["due_at"])
    record("application.window_opened", application, by=by)
    with as_system("show an applicant to the members"):
        candidate = Candidate.objects.create(
            space=_candidates_room(), application=application, name=application.name, category=application.category,
            country=application.country, about=about(application), closes_at=clock.due_at,
        )  # fmt: skip
        record("candidate.shown", candidate, by=by, name=application.name, members=Audience.members().pk)
    return candidate


def _candidates_room() -> Space:
    """The one room in which members read who wants to join."""
    label = "Candidates"
    if room := Space.objects.filter(kind=Space.Kind.HOUSE, label=label).first():
        return room
    room = access.open_space(Space.Kind.HOUSE, by=None, owner=Organisation.objects.house().audience, label=label, mark=Tlp.GREEN)
    access.grant(room, Audience.members(), Grant.Role.READ, by=None, reason=_("members may object to a candidate"))
    return room


@transaction.atomic
def object_to(candidate: Candidate, *, reason: str, by: Viewer) -> Objection:
    """As a member in good standing: object while the window is open, once an organisation. Those who decide read it, no other member."""
    require(can_object(by, candidate), _("Objections can be made by members, while the window is open."))
    if len(reason.strip()) < 20:
        raise Refused(_("Say what you object to, in a sentence or two: facts, not competition."), field="reason")
    with as_system("put a member’s objection before those who decide"):
        application = locked(candidate.application)
        if application.objections.filter(organisation_id=by.organisation_id).exists():
            raise Conflict(_("%(who)s has objected already.") % {"who": by.organisation_name})
        objection = Objection.objects.create(
            space_id=application.space_id,
            application=application,
            organisation_id=by.organisation_id,
            made_by_id=by.audience_id,
            reason=reason.strip(),
        )
        record("application.objected", application, by=by, staff=application.space.owner_id)
    return objection


def has_objected(candidate: Candidate, viewer: Viewer) -> bool:
    """Whether the viewer's organisation has objected: told to itself alone."""
    with as_system("tell an organisation whether it has objected"):
        return Objection.objects.filter(application=candidate.application_id, organisation=viewer.organisation_id).exists()


def close_window(application: Application) -> None:
    """End its objection window, if one is open, whatever its clock says."""
    clocks.stop(OBJECTION_WINDOW, application)
    Candidate.objects.filter(application=application, closes_at__gt=timezone.now()).update(closes_at=timezone.now())


def end_window(application: Application) -> None:
    """The clock ran out: a second pair of eyes is next. Called by the sweep alone."""
    application = locked(application)
    if application.state == State.OBJECTIONS:
        move_to(application, State.REVIEW, due_at=None)
        said: dict = {"count": application.objections.count(), "name": application.name}
        record("application.window_ended", application, by=None, staff=application.space.owner_id, **said)


@transaction.atomic
def review(application: Application, *, passes: bool, reason: str, by: Viewer) -> Application:
    """As the second reviewer, who had no hand in the vetting: pass it to the committee, or back to vetting; saying why."""
    application = locked(application)
    require(can_review(by, application), _("Somebody other than who vetted it reviews it."))
    text = reason_given(reason)
    if not passes:
        with as_system("take an applicant back from the members"):
            Candidate.objects.filter(application=application).delete()
        move_to(application, State.VETTING)
        record("application.sent_back", application, by=by, reason=text[:300], staff=application.space.owner_id)
        return application
    before_committee(application, by)
    record("application.reviewed", application, by=by, reason=text[:300], committee=committee().pk, name=application.name)
    return application
