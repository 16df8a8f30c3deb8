"""Calls, applications, networks, members and annual plans in the API.

Reading all of it, and handing an application in. Weighing and deciding are a person's word and stay on the pages.
"""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import (
    ApplicationAnswer,
    Call,
    CallCriterion,
    Network,
    NetworkApplication,
    NetworkMember,
    NetworkPlan,
    PlanLine,
)
from networks.services.applications import take_application_action
from skillnet.api.fields import PartySerializer
from skillnet.api.views import ReadOnlyView


class MoneyField(serializers.DecimalField):
    """Euro, excluding VAT; null is unknown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, read_only=True, **options)


class CriterionSerializer(serializers.ModelSerializer[CallCriterion]):
    """A criterion by which a call weighs applications."""

    class Meta:
        model = CallCriterion
        fields = ["title", "description", "weight", "max_score"]
        read_only_fields = fields


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call for networks: dates, budget, and how applications are weighed."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    coordinator = PartySerializer(read_only=True)
    budget_eur = MoneyField(source="budget", allow_null=True)
    criteria = CriterionSerializer(many=True, read_only=True)
    state = serializers.ChoiceField(Call.State.choices, read_only=True)

    class Meta:
        model = Call
        fields = [
            "id",
            "title",
            "description",
            "conditions",
            "coordinator",
            "state",
            "opens_on",
            "closes_on",
            "review_by",
            "budget_eur",
            "min_reviewers",
            "min_score",
            "criteria",
        ]
        read_only_fields = fields


class AnswerSerializer(serializers.ModelSerializer[ApplicationAnswer]):
    """What an application says to one criterion."""

    criterion = serializers.CharField(source="criterion.title", read_only=True)

    class Meta:
        model = ApplicationAnswer
        fields = ["criterion", "text"]
        read_only_fields = fields


class ApplicationSerializer(serializers.ModelSerializer[NetworkApplication]):
    """The application of a network; `reasons` and `awarded_eur` once it was decided."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    call = serializers.UUIDField(source="call.public_id", read_only=True)
    network = serializers.UUIDField(source="network.public_id", read_only=True)
    state = serializers.ChoiceField(NetworkApplication.State.choices, read_only=True)
    requested_eur = MoneyField(source="requested_budget", allow_null=True)
    awarded_eur = MoneyField(source="awarded_budget", allow_null=True)
    answers = AnswerSerializer(many=True, read_only=True)

    class Meta:
        model = NetworkApplication
        fields = [
            "id",
            "call",
            "network",
            "state",
            "plan",
            "requested_eur",
            "awarded_eur",
            "answers",
            "info_asked",
            "info_due_on",
            "info_answer",
            "reasons",
            "submitted_at",
            "decided_at",
            "updated_at",
        ]
        read_only_fields = fields


class NetworkSerializer(serializers.ModelSerializer[Network]):
    """A network that this key may see."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    call = serializers.UUIDField(source="call.public_id", read_only=True, allow_null=True, default=None)
    promoter = PartySerializer(read_only=True, allow_null=True)
    contracting_organisation = PartySerializer(read_only=True, allow_null=True)
    budget_eur = MoneyField(source="budget", allow_null=True)
    state = serializers.ChoiceField(Network.State.choices, read_only=True)

    class Meta:
        model = Network
        fields = [
            "id",
            "name",
            "state",
            "call",
            "sector",
            "region",
            "purpose",
            "promoter",
            "contracting_organisation",
            "budget_eur",
            "updated_at",
        ]
        read_only_fields = fields


class MemberSerializer(serializers.ModelSerializer[NetworkMember]):
    """A company in a network."""

    network = serializers.UUIDField(source="network.public_id", read_only=True)
    organisation = PartySerializer(read_only=True)
    state = serializers.ChoiceField(NetworkMember.State.choices, read_only=True)

    class Meta:
        model = NetworkMember
        fields = ["id", "network", "organisation", "state", "joined_on", "left_on"]
        read_only_fields = fields


class PlanLineSerializer(serializers.ModelSerializer[PlanLine]):
    """A line of the budget, in euro per quarter."""

    kind = serializers.ChoiceField(PlanLine.Kind.choices, read_only=True)

    class Meta:
        model = PlanLine
        fields = ["title", "kind", "learners", "quarter_1", "quarter_2", "quarter_3", "quarter_4"]
        read_only_fields = fields


class PlanSerializer(serializers.ModelSerializer[NetworkPlan]):
    """The annual plan of a network."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    network = serializers.UUIDField(source="network.public_id", read_only=True)
    state = serializers.ChoiceField(NetworkPlan.State.choices, read_only=True)
    lines = PlanLineSerializer(many=True, read_only=True)

    class Meta:
        model = NetworkPlan
        fields = ["id", "network", "year", "state", "goals", "lines", "approved_at"]
        read_only_fields = fields


class CallFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Call.State.choices)

    class Meta:
        model = Call
        fields: list[str] = []


class ApplicationFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=NetworkApplication.State.choices)
    call = django_filters.UUIDFilter(field_name="call__public_id")
    network = django_filters.UUIDFilter(field_name="network__public_id")

    class Meta:
        model = NetworkApplication
        fields: list[str] = []


class NetworkFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Network.State.choices)
    call = django_filters.UUIDFilter(field_name="call__public_id")

    class Meta:
        model = Network
        fields: list[str] = []


class MemberFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=NetworkMember.State.choices)
    network = django_filters.UUIDFilter(field_name="network__public_id")

    class Meta:
        model = NetworkMember
        fields: list[str] = []


class PlanFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=NetworkPlan.State.choices)
    network = django_filters.UUIDFilter(field_name="network__public_id")
    year = django_filters.NumberFilter()

    class Meta:
        model = NetworkPlan
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="calls_list", summary="List calls"),
    retrieve=extend_schema(operation_id="calls_read", summary="Read one call with its criteria"),
)
class CallView(ReadOnlyView):
    """Calls through which networks are funded; drafts only for who draws them up."""

    scope = "networks"
    queryset = Call.objects.none()
    serializer_class = CallSerializer
    filterset_class = CallFilter

    def rows(self) -> QuerySet[Call]:
        return Call.objects.visible_to(self.actor).select_related("coordinator").prefetch_related("criteria")


@extend_schema_view(
    list=extend_schema(operation_id="applications_list", summary="List applications"),
    retrieve=extend_schema(operation_id="applications_read", summary="Read one application"),
)
class ApplicationView(ReadOnlyView):
    """Applications of the networks that the key's role reaches; for a coordinator those that were handed in."""

    scope = "networks"
    queryset = NetworkApplication.objects.none()
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilter

    def rows(self) -> QuerySet[NetworkApplication]:
        answers = ApplicationAnswer.objects.select_related("criterion")
        return (
            NetworkApplication.objects.visible_to(self.actor)
            .select_related("call", "network")
            .prefetch_related(Prefetch("answers", queryset=answers))
        )

    @extend_schema(
        operation_id="applications_submit",
        summary="Hand an application in",
        description="Refused with all reasons when something lacks; handing in again changes nothing.",
        request=None,
        responses=ApplicationSerializer,
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = take_application_action(
            application=self.get_object(), action="submit", actor=self.actor
        )
        return Response(self.get_serializer(self.rows().get(pk=application.pk)).data)


@extend_schema_view(
    list=extend_schema(operation_id="networks_list", summary="List networks"),
    retrieve=extend_schema(operation_id="networks_read", summary="Read one network"),
)
class NetworkView(ReadOnlyView):
    """Networks that the key's organisation is in, leads or looks after."""

    scope = "networks"
    queryset = Network.objects.none()
    serializer_class = NetworkSerializer
    filterset_class = NetworkFilter

    def rows(self) -> QuerySet[Network]:
        return Network.objects.visible_to(self.actor).select_related(
            "call", "promoter", "contracting_organisation"
        )


@extend_schema_view(
    list=extend_schema(operation_id="members_list", summary="List the companies of networks"),
    retrieve=extend_schema(operation_id="members_read", summary="Read one membership"),
)
class MemberView(ReadOnlyView):
    """Companies in the networks that this key may see."""

    scope = "networks"
    queryset = NetworkMember.objects.none()
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    lookup_field = "pk"
    lookup_value_converter = "int"

    def rows(self) -> QuerySet[NetworkMember]:
        return NetworkMember.objects.visible_to(self.actor).select_related("network", "organisation")


@extend_schema_view(
    list=extend_schema(operation_id="plans_list", summary="List annual plans"),
    retrieve=extend_schema(operation_id="plans_read", summary="Read one annual plan with its budget"),
)
class PlanView(ReadOnlyView):
    """Annual plans: of one's networks, for a coordinator those that were laid before the steering group."""

    scope = "networks"
    queryset = NetworkPlan.objects.none()
    serializer_class = PlanSerializer
    filterset_class = PlanFilter

    def rows(self) -> QuerySet[NetworkPlan]:
        return NetworkPlan.objects.visible_to(self.actor).select_related("network").prefetch_related("lines")
