"""Words as a hurried person types them, so that a model has met them before it meets a gap."""

from __future__ import annotations

import numpy as np

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 5
"""Letters that a word must have: with one wrong letter in four, "last" may be anything."""


def misspell(word: str, random: np.random.Generator) -> str:
    """One typing error: two letters changed round, one left out, one twice, or a wrong one.

    The first letter stays, as it nearly always does; a word of fewer than `SHORTEST` letters is left alone.
    """
    if len(word) < SHORTEST:
        return word
    at = int(random.integers(1, len(word) - 1))
    kind = int(random.integers(4))
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + _LETTERS[int(random.integers(len(_LETTERS)))] + word[at + 1 :]
