"""Steps of gaps and of work-to-work agreements through the API, and many new gaps at once.

`/api/v1/gaps/{id}/steps/`, `/api/v1/gaps/{id}/transfer/steps/` and `/api/v1/gap-batches/`.
"""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from networks.api import GapSerializer, GapView, new_gaps, own_company
from networks.models import Gap, Organisation, WorkTransfer
from networks.services.gap_batches import RowsRefused, register_gaps
from networks.services.gaps import take_gap_action
from networks.services.transfers import finish_transfer, take_transfer_action
from networks.transitions import GAP_TRANSITIONS
from skillnet.api.fields import StrictSerializer, UnknownChoice, UnknownText
from skillnet.api.schema import KEY
from skillnet.api.steps import step_action
from skillnet.api.views import ApiView, find_row, read_body

MOST_ROWS = 200
ANSWERS = ("confirm", "decline", "finish")


def _take(row: Any, step: str, actor: Any, reason: str) -> None:
    take_gap_action(gap=row, action=step, actor=actor, reason=reason)


class GapStepView(GapView):
    """Steps of one gap: its company registers, confirms and reopens it; the manager of its network closes it too."""

    step = step_action(
        "gaps", steps=GAP_TRANSITIONS.transitions, take=_take, shows=GapSerializer, parameters=[KEY]
    )


class TransferStepSerializer(StrictSerializer):
    """The answer of the new employer, or how it ended (`finish`, with the outcome)."""

    step = serializers.ChoiceField([(name, name) for name in ANSWERS])
    reason = UnknownText(max_length=2_000)
    outcome = UnknownChoice(WorkTransfer.Outcome.choices)


class TransferStateSerializer(serializers.Serializer[WorkTransfer]):
    """Where the agreement stands."""

    gap = serializers.UUIDField(source="gap.public_id", read_only=True)
    state = serializers.ChoiceField(WorkTransfer.State.choices, read_only=True)
    outcome = serializers.CharField(read_only=True)


class TransferStepView(ApiView, GenericViewSet[Any]):
    """The agreement of two employers on a work-to-work gap."""

    scope = "gaps"
    queryset = WorkTransfer.objects.none()
    serializer_class = TransferStateSerializer

    @extend_schema(
        operation_id="transfers_step",
        summary="Confirm or decline as the new employer, or finish as the old one",
        request=TransferStepSerializer,
        responses=TransferStateSerializer,
        parameters=[KEY],
    )
    def step(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        seen = WorkTransfer.objects.visible_to(self.actor).select_related("gap__organisation", "receiving")
        gaps: QuerySet[Gap] = Gap.objects.filter(pk__in=seen.values("gap"))
        gap = find_row(gaps, self.kwargs["id"], organisation=self.actor.organisation_id)
        transfer = seen.get(gap=gap)
        values = read_body(TransferStepSerializer, request)
        if values["step"] == "finish":
            finish_transfer(
                transfer=transfer, outcome=values["outcome"], actor=self.actor, reason=values["reason"]
            )
        else:
            take_transfer_action(
                transfer=transfer, action=values["step"], actor=self.actor, reason=values["reason"]
            )
        again = seen.filter(pk=transfer.pk).first()
        if again is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(TransferStateSerializer(again).data)


class GapBatchSerializer(StrictSerializer):
    """New gaps, all or none. References come of themselves; a gap that has one goes by `PUT /gaps/{id}/`."""

    gaps = GapSerializer(many=True)
    organisation = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("Voor een netwerkmanager: het lid waarvoor hij invoert, dat het bevestigt."),
    )

    def validate_gaps(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not 1 <= len(value) <= MOST_ROWS:
            raise serializers.ValidationError(_("Stuur 1 tot %(most)d kloven.") % {"most": MOST_ROWS})
        if any("external_id" in row or row.get("transfer") for row in value):
            raise serializers.ValidationError(
                _("Een kloof met een eigen kenmerk of een overgang stuurt u apart.")
            )
        return value


class GapBatchView(ApiView, GenericViewSet[Any]):
    """Many new gaps at once, matched by one run: of the own company, or of a member for its network's manager."""

    scope = "gaps"
    queryset = Gap.objects.none()
    serializer_class = GapBatchSerializer

    @extend_schema(
        operation_id="gaps_register",
        summary="Register new gaps of the own company, or of a member for it to confirm, all or none",
        description="A title that the company has already, or that comes twice, refuses the whole batch.",
        request=GapBatchSerializer,
        responses={201: GapSerializer(many=True)},
        filters=False,
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        member = serializer.validated_data["organisation"]
        company = (
            get_object_or_404(Organisation.objects.members_managed_by(self.actor), public_id=member)
            if member
            else own_company(self.actor)
        )
        wanted = serializer.validated_data["gaps"]
        rows = {
            number: {name: value for name, value in row.items() if name != "transfer"}
            for number, row in enumerate(wanted)
        }
        try:
            saved = register_gaps(actor=self.actor, organisation=company, rows=rows)
        except RowsRefused as refused:
            errors = [dict(refused.errors.get(number, {})) for number in range(len(rows))]
            raise serializers.ValidationError({"gaps": errors}) from refused
        return new_gaps(self, saved, self.actor)
