"""The record of closures and bans, one act, and what stands on the page of a seller and of a notice."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.actions import live_grants
from coalition.activity.models import Event
from coalition.dates import long_day
from coalition.lists import Keyset, label_fields
from enforcement.market.signals import Signal
from enforcement.notices.permissions import can_answer_notices, platforms_of
from enforcement.storefronts.filters import RecordFilter
from enforcement.storefronts.forms import ActForm, ReverseForm
from enforcement.storefronts.models import Act
from enforcement.storefronts.permissions import can_note_under, can_reverse


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
        return can_answer_notices(self.viewer) and platforms_of(self.viewer).exists()


class ActPage:
    def __init__(self, act: Act, viewer, wrong=None):
        self.act, self.viewer, self.wrong = act, viewer, wrong

    @cached_property
    def grants(self):
        return live_grants(self.act.space_id)

    @property
    def can_reverse(self) -> bool:
        return can_reverse(self.viewer, self.act)

    @property
    def reverse_form(self):
        return self.wrong or ReverseForm()

    @cached_property
    def events(self):
        return list(Event.objects.visible_to(self.viewer).newest().about(self.act)[:40])


def seller_signals(listing, viewer) -> list[Signal]:
    """Whether the platform closed or banned the shop, and it stands."""
    if not listing.seller_key:
        return []
    acts = Act.objects.visible_to(viewer).on_record().standing().filter(seller_key=listing.seller_key).order_by("-on")
    return [Signal(_("Its shop is on the record"), f"{act.get_kind_display()}, {long_day(act.on)}") for act in acts[:3]]


def seller_panel(key: str, viewer) -> dict | None:
    """What the platform did to a storefront, as far as this viewer may know: the record, and its own notices'."""
    acts = list(Act.objects.visible_to(viewer).filter(seller_key=key).select_related("notice").order_by("-on", "-pk")[:100])
    if not acts:
        return None
    # What stands on the record is not said again for each notice that led to it.
    said = {act.recorded_id for act in acts}
    shown = [act for act in acts if act.pk not in said]
    strikes = sum(act.kind == Act.Kind.STRIKE and act.counts for act in acts)
    figures = [(ngettext("strike that counts", "strikes that count", strikes), strikes)] if strikes else []
    return {
        "title": _("What the platform did"), "name": next((act.seller_name for act in acts if act.seller_name), ""), "figures": figures,
        "rows": [
            {"address": act.get_absolute_url(), "words": act.get_kind_display().capitalize(), "more": _more(act), "day": act.on} for act in shown
        ],
    }  # fmt: skip


def _more(act: Act) -> str:
    parts = [act.notice.reference if act.notice else "", act.grounds]
    if act.reversed_on:
        parts.append(_("taken back"))
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
