"""Groups of gaps while they grow: feasibility, average-link merges, moves and swaps.

Vectors are unit vectors, so that the sum of a group's vectors holds all its pairs: the sum of the cosines
between two groups is the dot product of their sums.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.facts import GapFacts
from matching.engine.roommates import Masks, common

EPSILON = 1e-5
DECIMALS = 6
"""Means that agree to so many decimals tie; the lower identifiers go first."""
TABLED = 3_000
"""Networks of so many gaps keep all cosines and products at hand, 72 MB at most."""
SWAP_BOUND = 1.0
"""What taking one gap out of a group may add to the gain of joining it, with room to spare."""


class Clusters:
    """The groups of one network. Gaps are rows by ascending identifier; a group is a numbered slot."""

    def __init__(
        self,
        gaps: Sequence[GapFacts],
        vectors: NDArray[np.floating],
        masks: Sequence[Masks],
        threshold: float,
        max_size: int,
        inertia: float,
    ) -> None:
        """Start with every gap on its own."""
        self._gaps = gaps
        self._vectors = np.asarray(vectors, dtype=np.float32)
        self._masks = masks
        self._threshold = threshold
        self._max_size = max_size
        self._inertia = inertia
        count = len(gaps)
        self._sums = self._vectors.copy()
        self._group = list(range(count))
        self._rows: list[list[int]] = [[i] for i in range(count)]
        self._common: list[Masks] = list(masks)
        self._parties: list[set[int]] = [{g.undertaking} for g in gaps]
        self._lock = [g.locked_to for g in gaps]
        self._was: list[int | None] = [None] * count
        self._apart = any(g.apart_from for g in gaps)
        self._touched = set(range(count))
        self._cosines: NDArray[np.float32] | None = None
        self._dots: NDArray[np.float32] | None = None
        self._free: list[int] = []

    # What it looks like

    def members(self) -> list[list[int]]:
        """Return the groups, each with its rows ascending, by their first row."""
        return sorted(sorted(rows) for rows in self._rows if rows)

    def lock_of(self, row: int) -> int | None:
        """Return the pool to which a person locked the group of this gap."""
        return self._lock[self._group[row]]

    def value(self) -> float:
        """Return the objective: the sum over pairs within groups of (cosine - threshold)."""
        total = 0.0
        for group, rows in enumerate(self._rows):
            if len(rows) > 1:
                total += self._pairs(group) - self._threshold * len(rows) * (len(rows) - 1) / 2
        return total

    def cohesion(self, rows: Sequence[int]) -> float:
        """Return the mean cosine of the pairs of one group; 1 for a gap on its own."""
        pairs = len(rows) * (len(rows) - 1) / 2
        return float(self._pairs(self._group[rows[0]]) / pairs) if pairs else 1.0

    def _pairs(self, group: int) -> float:
        own = self._vectors[self._rows[group]]
        return float((self._sums[group] @ self._sums[group] - np.einsum("ij,ij->", own, own)) / 2)

    # How it starts

    def seed_locked(self) -> None:
        """Put gaps that a person locked to one pool together, whatever the facts say."""
        pools: dict[int, int] = {}
        for row, gap in enumerate(self._gaps):
            if gap.locked_to is None:
                continue
            home = pools.setdefault(gap.locked_to, row)
            if home != row:
                self._join(home, row)

    def seed_previous(self, previous: Mapping[int, int]) -> None:
        """Start from the pools of the last run, less what no longer belongs there."""
        pools: dict[int, list[int]] = {}
        for row, gap in enumerate(self._gaps):
            if gap.id in previous and gap.locked_to is None:
                pools.setdefault(previous[gap.id], []).append(row)
        homes = {lock: self._group[row] for row, lock in enumerate(self._lock) if lock is not None}
        for pool, rows in sorted(pools.items()):
            home = homes.get(pool)
            for row in self._still_near(rows):
                if home is None:
                    home = row
                elif self._fits(home, row):
                    self._join(home, row)
            if home is not None:
                self._was[home] = pool

    def _still_near(self, rows: list[int]) -> list[int]:
        kept = list(rows)
        while len(kept) > 1:
            own = self._vectors[kept]
            means = (own @ own.sum(axis=0) - 1.0) / (len(kept) - 1)
            worst = int(np.argmin(np.round(means, DECIMALS)))
            if means[worst] >= self._threshold - self._inertia:
                break
            kept.pop(worst)
        return kept

    def seed_twins(self, twins: Iterable[tuple[int, ...]]) -> None:
        """Put gaps with one text and the same facts together, as many undertakings a group as it may hold."""
        for rows in twins:
            if len(rows) < 2:
                continue
            free = [r for r in rows if self._is_single(r) and self._lock[r] is None]
            self._deal(free)

    def _is_single(self, row: int) -> bool:
        return len(self._rows[self._group[row]]) == 1

    def _deal(self, rows: Sequence[int]) -> None:
        queues: dict[int, list[int]] = {}
        for row in reversed(rows):
            queues.setdefault(self._gaps[row].undertaking, []).append(row)
        # the undertakings with most gaps left go first, so that few gaps are left alone at the end
        waiting = [(-len(q), q[-1], u) for u, q in queues.items()]
        heapq.heapify(waiting)
        while len(waiting) > 1:
            turn = [heapq.heappop(waiting)[2] for _ in range(min(self._max_size, len(waiting)))]
            home, *others = [queues[undertaking].pop() for undertaking in turn]
            for row in others:
                if self._fits(home, row):
                    self._join(home, row)
            for undertaking in turn:
                left = queues[undertaking]
                if left:
                    heapq.heappush(waiting, (-len(left), left[-1], undertaking))

    # What may be together

    def _fits(self, a: int, b: int) -> bool:
        """Tell whether two groups may become one."""
        if len(self._rows[a]) + len(self._rows[b]) > self._max_size:
            return False
        if self._parties[a] & self._parties[b] or not common(self._common[a], self._common[b]):
            return False
        if self._lock[a] is not None and self._lock[b] is not None and self._lock[a] != self._lock[b]:
            return False
        return not self._apart or self._not_kept_apart(self._rows[a], self._rows[b])

    def _not_kept_apart(self, rows: Sequence[int], others: Sequence[int]) -> bool:
        ids = {self._gaps[r].id for r in rows}
        other_ids = {self._gaps[r].id for r in others}
        return not any(self._gaps[r].apart_from & other_ids for r in rows) and not any(
            self._gaps[r].apart_from & ids for r in others
        )

    def _join(self, a: int, b: int) -> None:
        """Move the members of group ``b`` into group ``a``."""
        for row in self._rows[b]:
            self._group[row] = a
        self._rows[a] += self._rows[b]
        self._sums[a] += self._sums[b]
        both = common(self._common[a], self._common[b])
        self._common[a] = both or self._common[a]  # a person may lock together what the facts keep apart
        self._parties[a] |= self._parties[b]
        self._lock[a] = self._lock[b] if self._lock[a] is None else self._lock[a]
        self._was[a] = self._was[b] if self._was[a] is None else self._was[a]
        self._rows[b], self._parties[b], self._was[b] = [], set(), None
        heapq.heappush(self._free, b)

    # Average link

    def agglomerate(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Merge the two nearest groups while their mean cosine is above the threshold."""
        linked: dict[int, set[int]] = {}
        for a, b in pairs:
            first, second = self._group[a], self._group[b]
            if first != second:
                linked.setdefault(first, set()).add(second)
                linked.setdefault(second, set()).add(first)
        age = dict.fromkeys(linked, 0)
        heap: list[tuple[float, int, int, int, int]] = []
        for a in sorted(linked):
            self._propose(heap, a, (b for b in linked[a] if b > a), age)
        heapq.heapify(heap)
        while heap:
            _, a, b, age_a, age_b = heapq.heappop(heap)
            if age[a] != age_a or age[b] != age_b or not self._fits(a, b):
                continue
            self._join(a, b)
            age[a] += 1
            age[b] = -1
            linked[a] = self._relink(linked, a, b)
            if len(self._rows[a]) < self._max_size:
                fresh: list[tuple[float, int, int, int, int]] = []
                self._propose(fresh, a, linked[a], age)
                for entry in fresh:
                    heapq.heappush(heap, entry)

    def _relink(self, linked: dict[int, set[int]], a: int, b: int) -> set[int]:
        others = (linked[a] | linked.pop(b)) - {a, b}
        for other in others:
            linked[other].discard(b)
            linked[other].add(a)
        return others

    def _propose(
        self,
        heap: list[tuple[float, int, int, int, int]],
        group: int,
        others: Iterable[int],
        age: Mapping[int, int],
    ) -> None:
        size = len(self._rows[group])
        room = self._max_size - size
        near = sorted(o for o in others if len(self._rows[o]) <= room)
        if not near:
            return
        means = self._sums[near] @ self._sums[group] / (size * np.array([len(self._rows[o]) for o in near]))
        for other, mean in zip(near, np.round(means, DECIMALS).tolist(), strict=True):
            if mean > self._needed(group, other) and self._fits(group, other):
                a, b = min(group, other), max(group, other)
                heap.append((-mean, a, b, age[a], age[b]))

    def _needed(self, a: int, b: int) -> float:
        """Two pools of the last run become one only for a clear gain."""
        both_old = self._was[a] is not None and self._was[b] is not None
        return self._threshold + (self._inertia if both_old else 0.0)

    # Moves and swaps

    def improve(self, near: Sequence[tuple[int, ...]], passes: int) -> None:
        """Move or swap single gaps while that raises the objective, in the order of their identifiers."""
        if len(self._gaps) <= TABLED:
            self._cosines = self._vectors @ self._vectors.T
            self._dots = self._vectors @ self._sums.T
        for _ in range(passes):
            changed: set[int] = set()
            for row in range(len(self._gaps)):
                if self._gaps[row].locked_to is not None or not near[row]:
                    continue
                here = self._group[row]
                there = sorted({self._group[n] for n in near[row]} - {here})
                if there and (here in self._touched or not self._touched.isdisjoint(there)):
                    changed |= self._try(row, here, there)
            self._touched = changed
            if not changed:
                return

    def _try(self, row: int, here: int, there: list[int]) -> set[int]:
        stay = self._gain(row, here, without=row)
        if stay >= (self._max_size - 1) * (1.0 - self._threshold) - EPSILON:
            return set()  # no room could be better
        margin = EPSILON + self._attachment(here)
        sums = self._sums[there] @ self._vectors[row]
        sizes = np.array([len(self._rows[g]) for g in there])
        gains = np.round(sums - sizes * self._threshold, DECIMALS)
        promising = self._promising(row, here, there, stay + margin, sums, sizes)
        for place in np.argsort(-gains, kind="stable").tolist():
            target = there[place]
            if gains[place] + SWAP_BOUND <= stay:
                break
            if gains[place] > stay + margin and self._accepts(target, row):
                self._move(row, here, target)
                return {here, target, self._group[row]}
            if promising[place] and self._swap(row, here, target, stay, margin):
                return {here, target}
        if stay < -margin:
            return {here, self._leave(row, here)}
        return set()

    def _promising(
        self, row: int, here: int, there: list[int], bar: float, sums: NDArray[Any], sizes: NDArray[Any]
    ) -> list[bool]:
        """Tell for each group whether a swap with any of its gaps could pay, whoever may sit with whom.

        Nearly none could; looking at all gaps of all groups at once costs less than trying one swap.
        """
        if self._cosines is None or self._dots is None:
            return [True] * len(there)
        others = [other for group in there for other in self._rows[group]]
        place = np.repeat(np.arange(len(there)), sizes)
        mine = self._cosines[row, others]
        rest = (sizes - 1) * self._threshold
        arrives = (sums - rest)[place] - mine
        stays = self._dots[others, np.array(there)[place]] - 1.0 - rest[place]
        returns = self._dots[others, here] - mine - (len(self._rows[here]) - 1) * self._threshold
        # Returning is never needed: who stands in the way can also go to be alone.
        pays = arrives + np.maximum(returns, 0.0) > stays + (bar - EPSILON)
        found: list[bool] = (np.bincount(place, weights=pays, minlength=len(there)) > 0).tolist()
        return found

    def _attachment(self, group: int) -> float:
        """Return the gain that must be beaten to take a gap out of a pool of the last run."""
        return self._inertia * (len(self._rows[group]) - 1) if self._was[group] is not None else 0.0

    def _gain(self, row: int, group: int, *, without: int | None = None) -> float:
        """Return what a gap adds to a group, or would add to it were another gap not in it."""
        vector, total, size = self._vectors[row], self._sums[group], len(self._rows[group])
        dot = float(vector @ total)
        if without is not None:
            dot -= float(vector @ self._vectors[without])
            size -= 1
        return dot - size * self._threshold

    def _accepts(self, group: int, row: int, *, without: int | None = None) -> bool:
        rows = [r for r in self._rows[group] if r != without]
        if len(rows) >= self._max_size or any(
            self._gaps[r].undertaking == self._gaps[row].undertaking for r in rows
        ):
            return False
        masks: Masks | None = self._masks[row]
        for other in rows:
            masks = common(masks, self._masks[other]) if masks else None
        return masks is not None and (not self._apart or self._not_kept_apart(rows, [row]))

    def _swap(self, row: int, here: int, target: int, stay: float, margin: float) -> bool:
        """Change places with the one gap that stands in the way, or send it off on its own."""
        margin += self._attachment(target)
        for other in self._in_the_way(row, target):
            if self._gaps[other].locked_to is not None or not self._accepts(target, row, without=other):
                continue
            arrives = self._gain(row, target, without=other)
            stays = self._gain(other, target, without=other)
            if self._accepts(here, other, without=row):
                returns = self._gain(other, here, without=row)
                if arrives + returns > stay + stays + margin:
                    self._exchange(row, here, other, target)
                    return True
            if len(self._rows[target]) > 1 and arrives > stay + stays + margin:
                self._leave(other, target)
                self._move(row, here, target)
                return True
        return False

    def _in_the_way(self, row: int, target: int) -> list[int]:
        same = [r for r in self._rows[target] if self._gaps[r].undertaking == self._gaps[row].undertaking]
        if same:
            return same if len(same) == 1 else []
        rows = sorted(self._rows[target])
        means = self._vectors[rows] @ self._sums[target]
        return [rows[i] for i in np.argsort(np.round(means, DECIMALS), kind="stable")[:3].tolist()]

    def _exchange(self, row: int, here: int, other: int, target: int) -> None:
        for group, out, into in ((here, row, other), (target, other, row)):
            self._rows[group].remove(out)
            self._rows[group].append(into)
            self._group[into] = group
            self._refresh(group)

    def _move(self, row: int, here: int, target: int) -> None:
        self._rows[here].remove(row)
        self._rows[target].append(row)
        self._group[row] = target
        self._refresh(target)
        self._refresh(here)

    def _leave(self, row: int, here: int) -> int:
        """Put a gap on its own, in a slot that no group uses, and return that slot."""
        empty = heapq.heappop(self._free)
        self._rows[here].remove(row)
        self._rows[empty], self._group[row] = [row], empty
        self._refresh(empty)
        self._refresh(here)
        return empty

    def _refresh(self, group: int) -> None:
        rows = self._rows[group]
        self._sums[group] = self._vectors[rows].sum(axis=0) if rows else 0.0
        if self._dots is not None:
            self._dots[:, group] = self._vectors @ self._sums[group]
        if not rows:
            heapq.heappush(self._free, group)
        self._parties[group] = {self._gaps[r].undertaking for r in rows}
        locks = [lock for r in rows if (lock := self._gaps[r].locked_to) is not None]
        self._lock[group] = locks[0] if locks else None
        if len(rows) < 2:
            self._was[group] = None
        if rows:
            masks = self._masks[rows[0]]
            for row in rows[1:]:
                masks = common(masks, self._masks[row]) or masks
            self._common[group] = masks
