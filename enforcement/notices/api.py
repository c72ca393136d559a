"""Notices and disputes by API: for the sender, the analyst and the platform, each as far as the actions let them."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from coalition.api.acting import ActsOnOne
from coalition.api.registry import router
from enforcement.cases.models import Case
from enforcement.market.models import Listing
from enforcement.notices import actions
from enforcement.notices.filters import NoticeFilter
from enforcement.notices.models import Complaint, Dispute, Ground, Notice, NoticeItem
from enforcement.rights.models import Right


class NoticeSerializer(serializers.ModelSerializer):
    platform = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    programme = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    principal = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Notice
        fields = [
            "reference", "principal", "platform", "programme", "ground", "right_text", "right_jurisdiction", "statement", "signatory", "contact",
            "said", "in_good_faith", "state", "revision", "return_reason", "item_count", "decided_count", "submitted_at", "sent_at",
            "received_at", "decided_at", "due_at",
        ]  # fmt: skip


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = NoticeItem
        fields = [
            "id",
            "key",
            "address",
            "title",
            "seller_name",
            "nice_class",
            "outcome",
            "why",
            "reason",
            "territories",
            "final",
            "decisions",
            "decided_at",
        ]


class ComposeSerializer(serializers.Serializer):
    listings = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    case = serializers.CharField(required=False, default="", allow_blank=True)


class EditSerializer(serializers.Serializer):
    ground = serializers.ChoiceField(choices=Ground.choices)
    right = serializers.CharField(help_text="The reference of one of your own rights.")
    statement = serializers.CharField()
    signatory = serializers.CharField(max_length=120)
    contact = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    in_good_faith = serializers.BooleanField()
    not_genuine = serializers.BooleanField(default=False)
    said = serializers.DictField(required=False, help_text="What it says in the platform’s own form, by the names of its fields; left out, it stays.")
    seen = serializers.IntegerField(min_value=0, help_text="Its `revision` as you changed it: what was saved meanwhile is not written over.")


class ClassifySerializer(serializers.Serializer):
    items = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    nice_class = serializers.IntegerField(min_value=1, max_value=45, allow_null=True)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField()


class AnsweredItemSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    seen = serializers.IntegerField(min_value=0, help_text="How many decisions on it you have seen: its `decisions`.")


class AnswerSerializer(serializers.Serializer):
    items = AnsweredItemSerializer(many=True, allow_empty=False)
    outcome = serializers.CharField()
    why = serializers.CharField(required=False, default="", allow_blank=True, help_text="For what is rejected, or left: one of the reasons.")
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    territories = serializers.ListField(
        child=serializers.CharField(), required=False, default=list, help_text="For what is disabled: ISO countries, by two letters."
    )


class DisputeSerializer(serializers.ModelSerializer):
    notice = serializers.CharField(source="item.notice.reference", read_only=True)
    item = serializers.IntegerField(source="item_id", read_only=True)
    final = serializers.CharField(source="item.final", read_only=True)

    class Meta:
        model = Dispute
        fields = [
            "id", "notice", "item", "kind", "statement", "raised_at", "due_at", "ending", "ended_at", "signatory", "evidence", "reason",
            "filed_with", "filed_where", "filed_number", "filed_on", "concluded_at", "final",
        ]  # fmt: skip


class NewDisputeSerializer(serializers.Serializer):
    item = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Dispute.Kind.choices)
    statement = serializers.CharField()


class StandBehindSerializer(serializers.Serializer):
    signatory = serializers.CharField(max_length=120)
    evidence = serializers.CharField()
    filed_with = serializers.CharField(required=False, default="", allow_blank=True, help_text="court or authority, where one has gone to one.")
    filed_where = serializers.CharField(required=False, default="", allow_blank=True, max_length=160)
    filed_number = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    filed_on = serializers.DateField(required=False, default=None, allow_null=True)


class ConcludeSerializer(serializers.Serializer):
    stays_down = serializers.BooleanField()


class ComplaintSerializer(serializers.ModelSerializer):
    notice = serializers.CharField(source="item.notice.reference", read_only=True)
    item = serializers.IntegerField(source="item_id", read_only=True)

    class Meta:
        model = Complaint
        fields = ["id", "notice", "item", "text", "made_at", "due_at", "outcome", "answer", "answered_at"]


class NewComplaintSerializer(serializers.Serializer):
    item = serializers.IntegerField()
    text = serializers.CharField()


class ComplaintAnswerSerializer(serializers.Serializer):
    text = serializers.CharField()
    outcome = serializers.CharField(required=False, default="", allow_blank=True, help_text="What becomes of the item; empty: the decision is kept.")
    territories = serializers.ListField(child=serializers.CharField(), required=False, default=list)


class NoticeViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Notices this seat may see."""

    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    lookup_field = "reference"
    lookup_value_regex = r"[\w-]+"
    queryset = Notice.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Notice.objects.visible_to(self.viewer).for_list().select_related("platform__organisation", "programme")

    @extend_schema(request=ComposeSerializer, responses={201: NoticeSerializer(many=True)})
    def create(self, request):
        values = self.checked(ComposeSerializer)
        case = get_object_or_404(Case.objects.visible_to(self.viewer), reference=values["case"]) if values["case"] else None
        listings = Listing.objects.visible_to(self.viewer).filter(pk__in=values["listings"])
        drafts = actions.compose(listings, by=self.viewer, case=case)
        return Response(NoticeSerializer(drafts, many=True).data, status=201)

    @extend_schema(request=EditSerializer, responses=NoticeSerializer)
    def update(self, request, reference):
        values = self.checked(EditSerializer)
        values["right"] = get_object_or_404(Right.objects.visible_to(self.viewer), reference=values["right"])
        return self.answer(actions.edit(self.get_object(), by=self.viewer, **values))

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, reference):
        return self.answer(actions.submit(self.get_object(), by=self.viewer))

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def countersign(self, request, reference):
        return self.answer(actions.countersign(self.get_object(), by=self.viewer))

    @extend_schema(request=ReasonSerializer, responses=NoticeSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request, reference):
        return self.answer(actions.send_back(self.get_object(), by=self.viewer, **self.checked(ReasonSerializer)))

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request, reference):
        return self.answer(actions.approve(self.get_object(), by=self.viewer))

    @extend_schema(request=ReasonSerializer, responses=NoticeSerializer)
    @action(detail=True, methods=["post"], url_path="give-back")
    def give_back(self, request, reference):
        return self.answer(actions.give_back(self.get_object(), by=self.viewer, **self.checked(ReasonSerializer)))

    @extend_schema(responses=ItemSerializer(many=True))
    @action(detail=True, methods=["get"])
    def items(self, request, reference):
        rows = NoticeItem.objects.visible_to(self.viewer).filter(notice=self.get_object())
        return self.get_paginated_response(ItemSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=ClassifySerializer, responses={200: {"type": "object", "properties": {"classified": {"type": "integer"}}}})
    @action(detail=True, methods=["post"])
    def classify(self, request, reference):
        """As its sender, say of which Nice class the goods of some items are."""
        values = self.checked(ClassifySerializer)
        return Response({"classified": actions.classify(self.get_object(), values["items"], nice_class=values["nice_class"], by=self.viewer)})

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request, reference):
        return self.answer(actions.acknowledge(self.get_object(), by=self.viewer))

    @extend_schema(request=AnswerSerializer, responses={200: {"type": "object", "properties": {"answered": {"type": "integer"}}}})
    @action(detail=True, methods=["post"], url_path="answer")
    def answer_items(self, request, reference):
        values = self.checked(AnswerSerializer)
        answers = {item["id"]: item["seen"] for item in values.pop("items")}
        count = actions.answer(self.get_object(), answers, by=self.viewer, **values)
        return Response({"answered": count})


class DisputeViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Disputes this seat may see."""

    serializer_class = DisputeSerializer
    lookup_value_regex = r"\d+"
    filter_backends = []
    queryset = Dispute.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Dispute.objects.visible_to(self.viewer).select_related("item__notice")

    @extend_schema(request=NewDisputeSerializer, responses={201: DisputeSerializer})
    def create(self, request):
        values = self.checked(NewDisputeSerializer)
        items = NoticeItem.objects.visible_to(self.viewer).select_related("notice")
        item = get_object_or_404(items, pk=values.pop("item"))
        return Response(DisputeSerializer(actions.dispute(item, by=self.viewer, **values)).data, status=201)

    @extend_schema(request=StandBehindSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"], url_path="stand-behind")
    def stand_behind(self, request, pk):
        return self.answer(actions.stand_behind(self.get_object(), by=self.viewer, **self.checked(StandBehindSerializer)))

    @extend_schema(request=ReasonSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        return self.answer(actions.withdraw(self.get_object(), by=self.viewer, **self.checked(ReasonSerializer)))

    @extend_schema(request=ConcludeSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def conclude(self, request, pk):
        return self.answer(actions.conclude(self.get_object(), by=self.viewer, **self.checked(ConcludeSerializer)))


class ComplaintViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Complaints about refusals that this seat may see."""

    serializer_class = ComplaintSerializer
    lookup_value_regex = r"\d+"
    filter_backends = []
    queryset = Complaint.objects.none()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Complaint.objects.visible_to(self.viewer).select_related("item__notice")

    @extend_schema(request=NewComplaintSerializer, responses={201: ComplaintSerializer})
    def create(self, request):
        values = self.checked(NewComplaintSerializer)
        item = get_object_or_404(NoticeItem.objects.visible_to(self.viewer).select_related("notice"), pk=values.pop("item"))
        return Response(ComplaintSerializer(actions.complain(item, by=self.viewer, **values)).data, status=201)

    @extend_schema(request=ComplaintAnswerSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"], url_path="answer")
    def answer_it(self, request, pk):
        return self.answer(actions.answer_complaint(self.get_object(), by=self.viewer, **self.checked(ComplaintAnswerSerializer)))


router.register("complaints", ComplaintViewSet, basename="api-complaint")
router.register("notices", NoticeViewSet, basename="api-notice")
router.register("disputes", DisputeViewSet, basename="api-dispute")
