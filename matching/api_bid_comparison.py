"""Bids side by side in the API: `/api/v1/pools/{id}/bid-comparison/`, as the network's page shows them."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalogue.models import Offer
from matching.engine.scoring import COMPONENTS
from matching.models import Bid, Pool
from matching.rules import sees_companies
from matching.services.bid_scores import (
    BidScore,
    covered,
    price_per_learner,
    score_bids,
    total_price,
)
from matching.services.pool_reads import readable_pools
from networks.models import Mode
from skillnet.api.views import ApiView

CRITERIA = ("fit", "price_per_learner_eur", "total_eur", "starts_on", "seats", "min_seats")
"""What one bid can be best on; the greatest of fit and seats, the least of the others."""
GREATEST = frozenset({"fit", "seats"})


class SpreadSerializer(serializers.Serializer[Any]):
    """One component over the gaps of the pool."""

    least = serializers.FloatField(read_only=True)
    mean = serializers.FloatField(read_only=True)
    greatest = serializers.FloatField(read_only=True)


class ComparedBidSerializer(serializers.Serializer[Any]):
    """One bid as it is weighed. `null` and "" are unknown; `best_on` names where none is better."""

    id = serializers.UUIDField(read_only=True)
    state = serializers.ChoiceField(Bid.State.choices, read_only=True)
    provider = serializers.UUIDField(read_only=True)
    provider_name = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    fit = serializers.FloatField(read_only=True, allow_null=True)
    certainty = serializers.FloatField(read_only=True, allow_null=True)
    components = serializers.DictField(child=SpreadSerializer(allow_null=True), read_only=True)
    price_per_learner_eur = serializers.DecimalField(
        max_digits=14, decimal_places=2, read_only=True, allow_null=True
    )
    total_eur = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Voor de deelnemers van deze groep."),
    )
    covers = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Hoeveel deelnemers van deze groep een plaats hebben."),
    )
    starts_on = serializers.DateField(read_only=True, allow_null=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)
    schedule = serializers.CharField(read_only=True)
    region = serializers.CharField(read_only=True)
    location = serializers.CharField(read_only=True)
    mode = serializers.ChoiceField(Mode.choices, read_only=True, allow_null=True)
    language = serializers.CharField(read_only=True)
    hours = serializers.DecimalField(max_digits=7, decimal_places=2, read_only=True, allow_null=True)
    seats = serializers.IntegerField(read_only=True, allow_null=True)
    min_seats = serializers.IntegerField(read_only=True, allow_null=True)
    price_basis = serializers.ChoiceField(Offer.PriceBasis.choices, read_only=True)
    recognised_since = serializers.DateField(read_only=True, allow_null=True)
    quality_label = serializers.CharField(read_only=True)
    conditions = serializers.CharField(read_only=True)
    valid_until = serializers.DateField(read_only=True, allow_null=True)
    decision_reason = serializers.CharField(
        read_only=True, help_text=gettext_lazy("Waarom dit bod gekozen werd, of niet.")
    )
    best_on = serializers.ListField(child=serializers.ChoiceField(CRITERIA), read_only=True)


class BidComparisonSerializer(serializers.Serializer[Any]):
    """All bids on one pool that were handed in, or decided since."""

    pool = serializers.UUIDField(read_only=True)
    companies = serializers.IntegerField(read_only=True)
    learners = serializers.IntegerField(read_only=True, allow_null=True)
    chosen = serializers.UUIDField(read_only=True, allow_null=True)
    bids = ComparedBidSerializer(many=True, read_only=True)


class BidComparisonView(ApiView, GenericViewSet[Any]):
    """The comparison that a network reads before a person chooses."""

    scope = "demand"
    queryset = Pool.objects.none()
    serializer_class = BidComparisonSerializer

    @extend_schema(
        operation_id="bids_compare",
        summary="Compare the bids on one pool: price, dates, seats, and how well each fits",
        description="For manager, steering group and coordinator of the network. Choosing is a person's word.",
        responses=BidComparisonSerializer,
        filters=False,
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        pool = get_object_or_404(readable_pools(self.actor), public_id=self.kwargs["id"])
        if not sees_companies(self.actor, pool):
            raise Http404
        seen = Bid.objects.visible_to(self.actor).filter(pool=pool).compared()
        bids = list(seen.with_parties().order_by("submitted_at", "pk"))
        chosen = next((bid.public_id for bid in bids if bid.state == Bid.State.CHOSEN), None)
        body = {
            "pool": pool.public_id,
            "companies": pool.companies,
            "learners": pool.learners,
            "chosen": chosen,
            "bids": compared(pool, bids),
        }
        return Response(BidComparisonSerializer(body).data)


def compared(pool: Pool, bids: Sequence[Bid]) -> list[dict[str, Any]]:
    """The bids (read `with_parties()`) as rows of the comparison, in their order, each with what it is best on."""
    scores = score_bids(pool, bids)
    rows = [_row(pool, bid, scores.get(bid.pk)) for bid in bids]
    alike = len({row["covers"] for row in rows}) == 1  # else the totals are for other numbers of people
    for name in CRITERIA if alike else [name for name in CRITERIA if name != "total_eur"]:
        known = [row[name] for row in rows if row[name] is not None]
        if len(known) > 1 and len(set(known)) > 1:
            best = max(known) if name in GREATEST else min(known)
            for row in rows:
                if row[name] == best:
                    row["best_on"].append(name)
    return rows


def _row(pool: Pool, bid: Bid, found: BidScore | None) -> dict[str, Any]:
    said = ("state", "title", "starts_on", "ends_on", "schedule", "region", "location", "language", "hours")
    more = ("seats", "min_seats", "price_basis", "conditions", "valid_until", "decision_reason")
    return {name: getattr(bid, name) for name in (*said, *more)} | {
        "id": bid.public_id,
        "provider": bid.provider.public_id,
        "provider_name": str(bid.provider),
        "mode": bid.mode or None,
        "fit": found.fit if found else None,
        "certainty": found.certainty if found else None,
        "components": {name: _spread(found, name) for name in COMPONENTS},
        "price_per_learner_eur": price_per_learner(bid),
        "total_eur": total_price(bid, pool.learners),
        "covers": covered(bid, pool.learners),
        "recognised_since": bid.provider.recognised_since,
        "quality_label": bid.provider.quality_label,
        "best_on": [],
    }


def _spread(found: BidScore | None, name: str) -> dict[str, float] | None:
    values = found.components.get(name) if found else None
    return dict(zip(("least", "mean", "greatest"), values, strict=True)) if values else None
