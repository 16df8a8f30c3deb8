"""What is to be revalued, in the API: `/api/v1/revaluations/`."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from catalogue.models import Revaluation
from catalogue.revaluation_transitions import REVALUATION_TRANSITIONS
from catalogue.services.revaluing import take_revaluation_step
from skillnet.api.steps import step_action
from skillnet.api.views import ReadOnlyView


class MovedPartSerializer(serializers.Serializer[Any]):
    """One part of the need-to-have score: value (0..1, null unknown) and weight, before and after."""

    part = serializers.CharField()
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    weight_before = serializers.FloatField()
    weight_after = serializers.FloatField()


class GroundSerializer(serializers.Serializer[Any]):
    """Why it was put up; `shift` of the score is -1..1 in twentieths, above zero is more urgent."""

    cause = serializers.ChoiceField(Revaluation.Cause.choices)
    reference = serializers.CharField()
    day = serializers.DateField()
    shift = serializers.FloatField()
    parts = serializers.SerializerMethodField()

    @extend_schema_field(MovedPartSerializer(many=True))
    def get_parts(self, ground: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"part": name, **pair} for name, pair in ground["parts"].items()]


class RevaluationSerializer(serializers.Serializer[Any]):
    """A microcredential or a recognition that is looked at again; the other of the two is null."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    microcredential = serializers.UUIDField(
        source="microcredential.public_id", read_only=True, allow_null=True, default=None
    )
    provider = serializers.UUIDField(source="provider.public_id", read_only=True)
    scheme = serializers.CharField(source="recognition.scheme", read_only=True, allow_null=True, default=None)
    title = serializers.CharField(source="subject", read_only=True)
    state = serializers.ChoiceField(Revaluation.State.choices, read_only=True)
    opened_on = serializers.DateField(read_only=True)
    due_on = serializers.DateField(read_only=True)
    grounds = GroundSerializer(many=True, read_only=True)
    reason = serializers.CharField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)


def _take(row: Any, step: str, actor: Any, reason: str) -> None:
    take_revaluation_step(revaluation=row, action=step, actor=actor, reason=reason)


@extend_schema_view(
    list=extend_schema(operation_id="revaluations_list", summary="List what is to be revalued, and was"),
    retrieve=extend_schema(operation_id="revaluations_read", summary="Read one revaluation"),
)
class RevaluationView(ReadOnlyView):
    """Of the own microcredentials and recognitions; those of recognitions for who recognises."""

    scope = "offers"
    queryset = Revaluation.objects.none()
    serializer_class = RevaluationSerializer
    filterset_fields = ("state",)

    def rows(self) -> QuerySet[Revaluation]:
        return Revaluation.objects.visible_to(self.actor).with_subjects()

    step = step_action(
        "revaluations", steps=REVALUATION_TRANSITIONS.transitions, take=_take, shows=RevaluationSerializer
    )
