"""Finding offers as one types, and what an own offer lacks, in the API.

`/api/v1/offer-search/` and `/api/v1/offers/{id}/completeness/`.
"""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalogue.api import OfferSerializer
from catalogue.completeness import completeness
from catalogue.filters import OfferFilter
from catalogue.models import Offer
from catalogue.reading import offer_record
from catalogue.wording import MISSING
from skillnet.api.pagination import NewestFirstCursor
from skillnet.api.schema import KEY
from skillnet.api.views import ApiView, ReadOnlyView, find_row


class BestFirstCursor(NewestFirstCursor):
    """What fits best what was typed first; without a search the newest."""

    ordering = ("-id",)

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        return ("place", "id") if "place" in queryset.query.annotations else ("-id",)


@extend_schema_view(
    list=extend_schema(
        operation_id="offersearch_list",
        summary="Search the public catalogue by meaning and words, what fits best first",
        description="`within` says how many kilometres around `region`. The facets leave out what is unknown.",
    ),
    retrieve=extend_schema(operation_id="offersearch_read", summary="Read one published offer"),
)
class OfferSearchView(ReadOnlyView):
    """Published offers, with the search and the facets of the public catalogue."""

    scope = "offers"
    queryset = Offer.objects.none()
    serializer_class = OfferSerializer
    filterset_class = OfferFilter
    pagination_class = BestFirstCursor

    def rows(self) -> QuerySet[Offer]:
        return Offer.objects.visible_to(self.actor).active().with_provider()


class MissingSerializer(serializers.Serializer[Any]):
    """What is not there, how much it weighs, and why it matters."""

    code = serializers.CharField(read_only=True)
    weight = serializers.IntegerField(read_only=True)
    field = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    why = serializers.CharField(read_only=True)


class CompletenessSerializer(serializers.Serializer[Any]):
    """How complete an offer is, 0 to 100, and what it lacks, heaviest first."""

    score = serializers.IntegerField(read_only=True)
    missing = MissingSerializer(many=True, read_only=True)


class OfferCompletenessView(ApiView, GenericViewSet[Any]):
    """What an own offer lacks."""

    scope = "offers"
    queryset = Offer.objects.none()
    serializer_class = CompletenessSerializer

    @extend_schema(
        operation_id="offers_completeness",
        summary="Read how complete an own offer is, what it lacks and why that matters",
        responses=CompletenessSerializer,
        parameters=[KEY],
        filters=False,
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        own = Offer.objects.editable_by(self.actor).with_provider()
        offer = find_row(own, self.kwargs["id"], provider__organisation=self.actor.organisation_id)
        found = completeness(
            offer_record(offer, list(offer.editions.all()), getattr(offer, "microcredential", None))
        )
        missing = [
            {
                "code": piece.code,
                "weight": piece.weight,
                "field": piece.field,
                "label": MISSING[piece.code][0],
                "why": MISSING[piece.code][1],
            }
            for piece in found.missing
        ]
        return Response(CompletenessSerializer({"score": found.score, "missing": missing}).data)
