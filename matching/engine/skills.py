"""What two sets of skills have in common: rare skills weigh more, broader and narrower ones count in part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p

import numpy as np
from numpy.typing import NDArray

from matching.engine.tables import Floats, Ints, Sets

STEP = 0.5
"""What one step up or down the taxonomy leaves of a skill; two steps leave a quarter, three nothing."""
STEPS = 2


@dataclass(frozen=True, slots=True)
class SkillTable:
    """What a skill weighs (``rarity``, 1 when unknown) and what it lies under (``broader``), by URI."""

    rarity: Mapping[str, float] = field(default_factory=dict)
    broader: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def from_counts(
        cls, counts: Mapping[str, int], total: int, broader: Mapping[str, frozenset[str]] | None = None
    ) -> "SkillTable":
        """Weigh each skill by how few of ``total`` offers have it: log(1 + total / (1 + count))."""
        rarity = {uri: log1p(total / (1 + count)) for uri, count in counts.items()}
        return cls(rarity, broader or {})

    def weight(self, skill: str) -> float:
        """Return what a skill weighs."""
        return self.rarity.get(skill, 1.0)

    def above(self, skill: str) -> dict[str, float]:
        """Return the skill itself (1) and what lies above it, with what is left of it there."""
        found, layer, credit = {skill: 1.0}, {skill}, 1.0
        for _ in range(STEPS):
            credit *= STEP
            layer = {b for s in layer for b in self.broader.get(s, frozenset())} - found.keys()
            found.update(dict.fromkeys(layer, credit))
        return found

    def credit(self, wanted: str, taught: str) -> float:
        """Return in how far teaching one skill closes another: 1, a half, a quarter or nothing."""
        return max(self.above(wanted).get(taught, 0.0), self.above(taught).get(wanted, 0.0))

    def overlap(self, wanted: Iterable[str], taught: Iterable[str]) -> float | None:
        """Return the weighted share of the wanted skills that is taught; ``None`` when a side is unknown."""
        mine, theirs = sorted(wanted), sorted(taught)
        if not mine or not theirs:
            return None
        whole = sum(self.weight(s) for s in mine)
        if whole <= 0:
            return None
        return sum(self.weight(s) * max(self.credit(s, t) for t in theirs) for s in mine) / whole


def overlap_many(gap_skills: Sets, offer_skills: Sets, rows: Ints, cols: Ints, table: SkillTable) -> Floats:
    """Return the overlap for pairs (row of a gap, row of an offer); NaN when a side is unknown."""
    a, b = gap_skills.codes[rows], offer_skills.codes[cols]
    result = np.full(len(a), np.nan)
    known = np.flatnonzero((a > 0) & (b > 0))
    if not len(known):
        return result
    width = len(offer_skills.values)
    pairs, inverse = np.unique(a[known] * width + b[known], return_inverse=True)
    related = _Related(offer_skills, np.unique(pairs % width), table)
    values = np.empty(len(pairs))
    gap_of = pairs // width
    bounds = np.flatnonzero(np.concatenate([[True], gap_of[1:] != gap_of[:-1], [True]]))
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        values[low:high] = related.overlap(gap_skills.values[gap_of[low]], pairs[low:high] % width)
    result[known] = values[inverse]
    return result


class _Related:
    """For one set of wanted skills at a time, what every skill that is taught anywhere is worth to it."""

    def __init__(self, sets: Sets, codes: Ints, table: SkillTable) -> None:
        self._table = table
        self._number = {s: i for i, s in enumerate(sorted(set().union(*(sets.values[c] for c in codes))))}
        self._taught = {
            c: np.array(sorted(self._number[s] for s in sets.values[c]), dtype=np.int64)
            for c in codes.tolist()
        }
        self._below: dict[str, dict[int, float]] = {}
        for skill, number in self._number.items():
            for upper, credit in table.above(skill).items():
                self._below.setdefault(upper, {})[number] = credit
        self._credits: dict[str, tuple[list[int], list[float]]] = {}

    def _credit(self, skill: str) -> tuple[list[int], list[float]]:
        """Return the numbers of the taught skills that close some of this one, and how much of it."""
        if skill not in self._credits:
            worth = dict(self._below.get(skill, {}))
            for upper, credit in self._table.above(skill).items():
                number = self._number.get(upper)
                if number is not None:
                    worth[number] = max(credit, worth.get(number, 0.0))
            self._credits[skill] = (list(worth), list(worth.values()))
        return self._credits[skill]

    def overlap(self, wanted: frozenset[str], codes: Sequence[int] | Ints) -> NDArray[np.float64]:
        """Return the overlap of one set of wanted skills with several sets of taught ones."""
        taught = [self._taught[c] for c in np.asarray(codes).tolist()]
        flat = np.concatenate(taught)
        starts = np.cumsum([0, *(len(t) for t in taught[:-1])])
        total, whole = np.zeros(len(taught)), 0.0
        worth = np.zeros(len(self._number))
        for skill in sorted(wanted):
            weight = self._table.weight(skill)
            whole += weight
            numbers, credits = self._credit(skill)
            if numbers:
                worth[numbers] = credits
                total += weight * np.maximum.reduceat(worth[flat], starts)
                worth[numbers] = 0.0
        return total / whole if whole > 0 else np.full(len(taught), np.nan)
