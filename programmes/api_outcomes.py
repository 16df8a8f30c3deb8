"""What follows a decision, in the API: whether gaps closed, other money declared, awards published."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from networks.models import Gap
from programmes.models import OtherFunding, Outcome, Participation
from programmes.services.other_funding import may_declare, retract_other_funding
from programmes.services.outcomes import record_outcome
from programmes.services.publications import awards, mark_published, publication_deadline
from skillnet.api.fields import StrictSerializer
from skillnet.api.views import ApiView, ReadOnlyView, read_body
from skillnet.kernel.roles import Role


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    """What a company says of one of its gaps, right after the course or six months later."""

    programme = serializers.UUIDField(source="programme.public_id", read_only=True)
    gap = serializers.UUIDField(source="gap.public_id", read_only=True)
    company = serializers.CharField(source="organisation.enterprise_number", read_only=True, allow_null=True)
    moment = serializers.ChoiceField(Outcome.Moment.choices, read_only=True)
    answer = serializers.ChoiceField(Outcome.Answer.choices, read_only=True)

    class Meta:
        model = Outcome
        fields = ["programme", "gap", "company", "moment", "answer", "why", "updated_at"]
        read_only_fields = fields


class NewOutcomeSerializer(StrictSerializer):
    """The answer to the question that is open today; why, where the gap did not close."""

    programme = serializers.UUIDField()
    gap = serializers.UUIDField()
    answer = serializers.ChoiceField(Outcome.Answer.choices)
    why = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)


class OutcomeFilter(django_filters.FilterSet):
    """Filters of the list."""

    programme = django_filters.UUIDFilter(field_name="programme__public_id")
    moment = django_filters.ChoiceFilter(choices=Outcome.Moment.choices)

    class Meta:
        model = Outcome
        fields: list[str] = []


@extend_schema_view(list=extend_schema(operation_id="outcomes_list", summary="List what companies said"))
class OutcomeView(ApiView, ListModelMixin, GenericViewSet[Any]):
    """Whether gaps closed: a company reads and says its own."""

    scope = "programmes"
    queryset = Outcome.objects.none()
    serializer_class = OutcomeSerializer
    filterset_class = OutcomeFilter

    def get_queryset(self) -> QuerySet[Outcome]:
        if getattr(self, "swagger_fake_view", False):  # the schema is drawn up without a request
            return super().get_queryset()
        return Outcome.objects.visible_to(self.actor).select_related("programme", "gap", "organisation")

    @extend_schema(
        operation_id="outcomes_say",
        summary="Say whether a gap closed",
        description="Only the company itself, once the course was given. Saying it again replaces it.",
        request=NewOutcomeSerializer,
        responses=OutcomeSerializer,
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewOutcomeSerializer, request)
        row = get_object_or_404(
            Participation.objects.of(self.actor), programme__public_id=values["programme"]
        )
        gap = get_object_or_404(Gap.objects.visible_to(self.actor), public_id=values["gap"])
        said = record_outcome(
            participation_id=row.pk,
            gap_id=gap.pk,
            actor=self.actor,
            answer=values["answer"],
            why=values["why"],
        )
        return Response(self.get_serializer(self.get_queryset().get(pk=said.pk)).data)


class OtherFundingRowSerializer(serializers.ModelSerializer[OtherFunding]):
    """Other money for the same costs, euro; what proved wrong is retracted and stays readable."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participation = serializers.UUIDField(source="participation.public_id", read_only=True)
    company = serializers.CharField(
        source="participation.organisation.enterprise_number", read_only=True, allow_null=True
    )

    class Meta:
        model = OtherFunding
        fields = [
            "id",
            "participation",
            "company",
            "category",
            "instrument",
            "amount",
            "basis",
            "reference",
            "moment",
            "retracted_at",
            "retracted_why",
        ]
        read_only_fields = fields


class RetractSerializer(StrictSerializer):
    """Why it proved wrong."""

    why = serializers.CharField(max_length=300)


class OtherFundingFilter(django_filters.FilterSet):
    """Filters of the list."""

    participation = django_filters.UUIDFilter(field_name="participation__public_id")
    programme = django_filters.UUIDFilter(field_name="participation__programme__public_id")

    class Meta:
        model = OtherFunding
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="otherfunding_list", summary="List other money for the same costs"),
    retrieve=extend_schema(operation_id="otherfunding_read", summary="Read one declaration"),
)
class OtherFundingView(ReadOnlyView):
    """Other money for the same costs; it is declared at `participations/…/other-funding/`."""

    scope = "programmes"
    queryset = OtherFunding.objects.none()
    serializer_class = OtherFundingRowSerializer
    filterset_class = OtherFundingFilter

    def rows(self) -> QuerySet[OtherFunding]:
        return OtherFunding.objects.visible_to(self.actor).select_related(
            "participation__organisation", "participation__programme__network__call"
        )

    @extend_schema(
        operation_id="otherfunding_retract",
        summary="Take back what proved wrong",
        description="Doing it twice keeps the first reason.",
        request=RetractSerializer,
        responses=OtherFundingRowSerializer,
    )
    @action(detail=True, methods=["post"])
    def retract(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(RetractSerializer, request)
        row = self.get_object()
        if not may_declare(self.actor, row.participation):
            raise Http404
        retract_other_funding(funding_id=row.pk, actor=self.actor, why=values["why"])
        return Response(self.get_serializer(self.get_object()).data)


class AwardSerializer(serializers.Serializer[Participation]):
    """An award above the threshold of article 9 GBER, euro, by when it must be public and where it stands."""

    id = serializers.UUIDField(read_only=True)
    programme = serializers.UUIDField(read_only=True)
    company = serializers.CharField(read_only=True, allow_null=True)
    grant = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    publish_by = serializers.DateField(read_only=True)
    published_on = serializers.DateField(read_only=True, allow_null=True)
    reference = serializers.CharField(read_only=True)

    def to_representation(self, instance: Participation) -> dict[str, Any]:
        publication = getattr(instance, "publication", None)
        return {
            "id": str(instance.public_id),
            "programme": str(instance.programme.public_id),
            "company": instance.organisation.enterprise_number,
            "grant": str(instance.grant),
            "publish_by": publication_deadline(instance).isoformat(),
            "published_on": publication.published_on.isoformat() if publication else None,
            "reference": publication.reference if publication else "",
        }


class PublishedSerializer(StrictSerializer):
    """When and under which reference the award was published."""

    published_on = serializers.DateField()
    reference = serializers.CharField(max_length=80)


class AwardFilter(django_filters.FilterSet):
    """Filters of the list."""

    open = django_filters.BooleanFilter(field_name="publication", lookup_expr="isnull")

    class Meta:
        model = Participation
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="publications_list", summary="List awards that have to be public"),
    retrieve=extend_schema(operation_id="publications_read", summary="Read one of them"),
)
class PublicationView(ReadOnlyView):
    """Awards that have to stand in the transparency register, for the coordinator who publishes them."""

    scope = "programmes"
    queryset = Participation.objects.none()
    serializer_class = AwardSerializer
    filterset_class = AwardFilter

    def rows(self) -> QuerySet[Participation]:
        if not self.actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
            return Participation.objects.none()
        rows: QuerySet[Participation] = awards(self.actor).select_related("publication")
        return rows

    @extend_schema(
        operation_id="publications_published",
        summary="Note that an award was published",
        description="Noting it twice keeps the first.",
        request=PublishedSerializer,
        responses=AwardSerializer,
    )
    @action(detail=True, methods=["post"])
    def published(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(PublishedSerializer, request)
        row = self.get_object()
        if not self.actor.has(Role.COORDINATOR):
            raise Http404
        mark_published(participation_id=row.pk, actor=self.actor, **values)
        return Response(self.get_serializer(self.get_object()).data)


__all__ = ["OtherFundingView", "OutcomeView", "PublicationView"]
