"""The staff page of an application, what waits for staff and committee, and what the applicant sees."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from coalition.access.viewer import as_system
from coalition.activity.models import Event
from coalition.applications import actions, forms, rules
from coalition.applications.links import letters_to, sponsor_path
from coalition.applications.models import Application, Check, CommitteeVote
from coalition.applications.permissions import can_hear, can_review, can_see_queue, can_vet, can_vote
from coalition.dues import card
from coalition.dues.permissions import can_keep_accounts
from coalition.dues.rules import spaced
from coalition.members.models import Organisation, Policy
from coalition.members.permissions import can_keep_register

State = Application.State


# What the form promises that nobody but staff sees; the committee's members compete with the applicant.
FOR_STAFF = ("revenue", "contacts", "tier")


def pages_of(application: Application, *, for_staff: bool = True) -> list[dict]:
    """What was answered, page by page, in words; without `for_staff`, as those read it who compete with the applicant."""
    found = []
    for step in application.steps:
        if step in FOR_STAFF and not for_staff:
            continue
        facts = {"is_answered": step in application.answers, "is_changed": step in application.changed_steps}
        found.append({"step": step, "title": forms.STEPS[step].title, **_answered(application, step, application.answers.get(step, {})), **facts})
    return found


def _answered(application: Application, step: str, answers: dict) -> dict:
    """The questions of one page that were answered, each with its answer in words; or the papers that were put there."""
    form = forms.STEPS[step](initial=answers, application=application)
    if isinstance(form, forms.PapersStep):
        return {"rows": [], "papers": form.papers_in(answers)}
    rows = [
        (field.label, form.in_words(name, answers[name]))
        for name, field in form.fields.items()
        if not name.startswith("policy_") and answers.get(name) not in (None, "")
    ]
    if step == "signatory" and answers:
        accepted = Policy.objects.filter(pk__in=answers.get("policies", []))
        rows += [(_("Accepted"), str(policy)) for policy in accepted]
    return {"rows": rows}


def declined_because(application: Application) -> str:
    """Why it was declined first, for whoever appealed against it."""
    with as_system("an applicant reads why it was declined"):
        first = Event.objects.about(application).filter(verb="application.declined").order_by("pk").first()
    return first.data.get("said", "") if first else ""


class FirstDues:
    """An approved applicant's first dues: what is open, and how it is paid. Those who vet read this much of its account, and no more."""

    def __init__(self, application: Application):
        self.application = application

    @cached_property
    def invoice(self):
        if self.application.state not in (State.APPROVED, State.ACTIVE):
            return None
        with as_system("show an applicant’s first dues to itself and to who vets it"):
            return actions.first_dues(self.application)

    @property
    def open_amount(self):
        return self.invoice.open_amount if self.invoice else 0

    @property
    def received(self):
        """What came in of it, or was credited, so far."""
        return self.invoice.total - self.invoice.open_amount if self.invoice else 0

    @property
    def reference(self) -> str:
        return spaced(self.invoice.reference)

    @property
    def iban(self) -> str:
        return spaced(self.invoice.issuer["iban"])

    @property
    def by_card(self) -> bool:
        return card.is_on()


class ApplicationPage:
    """One application as staff or the committee see it."""

    def __init__(self, application: Application, viewer):
        self.application, self.viewer = application, viewer

    @cached_property
    def answers(self):
        """Page by page; under each, what stood there before the applicant was asked for more and changed it."""
        pages = pages_of(self.application, for_staff=self.can_vet)
        before: dict[str, list[dict]] = {}
        for earlier in self.application.earlier_answers.all():
            before.setdefault(earlier.step, []).append({"until": earlier.until, **_answered(self.application, earlier.step, earlier.answers)})
        return [page | {"before": before.get(page["step"], [])} for page in pages]

    @cached_property
    def checks(self) -> list[dict]:
        """What is looked into for this category, with the last finding of each and those before it."""
        found: dict[str, list[Check]] = {}
        for check in self.application.checks.select_related("made_by").order_by("-pk"):
            found.setdefault(check.kind, []).append(check)
        kinds = rules.checks_for(self.application.category.kind)
        return [
            {"kind": kind, "words": Check.Kind(kind).label, "found": next(iter(found.get(kind, ())), None), "before": found.get(kind, [])[1:]}
            for kind in kinds
        ]

    @property
    def is_looked_into(self) -> bool:
        """Whether anything was found or asked: it may have gone back to the applicant since."""
        return bool(self.letters) or any(check["found"] for check in self.checks)

    @cached_property
    def letters(self):
        """Each says whether it counts: asked about whoever applies now, of a member in good standing today."""
        counting = set(actions.letters_that_count(self.application).values_list("pk", flat=True))
        letters = list(self.application.letters.select_related("organisation"))
        for letter in letters:
            letter.counts = letter.pk in counting
        return letters

    @cached_property
    def objections(self):
        return list(self.application.objections.select_related("organisation", "made_by"))

    @cached_property
    def all_votes(self):
        return list(self.application.votes.select_related("voter").order_by("round", "pk"))

    @property
    def votes(self):
        return [vote for vote in self.all_votes if vote.round == self.application.round]

    @property
    def votes_before(self):
        """Those of the committee whose decision was appealed against."""
        return [vote for vote in self.all_votes if vote.round < self.application.round]

    @cached_property
    def count(self) -> rules.Count:
        return actions.count_of(self.application)

    @property
    def is_category_closed(self) -> bool:
        return self.application.state not in rules.ENDED and not self.application.category.is_open_on(timezone.localdate())

    @property
    def is_everybody_aside(self) -> bool:
        """Whether nobody on the committee is left to decide."""
        return self.application.state == State.COMMITTEE and self.count.entitled <= 0

    @cached_property
    def missing(self) -> list[str]:
        return actions.missing_for_objections(self.application) if self.application.state == State.VETTING else []

    @cached_property
    def look_alikes(self):
        """Members, and applications not yet ended, with the same name or registration number."""
        application = self.application
        same = Application.objects.visible_to(self.viewer).exclude(pk=application.pk).exclude(state=State.DRAFT)
        found = [*Organisation.objects.filter(name__iexact=application.name).exclude(pk=application.organisation_id)]
        if application.registration:
            found += same.filter(registration__iexact=application.registration, country=application.country)
        return found

    @cached_property
    def events(self):
        return list(Event.objects.visible_to(self.viewer).newest().filter(space=self.application.space_id)[:60])

    @property
    def can_vet(self) -> bool:
        return can_vet(self.viewer, self.application)

    @property
    def can_review(self) -> bool:
        return can_review(self.viewer, self.application)

    @property
    def can_hear(self) -> bool:
        return can_hear(self.viewer, self.application)

    @cached_property
    def unknown_sponsors(self) -> list[str]:
        """Those the applicant names that are no members in good standing: staff ask for others."""
        return actions.unknown_sponsors(self.application)

    @property
    def can_vote(self) -> bool:
        return can_vote(self.viewer, self.application) and not any(vote.voter_id == self.viewer.audience_id for vote in self.votes)

    @property
    def can_ask_dues(self) -> bool:
        return self.application.state == State.APPROVED and self.can_vet and self.viewer.may("keep_register")

    @property
    def keeps_register(self) -> bool:
        return can_keep_register(self.viewer)

    @property
    def keeps_accounts(self) -> bool:
        return can_keep_accounts(self.viewer)

    @cached_property
    def dues(self) -> FirstDues:
        return FirstDues(self.application)


# What an applicant reads of the way, in order: (words, the states in which it is under way).
WAY = [
    (_later("Written"), (State.DRAFT, State.ASKED)),
    (_later("Checked for completeness"), (State.SUBMITTED,)),
    (_later("Vetted, sponsors asked"), (State.VETTING,)),
    (_later("Members may object"), (State.OBJECTIONS,)),
    (_later("Second review"), (State.REVIEW,)),
    (_later("Committee decides"), (State.COMMITTEE, State.APPEALED)),
    (_later("First dues"), (State.APPROVED,)),
    (_later("Member"), (State.ACTIVE,)),
]


def way_of(application: Application) -> list[dict]:
    with as_system("ask whether a committee ever decided about an applicant"):
        was_decided = application.votes.exists()
    if application.state == State.APPEALED and not was_decided:
        # It was declined before anybody vetted it: nothing of the rest was done.
        return [{"words": WAY[0][0], "is_done": True, "is_here": False}, {"words": _("Your appeal is heard"), "is_done": False, "is_here": True}]
    here = next((place for place, (_words, states) in enumerate(WAY) if application.state in states), len(WAY))
    return [{"words": words, "is_done": place < here and here < len(WAY), "is_here": place == here} for place, (words, _states) in enumerate(WAY)]


def to_do(viewer):
    """Applications on which this viewer can act now."""
    found = Application.objects.visible_in_order_to(viewer).for_list()
    if viewer.may("vet_applications"):
        mine = found.filter(state__in=[State.SUBMITTED, State.VETTING, State.REVIEW, State.APPROVED, State.APPEALED])
    elif viewer.may("decide_applications"):
        decided = CommitteeVote.objects.filter(application=OuterRef("pk"), round=OuterRef("round"), voter_id=viewer.audience_id)
        mine = found.filter(~Exists(decided), state=State.COMMITTEE)
    else:
        return found.none()
    return mine


def letters_waiting(viewer) -> list[dict]:
    """For the home page: applicants who name one's organisation as a sponsor."""
    return [
        {"title": _("%(who)s asks you to stand for it") % {"who": letter.application.name}, "detail": letter.application.reference,
         "address": sponsor_path(letter), "due_at": letter.expires_at}
        for letter in letters_to(viewer)
    ]  # fmt: skip


def waiting(viewer) -> list[dict]:
    """For the home page: applications that wait for staff or for the committee."""
    if not can_see_queue(viewer):
        return []
    return [
        {"title": f"{application.reference} · {application.name}", "detail": application.get_state_display(),
         "address": application.get_absolute_url(), "due_at": application.due_at}
        for application in to_do(viewer).order_by("changed_at")[:8]
    ]  # fmt: skip
