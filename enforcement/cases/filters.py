import django_filters
from django.utils.translation import gettext_lazy as _

from coalition.search.actions import search
from enforcement.cases.models import Case


class CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Case.State)
    whose = django_filters.ChoiceFilter(label=_("Led by"), choices=[("us", _("us")), ("others", _("others"))], method="by_owner")

    class Meta:
        model = Case
        fields = ["q", "state", "whose"]

    def by_words(self, queryset, name, value):
        found = search(value, by=self.request.viewer, kinds=["case"], most=1000)
        return queryset.filter(pk__in=[entry.subject_id for entry in found])

    def by_owner(self, queryset, name, value):
        own = {"owner_id": self.request.viewer.organisation_audience_id}
        return queryset.filter(**own) if value == "us" else queryset.exclude(**own)
