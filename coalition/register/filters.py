"""What the staff's list of organisations can be narrowed to; every figure of the dashboard is one of these."""

from __future__ import annotations

from datetime import timedelta

import django_filters
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.forms import DateInput, HiddenInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from coalition.activity.models import Event
from coalition.dates import at_noon
from coalition.dues.models import OpenItem
from coalition.members.capabilities import MEMBERS_MAY, WORDS, given_to
from coalition.members.forms import WithCategory, tiers_of_members
from coalition.members.models import Category, Organisation, Policy, Seat, Term, in_good_standing
from coalition.register.months import Month, Move, Movements

QUIET = 90


def last_day():
    """The day each leaves: until it resigned, or until the last of its terms."""
    return Subquery(Term.objects.counting().filter(organisation=OuterRef("pk")).order_by("-until").values("until")[:1])


class TierField(WithCategory, ModelChoiceField):
    pass


class TierFilter(django_filters.ModelChoiceFilter):
    field_class = TierField


class RegisterFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Name"))
    category = django_filters.ModelChoiceFilter(queryset=Category.objects.all(), to_field_name="slug", label=_("Category"))
    tier = TierFilter(queryset=tiers_of_members, to_field_name="slug", label=_("Tier"), method="of_tier")
    standing = django_filters.ChoiceFilter(
        choices=[("good", _("in good standing")), ("not", _("not in good standing"))], label=_("Standing"), method="in_standing"
    )
    renews = django_filters.ChoiceFilter(
        choices=[("30", _("in 30 days")), ("60", _("in 60 days")), ("90", _("in 90 days"))], label=_("Membership ends"), method="term_ends"
    )
    on = django_filters.DateFilter(
        label=_("One of all members on"), method="good_on", widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip
    may = django_filters.ChoiceFilter(choices=[(name, WORDS[name]) for name in MEMBERS_MAY], label=_("May, or could on that day"), method="could")
    # The months of the dashboard lead to these; a chip says which is chosen.
    good = django_filters.CharFilter(label=_("In good standing at the end of"), method="good_at_end", widget=HiddenInput)
    joined = django_filters.CharFilter(label=_("Joined in"), method="moved_in", widget=HiddenInput)
    back = django_filters.CharFilter(label=_("Came back into good standing in"), method="moved_in", widget=HiddenInput)
    fell = django_filters.CharFilter(label=_("Fell out of good standing in"), method="moved_in", widget=HiddenInput)
    left = django_filters.CharFilter(label=_("Left from good standing in"), method="moved_in", widget=HiddenInput)
    left_lapsed = django_filters.CharFilter(label=_("Left, out of good standing before, in"), method="moved_in", widget=HiddenInput)
    seats = django_filters.ChoiceFilter(
        choices=[("some", _("some taken")), ("full", _("all taken")), ("none", _("none taken")), ("counted", _("a number given"))],
        label=_("Seats"),
        method="seats_used",
    )
    engaged = django_filters.ChoiceFilter(choices=[("yes", _("in 90 days")), ("no", _("not in 90 days"))], label=_("Active"), method="active")
    accepted = django_filters.ModelChoiceFilter(queryset=Policy.objects.all(), label=_("Has accepted"), method="has_accepted", widget=HiddenInput)
    lacks = django_filters.ModelChoiceFilter(
        queryset=Policy.objects.all(), label=_("Member that has not accepted"), method="has_not_accepted", widget=HiddenInput
    )
    owes = django_filters.ChoiceFilter(choices=[("yes", _("something is open"))], label=_("Dues"), method="owing")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def of_tier(self, found, name, tier):
        running = Term.objects.covering(timezone.localdate()).filter(organisation=OuterRef("pk"), tier=tier)
        return found.filter(Exists(running))

    def in_standing(self, found, name, value):
        members = found.filter(category__is_member=True)
        return members.filter(in_good_standing(timezone.now())) if value == "good" else members.filter(~in_good_standing(timezone.now()))

    def term_ends(self, found, name, value):
        today = timezone.localdate()
        ending = found.filter(category__is_member=True).annotate(last_day=last_day())
        return ending.filter(last_day__gte=today, last_day__lte=today + timedelta(days=int(value)))

    def good_on(self, found, name, day):
        return found.filter(in_good_standing(at_noon(day)), category__is_member=True)

    def could(self, found, name, capability):
        """Whoever had it by their category or tier on the day that is asked for, in good standing; today where none is."""
        day = self.form.cleaned_data.get("on") or timezone.localdate()
        return found.filter(in_good_standing(at_noon(day)), given_to(capability, day), category__is_member=True)

    def good_at_end(self, found, name, value):
        month = Month.read(value)
        return found.filter(pk__in=Movements().good(month)) if month else found.none()

    def moved_in(self, found, name, value):
        month = Month.read(value)
        return found.filter(pk__in=Movements().moved(month)[Move(name)]) if month else found.none()

    def seats_used(self, found, name, value):
        taken = Seat.objects.filter(organisation=OuterRef("pk"), ends_at=None, mandate=None)
        if value in ("none", "some"):
            return found.filter(Exists(taken) if value == "some" else ~Exists(taken))
        running = Term.objects.covering(timezone.localdate()).filter(organisation=OuterRef("pk"))
        if value == "counted":
            return found.filter(Exists(running.filter(tier__seats__isnull=False)), category__is_member=True)
        cap = running.values("tier__seats")[:1]
        counted = taken.order_by().values("organisation").annotate(n=Count("pk")).values("n")
        return found.annotate(cap=Subquery(cap), taken=Subquery(counted)).filter(cap__isnull=False, taken__gte=F("cap"))

    def active(self, found, name, value):
        acted = Exists(Event.objects.filter(organisation=OuterRef("audience"), at__gte=timezone.now() - timedelta(days=QUIET)))
        return found.filter(acted) if value == "yes" else found.filter(~acted)

    def has_accepted(self, found, name, policy):
        return found.filter(acceptances__policy=policy)

    def has_not_accepted(self, found, name, policy):
        return found.filter(category__is_member=True).filter(in_good_standing(timezone.now())).exclude(acceptances__policy=policy)

    def owing(self, found, name, value):
        return found.filter(Exists(OpenItem.objects.filter(organisation=OuterRef("pk"))))
