"""Demand and bids in the API: `/api/v1/demand/`, `/api/v1/demand-cards/` and `/api/v1/bids/`.

Choosing a bid is a person's word and stays on the pages.
"""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Edition, Offer
from matching.models import Bid, DemandCard, Pool
from matching.services.bids import deadline_of, decline_bid, save_bid, submit_bid, withdraw_bid
from matching.services.choosing import choose_bid
from matching.services.demand import demand_for, own_offers_of, register_interest, withdraw_interest
from matching.services.demand_cards import close_card, renew_card
from matching.services.figures import shown_figures
from networks.models import Mode
from skillnet.api.fields import Euro, Region, StrictSerializer, UnknownChoice, UnknownText, ValueList, Whole
from skillnet.api.pagination import BestFitCursor
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.kernel.fields import LANGUAGES


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
    unmet = serializers.BooleanField(read_only=True)
    answer_by = serializers.DateField(read_only=True, allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told = shown_figures([instance]).get(instance.pk)
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
            "own_offers": [_fitting(*row) for row in instance.own_offers],
            "unmet": instance.is_unmet,
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
        return self._with_own_offers(super().paginate_queryset(queryset) or [])

    def get_object(self) -> Any:
        (pool,) = self._with_own_offers([super().get_object()])
        return pool

    def _with_own_offers(self, pools: list[Any]) -> list[Any]:
        found = own_offers_of(pools, self.actor)
        for pool in pools:
            pool.own_offers = found[pool.pk]
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


class BidSerializer(StrictSerializer):
    """A provider's answer to pooled demand. `null`, "" and [] are unknown."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    state = serializers.ChoiceField(Bid.State.choices, read_only=True)
    provider = serializers.UUIDField(source="provider.public_id", read_only=True)
    demand = serializers.UUIDField(
        source="pool.public_id", help_text=gettext_lazy("De vraag waarop u biedt.")
    )
    kind = serializers.ChoiceField(Bid.Kind.choices)
    offer = serializers.UUIDField(source="offer.public_id", required=False, allow_null=True, default=None)
    edition = serializers.UUIDField(source="edition.public_id", required=False, allow_null=True, default=None)
    title = UnknownText(max_length=300)
    description = UnknownText(max_length=5_000)
    outcomes = ValueList(child=serializers.CharField(max_length=2_000))
    language = serializers.ChoiceField(LANGUAGES, default="nl")
    mode = UnknownChoice(Mode.choices)
    hours = serializers.DecimalField(
        max_digits=7, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    schedule = UnknownText(max_length=300)
    region = Region()
    location = UnknownText(max_length=200)
    seats = Whole()
    min_seats = Whole()
    price_eur = Euro(source="price")
    price_basis = serializers.ChoiceField(Offer.PriceBasis.choices, default=Offer.PriceBasis.PARTICIPANT)
    conditions = UnknownText(max_length=2_000)
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)
    decision_reason = serializers.CharField(read_only=True)


class BidFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Bid.State.choices)
    demand = django_filters.UUIDFilter(field_name="pool__public_id")

    class Meta:
        model = Bid
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(
        operation_id="bids_list", summary="List own bids, and submitted ones on one's networks"
    ),
    retrieve=extend_schema(operation_id="bids_read", summary="Read one bid"),
)
class BidView(ReadOnlyView):
    """Bids: a provider's own, and those that were submitted to one's networks."""

    scope = "demand"
    queryset = Bid.objects.none()
    serializer_class = BidSerializer
    filterset_class = BidFilter

    def rows(self) -> QuerySet[Bid]:
        return Bid.objects.visible_to(self.actor).with_parties()

    @extend_schema(
        operation_id="bids_create",
        summary="Start a bid as a draft; nobody else sees it until it is submitted",
        responses={201: BidSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = self._values(request)
        pool = _found(demand_for(self.actor), values.pop("pool"), "demand")
        bid = save_bid(actor=self.actor, pool=pool, values=values)
        return self.created(bid)

    @extend_schema(
        operation_id="bids_replace",
        summary="Replace an own bid; a submitted one stays submitted and must stay complete",
        description="Until the deadline of the demand, which stays that of the bid.",
        responses=BidSerializer,
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        bid = self.get_object()
        values = self._values(request)
        if _key(values.pop("pool")) != bid.pool.public_id:
            raise serializers.ValidationError({"demand": gettext_lazy("Een bod blijft bij zijn vraag.")})
        save_bid(actor=self.actor, pool=bid.pool, values=values, bid=bid)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        operation_id="bids_choose",
        summary="Choose a bid, with the reason: its edition is published and the other bids are declined",
        description="A person decides: a key is refused (409), and reads what there is to choose from.",
        request=ReasonSerializer,
        responses=BidSerializer,
    )
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        choose_bid(bid=self.get_object(), actor=self.actor, reason=read_reason(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        operation_id="bids_decline",
        summary="Decline one bid, with a reason that its provider reads",
        description="A person decides: a key is refused (409).",
        request=ReasonSerializer,
        responses=BidSerializer,
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        decline_bid(bid=self.get_object(), actor=self.actor, reason=read_reason(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        operation_id="bids_submit",
        summary="Lay a bid before the network",
        request=None,
        responses=BidSerializer,
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        submit_bid(bid=self.get_object(), actor=self.actor)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        operation_id="bids_withdraw",
        summary="Take a bid back",
        request=ReasonSerializer,
        responses=BidSerializer,
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        reason = read_reason(request)
        withdraw_bid(bid=self.get_object(), actor=self.actor, reason=reason)
        return Response(self.get_serializer(self.get_object()).data)

    def _values(self, request: Request) -> dict[str, Any]:
        """What a message says of a bid, with the own rows that it names; the demand as it was named."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        offer = _found(Offer.objects.editable_by(self.actor), data.pop("offer"), "offer")
        editions = Edition.objects.editable_by(self.actor).select_related("offer")
        edition = _found(editions, data.pop("edition"), "edition")
        return {**data, "offer": offer, "edition": edition}


def read_reason(request: Request) -> str:
    serializer = ReasonSerializer(data=request.data or {})
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["reason"])


def _found(rows: QuerySet[Any], named: Any, field: str) -> Any:
    """The row with this public id among those that the key may use; None when none was named."""
    key = _key(named)
    if key is None:
        return None
    row = rows.filter(public_id=key).first()
    if row is None:
        raise serializers.ValidationError({field: gettext_lazy("Dit bestaat niet, of is niet van u.")})
    return row


def _key(named: Any) -> Any:
    """The public id that a nested field holds."""
    return named.get("public_id") if isinstance(named, dict) else named
