"""What the address of the list of rights may ask for."""

from datetime import timedelta

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enforcement.rights import rules
from enforcement.rights.models import Protection, Recordation, Right

ENDS = [("90", _("in 90 days")), ("180", _("in 180 days"))]


class RightFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name, number or holder"), method="by_words")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Right.Kind)
    where = django_filters.ChoiceFilter(label=_("Territory"), choices=[], method="by_territory")
    nice = django_filters.ChoiceFilter(label=_("Nice class"), choices=[(str(n), str(n)) for n in rules.NICE], method="by_class")
    standing = django_filters.ChoiceFilter(label=_("In force"), choices=[("yes", _("in force")), ("no", _("not in force"))], method="by_standing")
    ends = django_filters.ChoiceFilter(label=_("Ends"), choices=ENDS, method="by_end")
    customs = django_filters.ChoiceFilter(
        label=_("Recorded at customs"), choices=[*Recordation.Authority.choices, ("none", _("nowhere"))], method="by_customs"
    )

    class Meta:
        model = Right
        fields: list[str] = []

    def __init__(self, data, queryset, **kwargs):
        super().__init__(data, queryset, **kwargs)
        territories = Protection.objects.filter(right__in=queryset.order_by()).order_by("territory").values_list("territory", flat=True).distinct()
        # Of the field itself: the schema of the API makes the fields of the class once, and every filter after it starts as their copy.
        self.filters["where"].field.choices = [(code, rules.name_of(code)) for code in territories]

    def by_words(self, found, name, value):
        return found.filter(Q(name__icontains=value) | Q(number__icontains=value.replace(" ", "")) | Q(holder__icontains=value))

    def by_territory(self, found, name, value):
        return found.filter(protections__territory=value)

    def by_class(self, found, name, value):
        return found.filter(classes__contains=[int(value)])

    def by_standing(self, found, name, value):
        live = Right.objects.in_force(timezone.localdate()).values("pk")
        return found.filter(pk__in=live) if value == "yes" else found.exclude(pk__in=live)

    def by_end(self, found, name, value):
        today = timezone.localdate()
        return found.filter(expires_on__gt=today, expires_on__lte=today + timedelta(days=int(value)))

    def by_customs(self, found, name, value):
        today = timezone.localdate()
        live = Recordation.objects.filter(right=OuterRef("pk"), starts_on__lte=today, ends_on__gt=today)
        return found.filter(~Exists(live)) if value == "none" else found.filter(Exists(live.filter(authority=value)))
