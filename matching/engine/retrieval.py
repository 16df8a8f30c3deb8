"""The offers nearest in meaning to every gap: exact, in bounded memory, hard facts applied before the cut.

Offers are read in blocks; each block is multiplied with tiles of gaps, and only what beats a gap's k-th best
so far is looked at further. Expected work beyond the matrix product is k log(N / block) candidates a gap. The
nearest few are then compared again in double precision, so that the order does not hang on how a block was
cut.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.tables import Compatibility

NONE = -1
SLACK = 8
"""Candidates kept beyond k until the exact comparison: room for rounding in single precision."""
DECIMALS = 6
"""Similarities that agree to this many decimals tie; the lower row number goes first."""

Vectors = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Hits:
    """Row numbers of offers by descending similarity, one row a gap, padded with ``NONE`` and NaN."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


@dataclass(slots=True)
class _Best:
    """The best so far: ``scores`` descending, padded with -inf."""

    scores: NDArray[np.float32]
    rows: NDArray[np.int64]

    @classmethod
    def empty(cls, gaps: int, k: int) -> "_Best":
        return cls(np.full((gaps, k), -np.inf, dtype=np.float32), np.full((gaps, k), NONE, dtype=np.int64))

    def add(self, which: NDArray[np.int64], rows: NDArray[np.int64], scores: NDArray[np.float32]) -> None:
        """Merge hits, sorted by gap and then by offer; earlier offers win ties."""
        if not len(which):
            return
        gaps, first, counts = np.unique(which, return_index=True, return_counts=True)
        k, width = self.scores.shape[1], int(counts.max())
        slot = np.repeat(np.arange(len(gaps)), counts)
        place = k + np.arange(len(which)) - np.repeat(first, counts)
        all_scores = np.full((len(gaps), k + width), -np.inf, dtype=np.float32)
        all_rows = np.full((len(gaps), k + width), NONE, dtype=np.int64)
        all_scores[:, :k], all_rows[:, :k] = self.scores[gaps], self.rows[gaps]
        all_scores[slot, place], all_rows[slot, place] = scores, rows
        order = np.argsort(-all_scores, axis=1, kind="stable")[:, :k]
        self.scores[gaps] = np.take_along_axis(all_scores, order, axis=1)
        self.rows[gaps] = np.take_along_axis(all_rows, order, axis=1)


def top_k(
    gaps: Vectors,
    offers: Vectors,
    k: int,
    *,
    allowed: Compatibility | None = None,
    tile: int = 1024,
    block: int = 4096,
) -> Hits:
    """Return the k offers nearest to every gap by cosine; fewer only when fewer are allowed.

    ``gaps`` and ``offers`` are unit vectors, float16 or float32, shapes (G, d) and (N, d). Zeros mean that
    nothing is known of a text: it is near to nothing. Memory beyond them
    is ``tile * block`` plus ``block * d`` single floats.
    """
    count, total = len(gaps), len(offers)
    keep = min(k + SLACK, total)
    if not count or not keep or k < 1:
        return Hits(
            np.full((count, max(0, k)), NONE, dtype=np.int64), np.full((count, max(0, k)), np.nan, np.float32)
        )
    queries = np.ascontiguousarray(gaps, dtype=np.float32)
    silent = silent_rows(offers)
    best = _Best.empty(count, keep)
    space = np.empty((min(tile, count), min(block, total)), dtype=np.float32)
    for start in range(0, total, block):
        part = np.ascontiguousarray(offers[start : start + block], dtype=np.float32)
        for low in range(0, count, tile):
            high = min(low + tile, count)
            products = space[: high - low, : len(part)]
            if not products.flags.c_contiguous:
                products = np.empty(products.shape, dtype=np.float32)
            np.matmul(queries[low:high], part.T, out=products)
            if silent[start : start + block].any():
                products[:, silent[start : start + block]] = -np.inf
            _collect(products, best, low, start, allowed)
    return _exact(queries, offers, best, k)


def _collect(
    products: NDArray[np.float32], best: _Best, low: int, start: int, allowed: Compatibility | None
) -> None:
    """Add what beats the k-th best so far; gaps that do not have k yet look at everything that is allowed."""
    height, width = products.shape
    floor = best.scores[low : low + height, -1].copy()
    hungry = np.flatnonzero(np.isneginf(floor))
    if len(hungry):
        floor[hungry] = np.inf
        _collect_all(products, best, hungry, low, start, allowed)
        if len(hungry) == height:
            return
    hits = np.flatnonzero((products > floor[:, None]).reshape(-1))
    gap, col = hits // width, hits % width
    if allowed is not None and len(hits):
        fine = allowed.allowed[allowed.gap_signature[gap + low], allowed.offer_signature[col + start]]
        gap, col = gap[fine], col[fine]
    best.add(gap + low, col + start, products[gap, col])


def _collect_all(
    products: NDArray[np.float32],
    best: _Best,
    hungry: NDArray[np.int64],
    low: int,
    start: int,
    allowed: Compatibility | None,
) -> None:
    width = products.shape[1]
    keep = best.scores.shape[1]
    scores = products[hungry]
    if allowed is not None:
        offer_signature = allowed.offer_signature[start : start + width]
        for gap_signature in np.unique(allowed.gap_signature[hungry + low]):
            banned = ~allowed.allowed[gap_signature][offer_signature]
            scores[np.ix_(allowed.gap_signature[hungry + low] == gap_signature, banned)] = -np.inf
    if width > keep:
        floor = np.partition(scores, width - keep, axis=1)[:, width - keep]
        good = (scores >= floor[:, None]) & (scores > -np.inf)
    else:
        good = scores > -np.inf
    gap, col = np.nonzero(good)
    best.add(hungry[gap] + low, col + start, scores[gap, col])


def similarities(
    gaps: Vectors, offers: Vectors, rows: NDArray[np.int64], *, chunk: int = 32
) -> NDArray[np.float64]:
    """Return the exact cosine of each gap with the offers in its row of ``rows``; NaN where padded, and where
    nothing is known of either text."""
    result = np.full(rows.shape, np.nan)
    no_gap, no_offer = silent_rows(gaps)[:, None], silent_rows(offers)
    for low in range(0, len(rows), chunk):
        part = rows[low : low + chunk]
        vectors = offers.take(np.maximum(part, 0), axis=0).astype(np.float32, copy=False)
        mine = np.asarray(gaps[low : low + chunk], dtype=np.float32)
        exact = np.matmul(vectors, mine[:, :, None])[:, :, 0].astype(np.float64)
        unknown = (part == NONE) | no_gap[low : low + chunk] | no_offer[np.maximum(part, 0)]
        result[low : low + chunk] = np.where(unknown, np.nan, np.round(exact, DECIMALS))
    return result


def silent_rows(vectors: Vectors) -> NDArray[np.bool_]:
    """Tell which vectors are zeros: of these texts the model understood nothing."""
    silent: NDArray[np.bool_] = ~np.any(vectors[:, :4], axis=1)  # nearly always settled by so few numbers
    doubtful = np.flatnonzero(silent)
    silent[doubtful] = ~np.any(vectors[doubtful], axis=1)
    return silent


def _exact(gaps: NDArray[np.float32], offers: Vectors, best: _Best, k: int) -> Hits:
    exact = similarities(gaps, offers, best.rows)
    order = np.lexsort((best.rows, -np.nan_to_num(exact, nan=-np.inf)), axis=1)[:, :k]
    rows = np.full((len(gaps), k), NONE, dtype=np.int64)
    scores = np.full((len(gaps), k), np.nan, dtype=np.float32)
    nearest = np.take_along_axis(exact, order, axis=1)
    rows[:, : order.shape[1]] = np.where(
        np.isnan(nearest), NONE, np.take_along_axis(best.rows, order, axis=1)
    )
    scores[:, : order.shape[1]] = nearest
    return Hits(rows, scores)
