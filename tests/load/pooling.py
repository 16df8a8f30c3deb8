"""Pooling: the networks of the database through the service, and fifty thousand gaps through the engine alone."""

from typing import TYPE_CHECKING, Any

from tests.load.measuring import setup_django, spending

if TYPE_CHECKING:
    from tests.load.parts import Asked

MANY = 5
"""The engine is given so many times the gaps of the database: 50 000 at full scale."""
AT_ONCE = 512


def pool(asked: "Asked") -> dict[str, Any]:
    """Every network from nothing, and once more as each night; then the engine on more gaps."""
    setup_django()
    return {**stored_pools(), **bare_pools(asked.gaps * MANY)}


def stored_pools() -> dict[str, Any]:
    """Seconds of `pool_network` for all networks, with what it writes, and statements for each pool."""
    from django.db import connection

    from matching.models import MatchRun, Pool
    from matching.services.vectors import active_revision
    from networks.models import Gap, Network

    revision = active_revision()
    assert revision is not None
    Pool.objects.all().delete()
    run = MatchRun.objects.create(scope="all", revision=revision)
    networks = list(Network.objects.order_by("pk").values_list("pk", flat=True))
    statements = [0]

    def counted(execute: Any, *arguments: Any) -> Any:
        statements[0] += 1
        return execute(*arguments)

    with connection.execute_wrapper(counted):
        first, pools, unpooled = _round(networks, run, revision)
    again, _, _ = _round(networks, run, revision)
    run.state = MatchRun.State.DONE
    run.save()
    return {
        "gaps": Gap.objects.open().count(),
        "networks": len(networks),
        "pools": pools,
        "unpooled": unpooled,
        "first_s": round(first.wall, 2),
        "again_s": round(again.wall, 2),
        "first_cpu_s": round(first.cpu, 2),
        "statements_per_network": round(statements[0] / max(1, len(networks)), 1),
    }


def _round(networks: list[int], run: Any, revision: Any) -> tuple[Any, int, int]:
    from matching.services.pools import pool_network

    pools = unpooled = 0
    with spending() as spent:
        for network in networks:
            pooled = pool_network(network_id=network, run=run, revision=revision)
            pools, unpooled = pools + len(pooled.pool_ids), unpooled + pooled.unpooled
    return spent, pools, unpooled


def bare_pools(count: int) -> dict[str, Any]:
    """The engine without a database: made-up gaps in networks of about 120, embedded beforehand."""
    import numpy as np

    from matching.engine.load import generate_gaps
    from matching.engine.pooling import PoolingSettings, pool_gaps
    from matching.services.pools import TOGETHER
    from matching.services.vectors import embedder

    model = embedder()
    rows = list(generate_gaps(count, 3))
    texts = [f"{row.title}. {row.description}" for row in rows]
    parts = [model.encode_queries(texts[at : at + AT_ONCE]) for at in range(0, count, AT_ONCE)]
    scale = model.cosine_scale
    settings = PoolingSettings(threshold=scale.low + TOGETHER * (scale.high - scale.low))
    with spending() as spent:
        pooling = pool_gaps([row.facts for row in rows], np.concatenate(parts), settings)
    return {
        "engine_gaps": count,
        "engine_s": round(spent.wall, 2),
        "engine_cpu_s": round(spent.cpu, 2),
        "engine_pools": len(pooling.groups),
    }
