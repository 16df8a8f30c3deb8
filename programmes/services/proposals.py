"""Proposals: what the engine would buy for the pools of a network, drawn up as programmes for a person."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from matching.engine.assembly import assemble
from matching.engine.assembly_problem import Assembly, Obstacle, Pick
from matching.models import DemandCard, MatchRun, Pool
from matching.services.demand_cards import valid_until
from matching.services.stages import Work
from networks.models import Network
from programmes.models import Programme, ProgrammePool
from programmes.services.explain import alternatives_of, reasons_of
from programmes.services.law import database_rates
from programmes.services.plans import Seats, write_plan
from programmes.services.problem import Question, ask, worth_buying


def assemble_batch(work: Work) -> None:
    """The last stage of a run, registered with matching."""
    with work.timed("assemble"):
        for network_id in work.batch.plan["networks"]:
            work.add(propose_programmes(network_id=network_id, run=work.run))


def propose_programmes(*, network_id: int, run: MatchRun | None = None) -> dict[str, int]:
    """Draw up the proposals of a network anew; what a person touched stays as it is. One transaction."""
    today = timezone.localdate()
    with transaction.atomic():
        network = Network.objects.select_for_update().get(pk=network_id)
        question = ask(network=network, rates=database_rates(), today=today)
        assembly = assemble(worth_buying(question.problem))
        kept = [
            _write_proposal(network, run, question, group, assembly) for group in group_picks(assembly.picks)
        ]
        Programme.objects.filter(network=network, state=Programme.State.PROPOSAL).exclude(
            pk__in=[programme.pk for programme in kept]
        ).delete()
        unmet = _mark_unmet(question, assembly)
    return {"programmes": len(kept), "unmet": unmet}


def group_picks(picks: Sequence[Pick]) -> list[list[Pick]]:
    """Picks that share a pool belong to one programme. Order: by lowest pool."""
    groups: list[list[Pick]] = []
    for pick in sorted(picks, key=lambda p: (p.pools, p.edition)):
        mine = [group for group in groups if {p for g in group for p in g.pools} & set(pick.pools)]
        for group in mine:
            groups.remove(group)
        groups.append([*(p for group in mine for p in group), pick])
    return groups


def _write_proposal(
    network: Network, run: MatchRun | None, question: Question, picks: Sequence[Pick], assembly: Assembly
) -> Programme:
    pool_ids = sorted({pool for pick in picks for pool in pick.pools})
    programme = _same_proposal(network, pool_ids) or Programme(network=network)
    pools = [question.pools[pk] for pk in pool_ids]
    programme.title = pools[0].title if len(pools) == 1 else " + ".join(p.title for p in pools)[:300]
    programme.run = run
    programme.reasons = reasons_of(question=question, picks=picks, assembly=assembly)
    programme.alternatives = alternatives_of(question=question, picks=picks)
    programme.save()
    programme.programme_pools.all().delete()
    ProgrammePool.objects.bulk_create(ProgrammePool(programme=programme, pool=pool) for pool in pools)
    write_plan(programme=programme, seats=list(seats_of(question, picks)))
    return programme


def seats_of(question: Question, picks: Iterable[Pick]) -> Iterable[Seats]:
    companies = {g.organisation_id: g.organisation for rows in question.gaps.values() for g in rows}
    for pick in picks:
        for seat in pick.seats:
            yield Seats(question.editions[pick.edition], companies[seat.company], seat.learners)


def _same_proposal(network: Network, pool_ids: Sequence[int]) -> Programme | None:
    """The proposal for just these pools, if the last run left one: it keeps its address."""
    candidates = Programme.objects.filter(
        network=network, state=Programme.State.PROPOSAL, programme_pools__pool__in=pool_ids
    ).distinct()
    for programme in candidates.order_by("pk"):
        if sorted(programme.programme_pools.values_list("pool_id", flat=True)) == list(pool_ids):
            return programme
    # Proposals that share a pool with this one give way: a pool is in one live programme at a time.
    for programme in candidates:
        programme.delete()
    return None


def _mark_unmet(question: Question, assembly: Assembly) -> int:
    """A pool that nothing lawful and good enough closes is unmet, with the reason, and becomes a card."""
    obstacles = {unmet.pool: unmet.obstacle for unmet in assembly.unmet}
    count = 0
    for pk, pool in question.pools.items():
        obstacle = obstacles.get(pk)
        if obstacle is None and not question.problem_has(pk):
            obstacle = Obstacle("learners")
        pool.is_unmet = obstacle is not None
        pool.unmet_reason = _obstacle_record(obstacle) if obstacle else None
        pool.save(update_fields=["is_unmet", "unmet_reason", "updated_at"])
        _write_card(question, pool)
        count += pool.is_unmet
    return count


def _obstacle_record(obstacle: Obstacle) -> dict[str, Any]:
    return {
        "reason": obstacle.reason,
        "amount": None if obstacle.amount is None else str(obstacle.amount),
        "edition": obstacle.edition,
    }


def _write_card(question: Question, pool: Pool) -> None:
    """An unmet pool has an open demand card; one that is met again takes it back."""
    today = timezone.localdate()
    card = DemandCard.objects.filter(pool=pool).first()
    if not pool.is_unmet:
        if card and card.state == DemandCard.State.OPEN:
            card.state = DemandCard.State.WITHDRAWN
            card.save(update_fields=["state", "updated_at"])
        return
    nearest = next(iter(question.offers.get(pool.pk, [])), None)
    card = card or DemandCard(pool=pool, expires_on=valid_until(today))
    if card.state == DemandCard.State.WITHDRAWN:
        card.state, card.opened_on, card.expires_on = DemandCard.State.OPEN, today, valid_until(today)
        card.escalated_on = None
    card.nearest_offer_id = nearest.offer_id if nearest else None
    card.lacks = [pool.unmet_reason] if pool.unmet_reason else []
    card.save()
