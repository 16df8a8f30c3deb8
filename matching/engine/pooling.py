"""Gaps of different undertakings of one network, put together into groups that one programme could teach.

The objective, that is maximised over partitions of a network's gaps, is that of average-link clustering at a
threshold t: the sum over groups of the sum over its pairs of (cosine - t). Two groups are worth merging
exactly when the mean cosine between their members is above t, so average-link agglomeration climbs it, best
merge first; moves and swaps of single gaps then climb further. A group has at most ``max_size`` gaps, an
undertaking at most once, and a depth, a direction, a period, a language and a place that suit all (unknown
suits any).

The result depends on the facts alone, not on the order in which they come. With ``previous`` pools it starts
from those and changes them only for a gain that is worth it (``inertia``), so that one new gap does not
reshuffle the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.clusters import Clusters
from matching.engine.facts import GapFacts
from matching.engine.neighbours import neighbours_of
from matching.engine.roommates import masks_of


@dataclass(frozen=True, slots=True)
class PoolingSettings:
    """How gaps are pooled. ``threshold`` is a cosine and goes with the model; distances are in km."""

    threshold: float = 0.5
    max_size: int = 12
    neighbours: int = 24
    reach_km: float = 50.0
    inertia: float = 0.05
    passes: int = 4
    exact_limit: int = 60_000
    """Above so many distinct gaps in one network, neighbours are sought within halves of similar ones."""


@dataclass(frozen=True, slots=True)
class Group:
    """Gaps that could be taught together, by ascending identifier. ``cohesion`` is their mean cosine."""

    gaps: tuple[int, ...]
    cohesion: float
    locked_to: int | None = None


@dataclass(frozen=True, slots=True)
class Pooling:
    """The groups of at least two gaps, the gaps that stay on their own, and the value of the objective."""

    groups: tuple[Group, ...]
    unpooled: tuple[int, ...]
    value: float


def pool_gaps(
    gaps: Sequence[GapFacts],
    vectors: NDArray[np.floating],
    settings: PoolingSettings = PoolingSettings(),
    *,
    previous: Mapping[int, int] | None = None,
    frozen: Iterable[int] = (),
) -> Pooling:
    """Pool gaps. ``vectors`` are unit vectors in their order; ``previous`` says which pool a gap was in.

    Gaps in ``frozen`` (those of pools under a programme) are left out altogether. A gap without a network, or
    one that a person keeps out, stays on its own. Gaps that are locked to one pool stay together, whatever
    the facts.
    """
    away = frozenset(frozen)
    order = sorted((i for i in range(len(gaps)) if gaps[i].id not in away), key=lambda i: gaps[i].id)
    networks: dict[int, list[int]] = {}
    alone: list[int] = []
    for i in order:
        gap = gaps[i]
        if gap.kept_out or (gap.network is None and gap.locked_to is None):
            alone.append(gap.id)
        else:
            networks.setdefault(-1 if gap.network is None else gap.network, []).append(i)
    groups: list[Group] = []
    value = 0.0
    for network in sorted(networks):
        rows = networks[network]
        clusters = _pool_network([gaps[i] for i in rows], vectors[rows], settings, previous or {})
        value += clusters.value()
        for members in clusters.members():
            ids = tuple(gaps[rows[m]].id for m in members)
            if len(ids) > 1 or gaps[rows[members[0]]].locked_to is not None:
                groups.append(Group(ids, clusters.cohesion(members), clusters.lock_of(members[0])))
            else:
                alone.extend(ids)
    return Pooling(tuple(sorted(groups, key=lambda g: g.gaps)), tuple(sorted(alone)), value)


def _pool_network(
    gaps: Sequence[GapFacts],
    vectors: NDArray[np.floating],
    settings: PoolingSettings,
    previous: Mapping[int, int],
) -> Clusters:
    masks = masks_of(gaps, settings.reach_km)
    near = neighbours_of(gaps, vectors, masks, settings.neighbours, settings.threshold, settings.exact_limit)
    clusters = Clusters(gaps, vectors, masks, settings.threshold, settings.max_size, settings.inertia)
    clusters.seed_locked()
    clusters.seed_previous(previous)
    clusters.seed_twins(near.twins)
    clusters.agglomerate(near.pairs)
    clusters.improve(near.lists, settings.passes)
    return clusters
