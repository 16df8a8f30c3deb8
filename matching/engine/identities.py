"""Pools keep their identity from run to run: a pool lives on in the group that took over most of its gaps."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OldPool:
    """A pool of earlier runs with the gaps that it had. The lower ``born`` is, the older it is.

    ``frozen``: a programme stands on it, so that it stays exactly as it is.
    """

    id: int
    born: int
    gaps: frozenset[int]
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Identities:
    """What became of the old pools.

    ``of_group`` has for each new group the pool whose identity it takes, ``None`` for a new pool. ``merged``
    are (pool, pool into which it went), ``split`` are (pool, the groups over which it was spread), ``ended``
    are pools that live on in no group, merged ones among them.
    """

    of_group: tuple[int | None, ...]
    merged: tuple[tuple[int, int], ...]
    split: tuple[tuple[int, tuple[int, ...]], ...]
    ended: tuple[int, ...]


def carry_identities(
    old_pools: Sequence[OldPool], new_groups: Sequence[frozenset[int]], locks: Sequence[int | None] = ()
) -> Identities:
    """Give each old pool's identity to the group that shares most gaps with it, at least half of its gaps.

    Ties go to the oldest pool and to the group with the lowest gap. A lock (``locks``, one a group) decides
    first. Gaps that no longer exist should be left out of ``old_pools``; frozen pools are left alone.
    """
    moving = sorted((p for p in old_pools if not p.frozen), key=lambda p: (p.born, p.id))
    given: dict[int, int] = {}
    taken: dict[int, int] = {}
    for group, lock in enumerate(locks):
        if lock is not None and any(p.id == lock for p in moving) and lock not in taken:
            given[group], taken[lock] = lock, group
    shared = _shared(moving, new_groups)
    claims = sorted(
        (-count, age, min(new_groups[group]), group)
        for (age, group), count in shared.items()
        if 2 * count >= len(moving[age].gaps)
    )
    for _, age, _, group in claims:
        if group not in given and moving[age].id not in taken:
            given[group], taken[moving[age].id] = moving[age].id, group
    merged, split = [], []
    for age, pool in enumerate(moving):
        parts = tuple(g for a, g in shared if a == age)
        if len(parts) > 1:
            split.append((pool.id, parts))
        home = max(parts, key=lambda g: (shared[age, g], -min(new_groups[g])), default=None)
        if pool.id not in taken and home in given and 2 * shared[age, home] >= len(pool.gaps):
            merged.append((pool.id, given[home]))
    ended = tuple(p.id for p in moving if p.id not in taken)
    return Identities(tuple(given.get(g) for g in range(len(new_groups))), tuple(merged), tuple(split), ended)


def _shared(pools: Sequence[OldPool], groups: Sequence[frozenset[int]]) -> dict[tuple[int, int], int]:
    """Count the gaps that each pool (by age) and each group have in common, where there are any."""
    of_gap: dict[int, list[int]] = {}
    for group, gaps in enumerate(groups):
        for gap in gaps:
            of_gap.setdefault(gap, []).append(group)
    counts: dict[tuple[int, int], int] = {}
    for age, pool in enumerate(pools):
        for gap in sorted(pool.gaps):
            for group in of_gap.get(gap, ()):
                counts[age, group] = counts.get((age, group), 0) + 1
    return counts
