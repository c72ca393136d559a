"""One search over every wing: a row per thing that can be found, in the thing's own space."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone

from coalition.access.models import SpaceModel


class Word(models.Model):
    """A word of any entry: what a beginning is looked up in, by SQL alone, for it is a word of everybody's."""

    owner_only = True

    word = models.TextField(db_collation="C", db_index=True)

    def __str__(self):
        return self.word


class SearchEntry(SpaceModel):
    """What the search box may find: where it is, what it is called, and its words."""

    kind = models.CharField(max_length=20)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    detail = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=200)
    words = SearchVectorField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="one_entry_a_thing")]
        indexes = [GinIndex(fields=["words"], name="search_words", fastupdate=False)]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.address
