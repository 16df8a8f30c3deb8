"""Pools for which nothing is bought: what is a gap in supply, and what waits for money or for people."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from matching.engine.assembly_problem import Assembly, Obstacle
from matching.models import DemandCard, Pool
from matching.obstacles import PUBLIC as SUPPLY_REASONS
from matching.services.demand_cards import valid_until, withdraw_cards
from matching.services.fits import GOOD_ENOUGH
from matching.services.told_obstacles import tell_obstacles
from programmes.services.problem import Question

Record = dict[str, Any]


def mark_unmet(*, question: Question, assembly: Assembly, pools: Collection[int]) -> int:
    """Write of each of these pools why nothing is bought for it, and open or take back its demand card.

    A pool is unmet when supply is lacking: no offer, none good enough, none that has seats, is in time or is
    affordable. Want of budget, of headroom, of learners or of a second undertaking is told as well, but
    providers are not asked for what they offer already. Returns how many are unmet.
    """
    obstacles = {unmet.pool: unmet.obstacle for unmet in assembly.unmet}
    cards = {card.pool_id: card for card in DemandCard.objects.filter(pool__in=question.pools)}
    count = 0
    found: dict[int, Record | None] = {}
    for pk, pool in question.pools.items():
        if pk not in pools:
            continue
        obstacle = obstacles.get(pk)
        if obstacle is None and not question.problem_has(pk):
            obstacle = Obstacle("learners")
        record = None if obstacle is None else obstacle_record(question, pk, obstacle)
        _write(pool, record)
        count += pool.is_unmet
        found[pk] = record if pool.is_unmet else None
    told = tell_obstacles(found, question.gaps)
    for pk, record in found.items():
        _keep_card(question.pools[pk], record, cards.get(pk), told=told.get(pk, record is not None))
    return count


def obstacle_record(question: Question, pool_id: int, obstacle: Obstacle) -> Record:
    """An obstacle as it is kept, with the offer that it speaks of: where the engine knows only that nothing
    can be bought, what the nearest offer lacks."""
    record: Record = {
        "reason": obstacle.reason,
        "amount": None if obstacle.amount is None else str(obstacle.amount),
        "edition": obstacle.edition,
        "offer": None,
    }
    if obstacle.left_out:
        record["left_out"] = left_out_records(question, obstacle)
    if obstacle.edition in question.editions:
        record["offer"] = question.editions[obstacle.edition].offer_id
    if obstacle.reason == "lock" and any(pool == pool_id for pool, _edition in question.declined):
        record["reason"] = "declined"
    if obstacle.reason in ("no_offer", "fit"):
        record |= _nearest(question, pool_id)
    return record


def left_out_records(question: Question, obstacle: Obstacle) -> list[Record]:
    """The companies without which too few undertakings are left, each with what it misses its seat by."""
    names = {g.organisation_id: g.organisation.name for rows in question.gaps.values() for g in rows}
    return [
        {"company": names[one.company], "reason": one.reason, "amount": str(one.amount)}
        for one in obstacle.left_out
        if one.company in names
    ]


def _nearest(question: Question, pool_id: int) -> Record:
    """What the offer that fits best lacks; the engine saw only those that have an edition to buy."""
    nearest = next(iter(question.offers.get(pool_id, [])), None)
    if nearest is None:
        return {"reason": "no_offer", "amount": None, "edition": None}
    if nearest.fit < GOOD_ENOUGH:
        short = str(round(GOOD_ENOUGH - nearest.fit, 4))
        return {"reason": "fit", "amount": short, "edition": None, "offer": nearest.offer_id}
    reason = question.supply.lacking.get(nearest.offer_id, "no_edition")
    return {"reason": reason, "amount": None, "edition": None, "offer": nearest.offer_id}


def _write(pool: Pool, record: Record | None) -> None:
    is_unmet = record is not None and record["reason"] in SUPPLY_REASONS
    if (pool.is_unmet, pool.unmet_reason) != (is_unmet, record):
        pool.is_unmet, pool.unmet_reason = is_unmet, record
        pool.save(update_fields=["is_unmet", "unmet_reason", "updated_at"])


def _keep_card(pool: Pool, record: Record | None, card: DemandCard | None, *, told: bool) -> None:
    """Providers are asked while they read that the pool is unmet: a card that comes or goes tells as much.

    A pool of which that may not be told yet keeps the card, or the want of one, that it has.
    """
    if record is not None and told:
        _ask_providers(pool, record, card or DemandCard(pool=pool))
    elif record is None and not told and card is not None and card.state == DemandCard.State.OPEN:
        withdraw_cards(pool_ids=[pool.pk])


def _ask_providers(pool: Pool, record: Mapping[str, Any], card: DemandCard) -> None:
    """The card of an unmet pool: what it lacks is said of the offer that it names."""
    today = timezone.localdate()
    before = (card.state, card.nearest_offer_id, card.lacks)
    if card.pk is None or card.state == DemandCard.State.WITHDRAWN:
        card.state, card.opened_on, card.expires_on = DemandCard.State.OPEN, today, valid_until(today)
        card.escalated_on = None
    card.nearest_offer_id, card.lacks = record["offer"], [dict(record)]
    if card.pk is None or before != (card.state, card.nearest_offer_id, card.lacks):
        card.save()
