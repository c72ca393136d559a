"""The page of one category: what it is, what it gives from when to when, its tiers, and whether it takes new members."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.access.viewer import Viewer
from coalition.activity.models import Event
from coalition.lists import whole
from coalition.members import actions
from coalition.members.capabilities import MEMBERS_MAY, in_words, roles_in_words
from coalition.members.forms import (
    AmendTierForm,
    CategoryForm,
    CloseTierForm,
    EndGivenForm,
    GiveForm,
    HoldForm,
    OpenCategoryForm,
    ReasonForm,
    ReleaseForm,
    SeatsForm,
)
from coalition.members.models import CapabilityRule, Category, CategoryHold, Organisation, Seat, Term, Tier
from coalition.members.permissions import can_keep_register
from coalition.members.views import register


class CategoryPage:
    """One category as staff keep it. `wrong` are forms that were refused, each by what it is for."""

    def __init__(self, category: Category, viewer: Viewer, wrong: dict):
        self.category, self.viewer, self.wrong = category, viewer, wrong
        self.today = timezone.localdate()

    @cached_property
    def size(self) -> int:
        return Organisation.objects.known().filter(category=self.category).count()

    @cached_property
    def opens(self):
        return self.category.opens_after(self.today)

    @cached_property
    def hold(self) -> CategoryHold | None:
        """The hold that is on it, or the first that is announced."""
        return self.holds[0] if self.holds else None

    @cached_property
    def holds(self) -> list[CategoryHold]:
        """Those that are on it or announced, in their order: closed today, it may be suspended from a later day. Each with the form that ends it."""
        holds = list(self.category.holds.filter(Q(ends_on=None) | Q(ends_on__gt=self.today)).order_by("starts_on"))
        for hold in holds:
            key = f"release-{hold.pk}"
            hold.form = self.wrong.get(key) or ReleaseForm(initial={"hold": hold.pk}, auto_id=f"{key}-%s")  # type: ignore[attr-defined]
        return holds

    @property
    def release_errors(self) -> list[str]:
        """What is said to whoever would end a hold that a colleague has ended."""
        there = {f"release-{hold.pk}" for hold in self.holds}
        return [str(said) for key, form in self.wrong.items() if key.startswith("release") and key not in there for said in form.non_field_errors()]

    @property
    def can_hold_sooner(self) -> bool:
        """Whether one is only announced, so that another may come before it."""
        return bool(self.hold and self.hold.starts_on > self.today)

    @cached_property
    def past_holds(self) -> list[CategoryHold]:
        return list(self.category.holds.filter(ends_on__lte=self.today))

    @cached_property
    def hold_form(self):
        """To close or suspend it; one that is closed can be suspended besides."""
        return self.wrong.get("hold") or HoldForm(auto_id="hold-%s")

    @cached_property
    def amend_form(self):
        said = {"name": self.category.name, "summary": self.category.summary, "is_public": self.category.is_public}
        return self.wrong.get("amend") or CategoryForm(initial=said, auto_id="amend-%s")

    @cached_property
    def tier_form(self):
        return self.wrong.get("tier") or SeatsForm(auto_id="tier-%s")

    @cached_property
    def give_form(self):
        return self.wrong.get("give") or GiveForm(category=self.category, auto_id="give-%s")

    @cached_property
    def tiers(self) -> list[dict]:
        """Each tier with how many have it today, and its forms."""
        running = Term.objects.covering(self.today).filter(tier__category=self.category)
        sizes = dict(running.order_by().values_list("tier").annotate(Count("organisation", distinct=True)))
        rows = []
        for tier in self.category.tiers.all():
            ends = ReasonForm if tier.closes_on else CloseTierForm
            said = {"name": tier.name, "seats": tier.seats}
            rows.append({
                "tier": tier, "size": sizes.get(tier.pk, 0), "is_offered": tier.is_offered_on(self.today),
                "amend": self.wrong.get(f"amend-{tier.slug}") or AmendTierForm(initial=said, auto_id=f"amend-{tier.pk}-%s"),
                "close": self.wrong.get(f"close-{tier.slug}") or ends(auto_id=f"close-{tier.pk}-%s"),
            })  # fmt: skip
        return rows

    @cached_property
    def given(self) -> list[dict]:
        """What holds today or begins later, roles of the same days together; what is every category's as well."""
        return [row for row in self._rows if not row["is_over"]]

    @cached_property
    def over(self) -> list[dict]:
        return sorted((row for row in self._rows if row["is_over"]), key=lambda row: row["valid_to"], reverse=True)

    @cached_property
    def _rows(self) -> list[dict]:
        rules = CapabilityRule.objects.filter(Q(category=self.category) | Q(category=None), team=None).select_related("tier")
        found: dict[tuple, list[CapabilityRule]] = {}
        for rule in rules:
            found.setdefault((rule.capability, rule.tier, rule.category_id, rule.valid_from, rule.valid_to), []).append(rule)
        order = {name: place for place, name in enumerate(MEMBERS_MAY)}
        rows = []
        for (name, tier, category_id, valid_from, valid_to), group in found.items():
            roles = [rule.role for rule in group]
            can_end = bool(category_id) and name in order and (valid_to is None or valid_to > max(self.today, valid_from))
            key = f"end-{name}-{tier.slug if tier else ''}-{valid_from}"
            rows.append({
                "name": name, "words": in_words(name), "tier": tier, "who": roles_in_words(roles), "choices": _labels(roles),
                "is_everybodys": not category_id,
                "valid_from": valid_from, "valid_to": valid_to, "is_over": valid_to is not None and valid_to <= max(self.today, valid_from),
                "begins": valid_from > self.today,
                "form": (self.wrong.get(key) or EndGivenForm(category=self.category, auto_id=f"{key}-%s")) if can_end else None,
            })  # fmt: skip
        return sorted(rows, key=lambda row: (order.get(row["name"], len(order)), row["words"], str(row["tier"] or ""), row["valid_from"]))

    @cached_property
    def events(self):
        return Event.objects.visible_to(self.viewer).about(self.category).newest()[:50]


def _labels(roles: list[str]) -> list[tuple[str, str]]:
    """Some roles, each with its word, in their usual order."""
    return [(value, str(label)) for value, label in [("", _("everybody with a seat")), *Seat.Role.choices] if value in roles]


def _category(request, slug: str) -> Category:
    require(can_keep_register(request.viewer))
    return get_object_or_404(Category.objects.exclude(kind=Category.Kind.COALITION), slug=slug)


def _shown(request, category: Category, status=200, **wrong):
    return render(
        request, "coalition/members/category.html", {"page": CategoryPage(category, request.viewer, wrong), "category": category}, status=status
    )


def category(request, slug):
    return _shown(request, _category(request, slug))


@require_POST
def open_category(request):
    require(can_keep_register(request.viewer))
    form = OpenCategoryForm(request.POST)
    if form.is_valid():
        with told_at(form):
            return redirect(actions.open_category(by=request.viewer, **form.cleaned_data))
    return register(request, status=422, category_form=form)


def _act(request, category, act, thing, form, name, said):
    """One verb on a category or a tier of it: done, or its page again with what was typed, at its place."""
    if acted(request, act, thing, form, said):
        return redirect(category)
    return _shown(request, category, status=422, **{name: form})


@require_POST
def amend(request, slug):
    found = _category(request, slug)
    return _act(request, found, actions.amend_category, found, CategoryForm(request.POST, auto_id="amend-%s"), "amend", _("Saved."))


@require_POST
def hold(request, slug):
    found = _category(request, slug)
    return _act(request, found, actions.hold_category, found, HoldForm(request.POST, auto_id="hold-%s"), "hold", _("The hold is entered."))


@require_POST
def release(request, slug):
    found = _category(request, slug)
    key = f"release-{whole(request.POST.get('hold', ''))}"
    return _act(request, found, actions.release_category, found, ReleaseForm(request.POST, auto_id=f"{key}-%s"), key, _("The hold is ended."))


@require_POST
def give(request, slug):
    found = _category(request, slug)
    form = GiveForm(request.POST, category=found, auto_id="give-%s")
    return _act(request, found, actions.give_capability, found, form, "give", _("It is given."))


@require_POST
def end(request, slug):
    found = _category(request, slug)
    key = f"end-{request.POST.get('capability', '')}-{request.POST.get('tier', '')}-{request.POST.get('since', '')}"
    form = EndGivenForm(request.POST, category=found, auto_id=f"{key}-%s")
    return _act(request, found, actions.end_capability, found, form, key, _("It ends on that day."))


@require_POST
def add_tier(request, slug):
    found = _category(request, slug)
    form = SeatsForm(request.POST, auto_id="tier-%s")
    return _act(request, found, actions.add_tier, found, form, "tier", _("The tier is added. The treasury sets what it costs."))


def _tier(request, slug: str) -> Tier:
    require(can_keep_register(request.viewer))
    return get_object_or_404(Tier.objects.select_related("category").exclude(category__kind=Category.Kind.COALITION), slug=slug)


@require_POST
def amend_tier(request, slug):
    tier = _tier(request, slug)
    form = AmendTierForm(request.POST, auto_id=f"amend-{tier.pk}-%s")
    return _act(request, tier.category, actions.amend_tier, tier, form, f"amend-{slug}", _("Saved."))


@require_POST
def close_tier(request, slug):
    tier = _tier(request, slug)
    form = CloseTierForm(request.POST, auto_id=f"close-{tier.pk}-%s")
    return _act(request, tier.category, actions.close_tier, tier, form, f"close-{slug}", _("Nobody new takes it from that day."))


@require_POST
def reopen_tier(request, slug):
    tier = _tier(request, slug)
    form = ReasonForm(request.POST, auto_id=f"close-{tier.pk}-%s")
    return _act(request, tier.category, actions.reopen_tier, tier, form, f"close-{slug}", _("It is offered again."))
