"""The record of closures and bans, one act, and what stands on the page of a seller and of a notice."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.actions import live_grants
from coalition.activity.models import Event
from coalition.clocks.models import ClockPolicy
from coalition.dates import long_day
from coalition.lists import Keyset, label_fields
from enforcement.market.models import Platform
from enforcement.market.signals import Signal
from enforcement.notices.permissions import can_answer_notices, platforms_of
from enforcement.storefronts.filters import RecordFilter
from enforcement.storefronts.forms import ActForm, AppealForm, DecideAppealForm, ReverseForm, StepForm
from enforcement.storefronts.ladders import in_words, repeat_infringers, seller_of, shops_of
from enforcement.storefronts.models import Act, Appeal, LadderStep, ladder_of
from enforcement.storefronts.permissions import can_keep_ladder, can_note, can_note_under, can_reverse, can_see_infringers


class RecordPage:
    def __init__(self, request):
        self.viewer, self.query = request.viewer, request.GET
        self.on_record = Act.objects.visible_to(self.viewer).on_record()
        self.filter = RecordFilter(request.GET, self.on_record.for_list())
        label_fields(self.filter.form)

    @cached_property
    def rows(self) -> Keyset:
        return Keyset(self.filter.qs, self.query)

    @cached_property
    def figures(self) -> list[tuple]:
        """How many stand, of each kind, beside the filter that shows them."""
        counts = dict(self.on_record.standing().order_by().values_list("kind").annotate(Count("pk")))
        return [(kind, Act.Kind(kind).label, counts.get(kind, 0)) for kind in Act.FOR_ALL]

    @cached_property
    def can_note(self) -> bool:
        return bool(self.platforms)

    @cached_property
    def platforms(self) -> list[Platform]:
        """Those whose own people the viewer is of, who keep their ladders and notes."""
        return list(platforms_of(self.viewer)) if can_answer_notices(self.viewer) else []


class ActPage:
    def __init__(self, act: Act, viewer, wrong: dict | None = None):
        self.act, self.viewer, self.wrong = act, viewer, wrong or {}

    @cached_property
    def grants(self):
        return live_grants(self.act.space_id)

    @property
    def can_reverse(self) -> bool:
        return can_reverse(self.viewer, self.act)

    @property
    def reverse_form(self):
        return self.wrong.get("reverse") or ReverseForm()

    @cached_property
    def appeals(self) -> list[Appeal]:
        """Those against it, the newest first."""
        return list(self.act.appeals.select_related("noted_by", "ended_by"))

    @property
    def open_appeal(self) -> Appeal | None:
        return next((appeal for appeal in self.appeals if not appeal.outcome), None)

    @property
    def appeal_form(self):
        """Where it can be noted that the seller appeals."""
        if not self.can_reverse or self.open_appeal:
            return None
        return self.wrong.get("appeal") or AppealForm(act=self.act, auto_id="appeal-%s")

    @property
    def decide_form(self):
        """Where the appeal that is open can be decided."""
        if self.open_appeal is None or not can_note(self.viewer, self.act.platform):
            return None
        return self.wrong.get("decide") or DecideAppealForm()

    @property
    def earlier(self) -> Act | None:
        """The act against the shop of which this one is a new one, as the platform's record says."""
        said = self.act.recorded or self.act
        return said.earlier

    @cached_property
    def later(self) -> list[Act]:
        """Acts against new shops of the same seller, as the platform says on its record."""
        return list(Act.objects.visible_to(self.viewer).standing().filter(earlier=self.act.recorded_id or self.act.pk).order_by("-on"))

    @cached_property
    def events(self):
        about = Event.objects.visible_to(self.viewer).newest()
        both = about.about(self.act) | about.filter(subject_type="storefronts.appeal", subject_id__in=[appeal.pk for appeal in self.appeals])
        return list(both[:40])


class LadderPage:
    """A platform's ladder as every member may read it; for its own people also the sellers who stand on it."""

    MOST = 200

    def __init__(self, platform: Platform, viewer, query, wrong=None):
        self.platform, self.viewer, self.query, self.wrong = platform, viewer, query, wrong

    @cached_property
    def steps(self) -> list[tuple[LadderStep, str]]:
        return [(step, in_words(step)) for step in ladder_of(self.platform)]

    @cached_property
    def past(self) -> list[tuple[LadderStep, str]]:
        ended = LadderStep.objects.filter(platform=self.platform, until__isnull=False).order_by("-until")
        return [(step, in_words(step)) for step in ended[:50]]

    @cached_property
    def runs_out(self) -> ClockPolicy | None:
        """By what a strike runs out."""
        return ClockPolicy.objects.in_force(Act.Kind.STRIKE, timezone.now(), self.platform.slug)

    @property
    def can_keep(self) -> bool:
        return can_keep_ladder(self.viewer, self.platform)

    @property
    def can_see(self) -> bool:
        return can_see_infringers(self.viewer, self.platform)

    @property
    def form(self):
        return self.wrong or StepForm()

    @cached_property
    def everybody(self) -> list:
        return repeat_infringers(self.platform, self.viewer) if self.can_see else []

    @property
    def owed_count(self) -> int:
        return sum(seller.owed is not None for seller in self.everybody)

    @property
    def only_owed(self) -> bool:
        return self.query.get("owed") == "yes"

    @cached_property
    def sellers(self) -> list[dict]:
        def said(step) -> str:
            return in_words(step) if step else ""

        return [
            {"seller": seller, "owed": said(seller.owed and seller.owed.step), "reached": said(seller.reached), "following": said(seller.following)}
            for seller in [seller for seller in self.everybody if seller.owed or not self.only_owed][: self.MOST]
        ]


def waiting(viewer) -> list[dict]:
    """For the home page of a platform's people: steps of its ladder that are owed, and appeals that are open."""
    if not can_answer_notices(viewer):
        return []
    rows = []
    for platform in platforms_of(viewer):
        owed = [seller for seller in repeat_infringers(platform, viewer) if seller.owed]
        if owed:
            words = ngettext("A seller has come to a step of your ladder", "%(n)d sellers have come to a step of your ladder", len(owed))
            rows.append({"title": words % {"n": len(owed)}, "detail": ", ".join(seller.shown for seller in owed[:3]), "due_at": None,
                         "address": reverse("storefronts:ladder", args=[platform.slug]) + "?owed=yes"})  # fmt: skip
    appeals = Appeal.objects.visible_to(viewer).open().filter(act__platform__in=platforms_of(viewer)).select_related("act").order_by("on")
    rows += [
        {"title": _("An appeal of %(who)s to decide") % {"who": appeal.act.seller_name or appeal.act.seller_key},
         "detail": _("against: %(what)s, since %(day)s") % {"what": appeal.act.get_kind_display(), "day": long_day(appeal.on)},
         "address": appeal.get_absolute_url(), "due_at": None}
        for appeal in appeals[:5]
    ]  # fmt: skip
    return rows


def seller_signals(listing, viewer) -> list[Signal]:
    """Whether the platform closed or banned the shop, or another that is judged to be the same seller's, and it stands."""
    if not listing.seller_key:
        return []
    acts = Act.objects.visible_to(viewer).on_record().standing().filter(seller_key__in=shops_of(listing.seller_key, viewer)).order_by("-on")
    return [_signal(act, listing.seller_key) for act in acts[:3]]


def _signal(act: Act, seller_key: str) -> Signal:
    done = f"{act.get_kind_display()}, {long_day(act.on)}"
    if act.seller_key == seller_key:
        return Signal(_("Its shop is on the record"), done)
    return Signal(_("Another shop of the seller is on the record"), f"{act.seller_name or act.seller_key}: {done}")


def seller_panel(key: str, viewer) -> dict | None:
    """What the platform did to a storefront, as far as this viewer may know: the record, and its own notices'."""
    shops = shops_of(key, viewer)
    found = Act.objects.visible_to(viewer).filter(seller_key__in=shops).prefetch_related("appeals")
    acts = list(found.select_related("notice", "earlier", "recorded__earlier", "platform").order_by("-on", "-pk")[:100])
    if not acts:
        return None
    # What stands on the record is not said again for each notice that led to it.
    said = {act.recorded_id for act in acts if act.recorded_id and act.recorded_id in {one.pk for one in acts}}
    shown = [act for act in acts if act.pk not in said]
    return {
        "title": _("What the platform did"), "name": next((act.seller_name for act in acts if act.seller_name and act.seller_key == key), ""),
        "figures": _figures(key, shops, acts, viewer),
        "rows": [
            {"address": act.get_absolute_url(), "words": act.get_kind_display().capitalize(), "more": _more(act, key), "day": act.on} for act in shown
        ],
    }  # fmt: skip


def _figures(key: str, shops: set[str], acts: list[Act], viewer) -> list[tuple]:
    """How many strikes count, by offence, over the shops of one seller on one platform, and what its ladder says of them."""
    platform = next((act.platform for act in acts if act.platform.slug == key.partition(":")[0]), None)
    seller = seller_of(shops, platform, viewer) if platform else None
    if platform is None or seller is None or not seller.strikes:
        return []
    if not can_see_infringers(viewer, platform):
        own = {act.notice.principal_id for act in acts if act.notice} == {viewer.organisation_id}
        # Somebody else's strikes are not seen: what its ladder says of all of them is the platform's to say.
        words = ngettext("strike that counts, under your own notices", "strikes that count, under your own notices", seller.strikes)
        return [(words, seller.strikes)] if own else []
    figures: list[tuple] = [(ngettext("strike that counts", "strikes that count", seller.strikes), seller.strikes)]
    if seller.owed:
        figures.append((_("is owed by your ladder"), in_words(seller.owed.step)))
    elif seller.following:
        figures.append((_("at %(n)d strikes") % {"n": seller.following.strikes}, in_words(seller.following)))
    return figures


def _more(act: Act, key: str) -> str:
    parts = ["" if act.seller_key == key else act.seller_name or act.seller_key, act.notice.reference if act.notice else "", act.grounds]
    if earlier := act.earlier or (act.recorded.earlier if act.recorded else None):
        parts.append(_("a new shop of %(who)s") % {"who": earlier.seller_name or earlier.seller_key})
    if act.reversed_on:
        parts.append(_("taken back"))
    elif any(not appeal.outcome for appeal in act.appeals.all()):
        parts.append(_("appealed against"))
    elif act.ends_on and not act.counts:
        parts.append(_("run out"))
    return " · ".join(filter(None, parts))


def sellers_of(notice) -> list[tuple[str, str]]:
    """The storefronts of a notice's items, as choices."""
    rows = notice.items.exclude(seller_key="").order_by("seller_name", "seller_key").values_list("seller_key", "seller_name").distinct()
    return list({key: name or key for key, name in rows}.items())


def notice_section(notice, viewer, wrong: dict) -> dict | None:
    """On the page of a notice: what the platform did to its storefronts because of it, and the form to note it."""
    acts = list(Act.objects.visible_to(viewer).filter(notice=notice).order_by("-on", "-pk")[:100])
    sellers = sellers_of(notice) if can_note_under(viewer, notice) else []
    if not (acts or sellers):
        return None
    form = (wrong.get("storefronts") or ActForm(sellers=sellers)) if sellers else None
    return {"template": "enforcement/storefronts/_notice.html", "acts": acts, "form": form, "is_wrong": "storefronts" in wrong}
