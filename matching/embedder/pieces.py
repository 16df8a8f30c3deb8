"""Words cut into the pieces of a unigram vocabulary, many words at once.

The same cuts as `tokenizers` makes of the same file (Kudo, 2018: the pieces whose likelihoods add up to
most). That library keeps its vocabulary as a tree of hash tables, which costs each process forty megabytes
for what is one of numbers here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_UNKNOWN = 0
_UNKNOWN_COSTS = 10.0  # below the least likely piece, as in SentencePiece
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no letter is lost in 64 bits


class Pieces:
    """The vocabulary of a model's `tokenizer.json`; piece 0 is what it does not know."""

    def __init__(self, file: Path) -> None:
        vocabulary = json.loads(file.read_text("utf-8"))["model"]["vocab"]
        known = [piece for piece, _ in vocabulary[1:]]
        scores = np.array([score for _, score in vocabulary], dtype=np.float64)
        letters, sizes = _letters(known)
        self._longest = int(sizes.max())
        codes = _whole_codes(letters, sizes)
        order = np.argsort(codes)
        self._codes = codes[order]
        self._numbers: Ints = order + 1
        self._scores = scores[order + 1]
        self._unknown = float(scores.min()) - _UNKNOWN_COSTS

    def cut(self, names: Sequence[str]) -> tuple[Ints, Ints]:
        """The pieces of all, word after word, and how many each word has; unknown letters in a row are one."""
        letters, sizes = _letters(names)
        before, number = self._best_cuts(letters, sizes)
        starts = np.cumsum(sizes) - sizes + np.arange(len(sizes))
        ends = starts + sizes
        owners, found = [], []
        at, owner = ends, np.arange(len(sizes))
        after = np.full(len(sizes), -1)  # the piece that follows, so that unknown ones join
        while (going := at > starts).any():
            at, owner, starts, after = at[going], owner[going], starts[going], after[going]
            piece = number[at]
            new = (piece != _UNKNOWN) | (after != _UNKNOWN)
            owners.append(owner[new])
            found.append(piece[new])
            at, after = before[at], piece
        return _word_after_word(owners, found, len(sizes))

    def _best_cuts(self, letters: NDArray[np.uint32], sizes: Ints) -> tuple[Ints, Ints]:
        """For each place between letters where the best last piece begins, and its number.

        A word of n letters has n + 1 places. Of pieces as likely as each other the longest is taken.
        """
        start, size, number, score = self._candidates(letters, _left(sizes))
        place = np.arange(len(letters)) + np.repeat(np.arange(len(sizes)), sizes)
        inside = np.arange(len(letters)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        begin = place[start]
        end = begin + size
        order = np.lexsort((begin, end, inside[start] + size))
        begin, end, number, score = begin[order], end[order], number[order], score[order]
        steps = np.cumsum(np.bincount(inside[start] + size))
        new = np.diff(end, prepend=-1) != 0  # where the pieces that end at a next place begin
        group = np.cumsum(new) - 1
        places = len(letters) + len(sizes)
        best, before = np.zeros(places), np.zeros(places, dtype=np.int64)
        chosen = np.zeros(places, dtype=np.int64)
        for low, high in zip(steps[:-1].tolist(), steps[1:].tolist(), strict=True):
            total = best[begin[low:high]] + score[low:high]
            first = new[low:high].nonzero()[0]
            most = np.maximum.reduceat(total, first)
            wins = (total == most[group[low:high] - group[low]]).nonzero()[0][::-1] + low
            best[end[first + low]] = most
            before[end[wins]] = begin[wins]  # the earliest beginning is written last
            chosen[end[wins]] = number[wins]
        return before, chosen

    def _candidates(
        self, letters: NDArray[np.uint32], left: Ints
    ) -> tuple[Ints, Ints, Ints, NDArray[np.float64]]:
        """Every piece that stands anywhere in the words: first letter, size, number, score."""
        start, size, code = _runs(letters, left, self._longest)
        rank = np.searchsorted(self._codes, code).clip(max=len(self._codes) - 1)
        known = self._codes[rank] == code
        keep = known | (size == 1)  # a letter that is no piece counts as an unknown one
        start, size, rank, known = start[keep], size[keep], rank[keep], known[keep]
        number = np.where(known, self._numbers[rank], _UNKNOWN)
        return start, size, number, np.where(known, self._scores[rank], self._unknown)


def _letters(names: Sequence[str]) -> tuple[NDArray[np.uint32], Ints]:
    """The code points of all words end to end, and how many each has."""
    flat = np.frombuffer("".join(names).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return flat, np.array([len(name) for name in names], dtype=np.int64)


def _left(sizes: Ints) -> Ints:
    """For each letter how many there are from it to the end of its word."""
    total = int(sizes.sum())
    left: Ints = np.repeat(np.cumsum(sizes), sizes) - np.arange(total)
    return left


def _runs(letters: NDArray[np.uint32], left: Ints, longest: int) -> tuple[Ints, Ints, NDArray[np.uint64]]:
    """Every run of one to so many letters of one word: where it begins, its size, and a number for it.

    Sixty-four bits keep runs of at most twenty letters apart; two that meet would only cut a word otherwise.
    """
    at = np.arange(len(letters))
    code = np.zeros(len(letters), dtype=np.uint64)
    wide = letters + np.uint64(1)
    starts, codes = [], []
    for size in range(1, longest + 1):
        fits = left[at] >= size
        at, code = at[fits], code[fits]
        if not len(at):
            break
        code = (code + wide[at + size - 1]) * _BASE
        starts.append(at)
        codes.append(code)
    counts = [len(part) for part in starts]
    none: Ints = np.zeros(0, dtype=np.int64)
    return (
        np.concatenate([none, *starts]),
        np.repeat(np.arange(1, len(counts) + 1), counts),
        np.concatenate([none.astype(np.uint64), *codes]),
    )


def _whole_codes(letters: NDArray[np.uint32], sizes: Ints) -> NDArray[np.uint64]:
    """The numbers of whole words, as `_runs` would give them."""
    starts = np.cumsum(sizes) - sizes
    codes = np.zeros(len(sizes), dtype=np.uint64)
    for size in range(1, int(sizes.max()) + 1):
        longer = np.flatnonzero(sizes >= size)
        letter = letters[starts[longer] + size - 1] + np.uint64(1)
        codes[longer] = (codes[longer] + letter) * _BASE
    return codes


def _word_after_word(owners: list[Ints], found: list[Ints], words: int) -> tuple[Ints, Ints]:
    """Pieces gathered from the ends of words inwards, in reading order."""
    if not owners:
        return np.zeros(0, dtype=np.int64), np.zeros(words, dtype=np.int64)
    owner, piece = np.concatenate(owners[::-1]), np.concatenate(found[::-1])
    order = np.argsort(owner, kind="stable")
    return piece[order], np.bincount(owner, minlength=words)
