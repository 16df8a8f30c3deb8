"""The offers worth scoring for every gap: meaning and words, each after the hard facts, fused by rank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.fusion import fuse_many
from matching.engine.retrieval import NONE, similarities, top_k
from matching.engine.tables import Compatibility
from matching.engine.words import Tokens, WordIndex

CHUNK = 1024


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """The words of one language: its index, the rows of its offers, and its gaps with their tokens."""

    index: WordIndex
    offer_rows: NDArray[np.int64]
    gap_rows: NDArray[np.int64]
    gap_tokens: Sequence[Tokens]


@dataclass(frozen=True, slots=True)
class Candidates:
    """One row a gap, best first, padded with ``NONE``; ``words`` is NaN where texts differ in language."""

    rows: NDArray[np.int64]
    meaning: NDArray[np.float64]
    words: NDArray[np.float64]

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return rows of gaps, rows of offers, meaning and words of all pairs: what ``score_batch`` takes."""
        gap, place = np.nonzero(self.rows != NONE)
        return gap, self.rows[gap, place], self.meaning[gap, place], self.words[gap, place]


def find_candidates(
    gap_vectors: NDArray[np.floating],
    offer_vectors: NDArray[np.floating],
    words: Sequence[LanguageWords],
    k: int,
    *,
    allowed: Compatibility,
) -> Candidates:
    """Return up to k offers a gap from the k nearest in meaning and the k best in words."""
    near = top_k(gap_vectors, offer_vectors, k, allowed=allowed).rows
    said = np.full_like(near, NONE)
    scores = np.full((len(near), 2 * near.shape[1]), np.nan)
    for language in words:
        mine = language.gap_rows
        found = language.index.rank(
            language.gap_tokens, near.shape[1], allowed=allowed, gap_rows=mine.tolist(), extra=near[mine]
        )
        spoken = np.zeros(len(offer_vectors), dtype=bool)
        spoken[language.offer_rows] = True
        comparable = spoken[np.maximum(near[mine], 0)] & (near[mine] != NONE)
        scores[mine] = np.hstack([np.where(comparable, found.extra, np.nan), found.scores])
        said[mine] = found.rows
    fused = fuse_many([near, said], limit=k).ids
    known = np.hstack([near, said])
    heard = np.full(fused.shape, np.nan)
    for low in range(0, len(fused), CHUNK):
        part = slice(low, low + CHUNK)
        same = (fused[part][:, :, None] == known[part][:, None, :]) & ~np.isnan(scores[part])[:, None, :]
        best = np.where(same, scores[part][:, None, :], -1.0).max(axis=2, initial=-1.0)
        heard[part] = np.where((best < 0) | (fused[part] == NONE), np.nan, best)
    return Candidates(fused, similarities(gap_vectors, offer_vectors, fused), heard)
