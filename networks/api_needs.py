"""Needs analyses in the API: what a network needs now, its versions, and how the steering group voted.

A vote is a person's word and stays on the pages; all other steps are those of the network's manager.
"""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import NeedsAnalysis, NeedsVote, Network
from networks.needs import compare
from networks.rules import manages
from networks.services.needs import snapshot_of, start_analysis, take_needs_action
from networks.transitions import NEEDS_TRANSITIONS, tally_of
from skillnet.api.fields import PartySerializer, StrictSerializer
from skillnet.api.steps import step_action
from skillnet.api.views import ReadOnlyView, read_body


class NeedSerializer(serializers.Serializer[Any]):
    """A gap as it was when the version was laid before the steering group."""

    id = serializers.UUIDField(read_only=True)
    external_id = serializers.CharField(read_only=True)
    company = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    learners = serializers.IntegerField(read_only=True, allow_null=True)
    urgency = serializers.CharField(read_only=True)
    horizon = serializers.CharField(read_only=True)
    depth = serializers.CharField(read_only=True)
    direction = serializers.CharField(read_only=True)
    mandatory = serializers.BooleanField(read_only=True, allow_null=True)
    budget = serializers.CharField(read_only=True, allow_null=True)
    pool = serializers.CharField(read_only=True, allow_null=True)

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """Later versions hold more: all of it is told."""
        return dict(instance)


class NeedsVoteSerializer(serializers.Serializer[NeedsVote]):
    """The vote of one organisation of the steering group."""

    organisation = PartySerializer(read_only=True)
    agrees = serializers.BooleanField(read_only=True)
    remark = serializers.CharField(read_only=True)


class NeedsSerializer(serializers.Serializer[NeedsAnalysis]):
    """One version of a needs analysis; `gaps` is empty while gaps are still collected."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    network = serializers.UUIDField(source="network.public_id", read_only=True)
    version = serializers.IntegerField(read_only=True)
    state = serializers.ChoiceField(NeedsAnalysis.State.choices, read_only=True)
    validated_at = serializers.DateTimeField(read_only=True, allow_null=True)
    frozen_at = serializers.DateTimeField(read_only=True, allow_null=True)
    agreed = serializers.IntegerField(read_only=True)
    against = serializers.IntegerField(read_only=True)
    needed = serializers.IntegerField(read_only=True)
    votes = NeedsVoteSerializer(many=True, read_only=True)
    gaps = NeedSerializer(source="snapshot", many=True, read_only=True)

    def to_representation(self, instance: NeedsAnalysis) -> dict[str, Any]:
        count = tally_of(instance)
        instance.agreed, instance.against, instance.needed = count.agreed, count.against, count.needed  # type: ignore[attr-defined]
        return dict(super().to_representation(instance))


class ChangedColumnSerializer(serializers.Serializer[Any]):
    """What the earlier version said and what this one says."""

    column = serializers.CharField(read_only=True)
    then = serializers.JSONField(read_only=True, allow_null=True)
    now = serializers.JSONField(read_only=True, allow_null=True)


class ChangedNeedSerializer(serializers.Serializer[Any]):
    """A gap that stands in both versions, with what differs."""

    gap = NeedSerializer(read_only=True)
    columns = ChangedColumnSerializer(many=True, read_only=True)


class NeedsDifferencesSerializer(serializers.Serializer[Any]):
    """What this version has, lacks and says otherwise; `compared_with` is the number of the other one."""

    compared_with = serializers.IntegerField(read_only=True)
    added = NeedSerializer(many=True, read_only=True)
    removed = NeedSerializer(many=True, read_only=True)
    changed = ChangedNeedSerializer(many=True, read_only=True)


class NewNeedsSerializer(StrictSerializer):
    """For which network."""

    network = serializers.UUIDField()


class NeedsFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=NeedsAnalysis.State.choices)
    network = django_filters.UUIDFilter(field_name="network__public_id")

    class Meta:
        model = NeedsAnalysis
        fields: list[str] = []


def _take(row: Any, step: str, actor: Any, reason: str) -> None:
    take_needs_action(analysis=row, action=step, actor=actor, reason=reason)


@extend_schema_view(
    list=extend_schema(operation_id="needs_list", summary="List versions of needs analyses"),
    retrieve=extend_schema(operation_id="needs_read", summary="Read one version with its gaps and votes"),
)
class NeedsView(ReadOnlyView):
    """Needs analyses of the networks that one manages or steers; of one's call once they are validated."""

    scope = "networks"
    queryset = NeedsAnalysis.objects.none()
    serializer_class = NeedsSerializer
    filterset_class = NeedsFilter
    step = step_action("needs", steps=NEEDS_TRANSITIONS.transitions, take=_take, shows=NeedsSerializer)

    def rows(self) -> QuerySet[NeedsAnalysis]:
        seen = NeedsAnalysis.objects.visible_to(self.actor)
        return seen.select_related("network__call").prefetch_related("votes__organisation")

    @extend_schema(
        operation_id="needs_start",
        summary="Start the next version, or get the one that is not frozen yet",
        request=NewNeedsSerializer,
        responses={201: NeedsSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewNeedsSerializer, request)
        networks = Network.objects.visible_to(self.actor)
        network = get_object_or_404(networks, public_id=values["network"])
        if not manages(self.actor, network.pk):
            raise PermissionDenied(_("Alleen de netwerkmanager begint een opleidingsbehoefteanalyse."))
        analysis = start_analysis(network=network, actor=self.actor)
        return self.created(analysis)

    @extend_schema(
        operation_id="needs_compare",
        summary="Compare this version with an earlier one of its network, the one before unless named",
        parameters=[OpenApiParameter("with", OpenApiTypes.INT, description="Number of the earlier version.")],
        responses=NeedsDifferencesSerializer,
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def differences(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        analysis = self.get_object()
        wanted = request.query_params.get("with", "")
        if wanted and not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 10):
            raise serializers.ValidationError({"with": _("Geef het nummer van een vroegere versie.")})
        earlier = self.rows().filter(network=analysis.network_id, version__lt=analysis.version)
        chosen = earlier.filter(version=int(wanted)) if wanted else earlier.order_by("-version")
        if (other := chosen.first()) is None:
            raise Http404
        collecting = analysis.state == NeedsAnalysis.State.COLLECTING
        records = snapshot_of(analysis.network) if collecting else analysis.snapshot
        found = compare(other.snapshot, records)
        changed = [
            {"gap": one.gap, "columns": [_column(name, *pair) for name, pair in one.columns.items()]}
            for one in found.changed
        ]
        body = {"added": found.added, "removed": found.removed, "changed": changed}
        return Response(NeedsDifferencesSerializer({"compared_with": other.version, **body}).data)


def _column(name: str, then: Any, now: Any) -> dict[str, Any]:
    return {"column": name, "then": then, "now": now}
