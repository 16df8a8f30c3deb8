"""Pools of one network: proposed by the engine, moved and locked by people, with an identity for life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from matching.engine.facts import GapFacts
from matching.engine.identities import Identities, OldPool, carry_identities
from matching.engine.pooling import Group, PoolingSettings, pool_gaps
from matching.models import KeptOut, MatchRun, ModelRevision, Pool, PoolGap
from matching.services.facts import gap_facts
from matching.services.figures import set_figures, title_to_show
from matching.services.titles import public_title
from matching.services.vectors import embedder, read_vectors
from networks.models import Gap, Network

# Two gaps belong together from this share of the model's own scale of cosines on (0 unrelated, 1 same).
TOGETHER = 0.35


@dataclass(frozen=True, slots=True)
class _Demand:
    """The live gaps of a network as the engine reads them."""

    gaps: dict[int, Gap]
    facts: list[GapFacts]
    vectors: NDArray[np.float16]


def pool_network(*, network_id: int, run: MatchRun, revision: ModelRevision) -> dict[str, int]:
    """Pool the open gaps of a network again; identities, locks and frozen pools live on.

    One transaction that holds the network, so two runs cannot pool it at once. Returns counts.
    """
    with transaction.atomic():
        Network.objects.select_for_update().get(pk=network_id)
        demand = _read_demand(network_id, revision)
        old, previous, frozen = _read_pools(network_id, set(demand.gaps))
        pooling = pool_gaps(
            _apart(demand.facts, network_id),
            demand.vectors.astype(np.float32),
            PoolingSettings(threshold=_threshold()),
            previous=previous,
            frozen=frozen,
        )
        groups = [group for group in pooling.groups if _is_pool(group, demand.gaps)]
        identities = carry_identities(old, [frozenset(g.gaps) for g in groups], [g.locked_to for g in groups])
        _write(network_id, run, groups, identities, demand)
    return {"pools": len(groups), "unpooled": len(demand.gaps) - sum(len(g.gaps) for g in groups)}


def _threshold() -> float:
    scale = embedder().cosine_scale
    return scale.low + TOGETHER * (scale.high - scale.low)


def _read_demand(network_id: int, revision: ModelRevision) -> _Demand:
    gaps = list(Gap.objects.open().filter(network=network_id).with_parties().order_by("pk"))
    return _Demand(
        gaps={gap.pk: gap for gap in gaps},
        facts=gap_facts(gaps),
        vectors=read_vectors(revision=revision, kind="gap", ids=[gap.pk for gap in gaps]),
    )


def _read_pools(network_id: int, live: set[int]) -> tuple[list[OldPool], dict[int, int], list[int]]:
    """Pools as they were, the pool of each gap, and the gaps of frozen pools."""
    pools = Pool.objects.live().filter(network=network_id)
    members: dict[int, set[int]] = {}
    for pool_id, gap_id in PoolGap.objects.filter(pool__in=pools).values_list("pool_id", "gap_id"):
        members.setdefault(pool_id, set()).add(gap_id)
    old, previous, frozen = [], {}, []
    for pool in pools.order_by("pk"):
        gaps = members.get(pool.pk, set())
        is_frozen = pool.state == Pool.State.FROZEN
        if is_frozen:
            frozen += sorted(gaps)
        else:
            previous.update(dict.fromkeys(gaps & live, pool.pk))
        old.append(OldPool(id=pool.pk, born=pool.pk, gaps=frozenset(gaps & live), frozen=is_frozen))
    return old, previous, frozen


def _apart(facts: Sequence[GapFacts], network_id: int) -> list[GapFacts]:
    """People's «not in that pool»: the gap is kept apart from the gaps that are there now."""
    rules = KeptOut.objects.filter(gap__network=network_id, pool__isnull=False).values_list(
        "gap_id", "pool_id"
    )
    there: dict[int, set[int]] = {}
    for gap_id, pool_id in PoolGap.objects.filter(pool__network=network_id).values_list("gap_id", "pool_id"):
        there.setdefault(pool_id, set()).add(gap_id)
    apart: dict[int, set[int]] = {}
    for gap_id, pool_id in rules:
        apart.setdefault(gap_id, set()).update(there.get(pool_id, set()) - {gap_id})
    return [replace(f, apart_from=frozenset(apart[f.id])) if f.id in apart else f for f in facts]


def _is_pool(group: Group, gaps: Mapping[int, Gap]) -> bool:
    """A pool is demand of several companies; what a person locked together stays whatever it is."""
    return group.locked_to is not None or len({gaps[pk].organisation_id for pk in group.gaps}) > 1


def _write(
    network_id: int, run: MatchRun, groups: Sequence[Group], identities: Identities, demand: _Demand
) -> None:
    now = timezone.now().isoformat()
    _dissolve(identities, now)
    PoolGap.objects.filter(pool__network=network_id, is_locked=False).exclude(
        pool__state=Pool.State.FROZEN
    ).delete()
    row = {pk: place for place, pk in enumerate(demand.gaps)}
    for group, pool_id in zip(groups, identities.of_group, strict=True):
        pool = Pool.objects.get(pk=pool_id) if pool_id else Pool(network_id=network_id)
        gaps = [demand.gaps[pk] for pk in group.gaps]
        vectors = demand.vectors[[row[pk] for pk in group.gaps]]
        describe_pool(pool, gaps, vectors)
        pool.cohesion = group.cohesion
        pool.run = run
        pool.save()
        locked = set(pool.pool_gaps.filter(is_locked=True).values_list("gap_id", flat=True))
        PoolGap.objects.bulk_create([PoolGap(pool=pool, gap=gap) for gap in gaps if gap.pk not in locked])


def _dissolve(identities: Identities, now: str) -> None:
    into = dict(identities.merged)
    for pool in Pool.objects.select_for_update().filter(pk__in=identities.ended):
        pool.history = [
            *pool.history,
            {"at": now, "what": "merged" if pool.pk in into else "ended", "into": into.get(pool.pk)},
        ]
        pool.state = Pool.State.DISSOLVED
        pool.save(update_fields=["history", "state", "updated_at"])
    for pool_id, parts in identities.split:
        pool = Pool.objects.get(pk=pool_id)
        pool.history = [*pool.history, {"at": now, "what": "split", "parts": len(parts)}]
        pool.save(update_fields=["history", "updated_at"])


def describe_pool(pool: Pool, gaps: Sequence[Gap], vectors: NDArray[np.float16]) -> None:
    """Fill in what a pool says of its gaps: title of the most central one, counts, skills, regions."""
    central = gaps[int(np.argmax(vectors.astype(np.float32) @ vectors.astype(np.float32).mean(axis=0)))]
    known = [gap.learners for gap in gaps if gap.learners is not None]
    pool.title, pool.language = central.title, central.language
    pool.companies = len({gap.organisation_id for gap in gaps})
    pool.undertakings = len({gap.organisation.undertaking_key for gap in gaps})
    pool.learners = sum(known) if known else None
    pool.skills = _common(gaps, "skills")
    pool.regions = _common(gaps, "regions", at_least=1)
    set_figures(pool, gaps)
    if not pool.is_titled_by_hand:
        pool.public_title = title_to_show(pool, gaps, public_title(pool, gaps)[:300])


def _common(gaps: Sequence[Gap], name: str, at_least: int = 2) -> list[str]:
    """Values that at least so many undertakings name, the most frequent first."""
    who: dict[str, set[int]] = {}
    for gap in gaps:
        for value in getattr(gap, name):
            who.setdefault(value, set()).add(gap.organisation.undertaking_key)
    ranked = sorted(who.items(), key=lambda item: (-len(item[1]), item[0]))
    return [value for value, undertakings in ranked if len(undertakings) >= at_least]
