import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.members.models import Seat
from coalition.search.actions import search
from enforcement.cases.models import Case, Task


class TaskFilter(django_filters.FilterSet):
    whose = django_filters.ChoiceFilter(label=_("Owed by"), choices=[("me", _("me")), ("us", _("us")), ("others", _("others"))], method="by_whose")
    state = django_filters.ChoiceFilter(label=_("State"), choices=[*Task.State.choices, ("late", _("late"))], method="by_state")

    class Meta:
        model = Task
        fields: list[str] = []

    def by_whose(self, found, name, value):
        viewer = self.request.viewer
        if value == "me":
            return found.filter(owed_by_id=viewer.audience_id)
        people = Seat.objects.filter(organisation_id=viewer.organisation_id).values("audience_id")
        ours = Q(owed_by_id=viewer.organisation_audience_id) | Q(owed_by_id__in=people)
        return found.filter(ours) if value == "us" else found.exclude(ours)

    def by_state(self, found, name, value):
        if value == "late":
            return found.filter(state=Task.State.OPEN, due_on__lt=timezone.localdate())
        return found.filter(state=value)


class CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Case.State)
    stage = django_filters.ChoiceFilter(label=_("Stands"), choices=Case.Stage, method="by_stage")
    tag = django_filters.CharFilter(label=_("Tag"), method="by_tag")
    whose = django_filters.ChoiceFilter(label=_("Led by"), choices=[("us", _("us")), ("others", _("others"))], method="by_owner")

    class Meta:
        model = Case
        fields = ["q", "state", "stage", "tag", "whose"]

    def by_stage(self, queryset, name, value):
        return queryset.filter(state=Case.State.OPEN, stage=value)

    def by_tag(self, queryset, name, value):
        return queryset.filter(tags__contains=[value.strip().lower()])

    def by_words(self, queryset, name, value):
        found = search(value, by=self.request.viewer, kinds=["case"], most=1000)
        return queryset.filter(pk__in=[entry.subject_id for entry in found])

    def by_owner(self, queryset, name, value):
        own = {"owner_id": self.request.viewer.organisation_audience_id}
        return queryset.filter(**own) if value == "us" else queryset.exclude(**own)
