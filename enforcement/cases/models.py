"""The shared workspace: a case, what its parties brought into it, what they say, and the rooms only one of them may enter."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.access.tlp import Tlp
from enforcement.market.models import Listing, Platform


class Pap(models.TextChoices):
    """Permissible Actions Protocol: which steps may be taken with what a case holds (MISP taxonomies, PAP)."""

    RED = "RED", "PAP:RED"
    AMBER = "AMBER", "PAP:AMBER"
    GREEN = "GREEN", "PAP:GREEN"
    CLEAR = "CLEAR", "PAP:CLEAR"


PAP_MEANINGS = {
    Pap.RED: _("Only what nobody can notice, with what one has: no look-ups elsewhere, no test purchase, no notice."),
    Pap.AMBER: _("Look-ups at third parties that the seller does not notice; no test purchase and no notice yet."),
    Pap.GREEN: _("Steps that the seller notices: test purchases and notices."),
    Pap.CLEAR: _("No limit on what is done."),
}
# No notice is sent out of a case that is marked so.
PAP_HOLDS = (Pap.RED, Pap.AMBER)


class CaseQuerySet(SpaceQuerySet):
    def held(self):
        """Open ones whose PAP mark lets nothing be sent yet."""
        return self.filter(state=Case.State.OPEN, pap__in=PAP_HOLDS)

    def for_list(self):
        return self.select_related("space", "owner").order_by("-pk")


class Case(SpaceModel):
    """A shared workspace about an infringement; its space says who is in it."""

    lives_in = ("case",)

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    class Stage(models.TextChoices):
        NEW = "new", _("new")
        LOOKING = "looking", _("being looked into")
        ACTING = "acting", _("being acted on")
        WATCHING = "watching", _("watched")

    class Outcome(models.TextChoices):
        REMOVED = "removed", _("listings removed")
        SHOP_CLOSED = "shop_closed", _("storefront closed")
        NO_INFRINGEMENT = "no_infringement", _("no infringement")
        ABANDONED = "abandoned", _("not pursued")
        MERGED = "merged", _("merged into another")

        @classmethod
        def to_close_with(cls) -> list[tuple[str, Any]]:
            """The outcomes people choose; merging gives its own."""
            return [(one.value, one.label) for one in cls if one != cls.MERGED]

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    # Where the work stands while it is open: the columns of the board.
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.NEW)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    pap = models.CharField(max_length=5, choices=Pap, default=Pap.CLEAR)
    # The laxer TLP mark that its parties are asked to agree to, if any.
    asked_mark = models.CharField(max_length=12, blank=True)
    owner = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    # Where it went on: its own address leads there, and its history stays readable there.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, outcome="") | (Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")),
                name="closed_case_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="merged", merged_into__isnull=False) | (~Q(outcome="merged") & Q(merged_into=None)), name="merged_into_another"
            ),
        ]
        indexes = [
            models.Index(fields=["space"]),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["stage", "-changed_at"], condition=Q(state="open"), name="open_by_stage"),
            GinIndex(fields=["tags"], name="cases_by_tag"),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("cases:detail", args=[self.reference])

    @property
    def wording(self) -> str:
        """Identifies what it is called and about, and its tags, as they stand: whoever changes them says which they saw."""
        return sha256("\0".join([self.title, self.summary, *self.tags]).encode()).hexdigest()[:16]


class Move(SpaceModel):
    """A merge of one case into another, or a split of one into two: what changed places and who came to read what, so that it can be undone."""

    lives_in = ("case",)

    class Kind(models.TextChoices):
        MERGE = "merge", _("merge")
        SPLIT = "split", _("split")

    kind = models.CharField(max_length=5, choices=Kind)
    source = models.ForeignKey(Case, models.PROTECT, related_name="moves_away")
    target = models.ForeignKey(Case, models.PROTECT, related_name="moves_here")
    # By kind of row the ids that were moved; the grants that the move gave, each with when; how the source stood before.
    moved = models.JSONField()
    granted = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    done_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="no_move_into_itself"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False), name="move_undone_at_and_by"
            ),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.kind} of {self.source_id} into {self.target_id}"


class CaseListing(SpaceModel):
    """A listing as a party brought it into a case: the facts as they were, so that nobody needs to see the party's desk."""

    lives_in = ("case",)

    case = models.ForeignKey(Case, models.PROTECT, related_name="listings")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="+")
    brought_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    key = models.TextField()
    address = models.TextField()
    title = models.CharField(max_length=500, blank=True)
    seller_name = models.CharField(max_length=200, blank=True)
    seller_key = models.CharField(max_length=120, blank=True)
    price = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    # Until somebody has looked at it, it stands in the unverified lane.
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "brought_by", "key"], name="one_listing_a_case_and_party")]
        indexes = [models.Index(fields=["case", "-id"]), models.Index(fields=["seller_key", "space"])]

    def __str__(self):
        return self.title or self.key

    def get_absolute_url(self):
        return f"{self.case.get_absolute_url()}?tab=listings"


class Task(SpaceModel):
    """What somebody owes in a case, or in one's own side room beside it, perhaps by a day."""

    lives_in = ("case", "side_room")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("needed no longer")

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    owed_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True, help_text=_("The last day."))
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    remark = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    added_for = models.ForeignKey(Audience, models.PROTECT, related_name="+", help_text=_("The organisation whose person added it."))
    added_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None, ended_by=None) | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="task_ended_at_and_by",
            )
        ]
        indexes = [models.Index(fields=["case", "state", "due_on"]), models.Index(fields=["space"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.space_id != self.case.space_id and (room := SideRoom.objects.filter(space=self.space_id).first()):
            return f"{room.get_absolute_url()}#task-{self.pk}"
        return f"{self.case.get_absolute_url()}?tab=tasks#task-{self.pk}"

    @property
    def is_late(self) -> bool:
        return self.state == self.State.OPEN and self.due_on is not None and self.due_on < timezone.localdate()


class CaseTemplate(SpaceModel):
    """What an organisation's cases of one sort begin with: their first words, mark, tags and tasks. On its own desk; no rival reads it."""

    lives_in = ("desk",)

    name = models.CharField(max_length=120)
    title = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    tlp = models.CharField(max_length=16, choices=Tlp, default=Tlp.AMBER)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # [{"title": what is to be done, "days": its last day, counted from the case's first, or nothing}], in order.
    tasks = models.JSONField(default=list, blank=True)
    changed_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), "space", name="one_template_a_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cases:template", args=[self.pk])


class ReportTemplate(SpaceModel):
    """What an organisation's reports on cases say: Markdown with fields, filled when a report is made with what its maker may read."""

    lives_in = ("desk",)

    name = models.CharField(max_length=120)
    body = models.TextField()
    changed_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), "space", name="one_report_template_a_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cases:report_template", args=[self.pk])


class Related(SpaceModel):
    """Another case that whoever reads this one should know of; who may not read the other never learns of it."""

    lives_in = ("case",)

    case = models.ForeignKey(Case, models.PROTECT, related_name="related")
    other = models.ForeignKey(Case, models.PROTECT, related_name="related_to")
    because = models.CharField(max_length=200)
    added_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="related_once"),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="not_related_to_itself"),
        ]
        indexes = [models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.case_id} and {self.other_id}"


class OwnDecision(SpaceModel):
    """What one party decided to do about a case, by itself: on its own desk, where no rival reads it. None is rewritten."""

    lives_in = ("desk",)
    append_only = True

    class Course(models.TextChoices):
        ACT = "act", _("we act")
        WATCH = "watch", _("we watch")
        NOTHING = "nothing", _("we do nothing")

    case = models.ForeignKey(Case, models.PROTECT, related_name="own_decisions")
    course = models.CharField(max_length=8, choices=Course)
    reason = models.TextField()
    decided_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["space", "case", "-id"])]

    def __str__(self):
        return f"{self.get_course_display()}, {self.case_id}"


class Consent(SpaceModel):
    """A party's word: that officers of law enforcement who are let into the case may read its name, or that what it brought and wrote may go as far
    as a laxer TLP mark lets it.
    """

    lives_in = ("case",)
    # Who was let in to read has a name too.
    readers_write = True
    OFFICERS = "officers"

    case = models.ForeignKey(Case, models.PROTECT, related_name="consents")
    party = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    about = models.CharField(max_length=16, default=OFFICERS, help_text=_("Officers, or the mark."))
    given_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "party", "about"], name="one_consent_a_party")]

    def __str__(self):
        return f"{self.party} in {self.case_id}"


class SideRoom(SpaceModel):
    """A room off a case that only one party may enter."""

    lives_in = ("side_room",)

    case = models.ForeignKey(Case, models.PROTECT, related_name="side_rooms")
    party = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "party"], name="one_room_a_party")]

    def __str__(self):
        return f"{self.party} beside {self.case.reference}"

    def get_absolute_url(self):
        return reverse("cases:side_room", args=[self.case.reference, self.pk])


class Note(SpaceModel):
    """What somebody wrote: in the case's space for all its parties, in a side room's for that party alone."""

    told_with = ("case",)
    lives_in = ("case", "side_room")

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    author = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    body = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    token = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"]), models.Index(fields=["space", "-id"])]

    def __str__(self):
        return self.body[:60]

    def get_absolute_url(self):
        return f"{self.case.get_absolute_url()}#note-{self.pk}"
