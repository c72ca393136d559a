"""Somebody wants to join: what they say of themselves, and what is said and decided about it on the way."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.access.viewer import as_system
from coalition.applications import rules
from coalition.dues.rules import clean_tax_number
from coalition.files.models import Attachment
from coalition.members.models import Category, Organisation, Tier


class ApplicationQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("category").order_by("-pk")

    def open(self):
        return self.exclude(state__in=["draft", *rules.ENDED, "declined"])


class Application(SpaceModel):
    """An organisation's wish to become a member of a category, from its first page to its end.

    Whoever applies has no seat yet: they act by a signed link, as named system work.
    """

    lives_in = ("application",)

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        SUBMITTED = "submitted", _("received")
        ASKED = "asked", _("more was asked")
        VETTING = "vetting", _("being vetted")
        OBJECTIONS = "objections", _("open to members’ objections")
        REVIEW = "review", _("in second review")
        COMMITTEE = "committee", _("before the committee")
        APPROVED = "approved", _("approved, waiting for the first dues")
        ACTIVE = "active", _("a member")
        DECLINED = "declined", _("declined")
        APPEALED = "appealed", _("appealed")
        REJECTED = "rejected", _("appeal rejected")
        WITHDRAWN = "withdrawn", _("withdrawn by the applicant")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    name = models.CharField(_("legal name"), max_length=160, blank=True)
    country = models.CharField(max_length=2, blank=True)
    registration = models.CharField(_("registration number"), max_length=60, blank=True)
    email = models.EmailField()
    answers = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # The pages that were answered otherwise since more was last asked.
    changed_steps = models.JSONField(default=list, blank=True)
    # What was last said to the applicant: what more is asked, or why it was declined.
    said = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    vetted_by = models.ForeignKey(Audience, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1, help_text=_("Which time the committee decides: the second after an appeal."))
    # Founded, and asked for the first dues of a tier, when it is approved; a member once they are in.
    organisation = models.OneToOneField(Organisation, models.PROTECT, null=True, blank=True, related_name="application")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="withdrawn") | Q(submitted_at__isnull=False), name="application_submitted_at"
            ),
            models.CheckConstraint(condition=~Q(state="active") | Q(organisation__isnull=False), name="active_applicant_is_organisation"),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["state", "-id"]), models.Index(fields=["state", "changed_at"])]

    def __str__(self):
        return self.name or self.reference

    def get_absolute_url(self):
        # What is still being written is nobody's to read but the applicant's.
        return reverse("applications:queue") if self.state == self.State.DRAFT else reverse("applications:detail", args=[self.reference])

    @property
    def identity(self) -> str:
        """Which organisation it says applies: what its sponsors stand for."""
        return f"{self.name} · {self.country} · {self.registration}"

    @property
    def steps(self) -> tuple[str, ...]:
        return rules.STEPS[self.category.kind]

    @property
    def next_step(self) -> str | None:
        """The first page that is not answered yet; None when all are."""
        return next((step for step in self.steps if step not in self.answers), None)

    @property
    def band(self) -> str:
        """The slug of the revenue band it says; empty where its category is not asked."""
        return self.answers.get("revenue", {}).get("band", "")

    @property
    def tax_number(self) -> str:
        """Its VAT number. What cannot be one is none: the invoice carries the tax, and the account can be put right."""
        try:
            return clean_tax_number(self.answers.get("contacts", {}).get("tax_number", ""), self.country)
        except ValueError:
            return ""

    @property
    def wished_tier(self) -> Tier | None:
        """The tier it would like, where it knows."""
        wished = self.answers.get("tier", {}).get("tier", "")
        return self.category.tiers.filter(slug=wished).first() if wished else None

    @property
    def is_with_applicant(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.ASKED)


def papers_of(application: Application) -> list[Attachment]:
    """The files that came with an application, kept or taken off it since."""
    with as_system("read the names of an application’s papers"):
        return list(Attachment.objects.select_related("blob").filter(space=application.space_id, attached_by=None).order_by("pk"))


class EarlierAnswer(SpaceModel):
    """What stood on a page of an application before the applicant changed it when asked for more."""

    lives_in = ("application",)

    append_only = True

    application = models.ForeignKey(Application, models.PROTECT, related_name="earlier_answers")
    step = models.CharField(max_length=20)
    answers = models.JSONField()
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["application", "-id"])]

    def __str__(self):
        return f"{self.application}: {self.step}"


class Check(SpaceModel):
    """What staff found when they looked into one side of an application. Looked at again, it is the next one."""

    lives_in = ("application",)

    append_only = True

    class Kind(models.TextChoices):
        REGISTRY = "registry", _("Company registry")
        SANCTIONS = "sanctions", _("Sanctions lists")
        ADVERSE_MEDIA = "adverse_media", _("Adverse media")
        CONFLICTS = "conflicts", _("Conflicts of interest")
        RIGHTS = "rights", _("Rights or services claimed")

    application = models.ForeignKey(Application, models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=14, choices=Kind)
    is_clear = models.BooleanField()
    note = models.TextField()
    made_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["application", "id"])]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.note[:40]}"


class SponsorLetter(SpaceModel):
    """A member is asked, by a link to its address, whether it stands for an applicant; and what it answered."""

    lives_in = ("application",)

    application = models.ForeignKey(Application, models.PROTECT, related_name="letters")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    # Whom it was asked about, as the application then said: an answer stands for nobody else.
    about = models.CharField(max_length=240, default="")
    # As the applicant wrote its name, where staff said which member is meant.
    named = models.CharField(max_length=160, blank=True, default="")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    supports = models.BooleanField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "organisation", "about"], name="one_letter_a_sponsor"),
            models.CheckConstraint(
                condition=Q(answered_at=None, supports=None) | Q(answered_at__isnull=False, supports__isnull=False), name="letter_answered_at"
            ),
        ]

    def __str__(self):
        return f"{self.organisation} for {self.application}"

    @property
    def is_about_present(self) -> bool:
        """Whether the application is still that of the organisation it was asked about."""
        return self.about == self.application.identity

    @property
    def is_asked(self) -> bool:
        """Whether an answer still tells anybody anything: nothing is decided yet."""
        State = Application.State
        return self.application.state in (State.SUBMITTED, State.ASKED, State.VETTING, State.OBJECTIONS, State.REVIEW, State.COMMITTEE)


class Candidate(SpaceModel):
    """What members may know of an applicant while they may object: a copy of a few facts, in a room all members read."""

    lives_in = ("house",)

    application = models.OneToOneField(Application, models.PROTECT, related_name="candidate")
    name = models.CharField(max_length=160)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    about = models.TextField(blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField()

    class Meta:
        ordering = ["closes_at"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("applications:candidate", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closes_at > timezone.now()


class Objection(SpaceModel):
    """A member's objection to an applicant: read by those who decide, never by other members."""

    lives_in = ("application",)

    append_only = True

    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    reason = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "organisation"], name="one_objection_a_member")]

    def __str__(self):
        return f"{self.organisation}: {self.reason[:40]}"


class CommitteeVote(SpaceModel):
    """How one member of the committee decided about an applicant, or that they stood aside and why."""

    lives_in = ("application",)

    append_only = True

    class Choice(models.TextChoices):
        FOR = rules.FOR, _("for")
        AGAINST = rules.AGAINST, _("against")
        ABSTAIN = rules.ABSTAIN, _("abstains")
        RECUSED = rules.RECUSED, _("recused")

    application = models.ForeignKey(Application, models.PROTECT, related_name="votes")
    # An appeal is decided anew: votes are of one round.
    round = models.PositiveSmallIntegerField(default=1)
    voter = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice)
    reason = models.TextField()
    cast_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "round", "voter"], name="one_vote_a_member_and_round")]

    def __str__(self):
        return f"{self.voter}: {self.choice}"
