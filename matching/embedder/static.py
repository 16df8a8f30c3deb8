"""The project's own model, run by numpy alone.

A word's vector is the sum of the vectors of its pieces and of the buckets of its character n-grams; a
text's is the sum of its words', at length one. Words repeat, so their vectors are kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.embedder.base import (
    CosineScale,
    EmbedderError,
    Evidence,
    Span,
    Vectors,
    normalised,
    sha256_of,
)
from matching.embedder.mapped import map_tensors
from matching.embedder.pieces import Pieces
from matching.embedder.scale import measure_scale
from matching.embedder.text import fold, ngram_rows_of_each, word_spans, words

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
ARCHITECTURE = "static-words"
_KEPT_WORDS = 32_768  # 38 MB of vectors at 288 numbers, once so many words were met
_MADE_AT_ONCE = 2048  # 3 MB of row numbers on the way
_SUMMED_AT_ONCE, _PADDED_TO = 64, 8
_TEXTS_AT_ONCE = 512  # their unknown words are made together


def is_static_model(folder: Path) -> bool:
    """Whether a folder holds a model of this kind."""
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("architecture") == ARCHITECTURE


class StaticEmbedder:
    """Vectors of length one without torch; see `matching.embedder.base.Embedder`."""

    def __init__(self, folder: Path) -> None:
        self._table = WordTable(folder)
        config = self._table.config
        self.name = str(config["name"])
        self.dimensions = self._table.dimensions
        self.revision = f"{self.name}@{sha256_of(folder / WEIGHTS)[:12]}"

    @cached_property
    def cosine_scale(self) -> CosineScale:
        """Measured when first asked for; a few milliseconds."""
        return measure_scale(self.encode_documents)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per text, of length one; a text without words is the zero vector."""
        return self._table.encode(texts)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """The same as queries: the model has no prompts."""
        return self._table.encode(texts)

    def spans(self, query: str, document: str) -> Evidence | None:
        """Each word's exact share of the cosine, in both texts: both sides add up to it."""
        left, left_words = self._words_of(query)
        right, right_words = self._words_of(document)
        left_sum, right_sum = left_words.sum(axis=0), right_words.sum(axis=0)
        scale = float(np.linalg.norm(left_sum) * np.linalg.norm(right_sum))
        if scale == 0:
            return Evidence(0.0, (), ())
        return Evidence(
            float(left_sum @ right_sum) / scale,
            _shares(left, left_words @ right_sum / scale),
            _shares(right, right_words @ left_sum / scale),
        )

    def word_vectors(self, names: Sequence[str]) -> Vectors:
        """The vectors of folded words, not normalised: a text's is their sum at length one."""
        return self._table.rows(names)

    def _words_of(self, text: str) -> tuple[list[tuple[int, int]], Vectors]:
        places = list(word_spans(text))
        return places, self._table.rows([fold(text[start:end]) for start, end in places])


class WordTable:
    """The weights, and the vectors of the words met last."""

    def __init__(self, folder: Path) -> None:
        try:
            self.config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
            tensors = map_tensors(folder / WEIGHTS)
            self._pieces = Pieces(folder / TOKENIZER)
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise EmbedderError(f"The model in {folder} cannot be read: {error}") from error
        self._whole: NDArray[np.int8] = tensors["embeddings"]
        self._scale: NDArray[np.float32] = tensors["weights"].astype(np.float32)
        self.dimensions = int(self.config["dimensions"])
        self._number: dict[str, int] = {}
        self._kept: Vectors = np.zeros((_KEPT_WORDS, self.dimensions), dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Sums of word vectors, at length one."""
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for low in range(0, len(texts), _TEXTS_AT_ONCE):
            said = [words(text) for text in texts[low : low + _TEXTS_AT_ONCE]]
            numbers = self._numbers(list(chain.from_iterable(said)))
            start = 0
            for row, names in enumerate(said, low):
                found = numbers[start : start + len(names)]
                start += len(names)
                if found:
                    self._kept.take(found, axis=0).sum(axis=0, out=out[row])
        return normalised(out)

    def rows(self, names: Sequence[str]) -> Vectors:
        """The vectors of folded words, one row each."""
        rows: Vectors = (
            self._kept[self._numbers(names)] if names else np.zeros((0, self.dimensions), np.float32)
        )
        return rows

    def _numbers(self, names: Sequence[str]) -> list[int]:
        known = self._number
        try:
            return [known[name] for name in names]
        except KeyError:
            missing = list(dict.fromkeys(name for name in names if name not in known))
        if len(known) + len(missing) > _KEPT_WORDS:
            self._forget()
            missing = list(dict.fromkeys(name for name in names if name not in known))
            self._make_room(len(known) + len(missing))
        for low in range(0, len(missing), _MADE_AT_ONCE):
            part = missing[low : low + _MADE_AT_ONCE]
            first = len(known)
            self._kept[first : first + len(part)] = self._make(part)
            known.update(zip(part, range(first, first + len(part)), strict=True))
        return [known[name] for name in names]

    def _forget(self) -> None:
        """Drop what was met last: the common words came first, and rare ones seldom come again."""
        for name in list(self._number)[_KEPT_WORDS // 2 :]:
            del self._number[name]

    def _make_room(self, needed: int) -> None:
        if needed > len(self._kept):
            room = np.zeros((needed, self.dimensions), dtype=np.float32)
            room[: len(self._kept)] = self._kept
            self._kept = room

    def _make(self, names: Sequence[str]) -> Vectors:
        """The vectors of words that were not met before: sums over the rows of their pieces and n-grams."""
        config = self.config
        pieces, sizes = self._pieces.cut(names)
        vectors = self._sums(pieces, sizes, np.ones(len(names)))
        rows, counts = ngram_rows_of_each(
            names, shortest=config["shortest"], longest=config["longest"], buckets=config["buckets"]
        )
        share = config["ngram_weight"] / np.sqrt(np.maximum(counts, 1))
        return vectors + self._sums(rows + config["pieces"], counts, share)

    def _sums(
        self, rows: NDArray[np.int64], counts: NDArray[np.int64], share: NDArray[np.float64]
    ) -> Vectors:
        """One sum for each word over so many of the rows in turn, each word's at its share.

        Words of about the same length are multiplied together. How wide they are padded hangs on a word alone,
        so that its vector does not hang on the company it was made in.
        """
        weight = (np.repeat(share, counts) * self._scale[rows]).astype(np.float32)
        out = np.zeros((len(counts), self.dimensions), dtype=np.float32)
        starts = np.cumsum(counts) - counts
        widths = -(-counts // _PADDED_TO) * _PADDED_TO
        for width in np.unique(widths[widths > 0]).tolist():
            alike = np.flatnonzero(widths == width)
            for low in range(0, len(alike), _SUMMED_AT_ONCE):
                part = alike[low : low + _SUMMED_AT_ONCE]
                column = np.arange(width)
                there = column < counts[part][:, None]
                place = np.where(there, starts[part][:, None] + column, 0)
                weights = np.where(there, weight[place], np.float32(0))
                vectors = self._whole[rows[place]].astype(np.float32)
                out[part] = np.matmul(weights[:, None, :], vectors)[:, 0]
        return out


def _shares(places: Sequence[tuple[int, int]], weights: Vectors) -> tuple[Span, ...]:
    return tuple(
        Span(start, end, float(weight)) for (start, end), weight in zip(places, weights, strict=True)
    )
