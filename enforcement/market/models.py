"""What is offered, where, by whom, as each organisation saw it; and the imports that bring it in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience, SpaceModel, SpaceQuerySet
from coalition.brought.models import Brought, BroughtRow
from coalition.files.models import Attachment
from coalition.members.countries import in_words
from coalition.members.models import Organisation
from coalition.tables import Table


class Platform(models.Model):
    """A marketplace or other intermediary service; several may belong to one organisation, or to none that is a member."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="platforms")
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text=_("Where it offers goods; empty for everywhere."))
    most_items = models.PositiveSmallIntegerField(default=300, help_text=_("The most items one notice may hold."))

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("platforms:list")

    @property
    def where(self) -> str:
        """Where it offers goods, in words."""
        return in_words(self.countries) or str(_("everywhere"))


class Import(SpaceModel):
    """One file of listings on its way in: mapped, checked, run, and perhaps undone."""

    lives_in = ("desk",)

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting for its columns")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked, nothing written yet")
        RUNNING = "running", _("being written")
        DONE = "done", _("done")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        GIVEN_UP = "given_up", _("given up, nothing was written")
        REFUSED = "refused", _("refused")

    AT_WORK = (State.CHECKING, State.RUNNING, State.UNDOING)

    reference = models.CharField(max_length=20, unique=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    # How its rows are laid out in the file, and which part of the file that is where there are several.
    table = models.JSONField(default=dict)
    part = models.CharField(max_length=200, blank=True)
    skipped = models.JSONField(default=list, blank=True, help_text=_("Sheets of these headings that are not read."))
    left_out = models.JSONField(default=list, blank=True, help_text=_("Parts of the file in which no address was found."))
    columns = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    problem = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Where the worker stands: rows read, rows written; a worker that takes over goes on from here.
    rows_total = models.PositiveIntegerField(null=True)
    rows_checked = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    lines_ignored = models.PositiveIntegerField(default=0)
    # How often a worker began without getting any further: one that fails for ever is refused at last.
    attempts = models.PositiveSmallIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # Of what a program sent: the key it said, and whether it is written without anybody looking first.
    key = models.CharField(max_length=100, blank=True)
    by_itself = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["space", "-id"]),
            models.Index(fields=["space", "key"], condition=~Q(key=""), name="imports_by_key"),
            models.Index(fields=["state"], condition=Q(state__in=["checking", "running", "undoing"]), name="imports_at_work"),
        ]

    def __str__(self):
        return f"{self.reference} {self.name}"

    def get_absolute_url(self):
        return reverse("imports:detail", args=[self.reference])

    @property
    def name(self) -> str:
        return f"{self.attachment.name} · {self.part}" if self.part else self.attachment.name

    @property
    def layout(self) -> Table:
        """How its rows are read, without the sheets that somebody left out."""
        table = Table.from_json(self.table)
        return replace(table, sheets=[sheet for sheet in table.sheets if sheet.name not in self.skipped])

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets that have these headings."""
        return [sheet["name"] for sheet in self.table.get("sheets", [])]

    def verdicts(self) -> dict[str, int]:
        return dict(self.rows.order_by().values_list("verdict").annotate(n=models.Count("pk")))

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK

    @property
    def percent(self) -> int:
        done = self.rows_checked if self.state == self.State.CHECKING else self.rows_done
        return min(100, done * 100 // self.rows_total) if self.rows_total else 0


class ImportRow(SpaceModel):
    """One row of a file, with what became of it and why. Kept as long as its import, so that every row is accounted for."""

    lives_in = ("desk",)

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        OURS = "ours", _("already ours")
        AGAIN = "again", _("seen again on another day")
        DUPLICATE = "duplicate", _("duplicate in this file")
        ALLOWED = "allowed", _("of a seller on your allow list")
        REFUSED = "refused", _("refused")

    job = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text=_("The line in the file, as a spreadsheet shows it; of a second sheet, counted on."))
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    field = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    key = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    raw = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_row_a_line")]
        indexes = [models.Index(fields=["job", "verdict", "number"])]

    def __str__(self):
        return f"{self.job_id}:{self.number} {self.verdict}"


class ColumnMapping(SpaceModel):
    """Which column meant what the last time a file with these headings came."""

    lives_in = ("desk",)

    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "signature"], name="one_mapping_a_heading")]

    def __str__(self):
        return self.signature[:12]


class ListingQuerySet(SpaceQuerySet):
    def for_list(self):
        return self.select_related("platform").order_by("-pk")

    def untouched(self):
        """Those on which nobody has built: no case and no notice has taken them up."""
        return self.filter(taken_up_at=None)

    def take_up(self) -> int:
        """Mark as built upon: from now on undoing an import leaves them."""
        return self.untouched().update(taken_up_at=timezone.now())


class Listing(SpaceModel):
    """An item or site offered at an address, as one organisation saw it, on that organisation's desk."""

    lives_in = ("desk",)

    class Kind(models.TextChoices):
        ITEM = "item", _("listing")
        PRODUCT = "product", _("product page")
        OFFER = "offer", _("offer")
        SITE = "site", _("website")
        PAGE = "page", _("web page")
        STORE = "store", _("storefront")
        PROFILE = "profile", _("social profile")
        POST = "post", _("post")
        AD = "ad", _("advertisement")
        APP = "app", _("app")
        ACCOUNT = "account", _("merchant account")
        LINK = "link", _("short link")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.TextField()
    key_version = models.PositiveSmallIntegerField()
    address = models.TextField(help_text=_("As it was entered; evidence, never a link."))
    canonical = models.TextField()
    title = models.CharField(max_length=500, blank=True)
    seller_name = models.CharField(max_length=200, blank=True)
    seller_key = models.CharField(max_length=120, blank=True)
    brand = models.CharField(max_length=120, blank=True)
    price = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    image = models.TextField(blank=True)
    sku = models.CharField(max_length=120, blank=True)
    variant = models.CharField(max_length=80, blank=True, help_text=_("Which variant the address names; the listing is the same."))
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    taken_up_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(Import, models.SET_NULL, null=True, blank=True, related_name="listings")
    # Where the picture came with the file; `image` is its digest then.
    picture = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "key"], name="one_listing_a_key_and_desk")]
        indexes = [
            models.Index(fields=["space", "-id"]),
            models.Index(fields=["space", "platform", "-id"]),
            models.Index(fields=["space", "seller_key", "-id"]),
            models.Index(fields=["batch"]),
        ]

    def __str__(self):
        return self.title or self.canonical

    def get_absolute_url(self):
        return reverse("listings:detail", args=[self.pk])

    @property
    def facts(self) -> dict:
        """What a case or notice copies of it, so that nobody there needs to see the desk it lies on (docs/adr/0004)."""
        return {name: getattr(self, name) for name in ("key", "address", "title", "seller_name", "seller_key")}


class Sighting(SpaceModel):
    """A listing as one file showed it on a day, perhaps on several. The listing itself says what the newest sightings say."""

    lives_in = ("desk",)

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="sightings")
    batch = models.ForeignKey(Import, models.CASCADE, related_name="sightings")
    seen_at = models.DateTimeField()
    title = models.CharField(max_length=500, blank=True)
    seller_name = models.CharField(max_length=200, blank=True)
    price = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-seen_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "listing", "seen_at"], name="one_sighting_a_file_and_time")]
        indexes = [models.Index(fields=["listing", "-seen_at"]), models.Index(fields=["space"])]

    def __str__(self):
        return f"{self.listing_id} on {self.seen_at:%Y-%m-%d}"

    def get_absolute_url(self):
        return self.listing.get_absolute_url()


class Relist(SpaceModel):
    """A listing that its picture or title says is one that was removed before: the same seller's, under a new id. A person judges it."""

    lives_in = ("desk",)

    class Basis(models.TextChoices):
        PICTURE = "picture", _("the same picture")
        TITLE = "title", _("the same title")

    class Verdict(models.TextChoices):
        OPEN = "", _("not judged yet")
        SAME = "same", _("a relist")
        DIFFERENT = "different", _("not a relist")

    listing = models.OneToOneField(Listing, models.CASCADE, related_name="relist")
    of = models.ForeignKey(Listing, models.CASCADE, related_name="relists")
    basis = models.CharField(max_length=8, choices=Basis)
    removed_at = models.DateTimeField(help_text=_("When the earlier one was removed."))
    found_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default=Verdict.OPEN)
    judged_by = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(listing=F("of")), name="no_relist_of_itself"),
            models.CheckConstraint(
                condition=Q(verdict="", judged_at=None, judged_by=None) | (~Q(verdict="") & Q(judged_at__isnull=False, judged_by__isnull=False)),
                name="relist_judged_at_and_by",
            ),
        ]
        indexes = [models.Index(fields=["space"]), models.Index(fields=["of"])]

    def __str__(self):
        return f"{self.listing_id} of {self.of_id}"

    def get_absolute_url(self):
        return self.listing.get_absolute_url()


class SellerLinkQuerySet(SpaceQuerySet):
    def touching(self, keys):
        return self.filter(Q(one__in=keys) | Q(other__in=keys))


class SellerLink(SpaceModel):
    """What an organisation judged of two storefronts: one seller or not, how surely, on what ground. The newest of a pair counts."""

    lives_in = ("desk",)
    append_only = True

    class Verdict(models.TextChoices):
        SAME = "same", _("the same seller")
        DIFFERENT = "different", _("different sellers")
        UNSURE = "unsure", _("unsure")

    class Confidence(models.TextChoices):
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")

    # The two keys in their order.
    one = models.CharField(max_length=120)
    other = models.CharField(max_length=120)
    verdict = models.CharField(max_length=10, choices=Verdict)
    confidence = models.CharField(max_length=6, choices=Confidence)
    source = models.CharField(max_length=300)
    judged_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(default=timezone.now)

    objects = SellerLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one__lt=F("other")), name="seller_link_in_order")]
        indexes = [models.Index(fields=["space", "one"]), models.Index(fields=["space", "other"])]

    def __str__(self):
        return f"{self.one} and {self.other}: {self.verdict}"

    def get_absolute_url(self):
        return reverse("sellers:detail", args=[self.one])


class AllowedSellerQuerySet(SpaceQuerySet):
    def ending(self, today: date):
        """Those in force, or to come, that end within a year and whose seller has no entry that follows."""
        follows = AllowedSeller.objects.filter(
            space=models.OuterRef("space"), seller_key=models.OuterRef("seller_key"), starts_on=models.OuterRef("ends_on")
        )
        return self.filter(ends_on__gt=today, ends_on__lte=today + timedelta(days=365)).exclude(models.Exists(follows))

    def in_force(self, on: date):
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))


class AllowedSeller(SpaceModel):
    """A seller that an organisation sends no notices against, from a day until another: its own shop, or one it has authorised."""

    lives_in = ("desk",)

    class Kind(models.TextChoices):
        OWN = "own", _("our own shop")
        AUTHORISED = "authorised", _("authorised seller")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    seller_key = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    because = models.CharField(max_length=300)
    starts_on = models.DateField(default=timezone.localdate)
    # The first day without it.
    ends_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(Audience, models.PROTECT, related_name="+")

    objects = AllowedSellerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="allowed_seller_ends_after")]
        indexes = [models.Index(fields=["space", "seller_key"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("sellers:detail", args=[self.seller_key])

    @property
    def is_in_force(self) -> bool:
        return self.starts_on <= timezone.localdate() and (self.ends_on is None or timezone.localdate() < self.ends_on)


class AllowedFile(Brought):
    """A list of own shops and authorised sellers that was kept elsewhere."""

    def get_absolute_url(self):
        return reverse("sellers:allowed_file", args=[self.pk])


class AllowedRow(BroughtRow):
    """One seller as the file has it."""

    made_of = ("entry",)

    brought = models.ForeignKey(AllowedFile, models.CASCADE, related_name="rows")
    entry = models.ForeignKey(AllowedSeller, models.SET_NULL, null=True, blank=True, related_name="+")

    @property
    def made(self) -> str:
        """What came of it, as the page of its file shows it."""
        return format_html('<a href="{}">{}</a>', self.entry.get_absolute_url(), self.entry.name) if self.entry else ""
