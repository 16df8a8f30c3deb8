"""A run that proposes: its pools, their matches, and what came of it."""

from decimal import Decimal
from typing import Any

from catalogue.models import Offer
from matching.models import Match, MatchRun, Pool, PoolGap
from networks.models import Network
from programmes.models import Programme
from programmes.services.proposals import propose_programmes
from tests.factories import make_gap, make_network, make_organisation
from tests.kept import kept_step
from tests.programmes.world import COMPONENTS, World

P = Programme.State


def reason_of(world: World) -> str:
    """Why no programme was proposed for the pool."""
    assert world.pool.unmet_reason is not None
    return str(world.pool.unmet_reason["reason"])


@kept_step
def propose(world: World, *more: Network) -> Programme | None:
    propose_programmes(network_ids=[world.network.pk, *(n.pk for n in more)])
    world.pool.refresh_from_db()
    return Programme.objects.filter(network=world.network, state=P.PROPOSAL).first()


def match(gaps: list[Any], scores: dict[Offer, float]) -> None:
    run = MatchRun.objects.create(scope=MatchRun.Scope.ALL, state=MatchRun.State.DONE)
    Match.objects.bulk_create(
        Match(gap=g, offer=o, run=run, rank=9, score=score, certainty=0.5, components=COMPONENTS)
        for g in gaps
        for o, score in scores.items()
    )


@kept_step
def neighbour(world: World, learners: int = 3) -> Network:
    """Another network of the same call, whose three companies ask what the same offer teaches."""
    network = make_network(call=world.network.call, budget=Decimal("10000.00"), name="Netwerk Metaal")
    companies = [make_organisation() for _ in range(3)]
    gaps = [make_gap(organisation=c, network=network, title="Sturing", learners=learners) for c in companies]
    pool = Pool.objects.create(network=network, title="Sturing", companies=3, undertakings=3, learners=9)
    PoolGap.objects.bulk_create(PoolGap(pool=pool, gap=gap) for gap in gaps)
    match(gaps, {world.offer: 0.82})
    return network
