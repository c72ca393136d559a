"""Rights by API: a portfolio kept in step by other software, and whether one is valid somewhere, for some goods, on a day."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from coalition.api.acting import ActsOnOne
from coalition.api.registry import router
from coalition.dates import EARLIEST, LATEST
from coalition.members.countries import COUNTRIES
from enforcement.rights import actions, rules
from enforcement.rights.filters import RightFilter
from enforcement.rights.forms import TERRITORIES
from enforcement.rights.models import Protection, Right, Status

ONE_DAY = timedelta(days=1)


class Day(serializers.DateField):
    """A day that the portal reckons with."""

    def to_internal_value(self, value):
        day = super().to_internal_value(value)
        if not EARLIEST <= day <= LATEST:
            raise serializers.ValidationError(f"A day from {EARLIEST} to {LATEST}.")
        return day


class LastDay(Day):
    """The last day of what is kept as the first day without it."""

    def to_internal_value(self, value):
        return super().to_internal_value(value) + ONE_DAY

    def to_representation(self, value):
        return super().to_representation(value - ONE_DAY)


class Classes(serializers.ListField):
    child = serializers.IntegerField(min_value=1, max_value=45)


class StatusSerializer(serializers.ModelSerializer):
    until = LastDay(allow_null=True, help_text="The last day of the term.")

    class Meta:
        model = Status
        fields = ["id", "state", "since", "until", "remark"]


class ProtectionSerializer(serializers.ModelSerializer):
    statuses = StatusSerializer(many=True)

    class Meta:
        model = Protection
        fields = ["territory", "classes", "statuses"]


class RightSerializer(serializers.ModelSerializer):
    expires_on = LastDay(allow_null=True, help_text="The last day of the term where it is registered.")
    protections = ProtectionSerializer(many=True)
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = Right
        fields = [
            "reference", "kind", "name", "number", "jurisdiction", "holder", "classes", "goods", "filed_on", "expires_on", "in_force",
            "protections",
        ]  # fmt: skip

    def get_in_force(self, right) -> bool:
        return right.is_in_force(timezone.localdate())


class EnterSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Right.Kind.choices)
    name = serializers.CharField(max_length=160)
    number = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    jurisdiction = serializers.ChoiceField(choices=TERRITORIES, help_text="The register: a country, EU, BX (Benelux) or WO (WIPO).")
    holder = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    classes = Classes(required=False, default=list)
    goods = serializers.CharField(max_length=20_000, required=False, default="", allow_blank=True)
    filed_on = Day(required=False, default=None, allow_null=True)
    registered_on = Day(required=False, default=None, allow_null=True)
    expires_on = LastDay(required=False, default=None, allow_null=True, help_text="The last day of the term.")
    designates = serializers.ListField(
        child=serializers.ChoiceField(choices=TERRITORIES), required=False, default=list, help_text="What an international registration designates."
    )


class StandsSerializer(serializers.Serializer):
    territory = serializers.ChoiceField(choices=TERRITORIES)
    state = serializers.ChoiceField(choices=list(rules.STATES.items()))
    since = Day()
    until = LastDay(required=False, default=None, allow_null=True, help_text="The last day of the term.")
    remark = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    number = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)


class AskSerializer(serializers.Serializer):
    country = serializers.ChoiceField(choices=COUNTRIES)
    on = Day(required=False)
    classes = serializers.CharField(max_length=200, required=False, default="", help_text="Nice classes of the goods, as 14,18.")

    def validate_classes(self, value):
        try:
            return rules.clean_classes(value)
        except ValueError as wrong:
            raise serializers.ValidationError(str(wrong)) from None


class VerdictSerializer(serializers.Serializer):
    valid = serializers.BooleanField(source="is_valid")
    because = serializers.CharField()


class RightViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Your own organisation's rights."""

    serializer_class = RightSerializer
    filterset_class = RightFilter
    lookup_field = "reference"
    lookup_value_regex = r"[\w-]+"
    queryset = Right.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Right.objects.visible_to(self.viewer).with_facts()

    @extend_schema(request=EnterSerializer, responses={201: RightSerializer})
    def create(self, request):
        return self.answer(actions.enter(by=self.viewer, **self.checked(EnterSerializer)), status=201)

    @extend_schema(parameters=[AskSerializer], responses=VerdictSerializer, filters=False)
    @action(detail=True, methods=["get"], filterset_class=None)
    def valid(self, request, reference):
        """Whether it is valid in a country, for goods of these classes, on a day (today, where none is given), and why or why not."""
        asked = AskSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(VerdictSerializer(self.get_object().valid(**{"on": timezone.localdate(), **asked.validated_data})).data)

    @extend_schema(request=StandsSerializer, responses=RightSerializer)
    @action(detail=True, methods=["post"])
    def statuses(self, request, reference):
        """Note how it stands in a territory from a day on."""
        right, values = self.get_object(), self.checked(StandsSerializer)
        protection = get_object_or_404(right.protections.select_related("right"), territory=values.pop("territory"))
        actions.set_status(protection, by=self.viewer, **values)
        return self.answer(self.get_object())


router.register("rights", RightViewSet, basename="api-right")
