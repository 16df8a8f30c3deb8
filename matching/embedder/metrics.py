"""How good a ranking is. Pure: each takes one query's relevance in ranked order, or ranks of first hits."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import numpy as np


def first_hit(relevant: Sequence[bool]) -> int:
    """The rank, from 1, of the first relevant answer; 0 where there is none."""
    return next((rank for rank, hit in enumerate(relevant, start=1) if hit), 0)


def mrr(first_hits: Sequence[int]) -> float:
    """Mean reciprocal rank of the first relevant answer; 0 counts as never found."""
    return float(np.mean([1 / rank if rank else 0.0 for rank in first_hits])) if first_hits else 0.0


def hit_at(first_hits: Sequence[int], depth: int) -> float:
    """Share of queries with a relevant answer among the first `depth`."""
    return float(np.mean([0 < rank <= depth for rank in first_hits])) if first_hits else 0.0


def recall_at(relevant: Sequence[bool], total: int, depth: int) -> float:
    """Share of one query's `total` relevant answers that stand among the first `depth`."""
    return sum(relevant[:depth]) / total if total else 0.0


def ndcg_at(gains: Sequence[float], all_gains: Sequence[float], depth: int) -> float:
    """Normalised discounted cumulative gain of one query.

    `gains` are the grades in ranked order, `all_gains` the grades of everything that is relevant to it. The
    gain of grade g is 2**g - 1, as is usual with grades from 0 to 3. 0.0 where nothing is relevant.
    """
    best = _discounted(sorted(all_gains, reverse=True)[:depth])
    return _discounted(gains[:depth]) / best if best else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum((2**gain - 1) / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
