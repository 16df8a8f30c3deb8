"""Demand in the API: `/api/v1/demand/` as providers read it, and `/api/v1/demand-cards/` of networks."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Offer
from matching.models import DemandCard, Pool
from matching.services.bids import deadline_of
from matching.services.demand import alike_of, demand_for, own_offers_of, register_interest, withdraw_interest
from matching.services.demand_cards import close_card, renew_card
from matching.services.figures import shown_figures
from skillnet.api.fields import StrictSerializer, UnknownText
from skillnet.api.pagination import BestFitCursor
from skillnet.api.views import ReadOnlyView, read_body


class FittingOfferSerializer(serializers.Serializer[Any]):
    """An own offer that fits a demand, and how many of its gaps it answers."""

    id = serializers.UUIDField(read_only=True)
    external_id = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    fit = serializers.FloatField(min_value=0, max_value=1, read_only=True)
    covers = serializers.CharField(
        read_only=True,
        help_text=gettext_lazy('Bij hoeveel kloven het past ("4/4"); leeg waar dat te veel zou zeggen.'),
    )


class AlikeOfferSerializer(serializers.Serializer[Any]):
    """A published offer that says what a demand is about."""

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    provider = serializers.CharField(read_only=True)


class DemandSerializer(serializers.Serializer[Pool]):
    """What several companies ask together, as outsiders read it: figures of at least k undertakings."""

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    sector = serializers.CharField(read_only=True)
    undertakings = serializers.IntegerField(read_only=True)
    learners = serializers.IntegerField(read_only=True, allow_null=True)
    regions = serializers.ListField(child=serializers.CharField(), read_only=True)
    skills = serializers.ListField(child=serializers.CharField(), read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)
    budget_per_learner_eur = serializers.DecimalField(
        max_digits=14, decimal_places=2, read_only=True, allow_null=True
    )
    fit = serializers.FloatField(
        min_value=0,
        max_value=1,
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Hoe goed uw beste aanbod past, in twintigsten."),
    )
    own_offers = FittingOfferSerializer(many=True, read_only=True)
    alike = AlikeOfferSerializer(
        many=True,
        read_only=True,
        help_text=gettext_lazy("Gepubliceerd aanbod, van wie ook, dat bij alle kloven van deze vraag past."),
    )
    unmet = serializers.BooleanField(read_only=True)
    answer_by = serializers.DateField(read_only=True, allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told = instance.told
        deadline = deadline_of(instance)
        return {
            "id": str(instance.public_id),
            "title": instance.public_title,
            "sector": instance.network.sector,
            "undertakings": told.undertakings if told else None,
            "learners": told.learners if told else None,
            "regions": list(told.regions) if told else [],
            "skills": list(told.skills) if told else [],
            "languages": list(told.languages) if told else [],
            "budget_per_learner_eur": str(told.budget) if told and told.budget is not None else None,
            "fit": instance.own_fit,
            "alike": [
                {"id": str(offer.public_id), "title": offer.title, "provider": str(offer.provider)}
                for offer in instance.alike
            ],
            "own_offers": [_fitting(*row) for row in instance.own_offers],
            "unmet": instance.told_unmet,
            "answer_by": deadline.isoformat() if deadline else None,
        }


def _fitting(offer: Offer, fit: float, covers: str) -> dict[str, Any]:
    return {
        "id": str(offer.public_id),
        "external_id": offer.external_id,
        "title": offer.title,
        "fit": fit,
        "covers": covers,
    }


class InterestSerializer(StrictSerializer):
    """What the network reads with it."""

    note = UnknownText(max_length=1_000)


@extend_schema_view(
    list=extend_schema(
        operation_id="demand_list",
        summary="List pooled demand as providers read it, what fits the own offers best first",
    ),
    retrieve=extend_schema(operation_id="demand_read", summary="Read one pooled demand"),
)
class DemandView(ReadOnlyView):
    """Pooled demand: counts of at least k undertakings, never a company's words."""

    scope = "demand"
    queryset = Pool.objects.none()
    serializer_class = DemandSerializer
    pagination_class = BestFitCursor

    def rows(self) -> QuerySet[Pool]:
        return demand_for(self.actor)

    def paginate_queryset(self, queryset: Any) -> Any:
        return self._explained(super().paginate_queryset(queryset) or [])

    def get_object(self) -> Any:
        (pool,) = self._explained([super().get_object()])
        return pool

    def _explained(self, pools: list[Any]) -> list[Any]:
        own, alike, told = own_offers_of(pools, self.actor), alike_of(pools), shown_figures(pools)
        for pool in pools:
            pool.own_offers, pool.alike, pool.told = own[pool.pk], alike[pool.pk], told.get(pool.pk)
        return pools

    @extend_schema(
        operation_id="demand_interest",
        summary="Say that one could teach this; its network hears it once",
        request=InterestSerializer,
        responses={204: None},
    )
    @action(detail=True, methods=["put"])
    def interest(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(InterestSerializer, request)
        register_interest(pool=self.get_object(), actor=self.actor, note=values["note"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="demand_uninterest",
        summary="Take one's interest back; safe to repeat",
        responses={204: None},
    )
    @interest.mapping.delete
    def withdraw_interest(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        withdraw_interest(pool=self.get_object(), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DemandCardSerializer(serializers.ModelSerializer[DemandCard]):
    """A demand card as the people of its network read it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    pool = serializers.UUIDField(source="pool.public_id", read_only=True)
    network = serializers.UUIDField(source="pool.network.public_id", read_only=True)
    state = serializers.ChoiceField(DemandCard.State.choices, read_only=True)
    unanswered_since = serializers.DateField(source="escalated_on", read_only=True, allow_null=True)

    class Meta:
        model = DemandCard
        fields = ["id", "pool", "network", "state", "opened_on", "expires_on", "renewals", "unanswered_since"]
        read_only_fields = fields


class ReasonSerializer(StrictSerializer):
    """Why a step is taken."""

    reason = UnknownText(max_length=2_000)


class DemandCardFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=DemandCard.State.choices)
    network = django_filters.UUIDFilter(field_name="pool__network__public_id")

    class Meta:
        model = DemandCard
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="cards_list", summary="List demand cards of one's networks"),
    retrieve=extend_schema(operation_id="cards_read", summary="Read one demand card"),
)
class DemandCardView(ReadOnlyView):
    """Demand cards of the networks that one manages, steers or coordinates."""

    scope = "demand"
    queryset = DemandCard.objects.none()
    serializer_class = DemandCardSerializer
    filterset_class = DemandCardFilter

    def rows(self) -> QuerySet[DemandCard]:
        return DemandCard.objects.visible_to(self.actor).with_parties()

    @extend_schema(
        operation_id="cards_renew",
        summary="Renew a demand card for another term",
        request=ReasonSerializer,
        responses=DemandCardSerializer,
    )
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._step(request, renew_card)

    @extend_schema(
        operation_id="cards_close",
        summary="Close a demand card, with the reason",
        request=ReasonSerializer,
        responses=DemandCardSerializer,
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._step(request, close_card)

    def _step(self, request: Request, service: Any) -> Response:
        reason = read_reason(request)
        service(card=self.get_object(), actor=self.actor, reason=reason)
        return Response(self.get_serializer(self.get_object()).data)


def read_reason(request: Request) -> str:
    serializer = ReasonSerializer(data=request.data or {})
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["reason"])
