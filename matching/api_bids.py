"""Bids in the API: `/api/v1/bids/`. Choosing one is a person's word."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Edition, Offer
from matching.api_demand import ReasonSerializer, read_reason
from matching.models import Bid
from matching.services.bids import decline_bid, save_bid, submit_bid, withdraw_bid
from matching.services.choosing import choose_bid
from matching.services.demand import demand_for
from networks.models import Mode
from skillnet.api.fields import Euro, Region, StrictSerializer, UnknownChoice, UnknownText, ValueList, Whole
from skillnet.api.views import ReadOnlyView
from skillnet.kernel.fields import LANGUAGES


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
