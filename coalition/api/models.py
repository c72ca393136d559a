"""Personal tokens, each bound to one seat: what the seat may do ends where the seat ends."""

from django.db import models
from django.utils import timezone

from coalition.members.models import Seat


class AccessToken(models.Model):
    """A token a person made for one of their seats. Only its hash is kept."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=12)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.name} ({self.beginning}…)"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
