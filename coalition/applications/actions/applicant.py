"""What an applicant does by their link, and a sponsor by theirs."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused
from coalition.access.locking import lock
from coalition.access.models import Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import as_system
from coalition.activity.actions import record
from coalition.applications import rules
from coalition.applications.actions.common import State, found_by, locked, move_to, vetters
from coalition.applications.actions.joining import credit_first_dues
from coalition.applications.actions.vetting import close_window
from coalition.applications.models import Application, EarlierAnswer, SponsorLetter, papers_of
from coalition.dues.rules import clean_tax_number
from coalition.files.actions import clean_name, require_paper, store
from coalition.files.models import Attachment
from coalition.members.models import Category, Organisation
from coalition.members.references import next_reference
from coalition.search.actions import index

MOST_WAITING = 3
PAPER_LIMIT = 20 * 1024 * 1024
MOST_BYTES = 100 * 1024 * 1024


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
            staff = Organisation.objects.house()
            reference = next_reference(staff.pk, "M")
            space = access.open_space(Space.Kind.APPLICATION, by=None, owner=vetters(), label=reference, mark=Tlp.AMBER_STRICT)
            application = Application.objects.create(space=space, reference=reference, category=category, email=email)
        record("application.started", application, by=None)
    return application


@transaction.atomic
def answer_step(application: Application, step: str, values: dict, *, files: Sequence = ()) -> Application:
    """Keep what the applicant wrote on one page, and the files they added there.

    Raises Refused for a VAT number that cannot be one of its country, and for files that are no papers or too many.
    """
    with as_system("an applicant writes their own application"):
        application = locked(application)
        if not application.is_with_applicant:
            raise Conflict(_("This application is %(state)s: it cannot be changed now.") % {"state": application.get_state_display()})
        if step not in application.steps:
            raise Refused(_("There is no such page."))
        if tax_number := values.get("tax_number"):
            try:
                values = values | {"tax_number": clean_tax_number(tax_number, application.country)}
            except ValueError as wrong:
                raise Refused(str(wrong), field="tax_number") from None
        if step == "papers":
            values = {"papers": [*values.get("papers", []), *_kept(application, files, beside=len(values.get("papers", [])))]}
        if application.state == State.ASKED and application.answers.get(step) != values and step not in application.changed_steps:
            application.changed_steps.append(step)
            # As it was handed in; what is typed over again before it is handed in once more was read by nobody.
            EarlierAnswer.objects.create(space_id=application.space_id, application=application, step=step, answers=application.answers.get(step, {}))
        application.answers[step] = values
        if step == "organisation":
            application.name, application.country, application.registration = values["name"], values["country"], values["registration"]
        application.changed_at = timezone.now()
        application.save()
    return application


def _kept(application: Application, files: Sequence, *, beside: int) -> list[str]:
    """Files as they are kept with an application, by their numbers."""
    if beside + len(files) > rules.MOST_PAPERS:
        raise Refused(_("At most %(n)d files: take some off, or put several into one.") % {"n": rules.MOST_PAPERS}, field="add")
    # What was taken off again counts too: the store forgets nothing, and anybody may begin an application.
    before = [paper.blob.size for paper in papers_of(application)]
    if len(before) + len(files) > rules.MOST_PAPERS_EVER or sum(before) + sum(file.size for file in files) > MOST_BYTES:
        raise Refused(_("That is more than an application holds: send us the rest by mail when we ask for it."), field="add")
    # All are looked at before any is stored: what is refused leaves nothing behind.
    for file in files:
        require_paper(file, limit=PAPER_LIMIT, field="add")
    kept = []
    for file in files:
        blob = store(file, limit=PAPER_LIMIT, field="add")
        paper = Attachment.objects.create(space_id=application.space_id, blob=blob, name=clean_name(file.name), attached_by=None)
        kept.append(str(paper.pk))
    return kept


@transaction.atomic
def submit(application: Application, *, reply: str = "") -> Application:
    """Hand it in, for the first time or after more was asked. Raises Refused while a page is missing, or without a reply."""
    with as_system("an applicant submits their own application"):
        application = locked(application)
        if application.state not in (State.DRAFT, State.ASKED):
            return application
        if application.next_step:
            raise Refused(_("Not every page is answered yet."))
        if application.submitted_at is None and not application.category.is_open_on(timezone.localdate()):
            said = _("%(name)s has closed to new members meanwhile. What you wrote is kept; you can hand it in when it opens again.")
            raise Refused(said % {"name": application.category.name})
        if application.state == State.ASKED and not reply.strip():
            raise Refused(_("Say what you changed, or answer the question."), field="reply")
        is_answer = application.state == State.ASKED
        move_to(application, State.SUBMITTED, submitted_at=application.submitted_at or timezone.now(), reply=reply.strip())
        index(
            application,
            kind="application",
            title=f"{application.reference} {application.name}",
            detail=application.category.name,
            body=found_by(application),
        )
        record("application.submitted", application, by=None, staff=application.space.owner_id)
        if is_answer:
            # What was asked and answered stands in the history, however often it is asked again.
            record("application.answered", application, by=None, reply=reply.strip()[:4000])
    return application


@transaction.atomic
def withdraw(application: Application, *, reason: str) -> Application:
    """The applicant gives it up, saying why."""
    with as_system("an applicant withdraws their own application"):
        application = locked(application)
        if len(reason.strip()) < 3:
            raise Refused(_("Say why, in a few words."), field="reason")
        move_to(application, State.WITHDRAWN, said=reason.strip())
        close_window(application)
        credit_first_dues(application, _("The applicant withdrew."))
        record("application.withdrawn", application, by=None, reason=reason.strip()[:300], staff=application.space.owner_id)
    return application


@transaction.atomic
def appeal(application: Application, *, reason: str) -> Application:
    """The applicant asks that a refusal be looked at again."""
    with as_system("an applicant appeals"):
        application = locked(application)
        if len(reason.strip()) < 20:
            raise Refused(_("Say why the decision should be another, in a few sentences."), field="reason")
        move_to(application, State.APPEALED, reply=reason.strip())
        record("application.appealed", application, by=None, staff=application.space.owner_id, reason=reason.strip()[:4000])
    return application


@transaction.atomic
def answer_letter(letter: SponsorLetter, *, supports: bool, text: str) -> SponsorLetter:
    """A sponsor answers, once, by the link they were sent."""
    with as_system("a sponsor answers their letter"):
        letter = lock(letter, "application__space", "organisation")
        if letter.answered_at:
            raise Conflict(_("This letter was answered already."))
        if letter.expires_at <= timezone.now():
            raise Refused(_("This letter is too old to be answered."))
        if not letter.is_asked:
            raise Refused(_("Nothing is decided about this application any more: no answer is needed."))
        if not letter.is_about_present:
            raise Refused(_("The applicant says now that it is another organisation than you were asked about: you will be written to again."))
        if not Organisation.objects.listed().filter(pk=letter.organisation_id).exists():
            raise Refused(_("Members in good standing stand for others: %(who)s is not at present.") % {"who": letter.organisation})
        if not supports and not text.strip():
            raise Refused(_("Say why not; only those who decide read it."), field="text")
        letter.answered_at, letter.supports, letter.text = timezone.now(), supports, text.strip()
        letter.save()
        answer = _("stands for it") if supports else _("does not stand for it")
        staff = letter.application.space.owner_id
        record("application.letter_answered", letter.application, by=None, who=letter.organisation.name, answer=answer, staff=staff)
    return letter
