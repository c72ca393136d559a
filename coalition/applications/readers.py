"""What is said of an application, whom it tells, and the letters to people who have no seat."""

from django.utils.translation import gettext as _plain
from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import reader, verb

APPLICANT = _("The applicant")


def _named(*names):
    return lambda event: [event.data.get(name) for name in names]


_staff = _named("staff")


def _to_applicant(subject, text, *, while_in=()):
    """A letter to the applicant with the link that opens their application; none once it has left the states it speaks of."""

    def write(event):
        from coalition.applications.links import applicant_address
        from coalition.applications.models import Application

        application = Application.objects.select_related("category").get(pk=event.subject_id)
        if while_in and application.state not in while_in:
            return {}
        values = {"name": application.name or application.category.name, "reference": application.reference, "said": event.data.get("said", "")}
        body = f"{str(text) % values}\n\n{applicant_address(application)}\n"
        return {application.email: (f"{application.reference}: {subject}", body)}

    return write


def _to_sponsor(event):
    from coalition.applications.links import sponsor_address
    from coalition.applications.models import SponsorLetter

    letter = SponsorLetter.objects.select_related("application", "organisation").filter(pk=event.data["letter"], answered_at=None).first()
    if letter is None:
        return {}
    text = _plain(
        "%(person)s,\n\n%(applicant)s names %(member)s as a sponsor of its membership. Do you stand for it? Your answer is read by those "
        "who decide and by nobody else.\n\n%(address)s\n\nThe link works once, until %(day)s."
    ) % {
        "person": letter.name, "applicant": letter.application.name, "member": letter.organisation, "address": sponsor_address(letter),
        "day": f"{letter.expires_at:%d %B %Y}",
    }  # fmt: skip
    return {letter.email: (_plain("Do you stand for %(name)s?") % {"name": letter.application.name}, text)}


verb("application.started", _("began an application"), done_by=APPLICANT, writes=_to_applicant(
    _("go on with your application"),
    _("You began an application for membership. With this link you can go on at any time, and see where it stands."),
))  # fmt: skip
verb("application.submitted", _("took the application in"), tells=_staff, writes=_to_applicant(
    _("we have your application"), _("The application of %(name)s has come in. With this link you see where it stands."),
))  # fmt: skip
verb("application.withdrawn", _("withdrew the application: {reason}"), tells=_staff, done_by=APPLICANT)
verb("application.answered", _("answered: {reply}"), done_by=APPLICANT)
verb("application.appealed", _("appealed against the decision: {reason}"), tells=_staff, done_by=APPLICANT)
verb("application.more_asked", _("asked for more: {reason}"), writes=_to_applicant(
    _("we need something more"), _("About the application of %(name)s we ask:\n\n%(said)s\n\nPlease answer here:"), while_in=("asked",),
))  # fmt: skip
verb("application.vetting_begun", _("began to vet it"))
verb("application.sponsor_asked", _("asked {who} for a sponsor’s letter"), writes=_to_sponsor)
verb("application.sponsor_named", _("said that “{named}” is {who}"))
verb("application.letter_answered", _("{answer}"), tells=_staff, done_by="{who}")
verb("application.checked", _("looked into {kind}: {found}"))
verb("application.window_opened", _("opened the window for objections"))
verb("application.appeal_admitted", _("admitted the appeal; it is vetted now: {reason}"), tells=_staff)
verb("candidate.shown", _("asks members for objections to {name}"), tells=_named("members"))
verb("application.objected", _("objected"), tells=_staff)
verb(
    "application.window_ended", (_("closed the window: one objection"), _("closed the window: {count} objections")), tells=_staff,
    titled=_("{name}: the window for objections is closed"),
)  # fmt: skip
verb(
    "application.reviewed", _("reviewed it and put it before the committee: {reason}"), tells=_named("committee"),
    titled=_("{name}: the committee is asked to decide"),
)  # fmt: skip
verb("application.sent_back", _("reviewed it and sent it back to vetting: {reason}"), tells=_staff)
verb("application.voted", _("decided: {choice}"))
verb("application.nobody_left", _("found that everybody on the committee stands aside: somebody else has to be put on it"), tells=_staff)
verb("application.approved", _("counted the committee’s votes: approved"), tells=_staff, writes=_to_applicant(
    _("approved"), _("The committee has approved the membership of %(name)s. It begins when the first dues are in; you will have an invoice."),
    while_in=("approved",),
))  # fmt: skip
verb("application.declined", _("declined the application: {reason}"), tells=_staff, writes=_to_applicant(
    _("declined"), _("The membership of %(name)s was declined, for this reason:\n\n%(said)s\n\nHere you see whether and how you can appeal:"),
    while_in=("declined",),
))  # fmt: skip
verb("application.appeal_rejected", _("rejected the appeal: {reason}"), tells=_staff, writes=_to_applicant(
    _("your appeal"), _("The appeal of %(name)s was rejected, for this reason:\n\n%(said)s\n\nThere is no further appeal. All of it stands here:"),
    while_in=("rejected",),
))  # fmt: skip
verb(
    "application.appeal_heard", _("put the appeal before the committee: {reason}"), tells=_named("committee"),
    titled=_("{name}: the committee is asked to decide again"),
)  # fmt: skip
verb("application.invited_to_pay", _("asked for the first dues"), writes=_to_applicant(
    _("your first dues"), _("The membership of %(name)s begins when its first dues are in. The invoice, and how to pay it, are here:"),
    while_in=("approved",),
))  # fmt: skip
verb("application.activated", _("made it a member until {until}, dues: {reference}"), writes=_to_applicant(
    _("welcome"), _("%(name)s is a member now. The owner of the membership has an invitation to the first seat."),
))  # fmt: skip


@reader("first dues")
def first_dues(event) -> None:
    """A settled invoice may be an applicant's first: then it is a member."""
    if event.verb in ("dues.settled", "dues.credited_out"):
        from coalition.applications.actions import first_dues_are_in
        from coalition.dues.models import Invoice

        first_dues_are_in(Invoice.objects.prefetch_related("credit_notes").get(pk=event.subject_id))
