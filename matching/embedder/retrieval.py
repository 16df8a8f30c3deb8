"""Rank a corpus for queries by meaning, by words or by both, and say how good the ranking is. Pure."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.embedder.base import Embedder, Vectors
from matching.embedder.metrics import hit_at, mrr, ndcg_at
from matching.embedder.text import words

Scores = NDArray[np.float32]
Ranker = Callable[[Sequence[str], Sequence[str]], Scores]
_RRF = 60  # as in the matcher: reciprocal rank fusion's usual constant


@dataclass(frozen=True, slots=True)
class Task:
    """Queries, a corpus, and for each query the grades of the corpus elements that are relevant to it."""

    queries: list[str]
    corpus: list[str]
    relevant: list[dict[int, float]]


def read_task(queries: Path, corpus: Path, qrels: Path) -> Task:
    """Files as MELO has them: `id<TAB>text`, and `query id, 0, corpus id, relevance`.

    Queries without a relevant answer are left out. Raises ValueError with file and line for a bad line.
    """
    texts = dict(_rows(queries, 2))
    elements = list(_rows(corpus, 2))
    number = {key: place for place, (key, _) in enumerate(elements)}
    grades: dict[str, dict[int, float]] = {}
    for line, (query, _, element, grade) in enumerate(_rows(qrels, 4), start=1):
        if query not in texts or element not in number:
            raise ValueError(f"{qrels}, line {line}: {query} or {element} is in neither file.")
        if float(grade) > 0:
            grades.setdefault(query, {})[number[element]] = float(grade)
    return Task([texts[key] for key in grades], [text for _, text in elements], list(grades.values()))


def _rows(path: Path, columns: int) -> list[list[str]]:
    out = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), start=1):
        cells = line.split("\t")
        if len(cells) < columns:
            raise ValueError(f"{path}, line {number}: {columns} columns are needed, {len(cells)} found.")
        out.append(cells[:columns])
    return out


def by_meaning(embedder: Embedder) -> Ranker:
    """Cosines."""

    def rank(queries: Sequence[str], corpus: Sequence[str]) -> Scores:
        left, right = embedder.encode_queries(queries), embedder.encode_documents(corpus)
        scores: Scores = left @ right.T
        return scores

    return rank


def by_words(queries: Sequence[str], corpus: Sequence[str]) -> Scores:
    """BM25 (k1 1.2, b 0.75) over folded words."""
    return _Bm25(corpus).scores(queries)


def by_characters(queries: Sequence[str], corpus: Sequence[str]) -> Scores:
    """Cosines of TF-IDF over character n-grams of 2 to 5 within words: what MELO's authors call lexical."""
    # Only `make quality` needs it; it comes with sentence-transformers.
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32)
    right = vectorizer.fit_transform(corpus)
    scores: Scores = (vectorizer.transform(queries) @ right.T).toarray()
    return scores


def hybrid(*rankers: Ranker) -> Ranker:
    """Reciprocal rank fusion of rankings."""

    def rank(queries: Sequence[str], corpus: Sequence[str]) -> Scores:
        fused = np.zeros((len(queries), len(corpus)), dtype=np.float32)
        for ranker in rankers:
            scores = ranker(queries, corpus)
            order = np.argsort(-scores, axis=1, kind="stable")
            places = np.empty_like(order)
            np.put_along_axis(places, order, np.arange(len(corpus))[None, :], axis=1)
            # What has no score at all is not ranked: its place would be the order of the file.
            fused += np.where(scores > 0, 1 / (_RRF + 1 + places), 0)
        return fused

    return rank


def measure(task: Task, ranker: Ranker) -> dict[str, float]:
    """The figures of one task. `ndcg@10` uses the grades, the others count any relevant answer."""
    started = time.perf_counter()
    firsts: list[int] = []
    recalls: list[float] = []
    gains: list[float] = []
    for start in range(0, len(task.queries), 4096):
        scores = ranker(task.queries[start : start + 4096], task.corpus)
        for row, relevant in zip(scores, task.relevant[start : start + 4096], strict=True):
            firsts.append(_first_rank(row, relevant))
            top = np.argpartition(-row, min(10, len(row) - 1))[:10]
            top = top[np.argsort(-row[top], kind="stable")]
            recalls.append(sum(int(place) in relevant for place in top) / len(relevant))
            gains.append(
                ndcg_at([relevant.get(int(place), 0.0) for place in top], list(relevant.values()), 10)
            )
    seconds = time.perf_counter() - started
    return {
        "mrr": mrr(firsts),
        "hit@1": hit_at(firsts, 1),
        "hit@5": hit_at(firsts, 5),
        "hit@10": hit_at(firsts, 10),
        "recall@10": float(np.mean(recalls)) if recalls else 0.0,
        "ndcg@10": float(np.mean(gains)) if gains else 0.0,
        "queries": len(task.queries),
        "corpus": len(task.corpus),
        "texts_per_second": (len(task.queries) + len(task.corpus)) / seconds,
    }


def _first_rank(row: Scores, relevant: Mapping[int, float]) -> int:
    """The rank of the best relevant answer; among equals in the middle, so that a tie is worth no luck."""
    best = max(row[place] for place in relevant)
    equal = int((row == best).sum()) - sum(bool(row[place] == best) for place in relevant)
    return 1 + int((row > best).sum()) + int(equal) // 2


class _Bm25:
    _K1, _B = 1.2, 0.75

    def __init__(self, corpus: Sequence[str]) -> None:
        self._size = len(corpus)
        self._postings: dict[str, list[tuple[int, int]]] = {}
        lengths = np.zeros(len(corpus), dtype=np.float32)
        for number, text in enumerate(corpus):
            counts = Counter(words(text))
            lengths[number] = counts.total()
            for word, count in counts.items():
                self._postings.setdefault(word, []).append((number, count))
        mean = float(lengths.mean()) if len(corpus) else 1.0
        self._dampening = self._K1 * (1 - self._B + self._B * lengths / (mean or 1.0))

    def scores(self, queries: Sequence[str]) -> Scores:
        out = np.zeros((len(queries), self._size), dtype=np.float32)
        for number, query in enumerate(queries):
            for word in dict.fromkeys(words(query)):
                self._add(out[number], self._postings.get(word, ()))
        return out

    def _add(self, row: Vectors, postings: Sequence[tuple[int, int]]) -> None:
        if not postings:
            return
        places, counts = np.array(postings, dtype=np.int64).T
        idf = math.log(1 + (self._size - len(postings) + 0.5) / (len(postings) + 0.5))
        row[places] += idf * counts * (self._K1 + 1) / (counts + self._dampening[places])
