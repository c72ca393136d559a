"""The texts that members accept."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self, on=None) -> list[Policy]:
        """Of each kind the newest version that binds on a day (today), in the order they were first written."""
        newest: dict[str, Policy] = {}
        for policy in self.filter(in_force_on__lte=on or timezone.localdate()).order_by("version"):
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
    organisation = models.ForeignKey("members.Organisation", models.PROTECT, related_name="acceptances")
    signatory = models.CharField(max_length=250)
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "organisation"], name="accepted_once")]

    def __str__(self):
        return f"{self.organisation}: {self.policy}"
