"""Unmet pools as anybody may see them: of at least k undertakings, by a neutral title, as they were last told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from catalogue.models import Offer
from cockpit.balance import pool_title
from cockpit.figures import narrow_pools
from cockpit.terms import Filters, reason_name, region_name, sector_name
from matching.links import address
from matching.models import DemandCard, Pool
from matching.services.told_obstacles import told_obstacle
from skillnet.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """One unmet pool. `since` is the day on which it was first found unmet (Brussels)."""

    title: str
    sector: str
    regions: str
    undertakings: int
    learners: int | None
    priority: float | None
    reason: str
    nearest: str
    nearest_url: str
    since: date


def unmet_pools(actor: Actor, filters: Filters, limit: int | None = None) -> list[UnmetRow]:
    """The unmet pools within the filters, what should be met first in front."""
    unmet = Pool.objects.anonymous_to(actor).with_told_unmet().filter(Q(told_unmet=True))
    pools = list(narrow_pools(unmet, filters).select_related("network", "demand_card"))
    told = [(pool, _obstacle(pool)) for pool in pools]
    offers = Offer.objects.select_related("provider__organisation").in_bulk(
        {one["offer"] for _pool, one in told if one.get("offer")}
    )
    rows = [_row(pool, one, offers.get(one.get("offer"))) for pool, one in told]
    return sorted(rows, key=lambda row: (-(row.priority or 0), -(row.learners or 0)))[:limit]


def _obstacle(pool: Pool) -> dict[str, Any]:
    """What may be told of why the pool is unmet; of one that says no offer, the offer that its card names."""
    told = dict(told_obstacle(pool, pool.unmet_reason) or {})
    card: DemandCard | None = getattr(pool, "demand_card", None)
    return told if "offer" in told or card is None else {**told, "offer": card.nearest_offer_id}


def _row(pool: Pool, obstacle: Mapping[str, Any], offer: Offer | None) -> UnmetRow:
    card: DemandCard | None = getattr(pool, "demand_card", None)
    shown = pool.shown or {}
    figures = shown.get("figures") or {}
    regions = figures.get("regions", pool.regions)
    return UnmetRow(
        title=pool_title(pool.public_title, pool.network.sector),
        sector=sector_name(pool.network.sector),
        regions=", ".join(dict.fromkeys(region_name(code) for code in regions)),
        undertakings=figures.get("undertakings", pool.undertakings),
        learners=figures.get("learners", pool.learners),
        priority=shown.get("priority", pool.priority),
        reason=reason_name(obstacle),
        nearest=f"{offer.title} ({offer.provider})" if offer else "",
        nearest_url=address("catalogue:offer_detail", offer.public_id) if offer else "",
        since=timezone.localdate(card.created_at if card else pool.created_at),
    )
