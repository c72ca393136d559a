"""Platforms by API: what each one's own form asks for, so that a sender's software can fill it in."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action

from coalition.access.errors import require
from coalition.api.acting import ActsOnOne
from coalition.api.registry import router
from enforcement.market.models import Platform
from enforcement.shapes.models import Field


class PlatformSerializer(serializers.ModelSerializer):
    takes_notices = serializers.SerializerMethodField(help_text="Whether it is a member and takes notices here.")

    class Meta:
        model = Platform
        fields = ["slug", "name", "countries", "most_items", "takes_notices"]

    def get_takes_notices(self, platform) -> bool:
        return platform.organisation_id is not None


class OptionSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field called label
    label_zh = serializers.CharField(required=False)
    grounds = serializers.ListField(child=serializers.CharField(), help_text="Empty: for every ground.")


class FieldSerializer(serializers.ModelSerializer):
    options = OptionSerializer(many=True)

    class Meta:
        model = Field
        fields = [
            "name",
            "label",
            "label_zh",
            "kind",
            "hint",
            "most",
            "options",
            "grounds",
            "is_needed",
            "needed_with",
            "needed_codes",
            "source",
            "since",
        ]


class PlatformViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The platforms that listings and notices are about."""

    serializer_class = PlatformSerializer
    lookup_field = "slug"
    queryset = Platform.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.viewer.may("see_enforcement"))
        return Platform.objects.exclude(slug="alias").order_by("pk")

    @extend_schema(responses=FieldSerializer(many=True))
    @action(detail=True)
    def form(self, request, slug):
        """What its own form asks for today, beside what every notice says: the names are those of `said` on a notice."""
        rows = Field.objects.in_force().filter(platform=self.get_object())
        return self.get_paginated_response(FieldSerializer(self.paginate_queryset(rows), many=True).data)


router.register("platforms", PlatformViewSet, basename="api-platform")
