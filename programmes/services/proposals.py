"""Proposals: what the engine would buy for the pools of networks, drawn up as programmes for a person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.db import connection, transaction
from django.utils import timezone

from matching.engine.assembly import assemble
from matching.engine.assembly_losses import Losses
from matching.engine.assembly_problem import Assembly, Pick
from matching.models import MatchRun, Pool
from matching.services.demand_cards import withdraw_dead_cards
from matching.services.stages import Work
from networks.models import Network
from networks.network_state import why_nothing_new
from programmes.models import Programme, ProgrammePool
from programmes.services.explain import alternatives_of, reasons_of
from programmes.services.law import database_rates
from programmes.services.plans import Seats, write_plan
from programmes.services.problem import Question, ask_together, worth_buying
from programmes.services.retiring import retire_proposals
from programmes.services.unmet import mark_unmet

POOLS_TOGETHER = 300
"""So many pools are solved as one problem within its seconds; beyond, networks follow each other."""
ONE_AT_A_TIME = 0x534B4E41
"""The advisory lock of assembly: seats and budgets that stand proposed are read and written by one."""


def assemble_batch(work: Work) -> None:
    """The last stage of a run, registered with matching."""
    with work.timed("assemble"):
        for together in groups_of(work.batch.plan["networks"]):
            work.add(propose_programmes(network_ids=together, run=work.run))


def groups_of(network_ids: Sequence[int]) -> list[list[int]]:
    """Networks that are solved together: those of one call, up to a size; one of no call shares no budget and
    stands alone. In the order of their keys, which is the order in which they hold what they got."""
    rows = Network.objects.filter(pk__in=network_ids).order_by("pk").values_list("pk", "call")
    sizes = {pk: Pool.objects.filter(network=pk, state=Pool.State.OPEN).count() for pk, _call in rows}
    groups: dict[object, list[list[int]]] = {}
    for pk, call in rows:
        mine = groups.setdefault(("alone", pk) if call is None else call, [[]])
        if mine[-1] and sum(sizes[one] for one in mine[-1]) + sizes[pk] > POOLS_TOGETHER:
            mine.append([])
        mine[-1].append(pk)
    return [group for some in groups.values() for group in some]


def propose_programmes(*, network_ids: Sequence[int], run: MatchRun | None = None) -> dict[str, int]:
    """Draw up the proposals of networks anew, as one plan; what a person touched stays as it is.

    One transaction, one at a time: what stands proposed for other networks of the call counts in its budget,
    and for all networks in the seats of editions. `network_ids` are of one call, or one network.
    """
    today = timezone.localdate()
    with transaction.atomic():
        _wait_for_turn()
        rows = Network.objects.filter(pk__in=network_ids).select_for_update(of=("self",)).order_by("pk")
        networks = list(rows.select_related("call"))
        running = [network for network in networks if not why_nothing_new(network)]
        question = ask_together(networks=running, rates=database_rates(), today=today)
        assembly = assemble(worth_buying(question.problem))
        losses = Losses(question.problem, assembly)
        held, free = _hold(question, networks)
        kept = [
            _write_proposal(run, question, group, assembly, losses)
            for group in group_picks(list(_by_network(question, assembly.picks)))
            if free >= {pool for pick in group for pool in pick.pools}
        ]
        retire_proposals(programme_ids=sorted(held - {programme.pk for programme in kept}))
        unmet = mark_unmet(question=question, assembly=assembly, pools=free)
        withdraw_dead_cards(network_ids=[network.pk for network in networks])
    return {"programmes": len(kept), "unmet": unmet}


def _hold(question: Question, networks: Sequence[Network]) -> tuple[set[int], set[int]]:
    """The proposals that may be written anew and the pools that are still free, both locked.

    While the engine looked for a plan, people went on. A proposal at which somebody takes a step this moment is
    left to that person with its pools; so nobody waits for the other in a ring.
    """
    wanted = Pool.objects.select_for_update(no_key=True).filter(pk__in=question.pools, state=Pool.State.OPEN)
    free = {pool.pk for pool in wanted.order_by("pk")}
    bare = Programme.objects.filter(network__in=networks, state=Programme.State.PROPOSAL)
    rows = bare.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    held = {programme.pk for programme in rows}
    busy = ProgrammePool.objects.filter(programme__in=bare.exclude(pk__in=held), is_live=True)
    return held, free - set(busy.values_list("pool_id", flat=True))


def _wait_for_turn() -> None:
    """Hold the lock of assembly until the transaction ends; another's plan may take longer than a row's lock
    is waited for, so this wait is bounded by the statement's time only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        (usual,) = cursor.fetchone()
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])


def _by_network(question: Question, picks: Iterable[Pick]) -> Iterator[Pick]:
    """Picks apart by the network that buys: a programme is of one network."""
    for pick in picks:
        people = sum(seat.learners for seat in pick.seats)
        for network in sorted({question.pools[seat.pool].network_id for seat in pick.seats}):
            seats = tuple(s for s in pick.seats if question.pools[s.pool].network_id == network)
            part = sum(seat.learners for seat in seats)
            yield replace(
                pick, seats=seats, cost=pick.cost * part / people, public=pick.public * part / people
            )


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
    run: MatchRun | None, question: Question, picks: Sequence[Pick], assembly: Assembly, losses: Losses
) -> Programme:
    pool_ids = sorted({pool for pick in picks for pool in pick.pools})
    pools = [question.pools[pk] for pk in pool_ids]
    network_id = pools[0].network_id
    programme = _same_proposal(network_id, pool_ids) or Programme(network_id=network_id)
    programme.title = pools[0].title if len(pools) == 1 else " + ".join(p.title for p in pools)[:300]
    programme.run = run
    programme.reasons = reasons_of(question=question, picks=picks, assembly=assembly, run=run)
    programme.alternatives = alternatives_of(question=question, picks=picks, losses=losses)
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


def _same_proposal(network_id: int, pool_ids: Sequence[int]) -> Programme | None:
    """The proposal for just these pools, if the last run left one: it keeps its address."""
    candidates = Programme.objects.filter(
        network=network_id, state=Programme.State.PROPOSAL, programme_pools__pool__in=pool_ids
    ).distinct()
    for programme in candidates.order_by("pk"):
        if sorted(programme.programme_pools.values_list("pool_id", flat=True)) == list(pool_ids):
            return programme
    # Proposals that share a pool with this one give way: a pool is in one live programme at a time.
    retire_proposals(programme_ids=list(candidates.values_list("pk", flat=True)))
    return None
