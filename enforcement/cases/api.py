"""Cases by API."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from coalition.access.errors import require
from coalition.access.models import Audience, Grant
from coalition.access.tlp import Tlp
from coalition.api.registry import router
from coalition.members.models import Organisation
from enforcement.cases import actions
from enforcement.cases.filters import CaseFilter
from enforcement.cases.models import Case, CaseListing, Note
from enforcement.cases.permissions import can_lead
from enforcement.market.models import Listing


class CaseSerializer(serializers.ModelSerializer):
    tlp = serializers.CharField(source="space.tlp", read_only=True)
    owner = serializers.StringRelatedField()

    class Meta:
        model = Case
        fields = ["reference", "title", "summary", "state", "outcome", "tlp", "owner", "opened_at", "changed_at", "closed_at"]


class NewCaseSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    tlp = serializers.ChoiceField(choices=Tlp.choices, default=Tlp.AMBER)
    listings = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)


class ListingIdsSerializer(serializers.Serializer):
    listings = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)


class CaseListingSerializer(serializers.ModelSerializer):
    platform = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    brought_by = serializers.StringRelatedField()

    class Meta:
        model = CaseListing
        fields = ["id", "key", "platform", "address", "title", "seller_name", "seller_key", "price", "currency", "brought_by", "added_at"]


class NoteSerializer(serializers.ModelSerializer):
    author = serializers.StringRelatedField(read_only=True)

    class Meta:
        model = Note
        fields = ["id", "body", "author", "written_at"]
        read_only_fields = ["written_at"]


class ShareSerializer(serializers.Serializer):
    """Whom to let in, by an organisation's slug. `dry_run` says what they would read and writes nothing."""

    organisation = serializers.SlugField()
    role = serializers.ChoiceField(choices=Grant.Role.choices, default=Grant.Role.CONTRIBUTE)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    dry_run = serializers.BooleanField(default=False)


class ShareAnswerSerializer(serializers.Serializer):
    who = serializers.CharField()
    listings = serializers.IntegerField()
    notes = serializers.IntegerField()
    files = serializers.IntegerField()
    tasks = serializers.IntegerField()
    written = serializers.BooleanField()


class CaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Cases this seat may see."""

    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    lookup_field = "reference"
    lookup_value_regex = r"[\w-]+"
    queryset = Case.objects.none()

    @property
    def viewer(self):
        return self.request._request.viewer

    def get_queryset(self):
        return self.queryset if getattr(self, "swagger_fake_view", False) else Case.objects.visible_to(self.viewer).for_list()

    def own_listings(self, ids):
        return Listing.objects.on_desk_of(self.viewer).filter(pk__in=ids)

    @extend_schema(request=NewCaseSerializer, responses={201: CaseSerializer})
    def create(self, request):
        form = NewCaseSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        listings = self.own_listings(values.pop("listings"))
        case = actions.open_case(by=self.viewer, listings=listings, **values)
        return Response(CaseSerializer(case).data, status=201)

    @extend_schema(methods=["get"], responses=CaseListingSerializer(many=True))
    @extend_schema(methods=["post"], request=ListingIdsSerializer, responses={200: {"type": "object", "properties": {"added": {"type": "integer"}}}})
    @action(detail=True, methods=["get", "post"])
    def listings(self, request, reference):
        case = self.get_object()
        if request.method == "POST":
            form = ListingIdsSerializer(data=request.data)
            form.is_valid(raise_exception=True)
            return Response({"added": actions.add_listings(case, self.own_listings(form.validated_data["listings"]), by=self.viewer)})
        rows = CaseListing.objects.visible_to(self.viewer).filter(case=case).select_related("platform", "brought_by")
        return self.get_paginated_response(CaseListingSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(methods=["get"], responses=NoteSerializer(many=True))
    @extend_schema(methods=["post"], request=NoteSerializer, responses={201: NoteSerializer})
    @action(detail=True, methods=["get", "post"])
    def notes(self, request, reference):
        case = self.get_object()
        if request.method == "POST":
            form = NoteSerializer(data=request.data)
            form.is_valid(raise_exception=True)
            note = actions.write_note(case, body=form.validated_data["body"], by=self.viewer)
            return Response(NoteSerializer(note).data, status=201)
        rows = Note.objects.visible_to(self.viewer).filter(case=case, space_id=case.space_id).select_related("author")
        return self.get_paginated_response(NoteSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=ShareSerializer, responses=ShareAnswerSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request, reference):
        case = self.get_object()
        form = ShareSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        audience = Audience.objects.get(pk=get_object_or_404(Organisation, slug=values["organisation"]).audience_id)
        require(can_lead(self.viewer, case))
        terms = {"role": values["role"], "by": self.viewer, "expires_at": values["expires_at"]}
        actions.check_sharing(case, audience, **terms)
        change = actions.difference(case, audience)
        if not values["dry_run"]:
            actions.share(case, audience, **terms)
        counts = {"listings": change.listings, "notes": change.notes, "files": change.files, "tasks": change.tasks}
        return Response({"who": str(audience), **counts, "written": not values["dry_run"]})


router.register("cases", CaseViewSet, basename="api-case")
