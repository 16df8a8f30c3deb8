"""Words: an inverted index in memory, by which many gaps are ranked at once.

A run fills it with just the words of the gaps at hand and where PostgreSQL finds them (`of_postings`): the
words and their weights are then the caller's. What follows is how `build` weighs whole texts.

Okapi BM25 (Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75 over tokens that the caller made: one
index for each language, because a word means something only in its own. A score of 1 is what an offer of
average length gets that has each word of the gap once. Words that stand in more than a twentieth of the
offers (and in more than a thousand) tell nothing and cost the most, so they count for nothing; a gap speaks
through its rarest words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.engine.tables import Compatibility

K1, B = 1.2, 0.75
COMMON_SHARE, COMMON_FLOOR = 0.05, 1000
QUERY_WORDS = 48
"""Words of a gap that are looked up at most, the rarest first."""
NONE = -1

Tokens = Sequence[str]


@dataclass(frozen=True, slots=True)
class WordHits:
    """Row numbers of offers by descending score, padded with ``NONE``; ``extra`` scores those asked for."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    extra: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Postings of one language: for each word the offers that have it, and what it is worth in each."""

    documents: int
    vocabulary: dict[str, int]
    start: NDArray[np.int64]
    rows: NDArray[np.int64]
    worth: NDArray[np.float32]
    idf: NDArray[np.float64]
    common: float
    """A word that stands in more documents than this tells nothing."""

    @classmethod
    def build(
        cls,
        documents: Sequence[Tokens],
        *,
        rows: Sequence[int] | None = None,
        total: int | None = None,
        k1: float = K1,
    ) -> "WordIndex":
        """Index documents; ``rows`` are their numbers among ``total``, when others speak other languages.

        With ``k1=0`` a word counts once however often it stands there: then the score is the share of the
        gap's telling words that the offer has, which SQL can compute as well.
        """
        tokens = list(chain.from_iterable(documents))
        vocabulary = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
        flat = np.fromiter(map(vocabulary.__getitem__, tokens), dtype=np.int64, count=len(tokens))
        lengths = np.array([len(d) for d in documents], dtype=np.int64)
        place = np.arange(len(documents)) if rows is None else np.asarray(rows, dtype=np.int64)
        count = len(documents) if total is None else total
        owner = np.repeat(np.arange(len(documents)), lengths)
        keys, frequency = np.unique(flat * max(1, len(documents)) + owner, return_counts=True)
        word, document = keys // max(1, len(documents)), keys % max(1, len(documents))
        found = np.bincount(word, minlength=len(vocabulary))
        idf = np.log1p((len(documents) - found + 0.5) / (found + 0.5))
        mean = lengths.mean() if len(lengths) and lengths.any() else 1.0
        norm = k1 * (1 - B + B * lengths[document] / mean)
        worth = (idf[word] * frequency * (k1 + 1) / (frequency + norm)).astype(np.float32)
        start = np.concatenate([[0], np.cumsum(found)]).astype(np.int64)
        common = max(COMMON_FLOOR, COMMON_SHARE * count)
        return cls(count, vocabulary, start, place[document], worth, idf, common)

    @classmethod
    def of_postings(
        cls, idf: Mapping[str, float], postings: Sequence[NDArray[np.int64]], *, total: int
    ) -> "WordIndex":
        """Index of chosen words alone: where each one stands, among ``total`` documents, and its weight.

        What is looked up was chosen by the caller, so none is too common; each counts once a document, as
        with ``k1=0``.
        """
        sizes = np.array([len(rows) for rows in postings], dtype=np.int64)
        weights = np.fromiter(idf.values(), dtype=np.float64, count=len(idf))
        return cls(
            documents=total,
            vocabulary={word: number for number, word in enumerate(idf)},
            start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            rows=np.concatenate([np.zeros(0, dtype=np.int64), *postings]),
            worth=np.repeat(weights, sizes).astype(np.float32),
            idf=weights,
            common=np.inf,
        )

    def query(self, tokens: Iterable[str]) -> list[int]:
        """Return the words of a gap that are worth looking up: known, not common, the rarest first."""
        known = {self.vocabulary[t] for t in tokens if t in self.vocabulary}
        size = {w: int(self.start[w + 1] - self.start[w]) for w in known}
        rare = sorted((w for w in known if size[w] <= self.common), key=lambda w: (size[w], w))
        return rare[:QUERY_WORDS]

    def rank(
        self,
        gaps: Sequence[Tokens],
        k: int,
        *,
        allowed: Compatibility | None = None,
        gap_rows: Sequence[int] | None = None,
        extra: NDArray[np.int64] | None = None,
    ) -> WordHits:
        """Return the k best offers for every gap, hard facts applied before the top k is taken.

        ``gap_rows`` are the gaps' row numbers in ``allowed``; ``extra`` (gaps, any) are offers whose score is
        wanted whatever their rank, padded with ``NONE``.
        """
        wanted = np.full((len(gaps), 0), NONE, dtype=np.int64) if extra is None else extra
        hits = WordHits(
            np.full((len(gaps), k), NONE, dtype=np.int64),
            np.zeros((len(gaps), k), dtype=np.float32),
            np.zeros(wanted.shape, dtype=np.float32),
        )
        scores = np.zeros(self.documents, dtype=np.float32)
        last = np.zeros(self.documents, dtype=np.int64)
        for i, tokens in enumerate(gaps):
            words = self.query(tokens)
            if not words:
                continue
            touched = self._add(words, scores, last)
            full = float(self.idf[words].sum())
            hits.extra[i] = np.where(wanted[i] == NONE, 0.0, np.minimum(1.0, scores[wanted[i]] / full))
            mine = touched
            if allowed is not None:
                gap = i if gap_rows is None else gap_rows[i]
                mine = touched[allowed.of_gap(gap)[allowed.offer_signature[touched]]]
            best, value = _best(mine, scores[mine], k)
            hits.rows[i, : len(best)], hits.scores[i, : len(best)] = best, np.minimum(1.0, value / full)
            scores[touched] = 0.0
        return hits

    def _add(
        self, words: list[int], scores: NDArray[np.float32], last: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Add up what each word is worth and return the rows that were touched, each once."""
        spans = [(self.start[w], self.start[w + 1]) for w in words]
        for low, high in spans:
            scores[self.rows[low:high]] += self.worth[low:high]
        touched = np.concatenate([self.rows[low:high] for low, high in spans])
        turn = np.arange(len(touched))
        last[touched] = turn
        unique: NDArray[np.int64] = touched[last[touched] == turn]
        return unique


def _best(
    rows: NDArray[np.int64], scores: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    if len(rows) > k:
        floor = np.partition(scores, len(scores) - k)[len(scores) - k]
        good = scores >= floor
        rows, scores = rows[good], scores[good]
    order = np.lexsort((rows, -np.round(scores.astype(np.float64), 5)))[:k]
    return rows[order], scores[order]
