"""The capacity exchange in the API: `/api/v1/capacity/` and `/api/v1/capacity-requests/`."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import CapacityOffer, CapacityRequest
from catalogue.rules import TRADERS
from catalogue.services.capacity import (
    request_capacity,
    save_capacity,
    take_capacity_action,
    take_request_action,
)
from skillnet.api.fields import Euro, Region, StrictSerializer, UnknownText
from skillnet.api.steps import shown_again, step_action
from skillnet.api.views import ReadOnlyView, read_body

MOST = 1_000_000  # units of one thing


class CapacitySerializer(StrictSerializer):
    """What one organisation has free."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    state = serializers.ChoiceField(CapacityOffer.State.choices, read_only=True)
    organisation = serializers.CharField(source="organisation.name", read_only=True)
    kind = serializers.ChoiceField(CapacityOffer.Kind.choices)
    title = serializers.CharField(max_length=200)
    description = UnknownText(max_length=3_000)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)
    left = serializers.IntegerField(
        read_only=True, help_text="Units that are free on every day of the period; single days can have more."
    )
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    region = Region()
    location = UnknownText(max_length=200)
    price_eur = Euro(source="price")
    price_unit = serializers.ChoiceField(
        CapacityOffer.PriceUnit.choices, default=CapacityOffer.PriceUnit.UNIT
    )
    conditions = UnknownText(max_length=2_000)


class CapacityAskSerializer(StrictSerializer):
    """What one organisation asks of it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    capacity = serializers.UUIDField(source="capacity.public_id", read_only=True)
    organisation = serializers.CharField(source="organisation.name", read_only=True)
    state = serializers.ChoiceField(CapacityRequest.State.choices, read_only=True)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)
    starts_on = serializers.DateField(
        required=False, help_text="First day. Absent: the first day that is left of the offered period."
    )
    ends_on = serializers.DateField(
        required=False, help_text="Last day, included. Absent: the last day of the offered period."
    )
    message = UnknownText(max_length=1_000)
    reason = serializers.CharField(read_only=True)


class StepReasonSerializer(StrictSerializer):
    """Why."""

    reason = UnknownText(max_length=2_000)


class CapacityFilter(django_filters.FilterSet):
    """Filters of the list."""

    kind = django_filters.ChoiceFilter(choices=CapacityOffer.Kind.choices)
    free_from = django_filters.DateFilter(field_name="ends_on", lookup_expr="gte")
    free_until = django_filters.DateFilter(field_name="starts_on", lookup_expr="lte")
    price_max = django_filters.NumberFilter(field_name="price", lookup_expr="lte")

    class Meta:
        model = CapacityOffer
        fields: list[str] = []


def _trader(view: Any) -> None:
    if not view.actor.has(*TRADERS):
        view.permission_denied(view.request)


def _take(row: Any, step: str, actor: Any, reason: str) -> None:
    take_capacity_action(capacity=row, action=step, actor=actor, reason=reason)


@extend_schema_view(
    list=extend_schema(operation_id="capacity_list", summary="List free capacity, and all of the own"),
    retrieve=extend_schema(operation_id="capacity_read", summary="Read one"),
)
class CapacityView(ReadOnlyView):
    """Seats, rooms, trainers, equipment and workplaces that stand free."""

    scope = "capacity"
    queryset = CapacityOffer.objects.none()
    serializer_class = CapacitySerializer
    filterset_class = CapacityFilter
    step = step_action("capacity", steps=("close", "reopen"), take=_take, shows=CapacitySerializer)

    def rows(self) -> QuerySet[CapacityOffer]:
        seen = CapacityOffer.objects.visible_to(self.actor)
        own = seen.of(self.actor).values("pk")
        current = CapacityOffer.objects.on_offer(timezone.localdate()).values("pk")
        return seen.filter(pk__in=own.union(current)).select_related("organisation")

    @extend_schema(
        operation_id="capacity_create",
        summary="Put free capacity on offer",
        responses={201: CapacitySerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        _trader(self)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        saved = save_capacity(actor=self.actor, values=serializer.validated_data)
        return self.created(saved)

    @extend_schema(
        operation_id="capacity_replace",
        summary="Change own capacity; what was promised stays promised",
        responses=CapacitySerializer,
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        own = self.rows().of(self.actor)  # type: ignore[attr-defined]
        capacity = get_object_or_404(own, public_id=self.kwargs["id"])
        _trader(self)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        save_capacity(actor=self.actor, values=serializer.validated_data, capacity=capacity)
        return shown_again(self, capacity)

    @extend_schema(
        operation_id="capacity_request",
        summary="Ask for some of it",
        request=CapacityAskSerializer,
        responses={201: CapacityAskSerializer},
    )
    @action(detail=True, methods=["post"], url_path="requests")
    def ask(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        _trader(self)
        values = read_body(CapacityAskSerializer, request)
        made = request_capacity(capacity=self.get_object(), actor=self.actor, **values)
        row = CapacityRequest.objects.visible_to(self.actor).get(pk=made.pk)
        return Response(CapacityAskSerializer(row).data, status=status.HTTP_201_CREATED)


class CapacityRequestFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=CapacityRequest.State.choices)

    class Meta:
        model = CapacityRequest
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="requests_list", summary="List requests that one made or received"),
    retrieve=extend_schema(operation_id="requests_read", summary="Read one request"),
)
class CapacityRequestView(ReadOnlyView):
    """Requests for capacity, of both sides."""

    scope = "capacity"
    queryset = CapacityRequest.objects.none()
    serializer_class = CapacityAskSerializer
    filterset_class = CapacityRequestFilter

    def rows(self) -> QuerySet[CapacityRequest]:
        return CapacityRequest.objects.visible_to(self.actor).select_related("organisation", "capacity")

    @extend_schema(
        operation_id="requests_confirm",
        summary="Promise what is asked",
        request=None,
        responses=CapacityAskSerializer,
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._step("confirm", "")

    @extend_schema(
        operation_id="requests_refuse",
        summary="Refuse, with the reason",
        request=StepReasonSerializer,
        responses=CapacityAskSerializer,
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._step("refuse", self._reason(request))

    @extend_schema(
        operation_id="requests_cancel",
        summary="Take a request or a promise back",
        request=StepReasonSerializer,
        responses=CapacityAskSerializer,
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._step("cancel", self._reason(request))

    def _reason(self, request: Request) -> str:
        serializer = StepReasonSerializer(data=request.data or {})
        serializer.is_valid(raise_exception=True)
        return str(serializer.validated_data["reason"])

    def _step(self, name: str, reason: str) -> Response:
        take_request_action(request=self.get_object(), action=name, actor=self.actor, reason=reason)
        return Response(self.get_serializer(self.get_object()).data)
