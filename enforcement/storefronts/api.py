"""Storefronts by API: the record, and what a platform's own software notes."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from coalition.api.acting import ActsOnOne
from coalition.api.registry import router
from enforcement.market.models import Platform
from enforcement.notices.models import Notice
from enforcement.rights.api import Day, LastDay
from enforcement.storefronts import actions
from enforcement.storefronts.filters import RecordFilter
from enforcement.storefronts.models import Act, Appeal

NEW_SHOP = "The id or name of the seller’s earlier shop, as your record has it."


class ActSerializer(serializers.ModelSerializer):
    platform = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    notice = serializers.SlugRelatedField(slug_field="reference", read_only=True, allow_null=True)
    ends_on = LastDay(help_text="The last day.", allow_null=True)
    new_shop_of = serializers.SlugRelatedField(slug_field="seller_key", source="earlier", read_only=True, allow_null=True)

    class Meta:
        model = Act
        fields = ["id", "platform", "seller_key", "seller_name", "kind", "on", "ends_on", "grounds", "notice", "new_shop_of", "reversed_on",
                  "reversed_because"]  # fmt: skip


class RecordSerializer(serializers.Serializer):
    platform = serializers.SlugRelatedField(slug_field="slug", queryset=Platform.objects.all())
    shop = serializers.CharField(max_length=100)
    name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    kind = serializers.ChoiceField(choices=Act.Kind.choices)
    on = Day()
    new_shop_of = serializers.CharField(max_length=200, required=False, default="", allow_blank=True, help_text=NEW_SHOP)


class UnderSerializer(serializers.Serializer):
    notice = serializers.CharField(help_text="The reference of the notice that led to it.")
    seller_key = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Act.Kind.choices)
    on = Day()
    ends_on = LastDay(required=False, default=None, allow_null=True, help_text="The last day, of a strike or suspension.")
    grounds = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    new_shop_of = serializers.CharField(max_length=200, required=False, default="", allow_blank=True, help_text=NEW_SHOP)


class ReverseSerializer(serializers.Serializer):
    on = Day()
    reason = serializers.CharField(max_length=300)


class AppealSerializer(serializers.ModelSerializer):
    class Meta:
        model = Appeal
        fields = ["id", "on", "said", "outcome", "ended_on", "reason"]


class NewAppealSerializer(serializers.Serializer):
    on = Day()
    said = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)


class DecideAppealSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=[row for row in Appeal.Outcome.choices if row[0]])
    on = Day()
    reason = serializers.CharField(max_length=300)


class ActViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What platforms did to storefronts, as far as you may know: the record, and your own notices'."""

    serializer_class = ActSerializer
    filterset_class = RecordFilter
    queryset = Act.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Act.objects.visible_to(self.viewer).for_list().select_related("platform__organisation", "notice", "earlier")

    @extend_schema(request=RecordSerializer, responses={201: ActSerializer})
    def create(self, request):
        """As a platform, put a closure or ban on the record that rests on no notice here."""
        return self.answer(actions.note(by=self.viewer, **self.checked(RecordSerializer)), status=201)

    @extend_schema(request=UnderSerializer, responses={201: ActSerializer})
    @action(detail=False, methods=["post"])
    def under(self, request):
        """As a platform, note what a notice led to."""
        values = self.checked(UnderSerializer)
        notices = Notice.objects.visible_to(self.viewer).select_related("platform", "principal")
        notice = get_object_or_404(notices, reference=values.pop("notice"))
        return self.answer(actions.note_under(notice, by=self.viewer, **values), status=201)

    @extend_schema(request=ReverseSerializer, responses=ActSerializer)
    @action(detail=True, methods=["post"])
    def reverse(self, request, pk):
        return self.answer(actions.reverse(self.get_object(), by=self.viewer, **self.checked(ReverseSerializer)))

    @extend_schema(methods=["get"], responses=AppealSerializer(many=True))
    @action(detail=True, filterset_class=None)
    def appeals(self, request, pk):
        """The seller's appeals against an act, the newest first."""
        rows = Appeal.objects.visible_to(self.viewer).filter(act=self.get_object())
        return self.get_paginated_response(AppealSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=NewAppealSerializer, responses={201: AppealSerializer})
    @appeals.mapping.post
    def appeal(self, request, pk):
        """As a platform, note that the seller appeals."""
        made = actions.appeal(self.get_object(), by=self.viewer, **self.checked(NewAppealSerializer))
        return Response(AppealSerializer(made).data, status=201)

    @extend_schema(request=DecideAppealSerializer, responses=ActSerializer)
    @action(detail=True, methods=["post"], url_path="appeals/decide")
    def decide_appeal(self, request, pk):
        """As a platform, decide the appeal that is open: let the act stand, or take it back."""
        act = self.get_object()
        found = get_object_or_404(Appeal.objects.visible_to(self.viewer).open(), act=act)
        actions.decide_appeal(found, by=self.viewer, **self.checked(DecideAppealSerializer))
        return self.answer(self.get_object())


router.register("storefronts", ActViewSet, basename="api-storefront")
