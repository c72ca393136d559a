"""Organisations and the dated facts of their membership."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, AudienceMember, Space
from coalition.members.models.categories import Category, Tier
from coalition.members.models.policies import Policy


def in_good_standing(at: datetime) -> models.Exists:
    """Which organisations were one of all members at an instant, as it was lived: a condition on `Organisation`."""
    spells = AudienceMember.objects.filter(audience__kind=Audience.Kind.MEMBERS, member=models.OuterRef("audience"), starts_at__lte=at)
    return models.Exists(spells.filter(Q(ends_at=None) | Q(ends_at__gt=at)))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def listed(self):
        """Those that the directory shows: members in good standing at this moment, partners, and the coalition itself."""
        return self.filter(in_good_standing(timezone.now()) | Q(category__is_member=False))

    def called(self, words: str):
        """The one that is called so, by its name or by the name in its address; None where there is none."""
        words = words.strip()
        return self.filter(Q(slug=words.lower()) | Q(name__iexact=words)).first() if words else None

    def house(self) -> Organisation:
        """The coalition itself, with its audience: its staff."""
        return self.select_related("audience").get(category__kind=Category.Kind.COALITION)

    def resigned(self):
        """Those whose last word was a resignation: a term that was given since overtakes it."""
        last = Resignation.objects.standing().filter(organisation=models.OuterRef("pk")).values("given_at")[:1]
        since = Term.objects.filter(organisation=models.OuterRef("pk"), given_at__gt=models.OuterRef("last_word_at"))
        return self.annotate(last_word_at=models.Subquery(last)).filter(~models.Exists(since), last_word_at__isnull=False)

    def known(self):
        """Those that ever were a member, partners, and the coalition: an applicant is not known yet."""
        return self.filter(models.Exists(Term.objects.filter(organisation=models.OuterRef("pk"))) | Q(category__is_member=False))


class Organisation(models.Model):
    """A legal entity that is a member or a partner. Its desk is where its own work lies, which its agents do too; its office is where its
    membership is kept, by its own people alone: seats, votes, mandates, standing.
    """

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
    # Its own people: every seat of it but those of its agents.
    people = models.OneToOneField(Audience, models.PROTECT, related_name="people_of")
    desk = models.OneToOneField(Space, models.PROTECT, related_name="organisation")
    office = models.OneToOneField(Space, models.PROTECT, related_name="office_of")
    joined_on = models.DateField(default=timezone.localdate)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "id"], name="organisations_by_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("members:detail", args=[self.slug])

    def term_on(self, day) -> Term | None:
        """The membership term that covers a day, with its tier."""
        return self.terms.covering(day).select_related("tier__category").first()

    def last_counting_term(self) -> Term | None:
        """The last of its terms that count, with its tier; of two that end together the one that was given later."""
        return self.terms.counting().select_related("tier__category").order_by("-until", "-given_at").first()

    def membership_ends(self) -> date | None:
        """The day before which its membership ends, as its terms and its last word stand; None where it has no term."""
        return self.terms.counting().aggregate(last=models.Max("until"))["last"]

    def leaving(self) -> Resignation | None:
        """The resignation that is its last word; None where there is none that stands, or a term that was given since overtook it."""
        last = self.resignations.standing().first()
        return last if last and not self.terms.filter(given_at__gt=last.given_at).exists() else None

    def policies_to_accept(self) -> list[Policy]:
        """The policies in force that it has not accepted in their present version."""
        accepted = set(self.acceptances.values_list("policy_id", flat=True))
        return [policy for policy in Policy.objects.in_force() if policy.pk not in accepted]


class TermQuerySet(models.QuerySet["Term"]):
    def counting(self, on=None):
        """Those that no resignation overtook: not one that was given before it and begins on its day or later, and on a day `on` not one
        that it had ended by then; nor what was given up. Each says `until` which day it counts: its own end, the day the organisation leaves, or
        the day it was given up.
        """
        given_before = Resignation.objects.standing().filter(organisation=models.OuterRef("organisation"), given_at__gte=models.OuterRef("given_at"))
        left_on = models.Subquery(given_before.order_by("takes_effect_on").values("takes_effect_on")[:1])
        found = self.filter(~models.Exists(given_before.filter(takes_effect_on__lte=models.OuterRef("starts_on"))))
        found = found.annotate(until=Least("ends_on", left_on, "given_up_on"))
        found = found.exclude(given_up_on__lte=models.F("starts_on"))
        if on:
            found = found.exclude(given_up_on__lte=on)
        return found.filter(~models.Exists(given_before.filter(takes_effect_on__lte=on))) if on else found

    def covering(self, day: date):
        """Those that count on a day which is one of theirs."""
        return self.counting(day).filter(starts_on__lte=day, ends_on__gt=day)


class Term(models.Model):
    """One dated period of an organisation's membership. Standing on a day is read from these, never stored."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="terms")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField()
    given_at = models.DateTimeField(default=timezone.now)
    # The day from which it counts no more: the treasury credited all that charged for it.
    given_up_on = models.DateField(null=True, blank=True)
    # Where it was read by `counting`: the day before which it counts.
    until: date

    objects = TermQuerySet.as_manager()

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


class ResignationQuerySet(models.QuerySet["Resignation"]):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class Resignation(models.Model):
    """An organisation leaves, with effect from a day, saying why; until that day it may take it back. What it wrote stays."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="resignations")
    takes_effect_on = models.DateField()
    reason = models.TextField()
    given_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = ResignationQuerySet.as_manager()

    class Meta:
        # The first is its last word.
        ordering = ["-given_at", "-pk"]

    def __str__(self):
        return f"{self.organisation} on {self.takes_effect_on}"


class ReferenceCounter(models.Model):
    """The last number given in a series, as `AUR-2026` or `AUR-N-2026`; numbers are gap-free because giving one locks it."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.series}-{self.last:04d}"
