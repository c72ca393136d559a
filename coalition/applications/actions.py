"""An application from its first page to a membership: what the applicant does by their link, what staff, members and the committee do."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.applications import rules
from coalition.applications.models import Application, Candidate, Check, CommitteeVote, Objection, SponsorLetter
from coalition.applications.permissions import can_hear, can_object, can_review, can_vet, can_vote
from coalition.clocks import actions as clocks
from coalition.dues import card
from coalition.dues.actions import terms as dues
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.posting import credit, credit_left
from coalition.dues.models import Band, Invoice, OpenItem, TermCharge
from coalition.dues.rules import Period, clean_tax_number
from coalition.dues.tariff import Tariff
from coalition.members import actions as members
from coalition.members.models import Category, Organisation, Policy, Seat, Term, Tier
from coalition.members.references import free_prefix, free_slug, next_reference
from coalition.members.standing import facts_of, standing
from coalition.search.actions import index

OBJECTION_WINDOW = "objection_window"
LETTERS_LAST = timedelta(days=30)
COMMITTEE_TEAM = "Membership committee"
MOST_WAITING = 3
State = Application.State


def house() -> Organisation:
    """The coalition itself: its staff receive applications."""
    return Organisation.objects.select_related("audience").get(category__kind=Category.Kind.COALITION)


# ---- the applicant, by their link -----------------------------------------------------------------------------------------------


@transaction.atomic
def start(category: Category, *, email: str) -> Application:
    """Begin an application; the link to go on with goes to the address, and to nobody else. Raises Refused when the category takes nobody now.

    An address that has begun several already gets the link to the newest of them again, and the answer is the same.
    """
    email = email.strip().lower()
    with as_system("an applicant begins"):
        if not category.is_open_on(timezone.localdate()):
            raise Refused(_("%(name)s is closed to new members at present.") % {"name": category.name}, field="category")
        drafts = Application.objects.filter(email=email, state=State.DRAFT).select_related("category").order_by("-pk")
        if len(drafts[:MOST_WAITING]) == MOST_WAITING:
            application = drafts[0]
        else:
            staff = house()
            reference = next_reference(staff.pk, "M")
            space = access.open_space(Space.Kind.APPLICATION, by=None, owner=staff.audience, label=reference, mark=Tlp.AMBER_STRICT)
            application = Application.objects.create(space=space, reference=reference, category=category, email=email)
        record("application.started", application, by=None)
    return application


def _locked(application: Application) -> Application:
    related = ("category", "space", "organisation__category", "organisation__audience", "tier__category")
    return Application.objects.select_for_update(of=("self",)).select_related(*related).get(pk=application.pk)


def _move(application: Application, state: str, **changes) -> None:
    if not rules.may_follow(application.state, state):
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    application.state, application.changed_at = state, timezone.now()
    for name, value in changes.items():
        setattr(application, name, value)
    application.save()


@transaction.atomic
def answer_step(application: Application, step: str, values: dict) -> Application:
    """Keep what the applicant wrote on one page."""
    with as_system("an applicant writes their own application"):
        application = _locked(application)
        if not application.is_with_applicant:
            raise Conflict(_("This application is %(state)s: it cannot be changed now.") % {"state": application.get_state_display()})
        if step not in application.steps:
            raise Refused(_("There is no such page."))
        application.answers[step] = values
        if step == "organisation":
            application.name, application.country, application.registration = values["name"], values["country"], values["registration"]
        application.changed_at = timezone.now()
        application.save()
    return application


@transaction.atomic
def submit(application: Application, *, reply: str = "") -> Application:
    """Hand it in, for the first time or after more was asked. Raises Refused while a page is missing, or without a reply."""
    with as_system("an applicant submits their own application"):
        application = _locked(application)
        if application.state not in (State.DRAFT, State.ASKED):
            return application
        if application.next_step:
            raise Refused(_("Not every page is answered yet."))
        if application.state == State.ASKED and not reply.strip():
            raise Refused(_("Say what you changed, or answer the question."), field="reply")
        _move(application, State.SUBMITTED, submitted_at=application.submitted_at or timezone.now(), reply=reply.strip())
        index(
            application,
            kind="application",
            title=f"{application.reference} {application.name}",
            detail=application.category.name,
            body=_about(application),
        )
        record("application.submitted", application, by=None, staff=application.space.owner_id)
    return application


@transaction.atomic
def withdraw(application: Application, *, reason: str) -> Application:
    """The applicant gives it up, saying why."""
    with as_system("an applicant withdraws their own application"):
        application = _locked(application)
        if len(reason.strip()) < 3:
            raise Refused(_("Say why, in a few words."), field="reason")
        _move(application, State.WITHDRAWN, said=reason.strip())
        _close_window(application)
        _credit_first_dues(application, _("The applicant withdrew."))
        record("application.withdrawn", application, by=None, reason=reason.strip()[:300], staff=application.space.owner_id)
    return application


@transaction.atomic
def appeal(application: Application, *, reason: str) -> Application:
    """The applicant asks that a refusal be looked at again."""
    with as_system("an applicant appeals"):
        application = _locked(application)
        if len(reason.strip()) < 20:
            raise Refused(_("Say why the decision should be another, in a few sentences."), field="reason")
        _move(application, State.APPEALED, reply=reason.strip())
        record("application.appealed", application, by=None, staff=application.space.owner_id)
    return application


@transaction.atomic
def answer_letter(letter: SponsorLetter, *, supports: bool, text: str) -> SponsorLetter:
    """A sponsor answers, once, by the link they were sent."""
    with as_system("a sponsor answers their letter"):
        letter = SponsorLetter.objects.select_for_update(of=("self",)).select_related("application__space", "organisation").get(pk=letter.pk)
        if letter.answered_at:
            raise Conflict(_("This letter was answered already."))
        if letter.expires_at <= timezone.now():
            raise Refused(_("This letter is too old to be answered."))
        if not supports and not text.strip():
            raise Refused(_("Say why not; only those who decide read it."), field="text")
        letter.answered_at, letter.supports, letter.text = timezone.now(), supports, text.strip()
        letter.save()
        answer = _("stands for it") if supports else _("does not stand for it")
        staff = letter.application.space.owner_id
        record("application.letter_answered", letter.application, by=None, who=letter.organisation.name, answer=answer, staff=staff)
    return letter


# ---- staff ------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_more(application: Application, *, reason: str, by: Viewer) -> Application:
    """Ask the applicant for more; it is theirs to change until they hand it in again."""
    application = _locked(application)
    require(can_vet(by, application))
    _move(application, State.ASKED, said=reason_given(reason), reply="")
    record("application.more_asked", application, by=by, reason=reason[:300], said=application.said)
    return application


@transaction.atomic
def begin_vetting(application: Application, *, by: Viewer) -> Application:
    """It is complete: look into it, and write to the sponsors it names."""
    application = _locked(application)
    require(can_vet(by, application))
    _move(application, State.VETTING, vetted_by_id=by.audience_id)
    record("application.vetting_begun", application, by=by)
    for organisation in sponsors_of(application):
        _write_to_sponsor(application, organisation, by=by)
    return application


def sponsors_of(application: Application) -> list[Organisation]:
    """The members in good standing that the applicant names, by name; who else is named is for staff to ask about."""
    names = [name.strip() for name in application.answers.get("sponsors", {}).values() if name.strip()]
    if not names:
        return []
    named = Q(*[("name__iexact", name) for name in names], _connector=Q.OR)
    found = Organisation.objects.select_related("category").filter(named)
    return [organisation for organisation in found if standing(facts_of(organisation), timezone.localdate()).is_good]


def _write_to_sponsor(application: Application, organisation: Organisation, *, by: Viewer) -> None:
    """Ask the owner of a member whether it stands for the applicant; whose letter grew too old is asked anew."""
    owner = Seat.objects.select_related("person").filter(organisation=organisation, role=Seat.Role.OWNER, ends_at=None).order_by("pk").first()
    if owner is None:
        return
    expires_at = timezone.now() + LETTERS_LAST
    values = {"space_id": application.space_id, "name": owner.person.name, "email": owner.person.email, "expires_at": expires_at}
    letter, created = SponsorLetter.objects.get_or_create(application=application, organisation=organisation, defaults=values)
    if not created and letter.answered_at is None and letter.expires_at <= timezone.now():
        letter.name, letter.email, letter.expires_at = owner.person.name, owner.person.email, expires_at
        letter.save(update_fields=["name", "email", "expires_at"])
        created = True
    if created:
        record("application.sponsor_asked", application, by=by, who=organisation.name, letter=letter.pk)


@transaction.atomic
def note_check(application: Application, *, kind: str, is_clear: bool, note: str, by: Viewer) -> Check:
    """Write down what was found on one side of an application; found again, it is the next finding."""
    application = _locked(application)
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


def missing_for_objections(application: Application) -> list[str]:
    """What must still be there before members are asked: findings, and enough sponsors."""
    found = set(application.checks.values_list("kind", flat=True))
    missing = [str(Check.Kind(kind).label) for kind in rules.checks_for(application.category.kind) if kind not in found]
    support = application.letters.filter(supports=True).count()
    if support < (needed := rules.sponsors_needed(application.category.kind)):
        missing.append(_("%(n)d of %(needed)d sponsors’ letters") % {"n": support, "needed": needed})
    return missing


@transaction.atomic
def open_window(application: Application, *, by: Viewer) -> Candidate:
    """Show a few facts to all members and take their objections until the clock that the policy sets runs out."""
    application = _locked(application)
    require(can_vet(by, application))
    if application.state == State.VETTING and (missing := missing_for_objections(application)):
        raise Refused(_("Still missing: %(what)s.") % {"what": "; ".join(missing)})
    _move(application, State.OBJECTIONS)
    label = _("Objections to %(name)s") % {"name": application.name}
    clock = clocks.start(OBJECTION_WINDOW, application, owed_by_id=application.space.owner_id, label=label)
    application.due_at = clock.due_at
    application.save(update_fields=["due_at"])
    record("application.window_opened", application, by=by)
    with as_system("show an applicant to the members"):
        candidate = Candidate.objects.create(
            space=_candidates_room(), application=application, name=application.name, category=application.category,
            country=application.country, about=_about(application), closes_at=clock.due_at,
        )  # fmt: skip
        record("candidate.shown", candidate, by=by, name=application.name, members=Audience.members().pk)
    return candidate


def _about(application: Application) -> str:
    answers = application.answers
    return answers.get("brands", {}).get("brands") or answers.get("services", {}).get("services") or answers.get("practice", {}).get("practice") or ""


def _candidates_room() -> Space:
    """The one room in which members read who wants to join."""
    label = "Candidates"
    if room := Space.objects.filter(kind=Space.Kind.HOUSE, label=label).first():
        return room
    room = access.open_space(Space.Kind.HOUSE, by=None, owner=house().audience, label=label, mark=Tlp.GREEN)
    access.grant(room, Audience.members(), Grant.Role.READ, by=None, reason=_("members may object to a candidate"))
    return room


@transaction.atomic
def object_to(candidate: Candidate, *, reason: str, by: Viewer) -> Objection:
    """As a member in good standing: object while the window is open, once an organisation. Those who decide read it, no other member."""
    require(can_object(by, candidate), _("Objections can be made by members, while the window is open."))
    if len(reason.strip()) < 20:
        raise Refused(_("Say what you object to, in a sentence or two: facts, not competition."), field="reason")
    with as_system("put a member’s objection before those who decide"):
        application = _locked(candidate.application)
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


def _close_window(application: Application) -> None:
    clocks.stop(OBJECTION_WINDOW, application)
    Candidate.objects.filter(application=application, closes_at__gt=timezone.now()).update(closes_at=timezone.now())


def end_window(application: Application) -> None:
    """The clock ran out: a second pair of eyes is next. Called by the sweep alone."""
    application = _locked(application)
    if application.state == State.OBJECTIONS:
        _move(application, State.REVIEW, due_at=None)
        record("application.window_ended", application, by=None, staff=application.space.owner_id, count=application.objections.count())


@transaction.atomic
def review(application: Application, *, passes: bool, reason: str, by: Viewer) -> Application:
    """As the second reviewer, who had no hand in the vetting: pass it to the committee, or back to vetting; saying why."""
    application = _locked(application)
    require(can_review(by, application), _("Somebody other than who vetted it reviews it."))
    text = reason_given(reason)
    if not passes:
        with as_system("take an applicant back from the members"):
            Candidate.objects.filter(application=application).delete()
        _move(application, State.VETTING)
        record("application.sent_back", application, by=by, reason=text[:300], staff=application.space.owner_id)
        return application
    _before_committee(application, by)
    record("application.reviewed", application, by=by, reason=text[:300], committee=committee().pk)
    return application


def committee() -> Audience:
    return Audience.objects.get(kind=Audience.Kind.TEAM, label=COMMITTEE_TEAM)


def _before_committee(application: Application, by: Viewer) -> None:
    with as_system("let the committee into an application"):
        access.grant(application.space, committee(), Grant.Role.CONTRIBUTE, by=by, reason=_("decides about it"))
    _move(application, State.COMMITTEE)


def committee_size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_seats_of(array[%s]::bigint[])", [committee().pk])
        return cursor.fetchone()[0]


def count_of(application: Application) -> rules.Count:
    votes = application.votes.filter(round=application.round).values_list("choice", flat=True)
    return rules.count(committee_size(), list(votes))


@transaction.atomic
def vote(application: Application, *, choice: str, reason: str, by: Viewer) -> rules.Count:
    """As a member of the committee: decide once, or stand aside and say why. A majority over a quorum decides.

    Raises NotAllowed, Refused for an applicant whose sponsor one's organisation is and who did not stand aside, Conflict when one has voted.
    """
    application = _locked(application)
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
    if counted.is_decided:
        if counted.approves:
            _move(application, State.APPROVED, decided_at=timezone.now(), said="")
            record("application.approved", application, by=None, staff=application.space.owner_id)
        else:
            reasons = application.votes.filter(round=application.round, choice=rules.AGAINST).values_list("reason", flat=True)
            _decline(application, "\n\n".join(reasons), by=None)
    return counted


def _decline(application: Application, said: str, *, by: Viewer | None) -> None:
    # After an appeal there is no further one.
    state = State.REJECTED if application.state == State.COMMITTEE and application.round > 1 else State.DECLINED
    _move(application, state, decided_at=timezone.now(), said=said)
    record("application.declined", application, by=by, reason=said[:300], said=said, staff=application.space.owner_id)


@transaction.atomic
def decline(application: Application, *, reason: str, by: Viewer) -> Application:
    """As staff, before members are asked: decline what cannot become a member, saying why. The applicant may appeal."""
    application = _locked(application)
    require(can_vet(by, application))
    if application.state not in (State.SUBMITTED, State.ASKED, State.VETTING):
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    _decline(application, reason_given(reason), by=by)
    return application


@transaction.atomic
def hear_appeal(application: Application, *, admits: bool, reason: str, by: Viewer) -> Application:
    """Admit an appeal or reject it, saying why; by somebody who had no hand in it.

    Admitted, it goes before the committee once more; what was declined before anybody vetted it goes to vetting.
    """
    application = _locked(application)
    if application.state != State.APPEALED:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    require(can_hear(by, application), _("Somebody who had no hand in it hears the appeal."))
    text = reason_given(reason)
    if not admits:
        _move(application, State.REJECTED, said=text)
        record("application.declined", application, by=by, reason=text[:300], said=text, staff=application.space.owner_id)
    elif application.votes.exists():
        application.round += 1
        record("application.appeal_heard", application, by=by, reason=text[:300], committee=committee().pk)
        _before_committee(application, by)
    else:
        _move(application, State.VETTING)
        record("application.appeal_admitted", application, by=by, reason=text[:300], staff=application.space.owner_id)
    return application


@transaction.atomic
def invite_to_pay(application: Application, *, tier: Tier, by: Viewer) -> Invoice | None:
    """Ask an approved applicant for its first dues: it is founded with an account and gets its invoice. A tier that costs nothing makes
    it a member at once, and there is no invoice.

    Raises NotAllowed, Conflict when it was asked already, and Refused for a tier of another category or without a rate.
    """
    application = _locked(application)
    require(by.may("keep_register") and can_vet(by, application))
    if application.state != State.APPROVED or application.organisation_id:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    if tier.category_id != application.category_id:
        raise Refused(_("Choose a tier of its own category."), field="tier")
    contacts = application.answers["contacts"]
    # Its desk and its account are its own from the first moment: nobody of the staff who vet enters them, not even to furnish them.
    with as_system("found an approved applicant and post its first dues"):
        organisation = members.found_organisation(
            slug=free_slug(application.name, _taken("slug")), name=application.name, prefix=free_prefix(application.name, _taken("prefix")),
            category=application.category, country=application.country, about=_about(application)[:2000], by=by,
        )  # fmt: skip
        band = Band.objects.filter(slug=application.answers.get("revenue", {}).get("band", "")).first()
        account = account_of(organisation, email=contacts["billing_email"], band=band)
        account.address = contacts.get("billing_address", "")
        try:
            account.tax_number = clean_tax_number(contacts.get("tax_number", ""), account.country)
        except ValueError:
            # What cannot be a VAT number is none: the invoice carries the tax, and the account can be put right.
            account.tax_number = ""
        account.save()
        invoice = dues.invite_to_pay(organisation, tier, by=by)
    application.organisation, application.tier = organisation, tier
    application.save(update_fields=["organisation", "tier"])
    if invoice is None:
        activate(application, by=by)
    else:
        record("application.invited_to_pay", application, by=by, number=invoice.number, total=f"{invoice.total:,.2f} {invoice.currency}")
    return invoice


def first_dues(application: Application) -> Invoice | None:
    """The invoice of an applicant's first dues, once it was asked for them. Ask as who may read its account."""
    if application.organisation_id is None:
        return None
    # The newest: one that was posted anew stands in place of the other.
    posted = Invoice.objects.filter(organisation=application.organisation_id, kind=Invoice.Kind.INVOICE).order_by("-pk")
    return posted.select_related("open_item", "account").first()


@transaction.atomic
def waive_first_dues(application: Application, *, reason: str, by: Viewer) -> Organisation:
    """Make an approved applicant a member without its first dues, saying why; an invoice it has is credited whole."""
    application = _locked(application)
    require(by.may("keep_register") and can_vet(by, application))
    reason = reason_given(reason)
    if application.state != State.APPROVED or application.tier is None:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    with as_system("waive an applicant’s first dues"):
        _credit_first_dues(application, reason)
    return activate(application, by=by, waived=reason)


def _credit_first_dues(application: Application, reason: str) -> None:
    invoice = first_dues(application)
    if invoice and (left := credit_left(invoice)) > 0:
        credit(invoice, net=left, reason=reason, by=None)


@transaction.atomic
def activate(application: Application, *, by: Viewer | None, waived: str = "") -> Organisation:
    """Make an approved applicant a member from today, its first dues being in or waived, and invite its owner to the first seat.

    Asked again it does nothing. `by` is None where the payment itself does it.
    """
    application = _locked(application)
    if application.state == State.ACTIVE and application.organisation:
        return application.organisation
    if application.organisation is None or application.tier is None:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    answers, today = application.answers, timezone.localdate()
    signed, organisation, tier = answers["signatory"], application.organisation, application.tier
    with as_system("make an approved applicant a member"):
        period = Tariff().first_period(tier, today)
        if (posted := first_dues(application)) and not waived and (line := posted.lines.first()) and line.starts_on and line.ends_on:
            # As long as what was paid for, from the day it was paid: not a year for the rest of another.
            period = Period(today, today + (line.ends_on - line.starts_on))
        term: Term = members.admit(organisation, starts_on=period.starts_on, ends_on=period.ends_on, tier=tier, by=None)
        if (invoice := first_dues(application)) and not waived:
            TermCharge.objects.create(space_id=invoice.space_id, invoice=invoice, term=term)
        policies = list(Policy.objects.filter(pk__in=signed["policies"]))
        members.accept_policies(organisation, signatory=f"{signed['signatory']}, {signed['function']}", by=None, signed=policies)
        members.invite(organisation, email=answers["contacts"]["contact_email"], role="owner", by=None)
    _move(application, State.ACTIVE)
    paid = waived[:200] or (_("invoice %(number)s") % {"number": invoice.number} if invoice else _("none due"))
    record("application.activated", application, by=by, reference=paid, until=term.ends_on.isoformat())
    return organisation


def pay_by_card(application: Application) -> str:
    """The address at which an applicant pays its first dues by card. Raises Refused when nothing is open."""
    with as_system("an applicant pays its first dues by card"):
        invoice = first_dues(application)
        if invoice is None or application.state != State.APPROVED:
            raise Refused(_("There is nothing to pay."))
        return card.checkout(invoice, by=None)


def first_dues_are_in(invoice: Invoice) -> None:
    """The first dues of an applicant were paid: it is a member. Called when an invoice is settled; for every other one it does nothing."""
    application = Application.objects.filter(organisation=invoice.organisation_id, state=State.APPROVED).first()
    if application and not OpenItem.objects.filter(organisation=invoice.organisation_id).exists() and credit_left(invoice) > 0:
        activate(application, by=None)


def _taken(name: str) -> set[str]:
    return set(Organisation.objects.values_list(name, flat=True))
