"""Matches, pools and runs in the API: reading only, in the shapes of `manage.py match --format json`."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from matching.models import Match, MatchRun, Pool
from matching.presenting_json import match_json, pool_json, pools_for, run_json
from matching.services.by_hand import lock_gap, move_gap, release_gap
from matching.services.starting import start_run
from networks.models import Gap, Network
from skillnet.api.fields import ReferenceSerializer, StrictSerializer
from skillnet.api.pagination import ByRankCursor
from skillnet.api.steps import shown_again
from skillnet.api.views import ReadOnlyView, read_body


def _share(**options: Any) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=1, read_only=True, **options)


class ComponentsSerializer(serializers.Serializer[Any]):
    """Each 0..1; `null` is unknown: it leaves the weighted mean and lowers `certainty`."""

    meaning = _share(allow_null=True)
    words = _share(allow_null=True)
    skills = _share(allow_null=True)
    quadrant = _share(allow_null=True)
    level = _share(allow_null=True)
    language = _share(allow_null=True)
    mode = _share(allow_null=True)
    place = _share(allow_null=True)
    timing = _share(allow_null=True)
    size = _share(allow_null=True)
    price = _share(allow_null=True)
    trust = _share(allow_null=True)


class MatchSerializer(serializers.Serializer[Match]):
    """One gap and one offer, with a score and what it is made of."""

    gap = ReferenceSerializer(read_only=True)
    offer = ReferenceSerializer(read_only=True)
    rank = serializers.IntegerField(read_only=True, help_text=gettext_lazy("1 is het beste aanbod."))
    score = _share()
    certainty = _share(help_text=gettext_lazy("Welk deel van het gewicht bekend was."))
    components = ComponentsSerializer(read_only=True)

    def to_representation(self, instance: Match) -> dict[str, Any]:
        return match_json(instance)


class PoolSerializer(serializers.Serializer[Pool]):
    """Gaps of several companies of one network that one programme can close.

    Who may not know whose gaps these are gets counts only, and only of enough undertakings.
    """

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    gaps = ReferenceSerializer(many=True, read_only=True, help_text=gettext_lazy("Die u mag zien."))
    companies = serializers.IntegerField(read_only=True, allow_null=True)
    learners = serializers.IntegerField(read_only=True, allow_null=True)
    skills = serializers.ListField(child=serializers.CharField(), read_only=True)
    unmet = serializers.BooleanField(read_only=True)
    reason = serializers.CharField(read_only=True, allow_null=True)

    def to_representation(self, instance: Pool) -> dict[str, Any]:
        return pool_json(instance, self.context["view"].actor)


class SecondsSerializer(serializers.Serializer[Any]):
    """How long each step of a run took."""

    embed = serializers.FloatField(read_only=True)
    retrieve = serializers.FloatField(read_only=True)
    score = serializers.FloatField(read_only=True)
    pool = serializers.FloatField(read_only=True)
    assemble = serializers.FloatField(read_only=True)


class RunSerializer(serializers.Serializer[MatchRun]):
    """One run of the matcher."""

    id = serializers.UUIDField(read_only=True)
    model = serializers.CharField(read_only=True, allow_null=True)
    weights = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=gettext_lazy("De versie van de gewichten.")
    )
    gaps = serializers.IntegerField(read_only=True)
    offers = serializers.IntegerField(read_only=True)
    seconds = SecondsSerializer(read_only=True)
    state = serializers.ChoiceField(MatchRun.State.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: MatchRun) -> dict[str, Any]:
        when = {name: self.fields[name] for name in ("created_at", "finished_at")}
        return {
            **run_json(instance),
            "state": instance.state,
            **{
                name: field.to_representation(value) if (value := getattr(instance, name)) else None
                for name, field in when.items()
            },
        }


class PlacementSerializer(StrictSerializer):
    """Where a gap is taught together with others, as a person of its network wants it."""

    gap = serializers.UUIDField()
    step = serializers.ChoiceField([(name, name) for name in ("move", "lock", "unlock", "release")])


class NewRunSerializer(StrictSerializer):
    """Which network; `null` is everything."""

    network = serializers.UUIDField(required=False, allow_null=True, default=None)


class MatchFilter(django_filters.FilterSet):
    """Filters of the list."""

    gap = django_filters.UUIDFilter(field_name="gap__public_id")
    gap_external_id = django_filters.CharFilter(field_name="gap__external_id")
    offer = django_filters.UUIDFilter(field_name="offer__public_id")
    network = django_filters.UUIDFilter(field_name="gap__network__public_id")
    rank_max = django_filters.NumberFilter(field_name="rank", lookup_expr="lte")
    score_min = django_filters.NumberFilter(field_name="score", lookup_expr="gte")

    class Meta:
        model = Match
        fields: list[str] = []


class PoolFilter(django_filters.FilterSet):
    """Filters of the list."""

    unmet = django_filters.BooleanFilter(field_name="read_unmet")

    class Meta:
        model = Pool
        fields: list[str] = []


class RunFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=MatchRun.State.choices)

    class Meta:
        model = MatchRun
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="matches_list", summary="List matches of the gaps that one may see"),
    retrieve=extend_schema(operation_id="matches_read", summary="Read one match"),
)
class MatchView(ReadOnlyView):
    """Matches, the gaps newest first and of each gap the best offer first."""

    scope = "matches"
    queryset = Match.objects.none()
    serializer_class = MatchSerializer
    filterset_class = MatchFilter
    pagination_class = ByRankCursor

    def rows(self) -> QuerySet[Match]:
        return Match.objects.visible_to(self.actor).select_related("gap", "offer")


@extend_schema_view(
    list=extend_schema(operation_id="pools_list", summary="List pools, by name or as counts"),
    retrieve=extend_schema(operation_id="pools_read", summary="Read one pool"),
)
class PoolView(ReadOnlyView):
    """Demand pools."""

    scope = "pools"
    queryset = Pool.objects.none()
    serializer_class = PoolSerializer
    filterset_class = PoolFilter

    def rows(self) -> QuerySet[Pool]:
        return pools_for(self.actor)

    @extend_schema(
        operation_id="pools_place",
        summary="Put a gap in this pool, keep it there, or leave it to the matcher again",
        description="`move` also locks. To keep a gap out of pools is a person's word and stays on the pages.",
        request=PlacementSerializer,
        responses={200: PoolSerializer, 204: None},
    )
    @action(detail=True, methods=["post"], url_path="placements")
    def place(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        pool = self.get_object()
        values = read_body(PlacementSerializer, request)
        step = values["step"]
        gaps = Gap.objects.visible_to(self.actor).select_related("network")
        if step != "move":
            gaps = gaps.filter(pool_gap__pool=pool)
        gap = get_object_or_404(gaps, public_id=values["gap"])
        if step == "move":
            move_gap(gap=gap, pool=pool, actor=self.actor)
        elif step == "release":
            release_gap(gap=gap, actor=self.actor)
        else:
            lock_gap(gap=gap, actor=self.actor, locked=step == "lock")
        return shown_again(self, pool)


@extend_schema_view(
    list=extend_schema(operation_id="runs_list", summary="List runs of the matcher"),
    retrieve=extend_schema(operation_id="runs_read", summary="Read one run"),
)
class RunView(ReadOnlyView):
    """Runs of the matcher, in which one sees whether what was sent has been matched."""

    scope = "matches"
    queryset = MatchRun.objects.none()
    serializer_class = RunSerializer
    filterset_class = RunFilter

    def rows(self) -> QuerySet[MatchRun]:
        return MatchRun.objects.visible_to(self.actor).select_related("revision", "profile")

    @extend_schema(
        operation_id="runs_start",
        summary="Match one network again, or everything; a run that already waits or works is given instead",
        request=NewRunSerializer,
        responses={201: RunSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewRunSerializer, request)
        wanted = values["network"]
        network = None
        if wanted is not None:
            network = get_object_or_404(Network.objects.visible_to(self.actor), public_id=wanted)
        run = start_run(actor=self.actor, network=network)
        shown = self.rows().filter(pk=run.pk).first() or run
        return Response(self.get_serializer(shown).data, status=status.HTTP_201_CREATED)
