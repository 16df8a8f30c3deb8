"""The frozen plan of a run: which batches, in which order."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F

from catalogue.models import Offer
from matching.models import MatchRun, Pool, RunBatch
from networks.models import Gap, Network

EMBED_AT_ONCE = 2_000
MATCH_AT_ONCE = 1_000
OFFERS_AT_ONCE = 20
"""Changed offers of one batch: each reaches a few hundred gaps."""
NETWORKS_AT_ONCE = 50
Stage = RunBatch.Stage
Step = tuple[str, dict[str, Any]]


def plan_batches(run: MatchRun) -> list[RunBatch]:
    """The batches of a run, not yet saved. Stages follow each other; within one, batches are independent."""
    return [
        RunBatch(run=run, stage=stage, position=position, plan=plan)
        for position, (stage, plan) in enumerate(_steps(run))
    ]


def _steps(run: MatchRun) -> Iterator[Step]:
    if run.scope == MatchRun.Scope.OFFERS:
        yield from _embed("offer", run.owner_ids)
        yield Stage.WORDS, {}
        yield from ((Stage.MATCH, {"near_offers": part}) for part in parts(run.owner_ids, OFFERS_AT_ONCE))
        yield Stage.POOL, {}  # which networks these reach is known by then, and so is what to assemble
        return
    gap_ids = list(_gaps(run).values_list("pk", flat=True))
    if run.scope != MatchRun.Scope.GAPS:
        offers = Offer.objects.active().order_by("pk")
        yield from _embed("offer", list(offers.values_list("pk", flat=True)))
    yield from _embed("gap", gap_ids)
    if run.scope != MatchRun.Scope.GAPS:
        yield Stage.WORDS, {}
    for part in parts(gap_ids, MATCH_AT_ONCE):
        yield Stage.MATCH, {"gaps": part}
    networks = _networks(run, gap_ids)
    yield from ((Stage.POOL, {"networks": part}) for part in parts(networks, NETWORKS_AT_ONCE))
    yield from assembly_steps(networks)


def assembly_steps(network_ids: Sequence[int]) -> Iterator[Step]:
    """The last stage, for these networks."""
    for together in _by_call(network_ids):
        yield from ((Stage.ASSEMBLE, {"networks": part}) for part in parts(together, NETWORKS_AT_ONCE))


def _gaps(run: MatchRun) -> Any:
    gaps = Gap.objects.order_by("pk")
    if run.scope == MatchRun.Scope.GAPS:
        return gaps.filter(pk__in=run.owner_ids)
    return gaps.live().filter(network=run.network_id) if run.network_id else gaps.live()


def _networks(run: MatchRun, gap_ids: Sequence[int]) -> list[int]:
    """The networks to pool: those of the gaps, and those in whose pools they or closed ones still are."""
    if run.network_id:
        return [run.network_id]
    if run.owner_ids:
        now = Gap.objects.filter(pk__in=gap_ids, network__isnull=False)
        then = Network.objects.filter(pools__in=Pool.objects.live().filter(pool_gaps__gap__in=gap_ids))
    else:
        now = Gap.objects.live().filter(network__isnull=False)
        then = Network.objects.filter(pools__in=Pool.objects.live())
    ids = now.order_by().values_list("network", flat=True).union(then.order_by().values_list("pk", flat=True))
    return sorted(int(pk) for pk in ids)


def _by_call(network_ids: Sequence[int]) -> list[list[int]]:
    """Networks of one call together, for they share its budget; those of no call last."""
    rows = Network.objects.filter(pk__in=network_ids).order_by(F("call").asc(nulls_last=True), "pk")
    found: dict[int | None, list[int]] = {}
    for pk, call in rows.values_list("pk", "call"):
        found.setdefault(call, []).append(pk)
    return list(found.values())


def _embed(kind: str, ids: Sequence[int]) -> Iterator[Step]:
    yield from ((Stage.EMBED, {"kind": kind, "ids": part}) for part in parts(ids, EMBED_AT_ONCE))


def parts(ids: Sequence[int], size: int) -> list[list[int]]:
    return [list(ids[start : start + size]) for start in range(0, len(ids), size)]
