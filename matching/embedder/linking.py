"""The ESCO skills that a text names, each with the words that say so.

Two passes keep it fast: stretches of a dozen words choose a few hundred skills out of all; only for those
are the short windows compared that then become the spans. A label that stands in the text literally always
counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matching.embedder.base import Vectors, normalised
from matching.embedder.text import fold, word_spans, words

_STRETCH, _STRIDE = 12, 6
_LONGEST_WINDOW = 6
_CANDIDATES = 24  # skills that each stretch may bring
_ASIDE = re.compile(r"\s*\([^)]*\)")
_BOUNDARY = re.compile(r"[.;:!?\n•|]")
_LITERAL_BONUS = 0.1
_FALLBACK = "en"

Labels = Mapping[str, Sequence["str | Sequence[str]"]]


@runtime_checkable
class WordEmbedder(Protocol):
    """What linking needs of a model: vectors of single words that add up to a text's."""

    def word_vectors(self, names: Sequence[str]) -> Vectors:
        """One row per folded word, not normalised."""


@dataclass(frozen=True, slots=True)
class LinkedSkill:
    """A skill found in a text: `score` from 0 to 1, and the offsets of the words that say so."""

    uri: str
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Index:
    """The labels of one language: a vector and a skill for each, and the literal ones by their words."""

    vectors: Vectors
    skill: NDArray[np.int32]
    literal: dict[tuple[str, ...], int]
    usual_length: float


class SkillLinker:
    """Links texts to skills given as arrays: no database, no Django.

    `labels_by_language[language][number]` is the label (or the labels, preferred one first) of
    `uris[number]`, empty where there is none in that language; English stands in for what is missing. A
    language's index is built at its first use (about half a second for 14 000 skills).
    """

    def __init__(self, uris: Sequence[str], labels_by_language: Labels, embedder: WordEmbedder) -> None:
        self._uris = list(uris)
        self._labels = labels_by_language
        self._embedder = embedder
        self._indexes: dict[str, _Index] = {}

    def link(self, text: str, language: str, limit: int = 10, *, minimum: float = 0.55) -> list[LinkedSkill]:
        """The skills in a text, best first, at most `limit`, none below the score `minimum`."""
        places = list(word_spans(text))
        if not places or not self._uris:
            return []
        index = self._index(language)
        names = [fold(text[start:end]) for start, end in places]
        sums = np.concatenate([np.zeros((1, index.vectors.shape[1]), np.float32), self._running(names)])
        sentence = _sentence_numbers(text, places)
        windows = np.array(list(_windows(sentence, _LONGEST_WINDOW)), dtype=np.int64)
        candidates = self._candidates(sums, index)
        best = _best_windows(sums, windows, candidates, index)
        found = [*best, *_literal(names, sentence, index)]
        return self._chosen(found, places, limit, minimum)

    def _running(self, names: Sequence[str]) -> Vectors:
        running: Vectors = np.cumsum(self._embedder.word_vectors(names), axis=0, dtype=np.float32)
        return running

    def _index(self, language: str) -> _Index:
        if language not in self._indexes:
            self._indexes[language] = self._build(language)
        return self._indexes[language]

    def _build(self, language: str) -> _Index:
        texts: list[list[str]] = []
        skills: list[int] = []
        literal: dict[tuple[str, ...], int] = {}
        for number in range(len(self._uris)):
            for label in self._labels_of(number, language):
                names = words(_ASIDE.sub("", label)) or words(label)
                if names:
                    texts.append(names)
                    skills.append(number)
                    literal.setdefault(tuple(names), number)
        size = np.array([len(names) for names in texts], dtype=np.int64)
        flat = self._embedder.word_vectors([name for names in texts for name in names])
        sums = np.add.reduceat(flat, np.cumsum(size) - size, axis=0) if len(texts) else flat
        lengths = np.linalg.norm(sums, axis=1)
        return _Index(
            normalised(sums),
            np.array(skills, dtype=np.int32),
            literal,
            float(np.median(lengths)) if len(texts) else 1.0,
        )

    def _labels_of(self, number: int, language: str) -> Iterator[str]:
        for key in (language, _FALLBACK):
            labels = self._labels.get(key, ())
            label = labels[number] if number < len(labels) else ""
            if label:
                yield from ([label] if isinstance(label, str) else label)
                return

    @staticmethod
    def _candidates(sums: Vectors, index: _Index) -> NDArray[np.int64]:
        """The labels that some stretch of the text is near to."""
        starts = np.arange(0, max(1, len(sums) - 1 - _STRETCH + _STRIDE), _STRIDE)
        stretches = normalised(sums[np.minimum(starts + _STRETCH, len(sums) - 1)] - sums[starts])
        scores = stretches @ index.vectors.T
        depth = min(_CANDIDATES, scores.shape[1])
        return np.unique(np.argpartition(-scores, depth - 1, axis=1)[:, :depth])

    def _chosen(
        self,
        found: Iterable[tuple[float, int, int, int]],
        places: list[tuple[int, int]],
        limit: int,
        minimum: float,
    ) -> list[LinkedSkill]:
        chosen: dict[int, LinkedSkill] = {}
        taken: dict[tuple[int, int], int] = {}
        for score, first, last, skill in sorted(found, key=lambda item: (-item[0], item[1], item[3])):
            if score < minimum or len(chosen) == limit:
                break
            span = places[first][0], places[last - 1][1]
            if skill in chosen or taken.get(span, 0) >= 2:
                continue
            taken[span] = taken.get(span, 0) + 1
            chosen[skill] = LinkedSkill(self._uris[skill], min(1.0, score), *span)
        return list(chosen.values())


def _sentence_numbers(text: str, places: Sequence[tuple[int, int]]) -> list[int]:
    number, numbers, before = 0, [], 0
    for start, end in places:
        number += bool(_BOUNDARY.search(text, before, start))
        numbers.append(number)
        before = end
    return numbers


def _windows(sentence: Sequence[int], longest: int) -> Iterator[tuple[int, int]]:
    for first in range(len(sentence)):
        for last in range(first + 1, min(first + longest, len(sentence)) + 1):
            if sentence[first] != sentence[last - 1]:
                break
            yield first, last


def _best_windows(
    sums: Vectors, windows: NDArray[np.int64], candidates: NDArray[np.int64], index: _Index
) -> Iterator[tuple[float, int, int, int]]:
    """For each candidate label the window that is nearest to it."""
    raw = sums[windows[:, 1]] - sums[windows[:, 0]]
    lengths = np.linalg.norm(raw, axis=1)
    # Words that weigh little ("and", "with") point anywhere once they are made of length one.
    trust = np.sqrt(np.minimum(1.0, lengths / index.usual_length))
    scores = (normalised(raw) * trust[:, None]) @ index.vectors[candidates].T
    for column, row in enumerate(np.argmax(scores, axis=0)):
        first, last = windows[row]
        yield float(scores[row, column]), int(first), int(last), int(index.skill[candidates[column]])


def _literal(
    names: Sequence[str], sentence: Sequence[int], index: _Index
) -> Iterator[tuple[float, int, int, int]]:
    for first, last in _windows(sentence, _LONGEST_WINDOW):
        skill = index.literal.get(tuple(names[first:last]))
        if skill is not None:
            yield 1.0 + _LITERAL_BONUS * (last - first), first, last, skill
