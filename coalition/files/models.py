"""One content-addressed store. A blob is bytes; an attachment says whose they are and where."""

from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse
from django.utils import timezone

from coalition.access.models import Audience, SpaceModel


class Blob(models.Model):
    """Bytes that were uploaded once, by their SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.sha256[:12]

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"

    def open(self):
        return default_storage.open(self.path, "rb")


class Attachment(SpaceModel):
    """A file as somebody put it somewhere: its name, who and when; the bytes are a blob."""

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    attached_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    attached_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["space", "-id"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("files:download", args=[self.pk])
