"""Organisations, the kinds of member they are, the seats people hold there, and what each gives."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, Space, SpaceModel, SpaceQuerySet


class Category(models.Model):
    """What kind of member an organisation is; sets capabilities and eligibility."""

    class Kind(models.TextChoices):
        BRAND = "brand", _("rights holder")
        PLATFORM = "platform", _("General Member")
        PROFESSIONAL = "professional", _("professional")
        ASSOCIATION = "association", _("association")
        PARTNER = "partner", _("government partner")
        COALITION = "coalition", _("the coalition")

    kind = models.CharField(max_length=16, choices=Kind, unique=True)
    name = models.CharField(max_length=80)
    summary = models.TextField(blank=True)
    is_member = models.BooleanField(default=True, help_text=_("Belongs to the community that TLP:GREEN means."))
    is_public = models.BooleanField(default=True, help_text=_("Listed on the public membership page."))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["order"]

    def __str__(self):
        return self.name

    def is_open_on(self, day) -> bool:
        """Whether it takes new members on a day."""
        return self.is_public and not self.holds.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gt=day)).exists()


class CategoryHold(models.Model):
    """A category takes no new members, or is suspended altogether, from a day and perhaps until one. History stays as it was."""

    class Effect(models.TextChoices):
        CLOSED = "closed", _("closed to new members")
        SUSPENDED = "suspended", _("suspended: no new members, and those there are not in good standing")

    category = models.ForeignKey(Category, models.PROTECT, related_name="holds")
    effect = models.CharField(max_length=10, choices=Effect)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="hold_ends_after_start"),
            models.UniqueConstraint(fields=["category"], condition=Q(ends_on=None), name="one_open_hold_a_category"),
        ]

    def __str__(self):
        return f"{self.category}: {self.effect} from {self.starts_on}"

    def get_absolute_url(self):
        return reverse("members:register")


class Tier(models.Model):
    """The level within a category: how many seats it gives, what it costs by band."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="tiers")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Empty for any number."))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["category__order", "order"]

    def __str__(self):
        return self.name


class Organisation(models.Model):
    """A legal entity that is a member or a partner. Its desk is the space where its own rows live."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    prefix = models.CharField(max_length=4, unique=True, help_text=_("Three letters that begin its references."))
    category = models.ForeignKey(Category, models.PROTECT, related_name="organisations")
    country = models.CharField(max_length=2)
    about = models.TextField(blank=True)
    sectors = models.CharField(max_length=200, blank=True)
    audience = models.OneToOneField(Audience, models.PROTECT, related_name="organisation")
    # Those of its seats that look after its money.
    finance = models.OneToOneField(Audience, models.PROTECT, related_name="finance_of")
    desk = models.OneToOneField(Space, models.PROTECT, related_name="organisation")
    joined_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("members:detail", args=[self.slug])

    def term_on(self, day) -> Term | None:
        """The membership term that covers a day, with its tier."""
        return self.terms.select_related("tier").filter(starts_on__lte=day, ends_on__gt=day).first()

    def has_resigned(self) -> bool:
        """Whether its last word was a resignation: a term that began since takes it back."""
        last = self.resignations.order_by("-takes_effect_on").first()
        return last is not None and not self.terms.filter(given_at__gt=last.given_at).exists()

    def policies_to_accept(self) -> list[Policy]:
        """The policies in force that it has not accepted in their present version."""
        accepted = set(self.acceptances.values_list("policy_id", flat=True))
        return [policy for policy in Policy.objects.in_force() if policy.pk not in accepted]


class Term(models.Model):
    """One dated period of an organisation's membership. Standing on a day is read from these, never stored."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="terms")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField()
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_has_days")]
        indexes = [models.Index(fields=["ends_on"])]

    def __str__(self):
        return f"{self.organisation} {self.starts_on} to {self.ends_on}"


class Suspension(models.Model):
    """An organisation is suspended from a day, for a reason, perhaps until one."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="suspensions")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="suspension_ends_after_start"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(ends_on=None), name="one_open_suspension"),
        ]

    def __str__(self):
        return f"{self.organisation} from {self.starts_on}"


class Resignation(models.Model):
    """An organisation leaves, with effect from a day, saying why. What it wrote stays."""

    append_only = True

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="resignations")
    takes_effect_on = models.DateField()
    reason = models.TextField()
    given_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.organisation} on {self.takes_effect_on}"


class Seat(models.Model):
    """One person's place in one organisation, with a role, from a date and perhaps until one."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MANAGER = "manager", _("manager")
        MEMBER = "member", _("member")
        FINANCE = "finance", _("finance")
        READER = "reader", _("reader")

    OF_FINANCE = (Role.OWNER, Role.FINANCE)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seats")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    title = models.CharField(max_length=100, blank=True)
    acts_for = models.CharField(max_length=160, blank=True, help_text=_("The firm an agent comes from."))
    audience = models.OneToOneField(Audience, models.PROTECT, related_name="seat")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], condition=Q(ends_at=None), name="one_seat_a_person_and_organisation")
        ]

    def __str__(self):
        return f"{self.person} at {self.organisation}"


class CapabilityRule(models.Model):
    """A dated row: this category (or this role, or this team) gives this capability."""

    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="capability_rules")
    role = models.CharField(max_length=10, choices=Seat.Role, blank=True)
    team = models.ForeignKey(Audience, models.CASCADE, null=True, blank=True, related_name="+")
    capability = models.CharField(max_length=40)
    # What an organisation keeps while its membership has lapsed or is suspended: enough to put it in order again.
    without_standing = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["category", "role"])]

    def __str__(self):
        return f"{self.category or self.team or '*'} {self.role or '*'}: {self.capability}"


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self, on=None) -> list[Policy]:
        """Of each kind the newest version that binds on a day (today), in the order they were first written."""
        newest: dict[str, Policy] = {}
        for policy in self.filter(in_force_on__lte=on or timezone.localdate()).order_by("in_force_on", "version"):
            newest[policy.kind] = policy
        return sorted(newest.values(), key=lambda policy: policy.kind)


class Policy(models.Model):
    """One version of a text that members accept: the code of conduct, the antitrust policy. A change is the next version."""

    append_only = True

    class Kind(models.TextChoices):
        CONDUCT = "conduct", _("code of conduct")
        ANTITRUST = "antitrust", _("antitrust policy")

    kind = models.CharField(max_length=10, choices=Kind)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    in_force_on = models.DateField()
    # The last day by which members accept it; from then on standing asks for it.
    accept_by = models.DateField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="one_text_a_version")]

    def __str__(self):
        return f"{self.title}, version {self.version}"

    def get_absolute_url(self):
        return reverse("members:policy", args=[self.kind, self.version])


class Acceptance(models.Model):
    """An organisation accepted a version of a policy: who signed, when."""

    append_only = True

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="acceptances")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="acceptances")
    signatory = models.CharField(max_length=250)
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "organisation"], name="accepted_once")]

    def __str__(self):
        return f"{self.organisation}: {self.policy}"


class InvitationQuerySet(SpaceQuerySet):
    def open(self):
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(SpaceModel):
    """Somebody is asked, by a link to their address, to take a seat. It lies on the organisation's desk.

    The link's secret is not here, only its digest and what the portal's own key makes it from: whoever reads the database
    can accept nothing.
    """

    lives_in = ("desk",)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Seat.Role, default=Seat.Role.MEMBER)
    title = models.CharField(max_length=100, blank=True)
    # None for the first owner, whom the coalition invites with the membership.
    invited_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    seat = models.OneToOneField(Seat, models.PROTECT, null=True, blank=True, related_name="invitation")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(accepted_at=None, revoked_at=None), name="one_open_invitation_an_address"
            ),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(seat__isnull=False), name="accepted_invitation_has_seat"),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["organisation", "-id"])]

    def __str__(self):
        return f"{self.email} to {self.organisation}"

    def get_absolute_url(self):
        return reverse("members:own")

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class ReferenceCounter(models.Model):
    """The last number given in a series, as `AUR-2026` or `AUR-N-2026`; numbers are gap-free because giving one locks it."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.series}-{self.last:04d}"
