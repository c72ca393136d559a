"""What an organisation was on any day: its standing, its tier, what its seats might do, and who held them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cached_property

from django import forms
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.access.errors import require
from coalition.dates import DayField, at_noon
from coalition.members.capabilities import MEMBERS_MAY, in_words, roles_given, roles_in_words
from coalition.members.models import Organisation, Seat, in_good_standing
from coalition.members.permissions import can_keep_register, can_manage_seats
from coalition.members.standing import facts_of, standing


class OnForm(forms.Form):
    day = DayField(label=_("Day"))


class OnDayPage:
    """An organisation as it was at noon of a day, from dated rows alone. `names` says who held its seats: that is its own business."""

    def __init__(self, organisation: Organisation, day: date, *, names: bool):
        self.organisation, self.day, self.names = organisation, day, names
        self.instant = at_noon(day)

    @cached_property
    def standing(self):
        return standing(facts_of(self.organisation), self.day)

    @cached_property
    def had_access(self) -> bool:
        """Whether it was one of all members then, as it was lived: what is entered later about that day does not change it."""
        return Organisation.objects.filter(in_good_standing(self.instant), pk=self.organisation.pk).exists()

    @cached_property
    def term(self):
        return self.organisation.term_on(self.day)

    @cached_property
    def hold(self):
        return self.organisation.category.holds.on(self.day).first()

    @cached_property
    def seats(self):
        return list(self.organisation.seats.held_at(self.instant).select_related("person", "mandate__agent"))

    @property
    def named(self) -> list[dict]:
        return [{"seat": seat, "role": Seat.Role(seat.role_then).label} for seat in self.seats]

    @cached_property
    def by_role(self) -> list[tuple]:
        """How many seats its own people held, by role."""
        counted = Counter(seat.role_then for seat in self.seats if seat.mandate_id is None)
        return [(label, counted[value]) for value, label in Seat.Role.choices if counted[value]]

    @property
    def agents(self) -> int:
        return sum(seat.mandate_id is not None for seat in self.seats)

    @cached_property
    def could(self) -> list[dict]:
        """What its category and tier gave then, and to which roles. Without good standing most of it rests."""
        given = roles_given(self.organisation, self.day)
        return [{"words": in_words(name), "who": roles_in_words(given[name])} for name in MEMBERS_MAY if name in given]


def _shown(request, organisation, *, names: bool):
    form = OnForm(request.GET or None)
    day = form.cleaned_data["day"] if form.is_bound and form.is_valid() else timezone.localdate()
    if not form.is_bound:
        form = OnForm(initial={"day": day})
    context = {"page": OnDayPage(organisation, day, names=names), "organisation": organisation, "form": form}
    return render(request, "coalition/members/on_day.html", context, status=422 if form.is_bound and form.errors else 200)


def on_day(request, slug):
    """For who keeps the register: how many held which seat, and not who."""
    require(can_keep_register(request.viewer))
    return _shown(request, get_object_or_404(Organisation.objects.select_related("category"), slug=slug), names=False)


def own_on_day(request):
    """For whoever looks after one's own organisation's seats, with names."""
    organisation = get_object_or_404(Organisation.objects.select_related("category"), pk=request.viewer.organisation_id)
    require(can_manage_seats(request.viewer, organisation))
    return _shown(request, organisation, names=True)
