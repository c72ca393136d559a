"""Proposals by API: to and from one's organisation."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404

from coalition.access.errors import require
from coalition.api.acting import ActsOnOne
from coalition.api.registry import router
from coalition.members.models import Organisation
from enforcement.proposals import actions
from enforcement.proposals.filters import ProposalFilter
from enforcement.proposals.models import Proposal
from enforcement.proposals.permissions import can_propose
from enforcement.proposals.registry import kinds


class ProposalSerializer(serializers.ModelSerializer):
    proposer = serializers.StringRelatedField()
    asked = serializers.StringRelatedField()

    class Meta:
        model = Proposal
        fields = ["reference", "kind", "name", "proposer", "asked", "facts", "because", "proposed_at", "due_at", "answer", "answered_at", "reason"]


class ProposeSerializer(serializers.Serializer):
    """What is proposed, to whom by the organisation's slug; `about` holds the fields of its kind."""

    kind = serializers.CharField(
        help_text="allowed-seller, with platform, shop, name and perhaps ends_on (the last day); case-mark, with case and tlp;"
        " case-correction, with case, what (title, summary or tags) and words; case-link, with case and other;"
        " case-listing, to whoever brought it, with case, listing (its key or address) and perhaps brand."
    )
    to = serializers.SlugField(required=False, help_text="Left out for a case: it is asked of whose case it is.")
    about = serializers.DictField(child=serializers.CharField(allow_blank=True))
    because = serializers.CharField(max_length=4000)

    def validate_kind(self, value):
        if value not in kinds:
            raise serializers.ValidationError(f"One of: {', '.join(kinds)}.")
        return value


class AnswerSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class ProposalViewSet(ActsOnOne, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Proposals to and from your organisation."""

    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter
    lookup_field = "reference"
    lookup_value_regex = r"[\w-]+"
    queryset = Proposal.objects.none()

    def get_queryset(self):
        return self.queryset if getattr(self, "swagger_fake_view", False) else Proposal.objects.visible_to(self.viewer).for_list()

    @extend_schema(request=ProposeSerializer, responses={201: ProposalSerializer})
    def create(self, request):
        require(can_propose(self.viewer))
        said = self.checked(ProposeSerializer)
        asked = get_object_or_404(Organisation.objects.listed(), slug=said["to"]) if "to" in said else None
        form = kinds[said["kind"]].form({**said["about"], "to": asked and asked.pk, "because": said["because"]}, viewer=self.viewer)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        if asked not in (None, form.proposed["to"]):
            raise serializers.ValidationError({"to": ["It is not theirs."]})
        return self.answer(actions.propose(said["kind"], by=self.viewer, **form.proposed), status=201)

    @extend_schema(request=AnswerSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, reference):
        return self.answer(actions.accept(self.get_object(), by=self.viewer, **self.checked(AnswerSerializer)))

    @extend_schema(request=AnswerSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, reference):
        return self.answer(actions.decline(self.get_object(), by=self.viewer, **self.checked(AnswerSerializer)))

    @extend_schema(request=AnswerSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, reference):
        return self.answer(actions.withdraw(self.get_object(), by=self.viewer, **self.checked(AnswerSerializer)))


router.register("proposals", ProposalViewSet, basename="api-proposal")
