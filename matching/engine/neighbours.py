"""Which gaps of one network are near enough to be worth comparing: never all pairs of identical texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.facts import GapFacts
from matching.engine.retrieval import NONE, silent_rows, top_k
from matching.engine.roommates import Masks, compatible_rows
from matching.engine.tables import Compatibility

PER_TWIN = 4
"""Of many gaps with one text and the same facts, so many stand for all as neighbours of another."""
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``twins``: gaps with one vector and the same facts; ``pairs``: near ones; ``lists``: near each."""

    twins: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int], ...]
    lists: tuple[tuple[int, ...], ...]


def neighbours_of(
    gaps: Sequence[GapFacts],
    vectors: NDArray[np.floating],
    masks: Sequence[Masks],
    count: int,
    threshold: float,
    exact_limit: int,
) -> Neighbours:
    """Return for each gap up to ``count`` others that are near (a cosine near the threshold) and compatible.

    Gaps that share their vector and their facts are compared once for all. Zeros mean that a text says
    nothing: such gaps are nobody's neighbour and nobody's twin.
    """
    twins = _twins(vectors, masks)
    first = np.array([t[0] for t in twins], dtype=np.int64)
    fits = compatible_rows(masks)
    lists: list[tuple[int, ...]] = [()] * len(gaps)
    pairs: set[tuple[int, int]] = set()
    for part in _parts(vectors[first], exact_limit):
        rows = first[part]
        mine = Compatibility(fits.gap_signature[rows], fits.offer_signature[rows], fits.allowed)
        hits = top_k(vectors[rows], vectors[rows], count + 1, allowed=mine)
        near = (hits.rows != NONE) & (np.nan_to_num(hits.scores, nan=-1.0) >= threshold - 0.1)
        for i, group in enumerate(part.tolist()):
            others = [int(part[j]) for j in hits.rows[i][near[i]]]
            _link(twins, group, others, lists, pairs)
    return Neighbours(tuple(twins), tuple(sorted(pairs)), tuple(lists))


def _link(
    twins: list[tuple[int, ...]],
    group: int,
    others: list[int],
    lists: list[tuple[int, ...]],
    pairs: set[tuple[int, int]],
) -> None:
    own = twins[group]
    far = tuple(gap for other in others if other != group for gap in twins[other][:PER_TWIN])
    for place, gap in enumerate(own):
        beside = own[max(0, place - PER_TWIN) : place] + own[place + 1 : place + 1 + PER_TWIN]
        lists[gap] = beside + far
        pairs.update((gap, b) if gap < b else (b, gap) for b in far)  # twins are dealt out already


def _twins(vectors: NDArray[np.floating], masks: Sequence[Masks]) -> list[tuple[int, ...]]:
    exact, silent = np.ascontiguousarray(vectors), silent_rows(vectors)
    groups: dict[tuple[bytes | int, Masks], list[int]] = {}
    for row, mask in enumerate(masks):
        groups.setdefault((row if silent[row] else exact[row].tobytes(), mask), []).append(row)
    return [tuple(rows) for rows in groups.values()]


def _parts(vectors: NDArray[np.floating], limit: int) -> list[NDArray[np.int64]]:
    """Halve by random hyperplanes, always the same ones, until each part can be compared exactly."""
    rng = np.random.default_rng(SEED)
    waiting, done = [np.arange(len(vectors))], []
    while waiting:
        part = waiting.pop()
        if len(part) <= limit:
            done.append(part)
            continue
        side = np.asarray(vectors[part], dtype=np.float32) @ rng.standard_normal(
            vectors.shape[1], dtype=np.float32
        )
        order = np.argsort(side, kind="stable")
        half = len(part) // 2
        waiting += [np.sort(part[order[:half]]), np.sort(part[order[half:]])]
    return done
