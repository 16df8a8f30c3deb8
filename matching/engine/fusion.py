"""Reciprocal rank fusion: one list out of several rankings, without comparing their scores.

Cormack, Clarke and Büttcher (SIGIR 2009): score = sum over rankings of 1 / (k + rank), with k = 60.
Ties go to the better place in the first ranking, then to the lower identifier, so that a run can be repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K = 60
NONE = -1
"""Padding of rankings that are shorter than the others."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Fused rankings, one row a gap: offers by descending score, padded with ``NONE`` and zero."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]


def fuse(
    rankings: Sequence[Sequence[int]], *, k: int = K, limit: int | None = None
) -> list[tuple[int, float]]:
    """Fuse rankings (best first, each identifier once a ranking) into (identifier, score), best first."""
    if not rankings:
        return []
    width = max((len(r) for r in rankings), default=0)
    if not width:
        return []
    padded = [np.full((1, width), NONE, dtype=np.int64) for _ in rankings]
    for row, ranking in zip(padded, rankings, strict=True):
        row[0, : len(ranking)] = ranking
    fused = fuse_many(padded, k=k, limit=limit)
    return [(int(i), float(s)) for i, s in zip(fused.ids[0], fused.scores[0], strict=True) if i != NONE]


def fuse_many(rankings: Sequence[NDArray[np.int64]], *, k: int = K, limit: int | None = None) -> Fused:
    """Fuse, row by row, rankings of shape (gaps, ranks) that are padded with ``NONE``."""
    ids = np.concatenate(rankings, axis=1)
    width = ids.shape[1]
    scores = np.concatenate(
        [np.broadcast_to(1.0 / (k + 1.0 + np.arange(r.shape[1])), r.shape) for r in rankings], axis=1
    )
    place = np.broadcast_to(np.arange(width), ids.shape)
    order = np.argsort(
        ids, axis=1, kind="stable"
    )  # equal identifiers side by side, in the order of the rankings
    ids, scores, place = (np.take_along_axis(a, order, axis=1) for a in (ids, scores, place))
    first = np.ones_like(ids, dtype=bool)
    first[:, 1:] = ids[:, 1:] != ids[:, :-1]
    totals = scores.copy()
    for shift in range(1, len(rankings)):
        same = np.zeros_like(first)
        same[:, :-shift] = ids[:, shift:] == ids[:, :-shift]
        totals[:, :-shift] += np.where(same[:, :-shift], scores[:, shift:], 0.0)
    keep = first & (ids != NONE)
    ids = np.where(keep, ids, NONE)
    totals = np.where(keep, totals, 0.0)
    best = np.lexsort((ids, place, -np.round(totals, 12)), axis=1)[:, : limit or width]
    return Fused(np.take_along_axis(ids, best, axis=1), np.take_along_axis(totals, best, axis=1))
