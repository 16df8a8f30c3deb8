"""The offers worth scoring for every gap: meaning and words, each after the hard facts, fused by rank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.fusion import fuse_many
from matching.engine.retrieval import DECIMALS, NONE, similarities, top_k
from matching.engine.tables import Compatibility
from matching.engine.words import Tokens, WordIndex


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
    """Return the k nearest in meaning and the k best in words of every gap, by fused rank."""
    near = top_k(gap_vectors, offer_vectors, k, allowed=allowed)
    said = np.full_like(near.rows, NONE)
    heard = np.full((len(near.rows), 2 * near.rows.shape[1]), np.nan)
    for language in words:
        _hear(language, near.rows, said, heard, len(offer_vectors), allowed)
    fused = fuse_many([near.rows, said]).ids
    only_said = np.where(_among(said, near.rows), NONE, said)
    meaning = np.hstack([near.scores, similarities(gap_vectors, offer_vectors, only_said)])
    known = np.hstack([near.rows, said])
    place = _places(fused, known)
    return Candidates(
        fused,
        np.where(fused == NONE, np.nan, np.round(np.take_along_axis(meaning, place, axis=1), DECIMALS)),
        np.where(fused == NONE, np.nan, np.take_along_axis(heard, place, axis=1)),
    )


def _hear(
    language: LanguageWords,
    near: NDArray[np.int64],
    said: NDArray[np.int64],
    heard: NDArray[np.float64],
    offers: int,
    allowed: Compatibility,
) -> None:
    """Fill in the best offers by words of one language's gaps, and the words' score of those near."""
    mine = language.gap_rows
    found = language.index.rank(
        language.gap_tokens, near.shape[1], allowed=allowed, gap_rows=mine.tolist(), extra=near[mine]
    )
    spoken = np.zeros(offers, dtype=bool)
    spoken[language.offer_rows] = True
    comparable = spoken[np.maximum(near[mine], 0)] & (near[mine] != NONE)
    heard[mine] = np.hstack([np.where(comparable, found.extra, np.nan), found.scores])
    said[mine] = found.rows


def _keys(ids: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Return one number for each (row, identifier), so that rows are searched together."""
    return np.arange(len(ids))[:, None] * width + ids + 1


def _among(ids: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each identifier whether it stands in the same row of the others."""
    width = 2 + int(max(ids.max(initial=0), others.max(initial=0)))
    keys, known = _keys(ids, width), np.sort(_keys(others, width), axis=None)
    if not known.size:
        return np.zeros(ids.shape, dtype=np.bool_)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: NDArray[np.bool_] = known[place] == keys
    return found


def _places(ids: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where in the same row of ``known`` each identifier stands first; each stands there."""
    if not known.size:
        return np.zeros(ids.shape, dtype=np.int64)
    width = 2 + int(known.max(initial=0))
    keys = _keys(known, width).reshape(-1)
    order = np.argsort(keys, kind="stable")
    found = np.searchsorted(keys[order], _keys(ids, width).reshape(-1))
    # padding of a row without padding in `known` points anywhere: it is blanked by the caller
    places: NDArray[np.int64] = order[np.minimum(found, len(order) - 1)] % known.shape[1]
    return places.reshape(ids.shape)
