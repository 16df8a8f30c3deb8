"""What helps to write and weigh gaps, in the API: what a text says, what comes first, what is taken over.

`/api/v1/gap-suggestions/`, `/api/v1/gap-priorities/` and `/api/v1/gap-copies/`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from networks.api import GapFilter, GapSerializer, new_gaps, own_company
from networks.models import Gap
from networks.services.gap_batches import copy_gaps
from networks.suggesting import GapText, suggest, title_of
from skillnet.api.fields import PartySerializer, StrictSerializer, UnknownChoice, UnknownText
from skillnet.api.pagination import NewestFirstCursor
from skillnet.api.views import ApiView, ReadOnlyView, read_body
from skillnet.kernel.fields import LANGUAGES

MOST_COPIES = 200


class GapWordsSerializer(StrictSerializer):
    """What somebody wrote of a gap, in one of four languages; without `language` the words say which."""

    title = UnknownText(max_length=300)
    description = UnknownText(max_length=20_000)
    language = UnknownChoice(LANGUAGES)


class SuggestionSerializer(serializers.Serializer[Any]):
    """A value for one field of a gap, how it reads, and the words that say so."""

    field = serializers.CharField(read_only=True)
    value = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    why = serializers.CharField(read_only=True)


class AlikeSerializer(serializers.Serializer[Any]):
    """A gap that the own company has already."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    title = serializers.CharField(read_only=True)


class SuggestedSerializer(serializers.Serializer[Any]):
    """What the text says. `spans` are the places in `text` (from, to) of the words that say so."""

    text = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    suggestions = SuggestionSerializer(many=True, read_only=True)
    spans = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), read_only=True
    )
    alike = AlikeSerializer(many=True, read_only=True)


class GapSuggestionView(ApiView, GenericViewSet[Any]):
    """Reads a text; nothing is stored."""

    scope = "gaps"
    stores_nothing = True
    queryset = Gap.objects.none()
    serializer_class = GapWordsSerializer

    @extend_schema(
        operation_id="gapsuggestions_read",
        summary="What a text says of a gap: skills, quadrant, level, target group, transition, occupation",
        description="Nothing is stored. `alike` are own gaps that say nearly the same.",
        request=GapWordsSerializer,
        responses={200: SuggestedSerializer},
        filters=False,
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        words = read_body(GapWordsSerializer, request)
        found = suggest(GapText(**words, shown_in=get_language() or "nl", actor=self.actor))
        body = SuggestedSerializer(found).data
        return Response({**body, "title": words["title"] or title_of(words["description"])})


class HeaviestFirstCursor(NewestFirstCursor):
    """What weighs most first; of which too little is known stands last."""

    ordering = ("-weight", "-id")


class WeighedGapSerializer(serializers.Serializer[Gap]):
    """What an open gap weighs: urgency (1 to 4) × impact (1 to 4) × people; `null` where one is unknown."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    external_id = serializers.CharField(read_only=True)
    organisation = PartySerializer(read_only=True)
    title = serializers.CharField(read_only=True)
    urgency = serializers.CharField(read_only=True, help_text=gettext_lazy("Leeg: onbekend."))
    impact = serializers.IntegerField(read_only=True, allow_null=True)
    learners = serializers.IntegerField(read_only=True, allow_null=True)
    priority = serializers.IntegerField(read_only=True, allow_null=True)


class MatrixCellSerializer(serializers.Serializer[Any]):
    """The open gaps of one urgency and one impact."""

    urgency = serializers.CharField(read_only=True)
    impact = serializers.IntegerField(read_only=True, allow_null=True)
    gaps = serializers.IntegerField(read_only=True)
    learners = serializers.IntegerField(read_only=True)


@extend_schema_view(
    list=extend_schema(operation_id="priorities_list", summary="List open gaps, what weighs most first"),
    retrieve=extend_schema(operation_id="priorities_read", summary="Read what one open gap weighs"),
)
class GapPriorityView(ReadOnlyView):
    """Open gaps by urgency × impact × number of people; of which too little is known stand last."""

    scope = "gaps"
    queryset = Gap.objects.none()
    serializer_class = WeighedGapSerializer
    filterset_class = GapFilter
    pagination_class = HeaviestFirstCursor

    def rows(self) -> QuerySet[Gap]:
        seen = Gap.objects.visible_to(self.actor).open().with_parties().with_priority()
        return seen.annotate(weight=Coalesce("priority", 0))

    @extend_schema(
        operation_id="priorities_matrix",
        summary="Count open gaps and people by urgency and impact",
        responses=MatrixCellSerializer(many=True),
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def matrix(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset()).order_by().values("urgency", "impact")
        cells = rows.annotate(gaps=Count("pk"), people=Sum("learners")).order_by("urgency", "impact")
        return Response([{**_cell(row), "learners": row["people"] or 0} for row in cells])


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("urgency", "impact", "gaps")}


class CopySerializer(StrictSerializer):
    """Earlier gaps of the own company, by public id."""

    gaps = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_COPIES)


class GapCopyView(ApiView, GenericViewSet[Any]):
    """Last year's gaps taken over as drafts."""

    scope = "gaps"
    queryset = Gap.objects.none()
    serializer_class = CopySerializer

    @extend_schema(
        operation_id="gaps_copy",
        summary="Take earlier gaps of the own company over as drafts",
        description="What was taken over already and still lives is not copied again. A network that takes nothing "
        "new (suspended, ending) does not come along: `network` of the copy is `null` then. A gap that the rules of "
        "today refuse keeps no other back. Register a draft by its step.",
        request=CopySerializer,
        responses={201: GapSerializer(many=True)},
        filters=False,
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        company = own_company(self.actor)
        wanted = set(read_body(CopySerializer, request)["gaps"])
        own = Gap.objects.visible_to(self.actor).filter(organisation=company, public_id__in=wanted)
        if len(found := list(own)) != len(wanted):
            raise serializers.ValidationError(
                {"gaps": _("Een van deze kloven bestaat niet, of is niet van u.")}
            )
        copies = copy_gaps(actor=self.actor, changes={gap: {} for gap in found})
        if copies.refused and not copies.made:
            raise serializers.ValidationError({"gaps": _refusals(found, copies.refused)})
        return new_gaps(self, copies.made, self.actor)


def _refusals(gaps: Sequence[Gap], refused: Mapping[int, str]) -> list[str]:
    """Which gap is refused and why, for each."""
    return [f"{gap.external_id}: {refused[gap.pk]}" for gap in gaps if gap.pk in refused]
