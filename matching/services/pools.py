"""Pools of one network: proposed by the engine, moved and locked by people, with an identity for life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from matching.engine.facts import GapFacts
from matching.engine.identities import Identities, OldPool, carry_identities
from matching.engine.pooling import Group, PoolingSettings, pool_gaps
from matching.models import KeptOut, MatchRun, ModelRevision, Pool, PoolGap
from matching.services.describing import Contents, describe_pools
from matching.services.facts import gap_facts
from matching.services.vectors import embedder, read_vectors
from networks.models import Gap, Network

# Two gaps belong together from this share of the model's own scale of cosines on (0 unrelated, 1 same).
TOGETHER = 0.35
STILL_COUNTS = (Gap.State.OPEN, Gap.State.TO_CONFIRM)
MERGED = {"what": "merged"}
SAVED_AT_ONCE = 500
DESCRIBED = (
    "title",
    "public_title",
    "language",
    "companies",
    "undertakings",
    "learners",
    "skills",
    "regions",
    "cohesion",
    "shown",
    "run",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class _Demand:
    """The live gaps of a network as the engine reads them."""

    gaps: dict[int, Gap]
    facts: list[GapFacts]
    vectors: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Pooled:
    """What pooling a network left: its pools, how many gaps are in none, and pools elsewhere that lost a gap."""

    pool_ids: Sequence[int]
    unpooled: int
    left: Sequence[int]


def pool_network(*, network_id: int, run: MatchRun, revision: ModelRevision) -> Pooled:
    """Pool the open gaps of a network again; identities, locks and frozen pools live on.

    One transaction that holds the network (and those from which gaps came), so two runs cannot pool it at
    once. A gap that moved here leaves its pool there, unless a programme stands on that pool. The caller
    refreshes the standing of the pools.
    """
    with transaction.atomic():
        _hold(network_id)
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
        left = _clear(network_id)
        pools = _write(network_id, run, groups, identities, demand)
    # What stands in a pool of a programme is not alone either.
    unpooled = len(set(demand.gaps) - set(frozen)) - sum(len(g.gaps) for g in groups)
    return Pooled([pool.pk for pool in pools], unpooled, left)


def _hold(network_id: int) -> None:
    """The row of the network, and of each network in whose pools gaps of this one still are."""
    elsewhere = _left_behind(network_id).values("pool__network")
    wanted = Q(pk=network_id) | Q(pk__in=elsewhere)
    list(Network.objects.filter(wanted).order_by("pk").select_for_update().values_list("pk", flat=True))


def _left_behind(network_id: int) -> Any:
    """Places of this network's gaps in open pools of a network that they have left."""
    return PoolGap.objects.filter(gap__network=network_id, pool__state=Pool.State.OPEN).exclude(
        pool__network=network_id
    )


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
    elsewhere = PoolGap.objects.filter(gap__network=network_id, pool__state=Pool.State.FROZEN)
    old, previous = [], {}
    frozen = sorted(elsewhere.exclude(pool__network=network_id).values_list("gap_id", flat=True))
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
    """People's «not in that pool»: the gap is kept apart from the gaps that are there now.

    A pool that was merged away lives on in the one into which it went, and so does the rule.
    """
    rules = KeptOut.objects.filter(gap__network=network_id, pool__isnull=False).values_list(
        "gap_id", "pool_id"
    )
    there: dict[int, set[int]] = {}
    for gap_id, pool_id in PoolGap.objects.filter(pool__network=network_id).values_list("gap_id", "pool_id"):
        there.setdefault(pool_id, set()).add(gap_id)
    heirs = _heirs(network_id) if rules else {}
    apart: dict[int, set[int]] = {}
    for gap_id, pool_id in rules:
        apart.setdefault(gap_id, set()).update(there.get(_heir(pool_id, heirs), set()) - {gap_id})
    return [replace(f, apart_from=frozenset(apart[f.id])) if f.id in apart else f for f in facts]


def _heirs(network_id: int) -> dict[int, int]:
    """Each pool that was merged away, and the pool into which it went."""
    ended = Pool.objects.filter(network=network_id, state=Pool.State.DISSOLVED, history__contains=[MERGED])
    found = {}
    for pk, history in ended.values_list("pk", "history"):
        into = next((entry.get("into") for entry in reversed(history) if entry.get("what") == "merged"), None)
        if into is not None:
            found[pk] = int(into)
    return found


def _heir(pool_id: int, heirs: Mapping[int, int]) -> int:
    seen = {pool_id}
    while (into := heirs.get(pool_id)) is not None and into not in seen:
        seen.add(into)
        pool_id = into
    return pool_id


def _is_pool(group: Group, gaps: Mapping[int, Gap]) -> bool:
    """A pool is demand of several companies; what a person locked together stays whatever it is."""
    return group.locked_to is not None or len({gaps[pk].organisation_id for pk in group.gaps}) > 1


def _clear(network_id: int) -> list[int]:
    """Empty the pools that may change; return the pools of other networks that lost a gap.

    What a person locked stays, as long as its gap still counts and is of this network.
    """
    left = dict(_left_behind(network_id).values_list("pk", "pool_id"))
    stays = Q(is_locked=True, gap__network=network_id, gap__state__in=STILL_COUNTS)
    old = (
        PoolGap.objects.filter(pool__network=network_id).exclude(stays).exclude(pool__state=Pool.State.FROZEN)
    )
    # By their keys: a DELETE whose subquery joins what it deletes from is planned row against row where the
    # tables grew since they were last analysed, and then takes a quarter of an hour for three thousand gaps.
    PoolGap.objects.filter(pk__in=[*left, *old.values_list("pk", flat=True)]).delete()
    return sorted(set(left.values()))


def _write(
    network_id: int, run: MatchRun, groups: Sequence[Group], identities: Identities, demand: _Demand
) -> list[Pool]:
    """Store the groups in a few statements, however many there are; return their pools."""
    _dissolve(identities, timezone.now().isoformat())
    network = Network.objects.get(pk=network_id)
    known = Pool.objects.select_related("network").in_bulk([pk for pk in identities.of_group if pk])
    row = {pk: place for place, pk in enumerate(demand.gaps)}
    filled = [
        Contents(
            pool=known[pool_id] if pool_id else Pool(network=network),
            gaps=[demand.gaps[pk] for pk in group.gaps],
            vectors=demand.vectors[[row[pk] for pk in group.gaps]],
        )
        for group, pool_id in zip(groups, identities.of_group, strict=True)
    ]
    describe_pools(filled)
    pools = [contents.pool for contents in filled]
    _save(pools, run)
    locked = set(PoolGap.objects.filter(pool__in=known).values_list("gap_id", flat=True))
    PoolGap.objects.bulk_create(
        PoolGap(pool=contents.pool, gap=gap)
        for contents in filled
        for gap in contents.gaps
        if gap.pk not in locked
    )
    return pools


def _save(pools: Sequence[Pool], run: MatchRun) -> None:
    now = timezone.now()
    for pool in pools:
        pool.run, pool.updated_at = run, now
    known = [pool for pool in pools if pool.pk is not None]
    Pool.objects.bulk_create([pool for pool in pools if pool.pk is None])
    Pool.objects.bulk_update(known, DESCRIBED, batch_size=SAVED_AT_ONCE)


def _dissolve(identities: Identities, now: str) -> None:
    into = dict(identities.merged)
    split = {pk: len(parts) for pk, parts in identities.split}
    changed = list(Pool.objects.select_for_update().filter(pk__in={*identities.ended, *split}).order_by("pk"))
    for pool in changed:
        if pool.pk in split:
            pool.history = [*pool.history, {"at": now, "what": "split", "parts": split[pool.pk]}]
        if pool.pk in identities.ended:
            what = "merged" if pool.pk in into else "ended"
            pool.history = [*pool.history, {"at": now, "what": what, "into": into.get(pool.pk)}]
            pool.state = Pool.State.DISSOLVED
        pool.updated_at = timezone.now()
    Pool.objects.bulk_update(changed, ["history", "state", "updated_at"], batch_size=SAVED_AT_ONCE)
