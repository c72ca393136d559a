"""Who may see what: the unit of confidentiality, who may enter it, and the one predicate every confidential model inherits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.tlp import Tlp

if TYPE_CHECKING:
    from coalition.access.viewer import Viewer


class Audience(models.Model):
    """Somebody a space can be granted to. Whatever can be one points down to its row here."""

    class Kind(models.TextChoices):
        SEAT = "seat", _("one person, in one seat")
        ORGANISATION = "organisation", _("an organisation")
        OFFICE = "office", _("some of an organisation’s own people")
        TEAM = "team", _("a staff team")
        TIER = "tier", _("a tier")
        GROUP = "group", _("a group")
        SHARING_GROUP = "sharing_group", _("a sharing group")
        MEMBERS = "members", _("all members in good standing")
        PUBLIC = "public", _("the public")

    kind = models.CharField(max_length=16, choices=Kind)
    label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind"], condition=Q(kind__in=["members", "public"]), name="one_members_one_public")]

    def __str__(self):
        return self.label

    @property
    def is_group(self) -> bool:
        return self.kind in (self.Kind.GROUP, self.Kind.SHARING_GROUP)

    @classmethod
    def public(cls) -> Audience:
        return cls.objects.get(kind=cls.Kind.PUBLIC)

    @classmethod
    def members(cls) -> Audience:
        return cls.objects.get(kind=cls.Kind.MEMBERS)


class AudienceMember(models.Model):
    """One audience belongs to another from a date, perhaps until one: a seat to its organisation, that to all members."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="members_of_it")
    member = models.ForeignKey(Audience, models.CASCADE, related_name="belongs_to")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(audience=models.F("member")), name="no_audience_in_itself"),
            models.UniqueConstraint(fields=["audience", "member"], condition=Q(ends_at=None), name="belongs_once_at_a_time"),
        ]
        indexes = [models.Index(fields=["member", "audience"])]

    def __str__(self):
        return f"{self.member} in {self.audience}"


def audiences_of(audience_id: int) -> set[int]:
    """Everything an audience belongs to now, itself included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(access_audiences_of(%s))", [audience_id])
        return {row[0] for row in cursor.fetchall()}


def belonging_to(audience_ids: Iterable[int]) -> dict[int, list[Audience]]:
    """Who belongs to each of some audiences now, by name: the organisations of a group, the seats of an organisation."""
    now = timezone.now()
    rows = AudienceMember.objects.filter(audience__in=list(audience_ids), starts_at__lte=now).exclude(ends_at__lte=now)
    found: dict[int, list[Audience]] = {}
    for row in rows.select_related("member").order_by("member__label"):
        found.setdefault(row.audience_id, []).append(row.member)
    return found


class Space(models.Model):
    """What is being entered: the unit of confidentiality. Holds nothing confidential itself but its mark."""

    class Kind(models.TextChoices):
        DESK = "desk", _("an organisation's desk")
        OFFICE = "office", _("an organisation's office")
        CASE = "case", _("a case")
        SIDE_ROOM = "side_room", _("a side room")
        NOTICE = "notice", _("a notice")
        GROUP = "group", _("a group")
        APPLICATION = "application", _("an application")
        COLLECTION = "collection", _("a library collection")
        ACCOUNT = "account", _("an organisation's account")
        MANDATE = "mandate", _("an agent's mandate")
        BALLOT = "ballot", _("a ballot")
        RECORD = "record", _("a platform's record")
        PROPOSAL = "proposal", _("a proposal")
        SHARING_GROUP = "sharing_group", _("a sharing group")
        CARD = "card", _("a person's card or contacts")
        ENROLMENT = "enrolment", _("an organisation's part in a programme")
        HOUSE = "house", _("the coalition's own records")

    kind = models.CharField(max_length=16, choices=Kind)
    label = models.CharField(max_length=120, blank=True)
    tlp = models.CharField(max_length=12, choices=Tlp, default=Tlp.AMBER)
    owner = models.ForeignKey(Audience, models.PROTECT, related_name="owned_spaces")
    opened_by = models.ForeignKey(Audience, models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.label or f"{self.kind} {self.pk}"


class GrantQuerySet(models.QuerySet):
    def live(self):
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))

    def entered_by(self, viewer: Viewer, kinds: tuple[str, ...] = ()):
        """The live grants to the viewer's audiences, to spaces of these kinds where any are named."""
        grants = self.live().filter(audience_id__in=viewer.audience_ids)
        return grants.filter(kind__in=kinds) if kinds else grants


class Grant(models.Model):
    """An audience may enter a space, in a role, perhaps until a date. Grants add up; there is no denial."""

    # Of a group's grant, who belongs to it, where a page asked (`actions.naming`).
    within: list[Audience] = []

    class Role(models.TextChoices):
        READ = "read", _("read")
        CONTRIBUTE = "contribute", _("contribute")
        LEAD = "lead", _("lead")

    STRONGEST_FIRST = (Role.LEAD, Role.CONTRIBUTE, Role.READ)

    space = models.ForeignKey(Space, models.CASCADE, related_name="grants")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="grants")
    # The space's own kind, again: what a page lists lives in one or two kinds of space, and a wide viewer has few of most.
    kind = models.CharField(max_length=16)
    role = models.CharField(max_length=12, choices=Role, default=Role.READ)
    reason = models.CharField(max_length=200, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(Audience, models.PROTECT, related_name="+", null=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "audience"], name="one_grant_an_audience")]
        indexes = [models.Index(fields=["audience", "kind", "space"], include=["expires_at", "role"], name="grant_by_audience")]

    def __str__(self):
        return f"{self.audience}: {self.role} in {self.space}"


class SpaceQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer):
        """The one predicate: the row's space has a live grant to one of the viewer's audiences."""
        kinds = self.model.lives_in  # type: ignore[attr-defined]  # every model of this queryset is a SpaceModel
        few = viewer.few_space_ids(kinds)
        if few is not None:
            return self.filter(space_id__in=few)
        return self.filter(space_id__in=Grant.objects.entered_by(viewer, kinds).values("space_id"))

    def visible_in_order_to(self, viewer: Viewer):
        """The same predicate, asked row by row: for the first page of a list of which the viewer sees nearly all, where to collect the many
        rooms first would cost more than the page.
        """
        entered = Grant.objects.entered_by(viewer, self.model.lives_in).filter(space_id=OuterRef("space_id"))  # type: ignore[attr-defined]
        return self.filter(space_id=Subquery(entered.values("space_id")[:1]))

    def on_desk_of(self, viewer: Viewer):
        """Those on the desk of the organisation that the viewer acts for."""
        return self.visible_to(viewer).filter(space_id=viewer.desk_id)


class SpaceModel(models.Model):
    """A confidential row. It inherits the predicate, and its table gets the policies of `access.policies` by itself."""

    # Rows are only ever added: the database refuses UPDATE and DELETE.
    append_only = False
    # Who may write a row by policy: those who contribute, or (read marks, votes) anybody who may enter.
    readers_write = False
    # The kinds of space its rows can lie in; empty for any. It narrows what the predicate must read, never what it means.
    lives_in: tuple[str, ...] = ()
    # A narrower condition, in SQL, beside the space's: an inbox is one seat's own.
    extra_policy = ""

    space = models.ForeignKey(Space, models.PROTECT, related_name="+")

    objects = SpaceQuerySet.as_manager()

    class Meta:
        abstract = True
