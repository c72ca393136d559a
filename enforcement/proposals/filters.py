import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.search.actions import search
from enforcement.proposals.models import Proposal

STATES = [("open", _("waits for an answer")), *[choice for choice in Proposal.Answer.choices if choice[0]]]


class ProposalFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    whose = django_filters.ChoiceFilter(label=_("Made by"), choices=[("us", _("us, to others")), ("others", _("others, to us"))], method="by_side")
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="by_state")
    time = django_filters.ChoiceFilter(
        label=_("Answered"), choices=[("in", _("in time")), ("late", _("late or not at all")), ("owed", _("in time, late or not at all"))],
        method="by_time",
    )  # fmt: skip

    class Meta:
        model = Proposal
        fields: list[str] = []

    def by_words(self, found, name, value):
        return found.filter(pk__in=[entry.subject_id for entry in search(value, by=self.request.viewer, kinds=["proposal"], most=1000)])

    def by_side(self, found, name, value):
        return found.of(self.request.viewer) if value == "us" else found.to(self.request.viewer)

    def by_state(self, found, name, value):
        return found.filter(answer="" if value == "open" else value)

    def by_time(self, found, name, value):
        owed = found.owed(timezone.now())
        return {"in": found.in_time(), "owed": owed, "late": owed.exclude(pk__in=Proposal.objects.in_time().values("pk"))}[value]
