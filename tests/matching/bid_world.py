"""Bids for tests: complete ones, on a pool that providers see."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalogue.models import Provider
from matching.models import Bid, DemandCard, Pool
from matching.services.bids import save_bid, submit_bid
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_provider


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def provider_actor(provider: Provider | None = None) -> Actor:
    return actor_for_role(Role.PROVIDER, organisation=(provider or make_provider()).organisation)


def bid_values(**values: Any) -> dict[str, Any]:
    """A new offer, complete enough to be submitted."""
    return {
        "kind": Bid.Kind.NEW_OFFER,
        "title": "TIG-lassen van inox op maat",
        "description": "U leert roestvrij staal lassen met TIG, op de eigen machines.",
        "outcomes": ["inox lassen met TIG"],
        "language": "nl",
        "mode": "classroom",
        "hours": Decimal(24),
        "starts_on": in_days(40),
        "region": "BE234",
        "location": "Gent",
        "seats": 12,
        "min_seats": 6,
        "price": Decimal("400.00"),
        "price_basis": "participant",
        "valid_until": in_days(20),
    } | values


def open_card(pool: Pool, **values: Any) -> DemandCard:
    Pool.objects.filter(pk=pool.pk).update(is_unmet=True)
    values = {"expires_on": in_days(30), "lacks": [{"reason": "no_offer"}]} | values
    return DemandCard.objects.create(pool=pool, **values)


def make_bid(pool: Pool, actor: Actor | None = None, *, submit: bool = True, **values: Any) -> Bid:
    actor = actor or provider_actor()
    bid = save_bid(actor=actor, pool=pool, values=bid_values(**values))
    return submit_bid(bid=bid, actor=actor) if submit else bid
