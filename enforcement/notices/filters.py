import django_filters
from django.utils.translation import gettext_lazy as _

from coalition.search.actions import search
from enforcement.market.models import Platform
from enforcement.notices.models import Ground, Notice


class NoticeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Notice.State)
    platform = django_filters.ModelChoiceFilter(label=_("Platform"), queryset=Platform.objects.all(), to_field_name="slug")
    ground = django_filters.ChoiceFilter(label=_("Ground"), choices=Ground)

    class Meta:
        model = Notice
        fields = ["q", "state", "platform", "ground"]

    def by_words(self, queryset, name, value):
        found = search(value, by=self.request.viewer, kinds=["notice"], most=1000)
        return queryset.filter(pk__in=[entry.subject_id for entry in found])
