"""Calls, networks and annual plans in the API, with the steps of their workflows."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.application_transitions import PLAN_TRANSITIONS
from networks.models import (
    Call,
    CallCriterion,
    Network,
    NetworkPlan,
    PlanLine,
)
from networks.network_transitions import NETWORK_TRANSITIONS
from networks.services.calls import take_call_action
from networks.services.determination import ranking_of
from networks.services.networks import take_network_action
from networks.services.plans import take_plan_action
from networks.transitions import CALL_TRANSITIONS
from skillnet.api.fields import PartySerializer
from skillnet.api.steps import step_action
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


class StandingSerializer(serializers.Serializer[Any]):
    """A place in the ranking: the mark (0 to 100), the budget used up to it, and whether it fits."""

    application = serializers.UUIDField(source="application.public_id", read_only=True)
    network = serializers.CharField(source="application.network.name", read_only=True)
    place = serializers.IntegerField(source="ranked.place", read_only=True)
    mark = serializers.DecimalField(5, 2, source="ranked.entry.mark", read_only=True)
    requested_eur = MoneyField(source="ranked.entry.requested")
    cumulative_eur = MoneyField(source="ranked.cumulative")
    fits = serializers.BooleanField(source="ranked.fits", read_only=True)
    below_minimum = serializers.BooleanField(source="ranked.below_minimum", read_only=True)
    tie = serializers.CharField(source="ranked.tie", read_only=True)
    spread = serializers.DecimalField(6, 2, read_only=True)
    reviews = serializers.IntegerField(read_only=True)


class CallFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Call.State.choices)

    class Meta:
        model = Call
        fields: list[str] = []


class NetworkFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Network.State.choices)
    call = django_filters.UUIDFilter(field_name="call__public_id")

    class Meta:
        model = Network
        fields: list[str] = []


class PlanFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=NetworkPlan.State.choices)
    network = django_filters.UUIDFilter(field_name="network__public_id")
    year = django_filters.NumberFilter()

    class Meta:
        model = NetworkPlan
        fields: list[str] = []


def _take_call(row: Any, step: str, actor: Any, reason: str) -> None:
    take_call_action(call=row, action=step, actor=actor, reason=reason)


def _take_network(row: Any, step: str, actor: Any, reason: str) -> None:
    take_network_action(network=row, action=step, actor=actor, reason=reason)


def _take_plan(row: Any, step: str, actor: Any, reason: str) -> None:
    take_plan_action(plan=row, action=step, actor=actor, reason=reason)


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
    step = step_action("calls", steps=CALL_TRANSITIONS.transitions, take=_take_call, shows=CallSerializer)

    def rows(self) -> QuerySet[Call]:
        return Call.objects.visible_to(self.actor).select_related("coordinator").prefetch_related("criteria")

    @extend_schema(
        operation_id="calls_rank",
        summary="Rank the reviewed applications of an own call, against its budget",
        responses=StandingSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def ranking(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        own = Call.objects.owned_by(self.actor)
        call = get_object_or_404(own, public_id=self.kwargs["id"])
        return Response(StandingSerializer(ranking_of(call), many=True).data)


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
    step = step_action(
        "networks", steps=NETWORK_TRANSITIONS.transitions, take=_take_network, shows=NetworkSerializer
    )

    def rows(self) -> QuerySet[Network]:
        return Network.objects.visible_to(self.actor).select_related(
            "call", "promoter", "contracting_organisation"
        )


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
    step = step_action("plans", steps=PLAN_TRANSITIONS.transitions, take=_take_plan, shows=PlanSerializer)

    def rows(self) -> QuerySet[NetworkPlan]:
        return NetworkPlan.objects.visible_to(self.actor).select_related("network").prefetch_related("lines")
