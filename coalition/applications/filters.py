import django_filters
from django.utils.translation import gettext_lazy as _

from coalition.applications.models import Application
from coalition.members.models import Category
from coalition.search.actions import search


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    state = django_filters.ChoiceFilter(label=_("State"), choices=[row for row in Application.State.choices if row[0] != "draft"])
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=Category.objects.filter(is_public=True), to_field_name="slug")

    class Meta:
        model = Application
        fields = ["q", "state", "category"]

    def by_words(self, queryset, name, value):
        found = search(value, by=self.request.viewer, kinds=["application"], most=1000)
        return queryset.filter(pk__in=[entry.subject_id for entry in found])
