"""What is like a gap, in the API: `/api/v1/gaps/{id}/similar/`."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from matching.models import Pool
from matching.presenting_json import pool_json, with_told_gaps
from matching.services.similar import similar_to
from networks.models import Gap
from skillnet.api.schema import KEY
from skillnet.api.views import ApiView, find_row


class SimilarGapSerializer(serializers.Serializer[Any]):
    """An own gap that says nearly the same; `likeness` 0..1."""

    id = serializers.UUIDField(source="gap.public_id", read_only=True)
    external_id = serializers.CharField(source="gap.external_id", read_only=True)
    title = serializers.CharField(source="gap.title", read_only=True)
    state = serializers.CharField(source="gap.state", read_only=True)
    likeness = serializers.FloatField(read_only=True, min_value=0, max_value=1)


class SimilarPoolSerializer(serializers.Serializer[Any]):
    """What others ask about the same subject, as counts of at least three undertakings."""

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    companies = serializers.IntegerField(read_only=True, allow_null=True)
    learners = serializers.IntegerField(read_only=True, allow_null=True)
    unmet = serializers.BooleanField(read_only=True)


class SimilarSerializer(serializers.Serializer[Any]):
    """Own gaps by name, the demand of others as pools."""

    own = SimilarGapSerializer(many=True, read_only=True)
    pools = SimilarPoolSerializer(many=True, read_only=True)


class SimilarGapView(ApiView, GenericViewSet[Any]):
    """The own doubles of a gap, and pools about the same subject."""

    scope = "gaps"
    queryset = Gap.objects.none()
    serializer_class = SimilarSerializer

    @extend_schema(
        operation_id="gaps_similar",
        summary="Read the own gaps that are like this one, and pools of others about it",
        description="Of others only pools of which enough undertakings ask about the same. Sixty times an hour for "
        "each organisation (429 beyond that).",
        responses=SimilarSerializer,
        parameters=[KEY],
        filters=False,
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        seen: QuerySet[Gap] = Gap.objects.visible_to(self.actor).with_parties()
        gap = find_row(seen, self.kwargs["id"], organisation=self.actor.organisation_id)
        own, pools = similar_to(gap=gap, actor=self.actor)
        told = with_told_gaps(Pool.objects.all(), self.actor).in_bulk([pool.pk for pool in pools])
        shown = [pool_json(told[pool.pk], self.actor) for pool in pools if pool.pk in told]
        return Response(SimilarSerializer({"own": own, "pools": shown}).data)
