import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.search.actions import search
from enforcement.market.models import Import, Listing, Platform


def _finished(request):
    return Import.objects.visible_to(request.viewer).filter(state=Import.State.DONE).order_by("-pk")


class ListingFilter(django_filters.FilterSet):
    """What the address of a list of listings may ask for."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    platform = django_filters.ModelChoiceFilter(label=_("Platform"), queryset=Platform.objects.all(), to_field_name="slug")
    seller = django_filters.CharFilter(label=_("Seller"), method="by_seller")
    used = django_filters.ChoiceFilter(label=_("Taken up"), choices=[("yes", _("in a case or notice")), ("no", _("not yet"))], method="by_use")
    relist = django_filters.ChoiceFilter(
        label=_("Relists"), choices=[("open", _("relists to judge")), ("same", _("judged relists")), ("any", _("all that look like relists"))],
        method="by_relist",
    )  # fmt: skip
    batch = django_filters.ModelChoiceFilter(
        label=_("Import"),
        queryset=_finished,
        to_field_name="reference",
    )

    class Meta:
        model = Listing
        fields = ["q", "platform", "seller", "used", "relist", "batch"]

    def by_words(self, queryset, name, value):
        found = search(value, by=self.request.viewer, kinds=["listing"], most=1000)
        return queryset.filter(pk__in=[entry.subject_id for entry in found])

    def by_seller(self, queryset, name, value):
        return queryset.filter(Q(seller_key=value) | Q(seller_name__icontains=value))

    def by_relist(self, queryset, name, value):
        if value == "any":
            return queryset.exclude(relist=None).exclude(relist__verdict="different")
        return queryset.filter(relist__verdict="" if value == "open" else value)

    def by_use(self, queryset, name, value):
        return queryset.filter(taken_up_at__isnull=value == "no")
