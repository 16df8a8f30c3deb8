"""Unmet pools as anybody may see them: of at least k undertakings, by a neutral title."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cockpit.balance import pool_title
from cockpit.figures import narrow_pools
from cockpit.terms import Filters, reason_name, region_name, sector_name
from matching.links import address
from matching.models import DemandCard, Pool
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
    pools = Pool.objects.anonymous_to(actor).filter(is_unmet=True)
    pools = narrow_pools(pools, filters).select_related(
        "network", "demand_card__nearest_offer__provider__organisation"
    )
    return [_row(pool) for pool in _first_to_meet(pools)[:limit]]


def _first_to_meet(pools: Sequence[Pool]) -> list[Pool]:
    return sorted(pools, key=lambda pool: (-(pool.priority or 0), -(pool.learners or 0), pool.pk))


def _row(pool: Pool) -> UnmetRow:
    card: DemandCard | None = getattr(pool, "demand_card", None)
    offer = card.nearest_offer if card else None
    return UnmetRow(
        title=pool_title(pool.public_title, pool.network.sector),
        sector=sector_name(pool.network.sector),
        regions=", ".join(dict.fromkeys(region_name(code) for code in pool.regions)),
        undertakings=pool.undertakings,
        learners=pool.learners,
        priority=pool.priority,
        reason=reason_name(pool.unmet_reason),
        nearest=f"{offer.title} ({offer.provider})" if offer else "",
        nearest_url=address("catalogue:offer_detail", offer.public_id) if offer else "",
        since=timezone.localdate(card.created_at if card else pool.created_at),
    )
