"""Listings and imports by API."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from coalition.api.registry import router
from enforcement.market import actions
from enforcement.market.columns import FIELDS
from enforcement.market.filters import ListingFilter
from enforcement.market.models import Import, ImportRow, Listing


class ListingSerializer(serializers.ModelSerializer):
    platform = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Listing
        fields = [
            "id", "key", "key_version", "kind", "platform", "address", "canonical", "title", "seller_name", "seller_key", "brand", "price",
            "currency", "quantity", "country", "image", "sku", "first_seen_at", "last_seen_at", "taken_up_at",
        ]  # fmt: skip


class ListingViewSet(viewsets.ReadOnlyModelViewSet):
    """Listings this seat may see."""

    serializer_class = ListingSerializer
    filterset_class = ListingFilter
    queryset = Listing.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Listing.objects.visible_to(self.request._request.viewer).for_list()


class ImportSerializer(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)
    sheets = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Import
        fields = [
            "reference", "name", "sheets", "skipped", "left_out", "by_itself",
            "state", "problem", "columns", "samples", "mapping", "rows_total", "rows_checked", "rows_done",
            "lines_ignored", "counts", "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)


class MappingSerializer(serializers.Serializer):
    """Our field to the number of the file's column, counted from 0; leave out to take what was guessed. Sheets of a workbook: all, unless named."""

    mapping = serializers.DictField(child=serializers.IntegerField(min_value=0), required=False)
    sheets = serializers.ListField(child=serializers.CharField(), required=False)

    def validate_mapping(self, value):
        if unknown := set(value) - set(FIELDS):
            raise serializers.ValidationError(f"Unknown fields: {', '.join(sorted(unknown))}.")
        return value


class ImportRowSerializer(serializers.ModelSerializer):
    class Meta:
        model = ImportRow
        fields = ["number", "verdict", "field", "value", "reason", "key"]


class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Upload, map, check, confirm, undo: the steps of the import page."""

    serializer_class = ImportSerializer
    lookup_field = "reference"
    lookup_value_regex = r"[\w-]+"
    filter_backends = []
    queryset = Import.objects.none()

    @property
    def viewer(self):
        return self.request._request.viewer

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Import.objects.visible_to(self.viewer).select_related("attachment").order_by("-pk")

    @extend_schema(request=UploadSerializer, responses={201: ImportSerializer})
    @action(detail=False, methods=["post"], url_path="upload", parser_classes=[MultiPartParser])
    def upload(self, request):
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        job = actions.upload(form.validated_data["file"], by=self.viewer)
        return Response(ImportSerializer(job).data, status=201)

    @extend_schema(
        request=UploadSerializer,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)],
        responses={202: ImportSerializer(many=True), 200: ImportSerializer(many=True)},
    )
    @action(detail=False, methods=["post"], url_path="drop", parser_classes=[MultiPartParser], pagination_class=None)
    def drop(self, request):
        """Send a file and leave it: it is checked and written by itself where a person has said before what columns with these headings mean.

        Where nobody has, or more than a tenth of its rows are refused, it waits for a person, who is told. The same key with the same file
        is the same drop (200, and the imports as they stand); with another file it is refused (422).
        """
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        jobs, is_new = actions.drop(form.validated_data["file"], key=request.headers.get("Idempotency-Key", ""), by=self.viewer)
        return Response(ImportSerializer(jobs, many=True).data, status=202 if is_new else 200)

    @extend_schema(request=MappingSerializer, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def columns(self, request, reference):
        form = MappingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        job, sheets = self.get_object(), form.validated_data.get("sheets")
        mapping = form.validated_data.get("mapping") or {field: choice["column"] for field, choice in job.mapping.items()}
        return Response(ImportSerializer(actions.choose_columns(job, mapping=mapping, sheets=sheets, by=self.viewer)).data)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, reference):
        return Response(ImportSerializer(actions.confirm(self.get_object(), by=self.viewer)).data)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request, reference):
        return Response(ImportSerializer(actions.undo(self.get_object(), by=self.viewer)).data)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request, reference):
        return Response(ImportSerializer(actions.give_up(self.get_object(), by=self.viewer)).data)

    @extend_schema(responses=ImportRowSerializer(many=True))
    @action(detail=True, methods=["get"])
    def rows(self, request, reference):
        rows = ImportRow.objects.visible_to(self.viewer).filter(job=self.get_object())
        if verdict := request.query_params.get("verdict"):
            rows = rows.filter(verdict=verdict)
        return self.get_paginated_response(ImportRowSerializer(self.paginate_queryset(rows), many=True).data)


router.register("listings", ListingViewSet, basename="api-listing")
router.register("imports", ImportViewSet, basename="api-import")
