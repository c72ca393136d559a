"""Cases by API."""

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from coalition.access.errors import Conflict, require
from coalition.access.models import Audience, Grant
from coalition.access.tlp import Tlp
from coalition.api.acting import ActsOnOne
from coalition.api.registry import router
from coalition.members.models import Organisation, Seat
from enforcement.cases import actions
from enforcement.cases.filters import CaseFilter
from enforcement.cases.models import Case, CaseListing, Move, Note, OwnDecision, Task
from enforcement.cases.permissions import can_lead, can_split, can_write
from enforcement.market.models import Listing
from enforcement.sharing.models import SharingGroup


class CaseSerializer(serializers.ModelSerializer):
    tlp = serializers.CharField(source="space.tlp", read_only=True)
    owner = serializers.StringRelatedField()

    class Meta:
        model = Case
        fields = ["reference", "title", "summary", "tags", "state", "stage", "outcome", "tlp", "pap", "owner", "opened_at", "changed_at", "closed_at"]


class NewCaseSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    tlp = serializers.ChoiceField(choices=Tlp.choices, default=Tlp.AMBER)
    tags = serializers.CharField(max_length=600, required=False, allow_blank=True, default="")
    listings = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)


class DescribeSerializer(serializers.Serializer):
    """What is left out stays as it is."""

    title = serializers.CharField(max_length=200, required=False)
    summary = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    tags = serializers.CharField(max_length=600, required=False, allow_blank=True, help_text="Separated by commas.")


class StageSerializer(serializers.Serializer):
    stage = serializers.ChoiceField(choices=Case.Stage.choices)


class CloseSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Case.Outcome.to_close_with())


class ListingIdsSerializer(serializers.Serializer):
    listings = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)


class CaseListingSerializer(serializers.ModelSerializer):
    platform = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    brought_by = serializers.StringRelatedField()

    class Meta:
        model = CaseListing
        fields = [
            "id", "key", "platform", "address", "title", "seller_name", "seller_key", "price", "currency", "brought_by", "added_at", "verified_at",
        ]  # fmt: skip


class NoteSerializer(serializers.ModelSerializer):
    author = serializers.StringRelatedField(read_only=True)

    class Meta:
        model = Note
        fields = ["id", "body", "author", "written_at"]
        read_only_fields = ["written_at"]


class WhoSerializer(serializers.Serializer):
    """One of: an organisation by its slug, a person by the number of the seat, a sharing group by its number."""

    organisation = serializers.SlugField(required=False)
    seat = serializers.IntegerField(required=False)
    sharing_group = serializers.IntegerField(required=False)
    NAMED = ("organisation", "seat", "sharing_group")

    def validate(self, values):
        if sum(name in values for name in self.NAMED) != 1:
            raise serializers.ValidationError(f"Name one of: {', '.join(self.NAMED)}.")
        return values


class ShareSerializer(WhoSerializer):
    """Whom to let in. `dry_run` says what they would read and writes nothing; of a sharing group its `seen` is sent again, so that exactly
    those who were named come in.
    """

    role = serializers.ChoiceField(choices=Grant.Role.choices, default=Grant.Role.CONTRIBUTE)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    seen = serializers.CharField(required=False, allow_blank=True, default="")
    dry_run = serializers.BooleanField(default=False)


class ShareAnswerSerializer(serializers.Serializer):
    who = serializers.CharField()
    within = serializers.ListField(child=serializers.CharField(), help_text="Of a sharing group, who is in it.")
    seen = serializers.CharField()
    listings = serializers.IntegerField()
    notes = serializers.IntegerField()
    files = serializers.IntegerField()
    tasks = serializers.IntegerField()
    written = serializers.BooleanField()


class TaskSerializer(serializers.ModelSerializer):
    owed_by = serializers.StringRelatedField()

    class Meta:
        model = Task
        fields = ["id", "title", "detail", "owed_by", "due_on", "state", "remark", "added_at", "ended_at"]


class NewTaskSerializer(WhoSerializer):
    title = serializers.CharField(max_length=200)
    detail = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class ChangeTaskSerializer(serializers.Serializer):
    """Who owes it, or its last day, or that it is done, dropped or open again; what is left out stays as it is."""

    organisation = serializers.SlugField(required=False)
    seat = serializers.IntegerField(required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    state = serializers.ChoiceField(choices=Task.State.choices, required=False)
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")

    def validate(self, values):
        if {"organisation", "seat"} <= values.keys():
            raise serializers.ValidationError("Name an organisation or a seat.")
        return values


class DecisionSerializer(serializers.ModelSerializer):
    class Meta:
        model = OwnDecision
        fields = ["course", "reason", "decided_at"]
        read_only_fields = ["decided_at"]


class MergeSerializer(serializers.Serializer):
    """Into which case. `dry_run` says what moves and who would read what; its `seen` is sent again to merge exactly so."""

    into = serializers.CharField(max_length=20)
    seen = serializers.CharField(required=False, allow_blank=True, default="")
    dry_run = serializers.BooleanField(default=False)


class SplitSerializer(serializers.Serializer):
    """What goes into the new case, by number, and which organisations of this one are in it."""

    title = serializers.CharField(max_length=200)
    listings = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)
    notes = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)
    tasks = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)
    files = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)
    parties = serializers.ListField(child=serializers.SlugField(), required=False, default=list)


class MoveSerializer(serializers.ModelSerializer):
    from_case = serializers.SlugRelatedField(source="source", slug_field="reference", read_only=True)
    into_case = serializers.SlugRelatedField(source="target", slug_field="reference", read_only=True)

    class Meta:
        model = Move
        fields = ["id", "kind", "from_case", "into_case", "done_at", "undone_at"]


class CaseViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Cases this seat may see."""

    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    lookup_field = "reference"
    lookup_value_regex = r"[\w-]+"
    queryset = Case.objects.none()

    def get_queryset(self):
        return self.queryset if getattr(self, "swagger_fake_view", False) else Case.objects.visible_to(self.viewer).for_list()

    def own_listings(self, ids):
        return Listing.objects.on_desk_of(self.viewer).filter(pk__in=ids)

    @extend_schema(request=NewCaseSerializer, responses={201: CaseSerializer})
    def create(self, request):
        values = self.checked(NewCaseSerializer)
        listings = self.own_listings(values.pop("listings"))
        case = actions.open_case(by=self.viewer, listings=listings, **values)
        return Response(CaseSerializer(case).data, status=201)

    @extend_schema(methods=["get"], responses=CaseListingSerializer(many=True))
    @extend_schema(methods=["post"], request=ListingIdsSerializer, responses={200: {"type": "object", "properties": {"added": {"type": "integer"}}}})
    @action(detail=True, methods=["get", "post"])
    def listings(self, request, reference):
        case = self.get_object()
        if request.method == "POST":
            ids = self.checked(ListingIdsSerializer)["listings"]
            return Response({"added": actions.add_listings(case, self.own_listings(ids), by=self.viewer)})
        rows = CaseListing.objects.visible_to(self.viewer).filter(case=case).select_related("platform", "brought_by")
        return self.get_paginated_response(CaseListingSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(methods=["get"], responses=NoteSerializer(many=True))
    @extend_schema(methods=["post"], request=NoteSerializer, responses={201: NoteSerializer})
    @action(detail=True, methods=["get", "post"])
    def notes(self, request, reference):
        case = self.get_object()
        if request.method == "POST":
            note = actions.write_note(case, **self.checked(NoteSerializer), by=self.viewer)
            return Response(NoteSerializer(note).data, status=201)
        rows = Note.objects.visible_to(self.viewer).filter(case=case, space_id=case.space_id).select_related("author")
        return self.get_paginated_response(NoteSerializer(self.paginate_queryset(rows), many=True).data)

    def _who(self, values: dict, among: list[Audience]) -> Audience:
        """Whom a body names, of those who can be named: nobody else's number tells anything. Raises 404."""
        if "organisation" in values:
            found = get_object_or_404(Organisation, slug=values["organisation"]).audience_id
        elif "seat" in values:
            found = get_object_or_404(Seat, pk=values["seat"]).audience_id
        else:
            group = get_object_or_404(SharingGroup.objects.visible_to(self.viewer), pk=values["sharing_group"])
            editions = group.editions.filter(audience__in=among).order_by("-number").values_list("audience", flat=True)
            found = editions.first()
        return get_object_or_404(Audience.objects.filter(pk__in=[one.pk for one in among]), pk=found)

    @extend_schema(request=ShareSerializer, responses=ShareAnswerSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request, reference):
        case, values = self.get_object(), self.checked(ShareSerializer)
        require(can_lead(self.viewer, case))
        audience = self._who(values, [one for _words, some in actions.may_let_in(self.viewer) for one in some])
        terms = {"role": values["role"], "by": self.viewer, "expires_at": values["expires_at"]}
        actions.check_sharing(case, audience, **terms)
        change = actions.difference(case, audience)
        seen = str(audience.pk) if audience.is_group else ""
        if not values["dry_run"]:
            if values["seen"] != seen:
                raise Conflict("Ask with dry_run who would come in, and send its `seen` again: the group may have grown since.")
            actions.share(case, audience, **terms)
        counts = {"listings": change.listings, "notes": change.notes, "files": change.files, "tasks": change.tasks}
        return Response(
            {"who": str(audience), "within": [str(one) for one in change.within], "seen": seen, **counts, "written": not values["dry_run"]}
        )

    @extend_schema(request=WhoSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def unshare(self, request, reference):
        case = self.get_object()
        require(can_lead(self.viewer, case))
        actions.unshare(case, self._who(self.checked(WhoSerializer), actions.parties_of(case)), by=self.viewer)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def leave(self, request, reference):
        actions.leave(self.get_object(), by=self.viewer)
        return Response(status=204)

    @extend_schema(request=DescribeSerializer, responses=CaseSerializer)
    def partial_update(self, request, reference):
        return self.answer(actions.describe(self.get_object(), **self.checked(DescribeSerializer), by=self.viewer))

    @extend_schema(request=StageSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def stage(self, request, reference):
        return self.answer(actions.set_stage(self.get_object(), **self.checked(StageSerializer), by=self.viewer))

    @extend_schema(request=CloseSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, reference):
        return self.answer(actions.close(self.get_object(), **self.checked(CloseSerializer), by=self.viewer))

    @extend_schema(request=None, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, reference):
        return self.answer(actions.reopen(self.get_object(), by=self.viewer))

    @extend_schema(methods=["get"], responses=TaskSerializer(many=True))
    @extend_schema(methods=["post"], request=NewTaskSerializer, responses={201: TaskSerializer})
    @action(detail=True, methods=["get", "post"])
    def tasks(self, request, reference):
        case = self.get_object()
        if request.method == "POST":
            require(can_write(self.viewer, case.space_id))
            values = self.checked(NewTaskSerializer)
            owed_by = self._who(values, actions.may_owe(case, self.viewer))
            said = {name: values[name] for name in ("title", "detail", "due_on")}
            return Response(TaskSerializer(actions.add_task(case, owed_by=owed_by, by=self.viewer, **said)).data, status=201)
        rows = Task.objects.visible_to(self.viewer).filter(case=case, space_id=case.space_id).select_related("owed_by").order_by("pk")
        return self.get_paginated_response(TaskSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=ChangeTaskSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["patch"], url_path=r"tasks/(?P<pk>\d+)")
    def task(self, request, reference, pk):
        case = self.get_object()
        tasks = Task.objects.visible_to(self.viewer).filter(case=case, space_id=case.space_id).select_related("case__space", "owed_by")
        task, values = get_object_or_404(tasks, pk=pk), self.checked(ChangeTaskSerializer)
        if values.get("state") == Task.State.OPEN:
            task = actions.reopen_task(task, by=self.viewer)
        if values.keys() & {"organisation", "seat", "due_on"}:
            named = values.keys() & {"organisation", "seat"}
            owed_by = self._who(values, actions.may_owe(case, self.viewer)) if named else task.owed_by
            task = actions.change_task(task, owed_by=owed_by, due_on=values.get("due_on", task.due_on), by=self.viewer)
        if "state" in values and values["state"] != Task.State.OPEN:
            task = actions.end_task(task, state=values["state"], remark=values["remark"], by=self.viewer)
        return Response(TaskSerializer(task).data)

    @extend_schema(methods=["get"], responses=DecisionSerializer(many=True))
    @extend_schema(methods=["post"], request=DecisionSerializer, responses={201: DecisionSerializer})
    @action(detail=True, methods=["get", "post"])
    def decisions(self, request, reference):
        """What your own organisation decided about it."""
        case = self.get_object()
        if request.method == "POST":
            return Response(DecisionSerializer(actions.decide(case, **self.checked(DecisionSerializer), by=self.viewer)).data, status=201)
        rows = OwnDecision.objects.on_desk_of(self.viewer).filter(case=case).order_by("-pk")
        return self.get_paginated_response(DecisionSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=MergeSerializer, responses={200: {"type": "object"}, 201: MoveSerializer})
    @action(detail=True, methods=["post"])
    def merge(self, request, reference):
        case, values = self.get_object(), self.checked(MergeSerializer)
        require(can_split(self.viewer, case))
        target = get_object_or_404(actions.may_merge_into(case, self.viewer), reference=values["into"])
        if not values["dry_run"]:
            return Response(MoveSerializer(actions.merge(case, target, seen=values["seen"], by=self.viewer)).data, status=201)
        change = actions.merging(case, target)
        return Response(
            {
                "moves": {str(words): moving for words, moving, _stay in change.rows},
                "stays": {str(words): stay for words, _moving, stay in change.rows if stay},
                "comes_to_read_target": [str(grant.audience) for grant in change.to_target],
                "comes_to_read_source": [str(grant.audience) for grant in change.to_source],
                "refusal": change.refusal,
                "seen": change.seen,
            }
        )

    @extend_schema(request=SplitSerializer, responses={201: MoveSerializer})
    @action(detail=True, methods=["post"])
    def split(self, request, reference):
        case, values = self.get_object(), self.checked(SplitSerializer)
        require(can_split(self.viewer, case))
        parties = [self._who({"organisation": slug}, actions.parties_of(case)).pk for slug in values["parties"]]
        chosen = {name: values[name] for name in ("listings", "notes", "tasks", "files")}
        move = actions.split(case, title=values["title"], chosen=chosen, parties=parties, by=self.viewer)
        return Response(MoveSerializer(move).data, status=201)

    def _moves(self, case: Case):
        return Move.objects.visible_to(self.viewer).filter(Q(source=case) | Q(target=case)).select_related("source__space", "target__space")

    @extend_schema(responses=MoveSerializer(many=True))
    @action(detail=True, methods=["get"])
    def moves(self, request, reference):
        """Merges and splits, as far as you read both sides."""
        rows = self._moves(self.get_object()).order_by("-pk")
        return self.get_paginated_response(MoveSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=None, responses=MoveSerializer)
    @action(detail=True, methods=["post"], url_path=r"moves/(?P<pk>\d+)/undo")
    def undo(self, request, reference, pk):
        return Response(MoveSerializer(actions.undo(get_object_or_404(self._moves(self.get_object()), pk=pk), by=self.viewer)).data)


router.register("cases", CaseViewSet, basename="api-case")
