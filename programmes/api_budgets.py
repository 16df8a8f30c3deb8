"""Budgets in the API: of networks, of calls, and the ring-fenced lines of a call. Euro."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import Call, Network
from programmes.api_versions import VersionField, both_versions
from programmes.models import BudgetLine
from programmes.querysets import calls_with_budget, networks_with_budget
from programmes.services.budgets import call_positions, with_positions
from programmes.services.ring_fence import LinePosition, line_version, paid_of, save_budget_line, used_of
from skillnet.api.fields import StrictSerializer
from skillnet.api.schema import NEW_OR_KNOWN
from skillnet.api.views import ReadOnlyView, put_answer, read_body


def _euro(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, **options)


class NetworkBudgetSerializer(serializers.ModelSerializer[Network]):
    """Where the budget of a network stands; `left` is what may still be asked, null without a budget."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    call = serializers.UUIDField(source="call.public_id", read_only=True, allow_null=True, default=None)
    drafted = _euro()
    reserved = _euro()
    granted = _euro()
    paid = _euro()
    left = _euro(allow_null=True)

    class Meta:
        model = Network
        fields = ["id", "name", "call", "budget", "drafted", "reserved", "granted", "paid", "left"]
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(operation_id="networkbudgets_list", summary="List the budgets of networks"),
    retrieve=extend_schema(operation_id="networkbudgets_read", summary="Read the budget of one network"),
)
class NetworkBudgetView(ReadOnlyView):
    """Budgets of networks: the figures of the page on budgets."""

    scope = "programmes"
    queryset = Network.objects.none()
    serializer_class = NetworkBudgetSerializer

    def rows(self) -> QuerySet[Network]:
        rows: QuerySet[Network] = networks_with_budget(Network.objects.all(), self.actor)
        return with_positions(rows).select_related("call")


class CallBudgetSerializer(serializers.Serializer[Call]):
    """Where the budget of a call stands over all its networks."""

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    budget = _euro(allow_null=True)
    drafted = _euro()
    reserved = _euro()
    granted = _euro()
    paid = _euro()
    left = _euro(allow_null=True)

    def to_representation(self, instance: Call) -> dict[str, Any]:
        position = call_positions([instance])[instance.pk]
        names = ("budget", "drafted", "reserved", "granted", "paid", "left")
        amounts = {name: getattr(position, name) for name in names}
        return {
            "id": str(instance.public_id),
            "title": instance.title,
            **{name: None if amount is None else str(amount) for name, amount in amounts.items()},
        }


@extend_schema_view(
    list=extend_schema(operation_id="callbudgets_list", summary="List the budgets of calls"),
    retrieve=extend_schema(operation_id="callbudgets_read", summary="Read the budget of one call"),
)
class CallBudgetView(ReadOnlyView):
    """Budgets of calls, for their coordinator and for who reads all."""

    scope = "programmes"
    queryset = Call.objects.none()
    serializer_class = CallBudgetSerializer

    def rows(self) -> QuerySet[Call]:
        rows: QuerySet[Call] = calls_with_budget(Call.objects.all(), self.actor)
        return rows


class BudgetLineSerializer(serializers.ModelSerializer[BudgetLine]):
    """A ring-fenced line of a call, and what approved programmes use of it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    call = serializers.UUIDField(source="call.public_id", read_only=True)
    purpose = serializers.ChoiceField(BudgetLine.Purpose.choices, read_only=True)
    used = _euro()
    paid = _euro()
    left = _euro()
    version = serializers.CharField(read_only=True)

    class Meta:
        model = BudgetLine
        fields = [
            "id",
            "call",
            "purpose",
            "amount",
            "valid_from",
            "valid_to",
            "legal_basis",
            "used",
            "paid",
            "left",
            "version",
        ]
        read_only_fields = fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        position = LinePosition(instance, used_of(instance), paid_of(instance))
        instance.used, instance.paid, instance.left = position.used, position.paid, position.left
        instance.version = line_version(instance)
        return dict(super().to_representation(instance))


class NewBudgetLineSerializer(StrictSerializer):
    """So much for this purpose from this day on; the same purpose and day again is the same line."""

    call = serializers.UUIDField()
    purpose = serializers.ChoiceField(BudgetLine.Purpose.choices)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True, default=None)
    legal_basis = serializers.CharField(max_length=300, help_text=gettext_lazy("Rechtsgrond."))
    version = VersionField()


@extend_schema_view(
    list=extend_schema(operation_id="budgetlines_list", summary="List ring-fenced lines of calls"),
    retrieve=extend_schema(operation_id="budgetlines_read", summary="Read one ring-fenced line"),
)
class BudgetLineView(ReadOnlyView):
    """Money of a call that may pay for one purpose only."""

    scope = "programmes"
    queryset = BudgetLine.objects.none()
    serializer_class = BudgetLineSerializer

    def rows(self) -> QuerySet[BudgetLine]:
        return BudgetLine.objects.visible_to(self.actor).select_related("call")

    @extend_schema(
        operation_id="budgetlines_put",
        summary="Add a line to one's own call, or change the one of that purpose and first day",
        description="Sending the same again changes nothing. With the `version` that you read, a line that "
        "somebody else changed since is a 409 that holds both versions.",
        request=NewBudgetLineSerializer,
        responses=NEW_OR_KNOWN(BudgetLineSerializer),
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewBudgetLineSerializer, request)
        version = values.pop("version")
        call = get_object_or_404(Call.objects.owned_by(self.actor), public_id=values.pop("call"))
        known = (
            self.rows().filter(call=call, purpose=values["purpose"], valid_from=values["valid_from"]).first()
        )
        with both_versions(sent=request.data, current=lambda: self._body(known.pk) if known else None):
            line = save_budget_line(call=call, values=values, line=known, version=version)
        return put_answer(request, "api:budget-lines-detail", self._body(line.pk), known is None)

    def _body(self, pk: int) -> dict[str, Any]:
        return dict(self.get_serializer(self.rows().get(pk=pk)).data)


__all__ = ["BudgetLineView", "CallBudgetView", "NetworkBudgetView"]
