import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enforcement.market.models import Platform
from enforcement.storefronts.models import Act

KINDS = [(kind, Act.Kind(kind).label) for kind in Act.FOR_ALL]


class RecordFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Shop or name"), method="by_words")
    platform = django_filters.ModelChoiceFilter(label=_("Platform"), queryset=Platform.objects.exclude(organisation=None), to_field_name="slug")
    kind = django_filters.ChoiceFilter(label=_("What was done"), choices=KINDS)
    standing = django_filters.ChoiceFilter(label=_("Stands"), choices=[("yes", _("stands")), ("no", _("reversed"))], method="by_standing")

    first = django_filters.DateFilter(label=_("From"), field_name="on", lookup_expr="gte", widget=forms.DateInput({"type": "date"}))
    last = django_filters.DateFilter(label=_("to"), field_name="on", lookup_expr="lte", widget=forms.DateInput({"type": "date"}))

    class Meta:
        model = Act
        fields: list[str] = []

    def by_words(self, found, name, value):
        return found.filter(Q(seller_key__icontains=value) | Q(seller_name__icontains=value))

    def by_standing(self, found, name, value):
        return found.filter(reversed_on__isnull=value == "yes")
