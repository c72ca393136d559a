"""Requests to platforms, what was decided about each item, and what came of it when a seller disputed."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, Space, SpaceModel, SpaceQuerySet
from coalition.brought.models import Brought, BroughtRow
from coalition.members.countries import in_words
from coalition.members.models import Organisation
from enforcement.cases.models import Case
from enforcement.market.models import Listing, Platform
from enforcement.notices import rules
from enforcement.programmes.models import Programme
from enforcement.rights.models import Right
from enforcement.shapes.models import Ground


class Why(models.TextChoices):
    """Why a platform refuses an item, or does nothing about it."""

    NOT_INFRINGING = "not_infringing", _("it does not infringe, as we see it")
    EVIDENCE = "evidence", _("not enough is said or shown")
    RIGHT = "right", _("the right is not shown, or is not valid here")
    WRONG_GROUND = "wrong_ground", _("another ground would fit")
    GENUINE = "genuine", _("genuine goods that are resold")
    AUTHORISED = "authorised", _("the seller is authorised")
    FAIR_USE = "fair_use", _("a fair use or another exception")
    NOT_FOUND = "not_found", _("the item cannot be found at the address")
    OTHER = "other", _("another reason, in words")


class NoticeQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("platform", "principal", "space").order_by("-pk")


class Notice(SpaceModel):
    """A rights holder's request to one platform to act on items that infringe one right, on one ground.

    The right's facts are copied here, because the platform may read them and not the owner's desk.
    """

    told_with = ("platform",)
    lives_in = ("notice",)

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVAL = "approval", _("waiting for a colleague")
        VETTING = "vetting", _("being vetted")
        RETURNED = "returned", _("returned to the sender")
        SENT = "sent", _("with the platform")
        DECIDED = "decided", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # What passes between the principal and the analysts before sending: the platform never enters it.
    vetting_space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=20, unique=True)
    principal = models.ForeignKey(Organisation, models.PROTECT, related_name="notices")
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.CharField(max_length=16, choices=Ground, blank=True)
    right = models.ForeignKey(Right, models.PROTECT, null=True, blank=True, related_name="+")
    right_text = models.CharField(max_length=300, blank=True)
    right_jurisdiction = models.CharField(max_length=4, blank=True)
    # Of the platform's countries those in which the right was valid when it was sent; empty where the platform names none.
    right_countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    statement = models.TextField(blank=True)
    signatory = models.CharField(max_length=120, blank=True)
    # How the platform and the seller reach who signs.
    contact = models.CharField(max_length=300, blank=True, default="")
    in_good_faith = models.BooleanField(default=False)
    not_genuine = models.BooleanField(default=False)
    # The provider it was sent to, and its country, as they were then: whose law a letter follows, and who is named in it.
    recipient = models.CharField(max_length=160, blank=True, default="")
    recipient_country = models.CharField(max_length=2, blank=True, default="")
    # When it was handed in last: by the platform's form of that instant it is judged and read from then on. None while it is with its sender.
    form_at = models.DateTimeField(null=True, blank=True)
    # What it says in the platform's own form, by the names of its fields.
    said = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    return_reason = models.TextField(blank=True)
    item_count = models.PositiveIntegerField(default=0)
    decided_count = models.PositiveIntegerField(default=0)
    question_count = models.PositiveIntegerField(default=0, help_text=_("Items about which the platform waits for the rights holder."))
    revision = models.PositiveIntegerField(default=0, help_text=_("How often the draft was saved: whoever saves says which they saw."))
    drafted_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    # Where its organisation wants two: who asked to send it, and the colleague who approved.
    asked_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    countersigned_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    vetted_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    vetted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # The platform said that it has it, or answered its first item.
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None) | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="notice_submitted_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(asked_at=None, asked_by=None) | Q(asked_at__isnull=False, asked_by__isnull=False), name="notice_asked_at_and_by"
            ),
            models.CheckConstraint(condition=~Q(state="approval") | Q(asked_by__isnull=False), name="approval_was_asked"),
            models.CheckConstraint(
                condition=Q(countersigned_by=None, countersigned_at=None)
                | (Q(countersigned_at__isnull=False, countersigned_by__isnull=False) & ~Q(countersigned_by=models.F("asked_by"))),
                name="countersigned_by_another",
            ),
            models.CheckConstraint(
                condition=Q(vetted_at=None, vetted_by=None) | Q(vetted_at__isnull=False, vetted_by__isnull=False),
                name="notice_vetted_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None) | Q(received_at__gte=models.F("sent_at"), received_by__isnull=False),
                name="notice_received_after_it_was_sent",
            ),
            models.CheckConstraint(condition=~Q(state__in=["sent", "decided"]) | Q(sent_at__isnull=False), name="sent_notice_has_date"),
            models.CheckConstraint(condition=Q(decided_count__lte=models.F("item_count")), name="no_more_decided_than_items"),
        ]
        indexes = [
            models.Index(fields=["space"]),
            models.Index(fields=["state", "due_at", "id"]),
            models.Index(fields=["platform", "state", "due_at", "id"]),
            models.Index(fields=["principal", "state", "due_at", "id"]),
            models.Index(fields=["submitted_at"]),
        ]

    def __str__(self):
        return f"{self.reference} to {self.platform}"

    def get_absolute_url(self):
        return reverse("notices:detail", args=[self.reference])

    @property
    def statement_digest(self) -> str:
        """What its statement is known by."""
        return sha256(self.statement.encode()).hexdigest()

    @property
    def read_as_of(self) -> datetime | None:
        """The instant whose form and wording it is read by: when it was handed in last; None, for now, while it is with its sender."""
        return self.form_at or self.sent_at

    @property
    def is_with_sender(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.RETURNED)


class TwoPeople(SpaceModel):
    """An organisation wants two of its people behind each notice, from an instant until another."""

    lives_in = ("desk",)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(until=None), name="two_people_once"),
            models.CheckConstraint(
                condition=Q(until=None, ended_by=None) | Q(until__gte=models.F("since"), ended_by__isnull=False), name="two_people_ended_by"
            ),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.organisation_id} since {self.since:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("notices:two_people")


class Translation(SpaceModel):
    """What a notice says, in another language: made by whoever sends it or vets it, and read by whoever reads the notice. The original binds."""

    lives_in = ("notice",)

    append_only = True

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="translations")
    language = models.CharField(max_length=8)
    text = models.TextField()
    # The digest of the words it translates: when those change, it translates them no more.
    of = models.CharField(max_length=64)
    made_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["notice", "-id"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.notice_id} in {self.language}"


class Judgement(SpaceModel):
    """What the ground's checklist found on one occasion, with the facts it was found on. It lies where the sender and its analysts read it, and
    the platform does not.
    """

    lives_in = ("notice", "desk")

    append_only = True

    class Occasion(models.TextChoices):
        SUBMISSION = "submission", _("when it was handed in")
        SENDING = "sending", _("when it was passed on")

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="judgements")
    occasion = models.CharField(max_length=10, choices=Occasion)
    judged_at = models.DateTimeField(default=timezone.now)
    judged_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    checks = models.JSONField()
    items = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["notice", "-id"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.notice_id} {self.occasion}"


class Return(SpaceModel):
    """A notice went back to its sender: why, and what is asked of single items. It lies in the vetting, which the platform never enters."""

    lives_in = ("notice",)

    append_only = True

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="returns")
    reason = models.TextField(blank=True)
    items = models.JSONField(default=dict, help_text=_("By the item's id, what is asked of it."))
    returned_at = models.DateTimeField(default=timezone.now)
    returned_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["notice", "-id"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.notice_id}: {self.reason[:40]}"


class NoticeItemQuerySet(SpaceQuerySet):
    def with_relists(self):
        """Each with the item that it is come back, and that one's notice."""
        return self.select_related("relist_of__notice")


class NoticeItem(SpaceModel):
    """One target of a notice, with the facts as they were when it was drafted and where it stands now."""

    lives_in = ("notice",)

    class Outcome(models.TextChoices):
        PENDING = "pending", _("not decided")
        CLARIFICATION = "clarification", _("needs clarification")
        REMOVED = "removed", _("removed")
        DISABLED = "disabled", _("disabled by territory")
        SELLER_REMOVED = "seller_removed", _("removed by the seller")
        REJECTED = "rejected", _("rejected")
        NO_ACTION = "no_action", _("no action")
        GONE = "gone", _("gone before action")
        DUPLICATE = "duplicate", _("named in another notice already")
        WITHDRAWN = "withdrawn", _("withdrawn before a decision")

    class Final(models.TextChoices):
        NONE = "", _("not disputed")
        OPEN = "open", _("disputed")
        HOLD = "hold", _("stays down while a court decides")
        DOWN = "down", _("stays down")
        UP = "up", _("reinstated")

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="items")
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, related_name="+")
    key = models.TextField()
    address = models.TextField()
    title = models.CharField(max_length=500, blank=True)
    seller_name = models.CharField(max_length=200, blank=True)
    seller_key = models.CharField(max_length=120, blank=True)
    # The Nice class of the goods, as their sender says; it is judged against the mark's.
    nice_class = models.PositiveSmallIntegerField(null=True, blank=True)
    # The item of an earlier notice of the same principal to the same platform, removed then, that this one is come back.
    relist_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="relists")
    outcome = models.CharField(max_length=14, choices=Outcome, default=Outcome.PENDING)
    why = models.CharField(max_length=14, choices=Why, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # Where it was disabled.
    territories = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    final = models.CharField(max_length=4, choices=Final, default=Final.NONE, blank=True)
    decisions = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often it was answered, by either side: whoever answers says how many they saw.")
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "key"], name="one_item_a_key_and_notice"),
            models.CheckConstraint(condition=Q(nice_class=None) | Q(nice_class__range=(1, 45)), name="nice_class_is_one"),
        ]
        indexes = [
            models.Index(fields=["notice", "id"]),
            models.Index(fields=["space", "outcome"]),
            models.Index(fields=["listing"]),
            models.Index(fields=["seller_key", "space"]),
        ]

    def __str__(self):
        return self.title or self.key

    def get_absolute_url(self):
        return f"{self.notice.get_absolute_url()}#item-{self.pk}"

    @property
    def answered(self) -> rules.Answer:
        """What was answered to it last."""
        return rules.Answer(self.outcome, self.why, self.reason, tuple(self.territories))

    @answered.setter
    def answered(self, answer: rules.Answer) -> None:
        self.outcome, self.why, self.reason, self.territories = answer.outcome, answer.why, answer.reason, list(answer.territories)

    @property
    def because(self) -> str:
        """Why it was answered so, and where, in words."""
        parts = [in_words(self.territories) if self.territories else "", str(self.get_why_display()) if self.why else "", self.reason]
        return ": ".join(part for part in parts if part)


# What the platform took down, or disabled somewhere, and did not put back.
UPHELD = Q(outcome__in=rules.DOWN) & ~Q(final=NoticeItem.Final.UP)


class Decision(SpaceModel):
    """What a platform decided about one item. A correction is the next decision, never a change to this one."""

    lives_in = ("notice",)

    append_only = True

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="decided")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=14, choices=NoticeItem.Outcome)
    why = models.CharField(max_length=14, choices=Why, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    territories = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    decided_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="one_decision_a_number")]

    def __str__(self):
        return f"{self.item_id}: {self.outcome}"


class Clarification(SpaceModel):
    """What the rights holder answered to a platform's question about one item; the question is the decision's reason."""

    lives_in = ("notice",)

    append_only = True

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="clarifications")
    question = models.OneToOneField(Decision, models.PROTECT, related_name="clarification")
    text = models.TextField()
    written_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["item", "id"])]

    def __str__(self):
        return self.text[:60]


class DisputeQuerySet(SpaceQuerySet):
    def open(self):
        return self.filter(ending="")


class Dispute(SpaceModel):
    """A seller's counter-notice, or the platform's query, against one removed item, and how the claim ended."""

    lives_in = ("notice",)

    class Kind(models.TextChoices):
        COUNTER_NOTICE = "counter_notice", _("counter-notice of the seller")
        QUERY = "query", _("query of the platform")

    class Ending(models.TextChoices):
        OPEN = "", _("waiting for the rights holder")
        STOOD_BEHIND = "stood_behind", _("the rights holder stood behind the claim")
        WITHDRAWN = "withdrawn", _("the rights holder withdrew the claim")
        LAPSED = "lapsed", _("the clock ran out in silence")

    class Result(models.TextChoices):
        DOWN = "down", _("stays down")
        UP = "up", _("reinstated")

    class Filed(models.TextChoices):
        NOBODY = "", _("nobody yet")
        COURT = "court", _("a court")
        AUTHORITY = "authority", _("an authority")

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="disputes")
    kind = models.CharField(max_length=14, choices=Kind)
    statement = models.TextField()
    raised_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    ending = models.CharField(max_length=12, choices=Ending, blank=True, default=Ending.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    signatory = models.CharField(max_length=120, blank=True)
    evidence = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    # Before whom the rights holder has gone over it: a court, or an authority.
    filed_with = models.CharField(max_length=10, choices=Filed, blank=True, default=Filed.NOBODY)
    filed_where = models.CharField(max_length=160, blank=True)
    filed_number = models.CharField(max_length=60, blank=True)
    filed_on = models.DateField(null=True, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    # What it came to, for good: the item's own `final` may change with a later dispute.
    result = models.CharField(max_length=4, choices=Result, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(ending=""), name="one_open_dispute_an_item"),
            models.CheckConstraint(condition=Q(ending="", ended_at=None) | (~Q(ending="") & Q(ended_at__isnull=False)), name="dispute_ended_at"),
            models.CheckConstraint(
                condition=Q(concluded_at=None, result="") | (Q(concluded_at__isnull=False) & ~Q(result="")), name="dispute_concluded_with_result"
            ),
            models.CheckConstraint(condition=~Q(ending="stood_behind") | (~Q(signatory="") & ~Q(evidence="")), name="standing_behind_is_signed"),
            models.CheckConstraint(
                condition=Q(filed_with="", filed_where="", filed_number="", filed_on=None)
                | (~Q(filed_with="") & ~Q(filed_where="") & ~Q(filed_number="") & Q(filed_on__isnull=False)),
                name="filed_where_and_when",
            ),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["item", "-id"])]

    def __str__(self):
        return str(self.get_kind_display())

    def get_absolute_url(self):
        return reverse("notices:dispute", args=[self.pk])


class ComplaintQuerySet(SpaceQuerySet):
    def open(self):
        return self.filter(outcome="")


class Complaint(SpaceModel):
    """The rights holder asks the platform to look at a refusal again, as DSA art. 20 lets it, and what came of it."""

    lives_in = ("notice",)

    class Outcome(models.TextChoices):
        OPEN = "", _("waiting for the platform")
        CHANGED = "changed", _("the decision was changed")
        KEPT = "kept", _("the decision was kept")

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="complaints")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="complaint")
    text = models.TextField()
    made_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None) | (~Q(outcome="") & ~Q(answer="") & Q(answered_at__isnull=False)),
                name="complaint_answered_how",
            )
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["item", "-id"])]

    def __str__(self):
        return str(self.item)

    def get_absolute_url(self):
        return reverse("notices:complaint", args=[self.pk])


class CaseNotice(SpaceModel):
    """A notice that was sent out of a case; lies in the case's space, so that the platform never learns of the case."""

    lives_in = ("case",)

    case = models.ForeignKey(Case, models.PROTECT, related_name="notice_links")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="case_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "notice"], name="one_link_a_case_and_notice")]

    def __str__(self):
        return f"{self.case_id}: {self.notice_id}"


class AnswerFile(Brought):
    """A platform's answers as it keeps them elsewhere; on its own desk."""

    def get_absolute_url(self):
        return reverse("notices:answer_file", args=[self.pk])


class AnswerRow(BroughtRow):
    """One answer as the file has it."""

    brought = models.ForeignKey(AnswerFile, models.CASCADE, related_name="rows")

    @property
    def made(self) -> str:
        """The notice it answers, as the page of its file shows it."""
        reference = self.facts.get("notice")
        return format_html('<a href="{}">{}</a>', reverse("notices:detail", args=[reference]), reference) if reference else ""
